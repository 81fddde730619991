// @ts-check
/**
 * A source that plays a capture at a pace, as if its frames came from a wire now: each is stamped with the wall clock of its delivery. Plain
 * JavaScript, because the engine processes of tests load it too.
 */
import { readFileSync } from 'node:fs'

/** @typedef {{ offset: number, bytes: Uint8Array }} PacedFrame offset in microseconds from the first */

/**
 * The frames of a classic little-endian pcap with Ethernet frames, as the cases have it.
 * @param {string} path @returns {PacedFrame[]}
 */
export function framesOf(path) {
  const file = readFileSync(path)
  if (file.readUInt32LE(0) !== 0xa1b2c3d4 || file.readUInt32LE(20) !== 1)
    throw new Error(`${path}: not such a pcap`)
  /** @type {PacedFrame[]} */
  const frames = []
  let first = NaN
  for (let at = 24; at < file.length;) {
    const time = file.readUInt32LE(at) * 1e6 + file.readUInt32LE(at + 4)
    const length = file.readUInt32LE(at + 8)
    if (frames.length === 0) first = time
    frames.push({ offset: time - first, bytes: new Uint8Array(file.subarray(at + 16, at + 16 + length)) })
    at += 16 + length
  }
  return frames
}

const STEP = 10

/**
 * @typedef {object} Pace
 * @property {{ monotonic: () => number, wall: () => number }} clocks microseconds
 * @property {(interval: number, callback: () => void) => () => void} every milliseconds
 * @property {number} [speed] capture time per time; 1 if absent
 * @property {boolean} [repeat] plays again and again, each time with other Call-IDs
 */

/** See the head of this file. It implements FrameSource, whose `memory` it calls itself. */
export class PacedSource {
  name = /** @type {const} */ ('memory')
  received = 0
  /** Set by tests: what the kernel would have lost. @type {number} */
  dropped = 0
  /** @type {number | null} */
  fill = null
  /** @type {'full' | 'sampling' | null} */
  filter = null
  /** The programs that were put in force last. @type {import('../../src/capture/index.ts').KernelFilters | null} */
  filters = null
  #next = 0
  #round = 0
  #startedAt = 0
  #stop = () => {}
  #isStopped = false
  /** @type {(error: Error) => void} */
  #fail = () => {}

  /** @param {readonly PacedFrame[]} frames @param {Pace} pace */
  constructor(frames, pace) {
    this.frames = frames
    this.pace = pace
  }

  /** @param {{ onFrame: Function }} sink @returns {Promise<void>} */
  start(sink) {
    if (this.#isStopped) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#startedAt = this.pace.clocks.monotonic()
      const cancel = this.pace.every(STEP, () => this.#deliver(sink))
      this.#stop = () => {
        cancel()
        resolve()
      }
      this.#fail = (error) => {
        cancel()
        reject(error)
      }
    })
  }

  /** As if the interface were lost for good. @param {Error} error */
  fail(error) {
    this.#fail(error)
  }

  /** @param {{ onFrame: Function }} sink */
  #deliver(sink) {
    const played = (this.pace.clocks.monotonic() - this.#startedAt) * (this.pace.speed ?? 1)
    if (this.isDeaf) return
    for (let frame = this.frames[this.#next]; frame !== undefined && frame.offset <= played;) {
      const { bytes } = frame
      this.received++
      sink.onFrame(this.pace.clocks.wall(), bytes, 0, bytes.length, bytes.length, 1)
      frame = this.frames[++this.#next]
    }
    if (this.#next < this.frames.length || this.pace.repeat !== true) return
    this.#next = 0
    this.#startedAt = this.pace.clocks.monotonic()
    this.frames = this.frames.map((frame) => ({ ...frame, bytes: withOtherCallId(frame.bytes, this.#round) }))
    this.#round++
  }

  stop() {
    this.#isStopped = true
    this.#stop()
  }

  /** Set by tests: nothing is heard any more. */
  isDeaf = false
  /** How often it was asked to begin anew. */
  anew = 0

  listenAnew() {
    this.anew++
  }

  /** @param {'full' | 'sampling'} mode @param {import('../../src/capture/index.ts').KernelFilters} [filters] */
  useFilter(mode, filters) {
    if (this.filter === null) return false
    this.filter = mode
    if (filters !== undefined) this.filters = filters
    return true
  }

  statistics() {
    const { received, dropped, fill, filter } = this
    return { received, dropped, interfaceDropped: null, freezes: null, fill, filter }
  }
}

/** Turns the first characters behind `Call-ID: ` into a number. @param {Uint8Array} bytes @param {number} round */
function withOtherCallId(bytes, round) {
  const copy = Buffer.from(bytes)
  const at = copy.indexOf('Call-ID: ')
  if (at >= 0) copy.write(String(round % 1e6).padStart(6, '0'), at + 9, 'latin1')
  return new Uint8Array(copy)
}
