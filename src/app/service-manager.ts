/**
 * What systemd is told of this program (sd_notify(3)): that it is ready, how it is, that it is alive. Datagrams on a Unix socket, which Node
 * cannot send by itself: through koffi, else through the program systemd-notify, which the unit then has to allow (NotifyAccess=all).
 */
import { spawn } from 'node:child_process'
import { loadKoffi } from '../capture/index.ts'
import type { Timers } from './timers.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Tells; what cannot be told is lost, as without systemd. */
export interface ServiceManager {
  /** READY=1 with a line for `systemctl status`. */
  ready(status: string): void
  /** STATUS=…, one line. */
  status(text: string): void
  /** WATCHDOG=1. */
  alive(): void
  /** STOPPING=1. */
  stopping(): void
  /** Milliseconds within which alive() must be called again and again; null: nobody watches. */
  readonly watchdog: number | null
}

/** Sends one datagram of lines `NAME=value`. */
type Send = (lines: string) => void

const AF_UNIX = 1
const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2000000
const MSG_NOSIGNAL = 0x4000
/** sizeof(sockaddr_un.sun_path) */
const MAX_PATH = 108

/** For where the environment names no socket: not started by systemd, or not as Type=notify. */
const NOBODY: ServiceManager = {
  ready: () => undefined,
  status: () => undefined,
  alive: () => undefined,
  stopping: () => undefined,
  watchdog: null,
}

/** The one that started this process, by NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. Never rejects. */
export const openServiceManager = async (environment: Environment, pid: number): Promise<ServiceManager> => {
  const path = environment['NOTIFY_SOCKET'] ?? ''
  if (path === '') return NOBODY
  const send = await openSocket(path).catch(() => sendByProgram)
  return {
    ready: (status) => send(`READY=1\nSTATUS=${oneLine(status)}\n`),
    status: (text) => send(`STATUS=${oneLine(text)}\n`),
    alive: () => send('WATCHDOG=1\n'),
    stopping: () => send('STOPPING=1\n'),
    watchdog: watchdogOf(environment, pid),
  }
}

/** For a unit: ready with this status, and alive as long as the event loop turns. Gives what to call at the end. */
export const tellServiceManager = async (status: string, timers: Timers): Promise<() => void> => {
  const manager = await openServiceManager(process.env, process.pid)
  manager.ready(status)
  const { watchdog } = manager
  const stop = watchdog === null ? () => undefined : timers.every(watchdog / 3, () => manager.alive())
  return () => {
    stop()
    manager.stopping()
  }
}

const oneLine = (text: string): string => text.split('\n').join(' ')

const watchdogOf = (environment: Environment, pid: number): number | null => {
  const micros = Number(environment['WATCHDOG_USEC'])
  const watched = environment['WATCHDOG_PID']
  if (!(micros > 0) || (watched !== undefined && watched !== String(pid))) return null
  return micros / 1000
}

const openSocket = async (path: string): Promise<Send> => {
  const koffi = await loadKoffi()
  const libc = koffi.load(null)
  const socket = libc.func('int socket(int, int, int)')
  const sendto = libc.func('long sendto(int, const uint8_t *, size_t, int, const uint8_t *, uint32_t)')
  const descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) as number
  if (descriptor < 0) throw new Error(`socket: errno ${koffi.errno()}`)
  const address = addressOf(path)
  return (lines) => {
    const bytes = Buffer.from(lines)
    sendto(descriptor, bytes, bytes.length, MSG_NOSIGNAL, address, address.length)
  }
}

/** sockaddr_un: family, then the path; an abstract one begins with @ and is not ended by a zero (unix(7)). */
const addressOf = (path: string): Uint8Array => {
  const isAbstract = path.startsWith('@')
  const name = Buffer.from(isAbstract ? `\0${path.slice(1)}` : `${path}\0`).subarray(0, MAX_PATH)
  const family = Buffer.alloc(2)
  new Uint16Array(family.buffer, family.byteOffset, 1)[0] = AF_UNIX
  return Buffer.concat([family, name])
}

const sendByProgram: Send = (lines) => {
  const child = spawn('systemd-notify', lines.trimEnd().split('\n'), { stdio: 'ignore' })
  // Not installed: then nobody hears it, and the unit's time limit says so.
  child.on('error', () => undefined)
  child.unref()
}
