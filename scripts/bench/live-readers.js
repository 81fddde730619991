// @ts-check
/** Everything that can read the bench's wire, and how each tells what it got. */
import { spawnSync } from 'node:child_process'

/**
 * @typedef {object} Told what a reader got from its start to its end
 * @property {number | null} delivered frames; null: it does not tell
 * @property {number | null} dropped by the kernel's count
 * @property {string} [note]
 */
/**
 * @typedef {object} Reader
 * @property {string} name
 * @property {string[]} argv
 * @property {string} filter in the kernel
 * @property {number} settle milliseconds until what it holds back is read
 * @property {(output: string, talk: string) => Told} tell
 */

/** @param {string} output */
const tellJson = (output) => {
  const { delivered, dropped } = JSON.parse(output)
  return { delivered, dropped }
}

/** @param {string} talk @param {string} what */
const numberBefore = (talk, what) => {
  const line = talk.split('\n').find((one) => one.includes(what))
  return line === undefined ? null : Number.parseInt(line, 10)
}

/** The last report of each call has the media packets that were judged. @param {string} output @param {string} talk */
const tellReports = (output, talk) => {
  /** @type {Map<string, number>} */
  const packets = new Map()
  for (const line of output.split('\n')) {
    if (line === '') continue
    const row = JSON.parse(line)
    if (row.type !== 'call') continue
    let sum = 0
    for (const stream of row.media ?? []) sum += stream.packets
    packets.set(row.id, sum)
  }
  let delivered = 0
  for (const sum of packets.values()) delivered += sum
  const blind = talk.split('\n').find((line) => line.includes('cannot see everything'))
  const sampled = talk.includes('media are sampled') ? ', sampled' : ''
  const note = `${String(packets.size)} calls${sampled}${blind === undefined ? '' : `, ${blind.replace('callseal: ', '')}`}`
  return { delivered, dropped: null, note }
}

/** @param {string} port @param {string} folder where the compiled programs are @returns {Reader} */
export const floorReader = (port, folder) => ({
  name: 'C, TPACKET_V3',
  argv: [`${folder}/ring-reader`, port],
  filter: 'none',
  settle: 400,
  tell: tellJson,
})

/** @param {string} port @returns {Reader} */
export const tcpdumpReader = (port) => ({
  name: 'tcpdump -w /dev/null',
  argv: ['tcpdump', '-n', '-i', port, '-w', '/dev/null'],
  filter: 'none',
  // It holds packets for a second.
  settle: 1500,
  tell: (_, talk) => ({
    delivered: numberBefore(talk, 'packets captured'),
    dropped: numberBefore(talk, 'packets dropped by kernel'),
  }),
})

/** @param {string} port @param {string} source @param {string} [filter] @returns {Reader} */
export const sourceReader = (port, source, filter = 'none') => ({
  name: `callseal source: ${source}`,
  argv: [process.execPath, 'scripts/bench/counting-sink.js', port, source, filter],
  filter,
  settle: 400,
  tell: tellJson,
})

/** @param {string} port @param {string} source @param {'auto' | 'none'} filter @returns {Reader} */
export const programReader = (port, source, filter) => ({
  name: `callseal run: ${source}`,
  argv: [
    ...[process.execPath, 'dist/app/main.js', 'run', '--interface', port, '--json'],
    ...['--source', source, '--filter', filter],
  ],
  filter: filter === 'auto' && source === 'ring' ? 'full' : 'none',
  settle: 1000,
  tell: tellReports,
})

/** @param {string} program */
export const isInstalled = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
