// @ts-check
/**
 * node observe.js DIST OPTIONS: starts a live source of the built program in DIST and keeps account of send.js's frames. OPTIONS is JSON: `class`
 * (RingSource, LibpcapSource, TcpdumpSource) or `open` (source for openSource), `options`, and `filters` as arrays. One command a line on standard input (`report`,
 * `filter MODE`, `stall MILLISECONDS`, `throw`, `stop`), one JSON answer a line; how start() ended is a line with `end` and needs no command.
 * The end of the input stops the source as well.
 */
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const [, , dist = '', json = '{}'] = process.argv
const capture = await import(pathToFileURL(join(dist, 'capture', 'index.js')).href)
const request = JSON.parse(json)
const EXPERIMENT = 0x88b5
const FIRST_BEACON = 0xffff_0000
const TAGS = new Set([0x8100, 0x88a8])
const KEPT = 1000

const seen = {
  delivered: 0,
  beacons: 0,
  beacon: 0,
  /** Frames whose number is not larger than the one before. */
  disorder: 0,
  /** Frames whose filling is not the sender's. */
  damaged: 0,
  /** @type {{ number: number, at: number, captured: number, wire: number, linkType: number, tags: number[][] }[]} */
  frames: [],
}
let last = -1
let isToThrow = false

/** @type {import('../../../src/capture/index.ts').FrameSink} */
const sink = {
  onFrame(at, bytes, start, end, wire, linkType) {
    const frame = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
    const tags = []
    let offset = 12
    while (offset + 6 < frame.length && TAGS.has(frame.readUInt16BE(offset))) {
      tags.push([frame.readUInt16BE(offset), frame.readUInt16BE(offset + 2)])
      offset += 4
    }
    if (offset + 6 > frame.length || frame.readUInt16BE(offset) !== EXPERIMENT) return
    if (isToThrow) throw new Error('the sink has had enough')
    const number = frame.readUInt32BE(offset + 2)
    if (number >= FIRST_BEACON) {
      seen.beacon = number
      seen.beacons++
      return
    }
    if (number <= last) seen.disorder++
    last = number
    for (let i = offset + 6; i < frame.length; i++) {
      // The sender fills frames of one shape once.
      if (frame[i] !== ((number + i) & 0xff) && frame[i] !== (i & 0xff)) {
        seen.damaged++
        break
      }
    }
    seen.delivered++
    if (seen.frames.length < KEPT)
      seen.frames.push({ number, at, captured: end - start, wire, linkType, tags })
  },
}

/** @param {object} answer */
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`)
const filters =
  request.filters === undefined
    ? null
    : { full: Uint8Array.from(request.filters.full), sampling: Uint8Array.from(request.filters.sampling) }

/** @returns {Promise<import('../../../src/capture/index.ts').FrameSource>} */
async function makeSource() {
  if (request.class !== undefined) return new capture[request.class]({ filters, ...request.options })
  const opened = await capture.openSource({ filters, source: request.open, ...request.options })
  say({ reason: opened.reason })
  return opened.source
}

/** @type {import('../../../src/capture/index.ts').FrameSource | null} */
let source = null
try {
  source = await makeSource()
  void source.start(sink).then(
    () => say({ end: 'resolved', statistics: source?.statistics() }),
    (error) => say({ end: 'rejected', message: error.message, reason: error.reason }),
  )
} catch (error) {
  const { message, reason } = /** @type {{ message: string, reason: string }} */ (error)
  say({ end: 'rejected', message, reason })
}

for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument] = line.split(' ')
  if (command === 'report') {
    const cpu = process.cpuUsage()
    say({ ...seen, statistics: source?.statistics(), cpuMicros: cpu.user + cpu.system })
  } else if (command === 'filter')
    say({ isSwapped: source?.useFilter(argument === 'sampling' ? 'sampling' : 'full') })
  else if (command === 'stall') {
    say({ stalls: true })
    const until = performance.now() + Number(argument)
    while (performance.now() < until);
  } else if (command === 'throw') {
    isToThrow = true
    say({ throws: true })
  } else if (command === 'anew') {
    source?.listenAnew()
    say({ begins: true })
  } else if (command === 'stop') source?.stop()
}
source?.stop()
