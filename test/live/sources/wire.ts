/**
 * A wire for the live sources: a network namespace of this test's own with a pair of virtual interfaces, `near` (listened on) and `far`, and the
 * two programs of this folder in it. Everything goes with down().
 */
import { execFileSync, spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { describe, test } from '@jest/globals'
import type { FrameSourceStatistics } from '../../../src/capture/index.ts'

const PROJECT = resolve(import.meta.dirname, '..', '..', '..')
const POLL_MILLISECONDS = 50
/** Numbers from here on only say that somebody listens. */
const FIRST_BEACON = 0xffff_0000

/** One frame as observe.js saw it. */
export interface SeenFrame {
  readonly number: number
  readonly at: number
  readonly captured: number
  readonly wire: number
  readonly linkType: number
  readonly tags: readonly (readonly [number, number])[]
}

/** What observe.js answers to `report`. */
export interface Report {
  readonly delivered: number
  readonly beacons: number
  /** The last beacon's number. */
  readonly beacon: number
  readonly disorder: number
  readonly damaged: number
  readonly frames: readonly SeenFrame[]
  readonly statistics: FrameSourceStatistics
  readonly cpuMicros: number
}

/** How start() ended. */
export interface End {
  readonly end: 'resolved' | 'rejected'
  readonly message?: string
  readonly reason?: string
  readonly statistics?: FrameSourceStatistics
}

/** What send.js is asked for. */
export interface Sending {
  readonly interface?: string
  readonly from: number
  readonly count: number
  readonly sizes: readonly number[]
  readonly tags?: readonly (readonly (readonly [number, number])[])[]
}

/** Waits until `probe` gives something; fails with `what` after `seconds`. */
export const until = async <T>(
  what: string,
  seconds: number,
  probe: () => Promise<T | null> | T | null,
): Promise<T> => {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const found = await probe()
    if (found !== null) return found
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`)
    await new Promise((wake) => setTimeout(wake, POLL_MILLISECONDS))
  }
}

/** A program of this folder that answers lines with lines of JSON. */
class Companion {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #answers: string[] = []
  #waiting: (() => void) | null = null
  #talk = ''

  constructor(space: string, program: string, args: readonly string[], withRights = true) {
    const command = [process.execPath, join(import.meta.dirname, program), ...args]
    const drop = withRights ? [] : ['setpriv', '--bounding-set=-net_raw', '--inh-caps=-net_raw']
    this.child = spawn('ip', ['netns', 'exec', space, ...drop, ...command], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      this.#answers.push(line)
      this.#waiting?.()
    })
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#talk += text))
    this.child.stdin.on('error', () => undefined)
    this.child.once('close', () => this.#waiting?.())
  }

  get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  /** The next line that it writes. */
  async next(): Promise<unknown> {
    while (this.#answers.length === 0) {
      if (this.isOver) throw new Error(`a companion ended: ${this.#talk}`)
      await new Promise<void>((wake) => (this.#waiting = wake))
    }
    return JSON.parse(this.#answers.shift()!)
  }

  async ask(line: string): Promise<unknown> {
    this.child.stdin.write(`${line}\n`)
    return this.next()
  }

  tell(line: string): void {
    this.child.stdin.write(`${line}\n`)
  }

  /** It ends at the end of its input; the exit code, or null if it had to be killed. */
  async close(): Promise<number | null> {
    this.child.stdin.end()
    const isOver = await until('a companion to end', 10, () => (this.isOver ? true : null)).catch(() => false)
    if (!isOver) this.child.kill('SIGKILL')
    return this.child.exitCode
  }
}

/** A source at work. */
export class Observer {
  #beacons = 0
  readonly #companion: Companion
  readonly #wire: Wire

  constructor(wire: Wire, companion: Companion) {
    this.#wire = wire
    this.#companion = companion
  }

  /** Sends beacons until the source hears one. */
  async listens(seconds = 20): Promise<void> {
    // One of its own each time: an older one may still wait in a buffer.
    const beacon = FIRST_BEACON + this.#beacons++
    await until('the source to hear a frame', seconds, async () => {
      await this.#wire.send({ from: beacon, count: 1, sizes: [60] }).catch(() => undefined)
      return (await this.report()).beacon === beacon ? true : null
    })
  }

  async report(): Promise<Report> {
    return (await this.#companion.ask('report')) as Report
  }

  /** A report once `isEnough` says so. */
  reportWhen(what: string, isEnough: (report: Report) => boolean, seconds = 20): Promise<Report> {
    return until(what, seconds, async () => {
      const report = await this.report()
      return isEnough(report) ? report : null
    })
  }

  async ask(command: string): Promise<Record<string, unknown>> {
    return (await this.#companion.ask(command)) as Record<string, unknown>
  }

  /** How start() ends, or ended. */
  async end(): Promise<End> {
    return (await this.#companion.next()) as End
  }

  async stop(): Promise<End> {
    this.#companion.tell('stop')
    return this.end()
  }

  close(): Promise<number | null> {
    return this.#companion.close()
  }
}

const run = (...command: readonly string[]): void => {
  const [program = '', ...args] = command
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

export class Wire {
  readonly space: string
  #sender: Companion | null = null
  #observers: Observer[] = []

  /** `space` is unique on this machine. */
  constructor(space: string) {
    this.space = space
  }

  up(): void {
    run('ip', 'netns', 'add', this.space)
    // No neighbour discovery of its own on the wire.
    run('ip', 'netns', 'exec', this.space, 'sysctl', '-qw', 'net.ipv6.conf.default.disable_ipv6=1')
    this.plugIn()
  }

  /** Makes the pair; frames of up to 9,000 bytes. */
  plugIn(): void {
    const ip = ['ip', '-n', this.space, 'link']
    run(...ip, 'add', 'near', 'mtu', '9000', 'type', 'veth', 'peer', 'name', 'far', 'mtu', '9000')
    run(...ip, 'set', 'far', 'up')
    run(...ip, 'set', 'near', 'up')
  }

  /** Takes the pair away. */
  unplug(): void {
    run('ip', '-n', this.space, 'link', 'del', 'near')
  }

  /** `ip link` in the namespace. */
  link(...args: readonly string[]): void {
    run('ip', '-n', this.space, 'link', ...args)
  }

  /** Starts a source of the built program, see observe.js; without rights: as root, but not CAP_NET_RAW. */
  observe(request: Readonly<Record<string, unknown>>, { withRights = true } = {}): Observer {
    const args = [process.env['CALLSEAL_DIST'] ?? join(PROJECT, 'dist'), JSON.stringify(request)]
    const observer = new Observer(this, new Companion(this.space, 'observe.js', args, withRights))
    this.#observers.push(observer)
    return observer
  }

  /** Sends from `far` unless said else; rejects if not all could be sent. */
  async send(sending: Sending): Promise<void> {
    this.#sender ??= new Companion(this.space, 'send.js', [])
    const answer = await this.#sender.ask(JSON.stringify({ interface: 'far', ...sending }))
    const { sent, errno } = answer as { sent: number; errno?: number }
    if (sent !== sending.count) throw new Error(`sent ${sent} of ${sending.count}, errno ${errno ?? 0}`)
  }

  async closeObservers(): Promise<void> {
    const observers = this.#observers
    this.#observers = []
    await Promise.all(observers.map((observer) => observer.close()))
  }

  async down(): Promise<void> {
    await this.closeObservers()
    await this.#sender?.close()
    spawnSync('ip', ['netns', 'del', this.space])
  }
}

/** What a live test needs, by the reason that it prints where it is missing. */
const NEEDS = {
  root: ['needs root', () => process.getuid?.() === 0],
  namespaces: ['no network namespaces here', canMakeNamespaces],
  koffi: ['the npm package koffi is not installed', () => canLoad('koffi')],
  pcap: ['the npm package pcap is not installed', () => canLoad('pcap/build/Release/pcap_binding')],
  tcpdump: [
    'tcpdump is not installed',
    () => spawnSync('tcpdump', ['--version'], { stdio: 'ignore' }).error === undefined,
  ],
} as const satisfies Record<string, readonly [string, () => boolean]>

export type Need = keyof typeof NEEDS

function canMakeNamespaces(): boolean {
  const space = `cs-a-${process.pid}-probe`
  const isMade = spawnSync('ip', ['netns', 'add', space], { stdio: 'ignore' }).status === 0
  if (isMade) spawnSync('ip', ['netns', 'del', space], { stdio: 'ignore' })
  return isMade
}

/** In a program of its own: a binary that does not fit must not end this one. */
function canLoad(name: string): boolean {
  const args = ['-e', `require(${JSON.stringify(name)})`]
  return spawnSync(process.execPath, args, { cwd: PROJECT, stdio: 'ignore' }).status === 0
}

/** `describe` where everything is there that it needs; else a skipped block and a printed reason. */
export const describeLive = (name: string, needs: readonly Need[], body: () => void): void => {
  const missing = needs.find((need) => !NEEDS[need][1]())
  if (missing === undefined) {
    describe(name, body)
    return
  }
  process.stderr.write(`skip: ${name} (${NEEDS[missing][0]})\n`)
  describe.skip(name, () => {
    test(`needs ${missing}`, () => {
      throw new Error('a skipped test ran')
    })
  })
}
