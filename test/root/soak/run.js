// @ts-check
/**
 * `callseal run` under 200 calls at a time that come and go, and under a flood from one host: the memory of both processes together (PSS) at the end
 * against that after a sixth of the time, when tables and compiled code are there. `run.js FOLDER SECONDS`.
 */
import { readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LiveWire } from '../../../scripts/bench/live-wire.js'
import { writeFlood, writeRollingCalls } from '../../../scripts/bench/traffic.js'
import { spawn } from 'node:child_process'
import { until } from '../lib/conditions.js'

const MAIN = resolve(import.meta.dirname, '../../../dist/app/main.js')
const CALLS_RATE = 20_000
const FLOOD_RATE = 1000
const CALL_SECONDS = 10
const FILE_SECONDS = 30
const MOST_GROWTH = 1.1
/** Until then the heap of a young program finds its size, on a busy machine too. Of half an hour the fifth minute counts. */
const YOUNG_SECONDS = 45
const MOST_MEGABYTES = 300

const [folder = '', words = '120'] = process.argv.slice(2)
const seconds = Number(words)

/** @param {number} pid @returns {number} MB, shared pages by their share */
const pssOf = (pid) =>
  Number(/^Pss:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1024

/** @param {number} pid */
const familyOf = (pid) => [
  pid,
  ...readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
]

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
  const run = start(
    wire.tap,
    [process.execPath, MAIN, 'run', '--interface', wire.port, '--json'],
    ['ignore', 'pipe', 'pipe'],
  )
  let reports = 0
  let talk = ''
  run.stdout?.setEncoding('utf8').on('data', (piece) => (reports += piece.split('\n').length - 1))
  run.stderr?.setEncoding('utf8').on('data', (piece) => (talk += piece))
  await until('callseal run to listen', 30, () => talk.includes('listening on'))
  for (const [file, rate] of /** @type {const} */ ([
    [calls, CALLS_RATE],
    [flood, FLOOD_RATE],
  ]))
    start(
      wire.ends,
      [`${folder}/frame-sender`, file, ...wire.far, ...[rate, 0, rate * seconds, 1_000_000].map(String)],
      'ignore',
    )
  const began = performance.now()
  /** @type {number[]} */
  const samples = []
  await until('the time to pass', seconds + 60, () => {
    const passed = (performance.now() - began) / 1000
    if (run.exitCode !== null) throw new Error(`callseal run ended: ${talk}`)
    if (passed > samples.length)
      samples.push(familyOf(run.pid ?? 0).reduce((sum, pid) => sum + pssOf(pid), 0))
    return passed >= seconds
  })
  // The highest of some seconds: a collection may just have been or just be due.
  const highest = (/** @type {number} */ from) =>
    Math.max(...samples.slice(from, from + Math.ceil(seconds / 12)))
  const grownUp = Math.max(YOUNG_SECONDS, Math.floor(seconds / 6))
  const early = highest(grownUp)
  const late = highest(samples.length - Math.ceil(seconds / 12))
  const isFlat = late <= MOST_GROWTH * early && late <= MOST_MEGABYTES
  console.log(
    `${isFlat ? 'ok' : 'FAILED'}: ${seconds} s, ${reports} reports: ${early.toFixed(0)} MB (PSS) after ${grownUp} s, ${late.toFixed(0)} MB at the end`,
  )
  const trouble = talk.split('\n').filter((line) => line.includes('started again'))
  if (trouble.length > 0) console.log(`FAILED: ${trouble.join('; ')}`)
  process.exitCode = isFlat && trouble.length === 0 && reports > seconds ? 0 : 1
} finally {
  for (const child of children) child.kill('SIGKILL')
  wire.down()
  for (const file of [calls, flood]) rmSync(file, { force: true })
}
