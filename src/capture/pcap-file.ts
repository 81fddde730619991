/** The pcap format (draft-ietf-opsawg-pcap): µs, ns and Kuznetzov's variant, either byte order. */
import type { Micros } from '../core/index.ts'
import {
  MAX_FRAME,
  readU16LittleEndian,
  readU32BigEndian,
  readU32LittleEndian,
  type CaptureFault,
  type CaptureTally,
  type RecordReader,
} from './capture-tally.ts'

/** Magic numbers in the byte order of the machine that wrote the file. */
const PCAP_MAGIC = { micros: 0xa1b2c3d4, nanos: 0xa1b23c4d, kuznetzov: 0xa1b2cd34 } as const

const FILE_HEADER = 24
const RECORD_HEADER = 16
/** Kuznetzov's patch added interface index, protocol and packet type. */
const LONG_RECORD_HEADER = 24

/** True if `magic`, read in some byte order, begins a pcap file of that byte order. */
export const isPcapMagic = (magic: number): boolean =>
  magic === PCAP_MAGIC.micros || magic === PCAP_MAGIC.nanos || magic === PCAP_MAGIC.kuznetzov

export class PcapReader implements RecordReader {
  readonly #tally: CaptureTally
  fault: CaptureFault | null = null
  /** Bytes of the capture that are done with. */
  #offset = 0
  #isLittleEndian = true
  #headerLength = 0
  #divisor = 1
  #snapLength = 0
  #linkType = 0

  constructor(tally: CaptureTally) {
    this.#tally = tally
  }

  onBytes(bytes: Uint8Array, start: number, end: number): number {
    let at = start
    if (this.#headerLength === 0) {
      if (end - at < FILE_HEADER || this.fault !== null) return 0
      this.#readHeader(bytes, at)
      at += FILE_HEADER
    }
    if (this.fault === null) at = this.#readRecords(bytes, start, at, end)
    this.#offset += at - start
    return at - start
  }

  onEnd(left: number): void {
    if (this.fault === null && (left > 0 || this.#offset === 0)) {
      this.fault = { reason: 'truncated', offset: this.#offset }
    }
  }

  #readHeader(bytes: Uint8Array, at: number): void {
    this.#isLittleEndian = isPcapMagic(readU32LittleEndian(bytes, at))
    const magic = this.#readU32(bytes, at)
    const major = this.#isLittleEndian
      ? readU16LittleEndian(bytes, at + 4)
      : this.#readU32(bytes, at + 4) >>> 16
    this.#headerLength = magic === PCAP_MAGIC.kuznetzov ? LONG_RECORD_HEADER : RECORD_HEADER
    if (major !== 2) {
      this.fault = { reason: 'unsupported-version', offset: this.#offset }
      return
    }
    this.#divisor = magic === PCAP_MAGIC.nanos ? 1000 : 1
    this.#snapLength = this.#readU32(bytes, at + 16)
    // The upper half says whether an FCS is there; lengths in the packet cut it off anyway.
    this.#linkType = this.#readU32(bytes, at + 20) & 0xffff
    this.#tally.sections = 1
    this.#tally.interfaces = 1
    this.#tally.linkTypes.add(this.#linkType)
  }

  #readU32(bytes: Uint8Array, at: number): number {
    return this.#isLittleEndian ? readU32LittleEndian(bytes, at) : readU32BigEndian(bytes, at)
  }

  /** Returns where the first record begins that is not whole. */
  #readRecords(bytes: Uint8Array, start: number, from: number, end: number): number {
    const read = this.#isLittleEndian ? readU32LittleEndian : readU32BigEndian
    const headerLength = this.#headerLength
    let at = from
    while (at + headerLength <= end) {
      const captured = read(bytes, at + 8)
      if (captured > MAX_FRAME) {
        this.fault = { reason: 'bad-record-length', offset: this.#offset + at - start }
        break
      }
      const frame = at + headerLength
      const next = frame + captured
      if (next > end) break
      const fraction = read(bytes, at + 4)
      const time =
        read(bytes, at) * 1_000_000 + (this.#divisor === 1 ? fraction : Math.floor(fraction / this.#divisor))
      if (captured > this.#snapLength && this.#snapLength !== 0) this.#tally.beyondSnapLength++
      this.#tally.deliver(time as Micros, bytes, frame, next, read(bytes, at + 12), this.#linkType)
      at = next
    }
    return at
  }
}
