// @ts-check
/** One row of the live bench: a reader is started, warmed up, measured while frames pass, ended, and asked what it got. */
import { execFile, spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

/** How long a reader may take to listen or to end, in milliseconds. */
const PATIENCE = 20_000
/** A socket that stays for so many milliseconds is no trial of whether one may listen. */
const STEADY = 400

const runFile = promisify(execFile)

/** @param {() => boolean} isTrue @param {string} what */
const until = async (isTrue, what) => {
  for (const end = performance.now() + PATIENCE; !isTrue(); await pause(20))
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`)
}

/** True when what is found has been the same for a while. @param {() => string | undefined} find */
const steadily = (find) => {
  /** @type {string | undefined} */
  let last
  let since = 0
  return () => {
    const found = find()
    if (found !== last) since = performance.now()
    last = found
    return found !== undefined && performance.now() - since > STEADY
  }
}

/** A process and all below it. @param {number} root */
const familyOf = (root) => {
  /** @type {Map<number, number[]>} */
  const children = new Map()
  for (const name of readdirSync('/proc')) {
    if (!Number.isInteger(Number(name))) continue
    try {
      // PID (NAME) STATE PARENT: a name may have blanks and parentheses in it.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      children.set(parent, [...(children.get(parent) ?? []), Number(name)])
    } catch {
      // It ended between the two.
    }
  }
  const family = [root]
  for (const pid of family) family.push(...(children.get(pid) ?? []))
  return family
}

/** Peak resident memory in MB, a ring included. @param {number[]} family */
const peakMemory = (family) => {
  let sum = 0
  for (const pid of family) {
    const line = readFileSync(`/proc/${String(pid)}/status`, 'utf8').split('\n')
    const [, kilobytes = '0'] = line.find((one) => one.startsWith('VmHWM:'))?.split(':') ?? []
    sum += Number.parseInt(kilobytes, 10) / 1024
  }
  return sum
}

/**
 * @typedef {object} Row
 * @property {number[]} nanos CPU a frame on the wire, of the reader and of each process below it
 * @property {number} cores CPU seconds a second, of all together
 * @property {number} memory peak, MB
 * @property {number} passed frames on the wire from start to end
 * @property {number} rate frames a second as they were sent
 * @property {number} refused frames that the sender could not send
 * @property {import('./live-readers.js').Told} told
 */

/**
 * @param {object} bench
 * @param {import('./live-wire.js').LiveWire} bench.wire
 * @param {string} bench.folder with the compiled programs, and for what readers say
 * @param {string} bench.traffic capture file
 * @param {number} bench.rate frames a second; 0: nothing is sent
 * @param {readonly number[]} bench.counts frames of the capture before the measurement begins, and in it
 * @param {number} bench.seconds to measure where nothing is sent
 * @param {import('./live-readers.js').Reader} bench.reader
 * @returns {Promise<Row>}
 */
export const measureRow = async ({ wire, folder, traffic, rate, counts, seconds, reader }) => {
  const [command = '', ...argv] = wire.inside(wire.tap, reader.argv)
  const files = ['output', 'talk'].map((name) => `${folder}/${name}`)
  // Into files: a pipe would have this program read along while it measures.
  const outputs = files.map((file) => openSync(file, 'w'))
  const child = spawn(command, argv, { stdio: ['ignore', .../** @type {[number, number]} */ (outputs)] })
  for (const output of outputs) closeSync(output)
  const pid = /** @type {number} */ (child.pid)
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const read = () => /** @type {[string, string]} */ (files.map((file) => readFileSync(file, 'utf8')))

  /** @param {number} skip @param {number} count */
  const send = async (skip, count) => {
    const words = [traffic, ...wire.far, rate, skip, count].map(String)
    const [program = '', ...rest] = wire.inside(wire.ends, [`${folder}/frame-sender`, ...words])
    return JSON.parse((await runFile(program, rest)).stdout)
  }
  const usedBy = async (/** @type {number[]} */ family) =>
    (await runFile(`${folder}/process-clock`, family.map(String))).stdout.trim().split('\n').map(Number)
  const isListening = steadily(() => (isThere(pid) ? wire.listeners(pid)[0] : undefined))

  try {
    await until(() => hasEnded() || isListening(), `${reader.name} listens`)
    if (hasEnded()) throw new Error(`${reader.name} ended: ${read()[1].trim()}`)
    const first = wire.passed(pid)
    const [before = 0, measured = 0] = counts
    if (rate > 0) await send(0, before)
    const family = familyOf(pid)
    const [used, passed] = [await usedBy(family), wire.passed(pid)]
    const { sent, refused, seconds: took } = rate > 0 ? await send(before, measured) : await idleFor(seconds)
    await pause(reader.settle)
    const usedNow = await usedBy(family)
    const frames = wire.passed(pid) - passed
    const cpu = usedNow.map((total, i) => total - (used[i] ?? 0))
    const measuredFor = took + reader.settle / 1000
    const memory = peakMemory(family)
    const all = wire.passed(pid) - first
    child.kill('SIGTERM')
    await until(hasEnded, `${reader.name} ends`)
    return {
      nanos: cpu.map((one) => one / frames),
      cores: cpu.reduce((sum, one) => sum + one, 0) / 1e9 / measuredFor,
      memory,
      passed: all,
      rate: sent / took,
      refused,
      told: reader.tell(...read()),
    }
  } finally {
    if (!hasEnded()) child.kill('SIGKILL')
  }
}

/** @param {number} seconds */
const idleFor = async (seconds) => {
  await pause(1000 * seconds)
  return { sent: 0, refused: 0, seconds }
}

/** False until `ip` has become the program inside the namespace. @param {number} pid */
const isThere = (pid) => {
  try {
    return !readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').startsWith('ip\0')
  } catch {
    return false
  }
}
