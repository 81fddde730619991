/**
 * The pcapng format (draft-ietf-opsawg-pcapng): sections of either byte order, many interfaces, enhanced, simple and obsolete packet blocks,
 * drop counters of interface statistics. Every other block is stepped over, whatever its length; damage ends the reading where it stands.
 */
import type { Micros } from '../core/index.ts'
import {
  MAX_FRAME,
  MAX_RECORD,
  readU16LittleEndian,
  readU32BigEndian,
  readU32LittleEndian,
  type CaptureFault,
  type CaptureFaultReason,
  type CaptureTally,
  type RecordReader,
} from './capture-tally.ts'
import { DEFAULT_CLOCK, parseResolution, toMicros, type InterfaceClock } from './pcapng-time.ts'

/** Block types (draft-ietf-opsawg-pcapng §11.1) that are read. */
export const PCAPNG_BLOCK = {
  interface: 1,
  obsoletePacket: 2,
  simplePacket: 3,
  statistics: 5,
  enhancedPacket: 6,
  section: 0x0a0d0d0a,
} as const

/** Reads the same in either byte order of the file. */
const BYTE_ORDER_MAGIC = 0x1a2b3c4d

/** Options of interface descriptions and statistics (draft §4.2, §4.6). */
const OPTION = { end: 0, tsResolution: 9, tsOffset: 14, interfaceDrops: 5, systemDrops: 7 } as const

/** Interfaces of one section that are kept. */
const MAX_INTERFACES = 10_000
/** Type, length before and length behind. */
const MIN_BLOCK = 12
const MIN_SECTION = 28

interface CaptureInterface {
  readonly linkType: number
  readonly snapLength: number
  readonly clock: InterfaceClock
  interfaceDrops: number
  systemDrops: number
}

export class PcapngReader implements RecordReader {
  readonly #tally: CaptureTally
  fault: CaptureFault | null = null
  /** Capture offset of the first byte of the current call. */
  #offset = 0
  #isLittleEndian = true
  #hasSection = false
  #interfaces: CaptureInterface[] = []
  /** Bytes of a block that is stepped over, without its last four, which must repeat `#skippedLength`. */
  #skip = 0
  #skippedLength = 0
  #skippedFrom = 0

  constructor(tally: CaptureTally) {
    this.#tally = tally
  }

  onBytes(bytes: Uint8Array, start: number, end: number): number {
    let at = start
    while (this.fault === null) {
      const next =
        this.#skippedLength > 0 ? this.#skipOn(bytes, at, end) : this.#readBlock(bytes, at, end, start)
      if (next === at) break
      at = next
    }
    this.#offset += at - start
    return at - start
  }

  onEnd(left: number): void {
    if (this.fault !== null) return
    if (this.#skippedLength > 0) this.fault = { reason: 'truncated', offset: this.#skippedFrom }
    else if (left > 0) this.fault = { reason: 'truncated', offset: this.#offset }
  }

  #fail(reason: CaptureFaultReason, offset: number): void {
    this.fault = { reason, offset }
  }

  #u32(bytes: Uint8Array, at: number): number {
    return this.#isLittleEndian ? readU32LittleEndian(bytes, at) : readU32BigEndian(bytes, at)
  }

