// @ts-check
/**
 * Engine and box as their units start them, with panel, journal, metrics and a real broker, under 200 calls at a time that come and go and under a flood
 * from one host: the memory of both together (PSS) at the end against that after a sixth of the time, when tables and compiled code are there.
 * `run.js FOLDER SECONDS`.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LiveWire } from '../../../scripts/bench/live-wire.js'
import { writeFlood, writeRollingCalls } from '../../../scripts/bench/traffic.js'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { until } from '../lib/conditions.js'

const MAIN = resolve(import.meta.dirname, '../../../dist/app/main.js')
const CALLS_RATE = 20_000
/** Of packets a second of the flood; a run without it has calls only. */
const FLOOD_RATE = process.env['CALLSEAL_SOAK_FLOOD'] === '0' ? 0 : 1000
const CALL_SECONDS = 10
const FILE_SECONDS = 30
const MOST_GROWTH = 1.1
/** Until then the heap of a young program finds its size, on a busy machine too. Of half an hour the fifth minute counts. */
const YOUNG_SECONDS = 45
/** A flood of new calls fills every table; what is promised of a box is that without one it takes at most 200 MB. */
const MOST_MEGABYTES = FLOOD_RATE === 0 ? 200 : 300

const [folder = '', wanted = '120'] = process.argv.slice(2)
const seconds = Number(wanted)

const BROKER_PORT = 18_830
const METRICS_PORT = 19_764

/** @param {boolean} broker */
const configuration = (broker) =>
  [
    `journal:\n  folder: ${join(folder, 'state/journal')}`,
    `metrics:\n  address: 127.0.0.1\n  port: ${METRICS_PORT}`,
    broker ? `mqtt:\n  url: mqtt://127.0.0.1:${BROKER_PORT}\n  phones: true\n  display: true` : '',
    '',
  ].join('\n')

/** @param {number} pid @returns {number} MB, shared pages by their share */
const pssOf = (pid) =>
  Number(/^Pss:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1024

const calls = join(folder, 'calls.pcap')
const flood = join(folder, 'flood.pcap')
writeRollingCalls(calls, { rate: CALLS_RATE, warmUp: 5, seconds: FILE_SECONDS, callSeconds: CALL_SECONDS })
writeFlood(flood, { packets: FLOOD_RATE * FILE_SECONDS })

const wire = new LiveWire(`cs-k-${process.pid}`)
/** @type {import('node:child_process').ChildProcess[]} */
const children = []
/** @param {string} space @param {string[]} command @param {import('node:child_process').StdioOptions} stdio */
const start = (space, command, stdio) => {
  const [program = '', ...argv] = wire.inside(space, command)
  const child = spawn(program, argv, { stdio })
  children.push(child)
  return child
}

try {
  wire.up()
  execFileSync('ip', ['-n', wire.ends, 'link', 'set', 'lo', 'up'])
  const broker = spawnSync('mosquitto', ['-h']).error === undefined
  if (broker) start(wire.ends, ['mosquitto', '-p', String(BROKER_PORT)], 'ignore')
  else console.log('skip: the soak with a broker (mosquitto is not installed)')
  writeFileSync(join(folder, 'config.yaml'), configuration(broker))
  const options = ['--config', join(folder, 'config.yaml'), '--socket', join(folder, 'engine.sock')]
  const node = [process.execPath, '--max-old-space-size=192', '--max-semi-space-size=4', MAIN]
  const engine = start(
    wire.tap,
    [...node, 'run-engine', '--interface', wire.port, ...options],
    ['ignore', 'ignore', 'pipe'],
  )
  // The broker is heard where the far ends are: the tapped side has no address.
  const control = ['--control', join(folder, 'control.sock')]
  const box = start(wire.ends, [...node, 'run-box', ...control, ...options], ['ignore', 'pipe', 'pipe'])
  let reports = 0
  let talk = ''
  engine.stderr?.setEncoding('utf8').on('data', (piece) => (talk += piece))
  box.stdout?.setEncoding('utf8').on('data', (piece) => (reports += piece.split('\n').length - 1))
  box.stderr?.setEncoding('utf8').on('data', (piece) => (talk += piece))
  await until(
    'engine and box to listen',
    30,
    () => talk.includes('listening on') && (!broker || talk.includes('connected to the broker')),
  )
  for (const [file, rate] of /** @type {const} */ ([
    [calls, CALLS_RATE],
    [flood, FLOOD_RATE],
  ])) {
    if (rate === 0) continue
    start(
      wire.ends,
      [`${folder}/frame-sender`, file, ...wire.far, ...[rate, 0, rate * seconds, 1_000_000].map(String)],
      'ignore',
    )
  }
  const began = performance.now()
  /** @type {[number, number][]} */
  const samples = []
  await until('the time to pass', seconds + 60, () => {
    const passed = (performance.now() - began) / 1000
    if (engine.exitCode !== null || box.exitCode !== null) throw new Error(`it ended: ${talk}`)
    if (passed > samples.length) samples.push([pssOf(engine.pid ?? 0), pssOf(box.pid ?? 0)])
    return passed >= seconds
  })
  // The highest of some seconds: a collection may just have been or just be due.
  const highest = (/** @type {number} */ from) => {
    const some = samples.slice(from, from + Math.ceil(seconds / 12))
    return some.reduce((most, one) => (one[0] + one[1] > most[0] + most[1] ? one : most), [0, 0])
  }
  const grownUp = Math.max(YOUNG_SECONDS, Math.floor(seconds / 6))
  const sumOf = (/** @type {number[]} */ [ofEngine = 0, ofBox = 0]) => ofEngine + ofBox
  const early = highest(grownUp)
  const late = highest(samples.length - Math.ceil(seconds / 12))
  const isFlat = sumOf(late) <= MOST_GROWTH * sumOf(early) && sumOf(late) <= MOST_MEGABYTES
  const words = (/** @type {number[]} */ [ofEngine = 0, ofBox = 0]) =>
    `${(ofEngine + ofBox).toFixed(0)} MB (${ofEngine.toFixed(0)} engine, ${ofBox.toFixed(0)} box)`
  console.log(
    `${isFlat ? 'ok' : 'FAILED'}: ${seconds} s, ${reports} lines of the box: ${words(early)} after ${grownUp} s, ${words(late)} at the end (PSS)`,
  )
  const trouble = talk.split('\n').filter((line) => /no engine|says nothing|makes no sense/u.test(line))
  if (trouble.length > 0) console.log(`FAILED: ${trouble.join('; ')}`)
  process.exitCode = isFlat && trouble.length === 0 && reports > seconds ? 0 : 1
} finally {
  for (const child of children) child.kill('SIGKILL')
  wire.down()
  for (const file of [calls, flood]) rmSync(file, { force: true })
}
