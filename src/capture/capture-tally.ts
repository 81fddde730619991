/** What is counted while a capture is read, and the rules that hold for a frame of any format: bounds, wire length, order of time. */
import type { Micros } from '../core/index.ts'
import type { FrameSink } from './frame-source.ts'

/** Longest frame that is believed: libpcap's MAXIMUM_SNAPLEN. */
export const MAX_FRAME = 262_144

/** Why reading stopped early. */
export type CaptureFaultReason =
  | 'empty'
  | 'unknown-format'
  | 'unsupported-version'
  | 'truncated'
  | 'bad-record-length'
  | 'bad-block-length'
  | 'block-too-long'
  | 'missing-section-header'
  | 'gzip-damaged'
  | 'read-failed'
  | 'aborted'

/** Where and why: nothing behind `offset` (bytes into the capture, after decompression) was read. */
export interface CaptureFault {
  readonly reason: CaptureFaultReason
  readonly offset: number
}

/** Reads one format. Synchronous, and given the same bytes it does the same however they are cut. */
export interface RecordReader {
  /** Set once it can go no further. */
  readonly fault: CaptureFault | null
  /** Delivers each whole record in `bytes[start, end)`; returns how many bytes it is done with. The rest must be given again. */
  onBytes(bytes: Uint8Array, start: number, end: number): number
  /** There is no more; `left` bytes were not taken. */
  onEnd(left: number): void
}

/** A record that leaves more than this unread is skipped or refused by its reader, so a buffer of this size never gets stuck. */
export const MAX_RECORD = 2 * MAX_FRAME

/** Counts and checks each frame on its way to the sink. */
export class CaptureTally {
  readonly #sink: FrameSink
  frames = 0
  /** pcapng sections; 1 for pcap. */
  sections = 0
  interfaces = 0
  readonly linkTypes = new Set<number>()
  /** Frames of which the capture kept only the beginning. */
  truncatedFrames = 0
  /** Frames longer than the snapshot length that the capture claims. */
  beyondSnapLength = 0
  /** Frames whose wire length is shorter than what was captured, or longer than a frame can be. */
  badWireLength = 0
  /** Frames that were left out because they are longer than MAX_FRAME. */
  oversizedFrames = 0
  /** Frames that were left out because their interface was never described. */
  strayFrames = 0
  /** Frames without a time of their own (simple packet blocks): they get that of the frame before. */
  untimedFrames = 0
  /** Frames earlier than the one before them. */
  timeReversals = 0
  /** Drops that the capturing system counted: null if the capture does not say. */
  systemDrops: number | null = null
  interfaceDrops: number | null = null
  #lastAt = 0 as Micros

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  /** Time of the frame before. */
  get lastAt(): Micros {
    return this.#lastAt
  }

  /** Hands on a frame of at most MAX_FRAME bytes that the capture says was `original` bytes long. */
  deliver(
    at: Micros,
    bytes: Uint8Array,
    start: number,
    end: number,
    original: number,
    linkType: number,
  ): void {
    const captured = end - start
    let wireLength = original
    if (original < captured || original > MAX_FRAME) {
      this.badWireLength++
      wireLength = original < captured ? captured : MAX_FRAME
    }
    if (captured < wireLength) this.truncatedFrames++
    if (at < this.#lastAt && this.frames > 0) this.timeReversals++
    this.#lastAt = at
    this.frames++
    this.#sink.onFrame(at, bytes, start, end, wireLength, linkType)
  }
}

/** Big-endian 32-bit unsigned integer at `at`; like all three, for places that were checked to lie within. */
export const readU32BigEndian = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)) >>>
  0

/** Little-endian 32-bit unsigned integer at `at`. */
export const readU32LittleEndian = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)) >>>
  0

/** Little-endian 16-bit unsigned integer at `at`. */
export const readU16LittleEndian = (bytes: Uint8Array, at: number): number =>
  (bytes[at] as number) | ((bytes[at + 1] as number) << 8)