  #u16(bytes: Uint8Array, at: number): number {
    return this.#isLittleEndian ? readU16LittleEndian(bytes, at) : readU32BigEndian(bytes, at) >>> 16
  }

  /** Goes on with a long block; the length behind it is checked like any other's. */
  #skipOn(bytes: Uint8Array, at: number, end: number): number {
    const step = Math.min(this.#skip, end - at)
    this.#skip -= step
    const next = at + step
    if (this.#skip > 0 || next + 4 > end) return next
    if (this.#u32(bytes, next) !== this.#skippedLength) this.#fail('bad-block-length', this.#skippedFrom)
    this.#skippedLength = 0
    return next + 4
  }

  /** Takes one block; returns where the next one begins, or `at` if more bytes are needed or nothing more can be read. */
  #readBlock(bytes: Uint8Array, at: number, end: number, start: number): number {
    if (at + MIN_BLOCK > end) return at
    const offset = this.#offset + at - start
    const type = this.#u32(bytes, at)
    if (type === PCAPNG_BLOCK.section) return this.#readSection(bytes, at, end, offset)
    if (!this.#hasSection) {
      this.#fail('missing-section-header', offset)
      return at
    }
    const length = this.#u32(bytes, at + 4)
    if (length < MIN_BLOCK || (length & 3) !== 0) {
      this.#fail('bad-block-length', offset)
      return at
    }
    if (length > MAX_RECORD) return this.#skipLong(type, length, at, offset)
    const next = at + length
    if (next > end) return at
    if (this.#u32(bytes, next - 4) !== length) {
      this.#fail('bad-block-length', offset)
      return at
    }
    this.#readBody(type, bytes, at + 8, next - 4, offset)
    return this.fault === null ? next : at
  }

  #skipLong(type: number, length: number, at: number, offset: number): number {
    if (type === PCAPNG_BLOCK.interface || type === PCAPNG_BLOCK.statistics) {
      this.#fail('block-too-long', offset)
      return at
    }
    if (isPacketBlock(type)) this.#tally.oversizedFrames++
    this.#startSkip(length, 8, offset)
    return at + 8
  }

  #startSkip(length: number, done: number, offset: number): void {
    this.#skippedLength = length
    this.#skippedFrom = offset
    this.#skip = length - done - 4
  }

  /** A section begins: byte order and interfaces start anew. Its options tell nothing that is needed, so they are stepped over. */
  #readSection(bytes: Uint8Array, at: number, end: number, offset: number): number {
    const isLittleEndian = readU32LittleEndian(bytes, at + 8) === BYTE_ORDER_MAGIC
    if (!isLittleEndian && readU32BigEndian(bytes, at + 8) !== BYTE_ORDER_MAGIC) {
      this.#fail('bad-block-length', offset)
      return at
    }
    if (at + 16 > end) return at
    this.#isLittleEndian = isLittleEndian
    const length = this.#u32(bytes, at + 4)
    if (length < MIN_SECTION || (length & 3) !== 0) {
      this.#fail('bad-block-length', offset)
      return at
    }
    if (this.#u16(bytes, at + 12) !== 1) {
      this.#fail('unsupported-version', offset)
      return at
    }
    this.#hasSection = true
    this.#interfaces = []
    this.#tally.sections++
    this.#startSkip(length, 16, offset)
    return at + 16
  }

  /** The inside `[at, end)` of a whole block. */
  #readBody(type: number, bytes: Uint8Array, at: number, end: number, offset: number): void {
    switch (type) {
      case PCAPNG_BLOCK.enhancedPacket:
        this.#readPacket(this.#u32(bytes, at), bytes, at, end, offset)
        break
      case PCAPNG_BLOCK.obsoletePacket:
        this.#readObsoletePacket(bytes, at, end, offset)
        break
      case PCAPNG_BLOCK.simplePacket:
        this.#readSimplePacket(bytes, at, end, offset)
        break
      case PCAPNG_BLOCK.interface:
        this.#readInterface(bytes, at, end, offset)
        break
      case PCAPNG_BLOCK.statistics:
        this.#readStatistics(bytes, at, end)
        break
      default:
        break
    }
  }

  /** Enhanced and obsolete packet blocks differ only in their first word. */
  #readPacket(id: number, bytes: Uint8Array, at: number, end: number, offset: number): void {
    const start = at + 20
    if (start > end) {
      this.#fail('bad-block-length', offset)
      return
    }
    const captured = this.#u32(bytes, at + 12)
    const source = this.#interfaces[id]
    if (captured > end - start) this.#fail('bad-record-length', offset)
    else if (source === undefined) this.#tally.strayFrames++
    else {
      const time = toMicros(this.#u32(bytes, at + 4), this.#u32(bytes, at + 8), source.clock)
      this.#deliver(source, time, bytes, start, captured, this.#u32(bytes, at + 16))
    }
  }

  #readObsoletePacket(bytes: Uint8Array, at: number, end: number, offset: number): void {
    if (at + 4 > end) {
      this.#fail('bad-block-length', offset)
      return
    }
    const drops = this.#u16(bytes, at + 2)
    // 0xFFFF: the writer did not know.
    if (drops !== 0xffff) this.#tally.systemDrops = (this.#tally.systemDrops ?? 0) + drops
    this.#readPacket(this.#u16(bytes, at), bytes, at, end, offset)
  }

  /** A simple packet has neither interface (it is the first one) nor time nor captured length. */
  #readSimplePacket(bytes: Uint8Array, at: number, end: number, offset: number): void {
    const start = at + 4
    if (start > end) {
      this.#fail('bad-block-length', offset)
      return
    }
    const original = this.#u32(bytes, at)
    const source = this.#interfaces[0]
    const limit =
      source === undefined || source.snapLength === 0 ? original : Math.min(original, source.snapLength)
    if (source === undefined) {
      this.#tally.strayFrames++
      return
    }
    this.#tally.untimedFrames++
    this.#deliver(source, this.#tally.lastAt, bytes, start, Math.min(limit, end - start), original)
  }

  #deliver(
    source: CaptureInterface,
    time: Micros,
    bytes: Uint8Array,
    start: number,
    captured: number,
    original: number,
  ): void {
    if (captured > MAX_FRAME) {
      this.#tally.oversizedFrames++
      return
    }
    if (captured > source.snapLength && source.snapLength !== 0) this.#tally.beyondSnapLength++
    this.#tally.deliver(time, bytes, start, start + captured, original, source.linkType)
  }

  #readInterface(bytes: Uint8Array, at: number, end: number, offset: number): void {
    if (at + 8 > end) {
      this.#fail('bad-block-length', offset)
      return
    }
    // Frames of an interface that is not kept are counted as stray.
    if (this.#interfaces.length === MAX_INTERFACES) return
    const linkType = this.#u16(bytes, at)
    this.#interfaces.push({
      linkType,
      snapLength: this.#u32(bytes, at + 4),
      clock: this.#readClock(bytes, at + 8, end),
      interfaceDrops: 0,
      systemDrops: 0,
    })
    this.#tally.interfaces++
    this.#tally.linkTypes.add(linkType)
  }

  #readClock(bytes: Uint8Array, at: number, end: number): InterfaceClock {
    const resolution = this.#findOption(OPTION.tsResolution, 1, bytes, at, end)
    const offset = this.#findOption(OPTION.tsOffset, 8, bytes, at, end)
    if (resolution < 0 && offset < 0) return DEFAULT_CLOCK
    return parseResolution(
      resolution < 0 ? 6 : (bytes[resolution] as number),
      offset < 0 ? 0 : this.#i64(bytes, offset),
    )
  }

  /** The last value counts: the numbers are totals since the interface was opened. */
  #readStatistics(bytes: Uint8Array, at: number, end: number): void {
    const source = at + 12 <= end ? this.#interfaces[this.#u32(bytes, at)] : undefined
    if (source === undefined) return
    const interfaceDrops = this.#findOption(OPTION.interfaceDrops, 8, bytes, at + 12, end)
    if (interfaceDrops >= 0) {
      const value = this.#u64(bytes, interfaceDrops)
      this.#tally.interfaceDrops = (this.#tally.interfaceDrops ?? 0) + value - source.interfaceDrops
      source.interfaceDrops = value
    }
    const systemDrops = this.#findOption(OPTION.systemDrops, 8, bytes, at + 12, end)
    if (systemDrops >= 0) {
      const value = this.#u64(bytes, systemDrops)
      this.#tally.systemDrops = (this.#tally.systemDrops ?? 0) + value - source.systemDrops
      source.systemDrops = value
    }
  }

  /** Where the value of option `code` of at least `length` bytes begins, or -1. */
  #findOption(code: number, length: number, bytes: Uint8Array, from: number, end: number): number {
    let at = from
    while (at + 4 <= end) {
      const found = this.#u16(bytes, at)
      const size = this.#u16(bytes, at + 2)
      if (found === OPTION.end || at + 4 + size > end) return -1
      if (found === code && size >= length) return at + 4
      at += 4 + ((size + 3) & ~3)
    }
    return -1
  }

  /** Unsigned, exact up to 2^53; all ones is "unknown" and counts as 0. */
  #u64(bytes: Uint8Array, at: number): number {
    const high = this.#u32(bytes, this.#isLittleEndian ? at + 4 : at)
    const low = this.#u32(bytes, this.#isLittleEndian ? at : at + 4)
    return high === 0xffff_ffff && low === 0xffff_ffff ? 0 : high * 0x1_0000_0000 + low
  }

  #i64(bytes: Uint8Array, at: number): number {
    const high = this.#u32(bytes, this.#isLittleEndian ? at + 4 : at) | 0
    const low = this.#u32(bytes, this.#isLittleEndian ? at : at + 4)
    return high * 0x1_0000_0000 + low
  }
}

const isPacketBlock = (type: number): boolean =>
  type === PCAPNG_BLOCK.enhancedPacket ||
  type === PCAPNG_BLOCK.simplePacket ||
  type === PCAPNG_BLOCK.obsoletePacket
