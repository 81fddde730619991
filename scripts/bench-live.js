// @ts-check
/**
 * npm run bench -- live: what reading a wire costs, reader by reader, on the same calls over a bridge in namespaces of its own. All in one run:
 * the ratios hold, the nanoseconds are this machine's. CPU is user + system time of the reader and its children for each frame on the wire; what
 * the kernel does for it while a frame passes is the sender's. Never a test.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { floorReader, isInstalled, programReader, sourceReader, tcpdumpReader } from './bench/live-readers.js'
import { measureRow } from './bench/live-row.js'
import { LiveWire } from './bench/live-wire.js'
import { writeRollingCalls } from './bench/traffic.js'
import { makeReady, PROJECT } from './lib/ready.js'

/** So long a row lasts at the highest rate, and below it. */
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 60)
const SECONDS_BELOW = Math.min(SECONDS, 20)
/** Calls before a row is measured: programs that compile themselves have done so then. */
const WARM_UP = 10
const IDLE_SECONDS = 20
const RATES = (process.env['BENCH_RATES'] ?? '10000,30000,60000').split(',').map(Number)
/** Shares of other traffic beside the calls, at the highest rate only. */
const OTHER_SHARES = [0.5, 0.9]
const FASTEST = Math.max(...RATES)
const PROGRAMS = ['frame-sender', 'ring-reader', 'process-clock']

const say = console.log

/** @param {string} reason */
const skip = (reason) => say(`skip: bench live (${reason})`)

/** Why it cannot run here, or null. */
const obstacle = () => {
  if (process.platform !== 'linux') return 'it needs Linux'
  if (process.getuid?.() !== 0) return 'it needs root, for namespaces and packet sockets'
  if (!isInstalled('ip')) return 'ip (iproute2) is not installed'
  if (compiler() === null) return 'no C compiler: neither cc nor gcc is installed'
  return null
}

const compiler = () => ['cc', 'gcc'].find(isInstalled) ?? null

/** @param {string} folder */
const compilePrograms = (folder) => {
  for (const name of PROGRAMS) {
    const source = join(PROJECT, 'scripts', 'bench', `${name}.c`)
    execFileSync(compiler() ?? 'cc', ['-O2', '-o', join(folder, name), source], { stdio: 'inherit' })
  }
}

/** The readers of the calls alone, and those of mixed traffic. @param {string} port @param {string} folder */
const chooseReaders = (port, folder) => {
  const hasTcpdump = isInstalled('tcpdump')
  if (!hasTcpdump) say('left out: tcpdump (not installed)')
  const ring = [
    floorReader(port, folder),
    ...['none', 'full', 'sampling'].map((filter) => sourceReader(port, 'ring', filter)),
    programReader(port, 'ring', 'none'),
    programReader(port, 'ring', 'auto'),
  ]
  const others = [
    sourceReader(port, 'libpcap'),
    programReader(port, 'libpcap', 'none'),
    ...(hasTcpdump ? [tcpdumpReader(port), sourceReader(port, 'tcpdump')] : []),
  ]
  return { ring, all: [...ring, ...others] }
}

/** @param {string | number} text @param {number} width */
const right = (text, width) => String(text).padStart(width)

/** @param {number | null} value @param {number} whole */
const percent = (value, whole) => (value === null ? '-' : `${((100 * value) / whole).toFixed(1)} %`)

/** @param {string} name @param {string} filter @param {(string | number)[]} cells */
const line = (name, filter, cells) =>
  say(`  ${name.padEnd(24)} ${filter.padEnd(9)}${cells.map((cell) => right(cell, 11)).join('')}`)

/**
 * @param {Omit<Parameters<typeof measureRow>[0], 'reader'>} bench
 * @param {import('./bench/live-readers.js').Reader[]} readers the floor first
 */
const benchAt = async (bench, readers) => {
  line('reader', 'filter', ['ns/packet', '× C', '% core', 'delivered', 'dropped', 'peak MB', 'kpps sent'])
  let floor = NaN
  for (const reader of readers) {
    try {
      const {
        nanos: shares,
        cores,
        memory,
        passed,
        rate,
        refused,
        told,
      } = await measureRow({ ...bench, reader })
      const nanos = shares.reduce((sum, one) => sum + one, 0)
      if (Number.isNaN(floor)) floor = nanos
      const sent = `${(rate / 1000).toFixed(1)}${refused > 0 ? '!' : ''}`
      const cells = [nanos.toFixed(0), (nanos / floor).toFixed(2), (100 * cores).toFixed(2)]
      cells.push(percent(told.delivered, passed))
      line(reader.name, reader.filter, [...cells, told.dropped ?? '-', memory.toFixed(0), sent])
      if (shares.length > 1) {
        const [own = '', ...below] = shares.map((one) => one.toFixed(0))
        say(`    of these ns ${own} its own, ${below.join(' + ')} of its child`)
      }
      if (told.note !== undefined) say(`    ${told.note}`)
    } catch (error) {
      say(`  ${reader.name}: left out (${error instanceof Error ? error.message : String(error)})`)
    }
  }
}

/** What the program costs while nothing happens. @param {LiveWire} wire @param {string} folder */
const benchIdle = async (wire, folder) => {
  const reader = programReader(wire.port, 'ring', 'auto')
  const { cores, memory } = await measureRow({
    ...{ wire, folder, traffic: '', rate: 0, counts: [], seconds: IDLE_SECONDS },
    reader,
  })
  say(`idle: ${reader.name}: ${(100 * cores).toFixed(2)} % of a core, ${memory.toFixed(0)} MB`)
}

/** @param {LiveWire} wire @param {string} folder */
const bench = async (wire, folder) => {
  const { all, ring } = chooseReaders(wire.port, folder)
  const traffic = join(folder, 'traffic.pcap')
  say('"delivered" is of all frames on the wire, of "run" the media packets in reports')
  const rows = [
    ...RATES.map((rate) => ({ rate, other: 0, readers: all })),
    ...OTHER_SHARES.map((other) => ({ rate: FASTEST, other, readers: ring })),
  ]
  await benchIdle(wire, folder)
  for (const { rate, other, readers } of rows) {
    const seconds = rate === FASTEST ? SECONDS : SECONDS_BELOW
    const counts = writeRollingCalls(traffic, { rate, warmUp: WARM_UP, seconds, other })
    say(`${rate / 1000} kpps, ${other * 100} % other traffic, ${seconds} s, calls of a minute`)
    await benchAt({ wire, folder, traffic, rate, counts, seconds }, readers)
  }
}

const main = async () => {
  const reason = obstacle()
  if (reason !== null) {
    skip(reason)
    return
  }
  makeReady({ build: true })
  const name = `cs-f-${String(process.pid)}`
  const folder = join(tmpdir(), name)
  const wire = new LiveWire(name)
  const clear = () => {
    wire.down()
    rmSync(folder, { recursive: true, force: true })
  }
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => {
      clear()
      process.exit(1)
    })
  }
  try {
    mkdirSync(folder, { recursive: true })
    compilePrograms(folder)
    try {
      wire.up()
    } catch (error) {
      skip(`no namespaces or bridges here: ${error instanceof Error ? error.message.trim() : String(error)}`)
      return
    }
    await bench(wire, folder)
  } finally {
    clear()
  }
}

await main()
