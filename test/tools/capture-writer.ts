/** Writes capture files for tests: pcap in all its kinds and pcapng block by block, in either byte order. */
import { concat } from './packet-builder.ts'

/** A frame with its time in microseconds (a fraction is nanoseconds). */
export interface WrittenFrame {
  readonly at: number
  readonly bytes: Uint8Array
  readonly wireLength?: number
}

const u16 = (value: number, big: boolean): number[] => {
  const bytes = [value & 0xff, (value >>> 8) & 0xff]
  return big ? bytes.reverse() : bytes
}

const u32 = (value: number, big: boolean): number[] => {
  const bytes = [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff]
  return big ? bytes.reverse() : bytes
}

const u64 = (value: bigint, big: boolean): number[] => {
  const high = u32(Number((value >> 32n) & 0xffff_ffffn), big)
  const low = u32(Number(value & 0xffff_ffffn), big)
  return big ? [...high, ...low] : [...low, ...high]
}

export interface PcapKind {
  readonly isBigEndian?: boolean
  readonly isNano?: boolean
  /** Kuznetzov's longer record header. */
  readonly isModified?: boolean
  readonly linkType?: number
  readonly snapLength?: number
}

/** A pcap file in the making. */
export class PcapWriter {
  readonly #parts: (Uint8Array | number[])[] = []
  readonly #kind: PcapKind
  readonly #big: boolean

  constructor(kind: PcapKind = {}) {
    this.#kind = kind
    this.#big = kind.isBigEndian === true
    const magic = kind.isModified === true ? 0xa1b2cd34 : kind.isNano === true ? 0xa1b23c4d : 0xa1b2c3d4
    this.#u32(magic)
    this.#parts.push(u16(2, this.#big), u16(4, this.#big))
    for (const value of [0, 0, kind.snapLength ?? 262_144, kind.linkType ?? 1]) this.#u32(value)
  }

  #u32(value: number): void {
    this.#parts.push(u32(value, this.#big))
  }

  /** Adds a frame; what is longer than the snapshot length is cut as a capture would. */
  add({ at, bytes, wireLength = bytes.length }: WrittenFrame): this {
    const kept = bytes.subarray(0, this.#kind.snapLength ?? bytes.length)
    const seconds = Math.floor(at / 1e6)
    this.#u32(seconds)
    this.#u32(
      this.#kind.isNano === true ? Math.round((at - seconds * 1e6) * 1000) : Math.floor(at - seconds * 1e6),
    )
    this.#u32(kept.length)
    this.#u32(wireLength)
    if (this.#kind.isModified === true) this.#parts.push(new Uint8Array(8).fill(3))
    this.#parts.push(kept)
    return this
  }

  toBuffer(): Buffer {
    return Buffer.from(concat(...this.#parts))
  }
}

/** A whole pcap file. */
export const toPcap = (frames: readonly WrittenFrame[], kind: PcapKind = {}): Buffer => {
  const writer = new PcapWriter(kind)
  for (const frame of frames) writer.add(frame)
  return writer.toBuffer()
}

type Option = readonly [code: number, value: Uint8Array | readonly number[]]

/** A pcapng file in the making: one method a block. */
export class PcapngWriter {
  readonly #parts: (Uint8Array | number[])[] = []
  #big = false

  /** Begins a section of either byte order. */
  section(isBigEndian = false, options: readonly Option[] = []): this {
    this.#big = isBigEndian
    const body = concat(
      u32(0x1a2b3c4d, this.#big),
      u16(1, this.#big),
      u16(0, this.#big),
      new Uint8Array(8).fill(0xff),
    )
    return this.block(0x0a0d0d0a, concat(body, this.#options(options)))
  }

  /** Describes an interface; `resolution` is the byte of if_tsresol, `offset` the seconds of if_tsoffset. */
  interface(
    fields: { linkType?: number; snapLength?: number; resolution?: number; offset?: bigint } = {},
  ): this {
    const options: Option[] = []
    if (fields.resolution !== undefined) options.push([9, [fields.resolution]])
    if (fields.offset !== undefined) options.push([14, u64(fields.offset, this.#big)])
    const body = concat(u16(fields.linkType ?? 1, this.#big), [0, 0], u32(fields.snapLength ?? 0, this.#big))
    return this.block(1, concat(body, this.#options(options)))
  }

  /** An enhanced packet block; `ticks` in the interface's units. */
  packet(
    id: number,
    ticks: bigint,
    bytes: Uint8Array,
    wireLength = bytes.length,
    options: readonly Option[] = [],
  ): this {
    return this.block(
      6,
      concat(u32(id, this.#big), this.#packetBody(ticks, bytes, wireLength), this.#options(options)),
    )
  }

  /** An obsolete packet block with its drop count. */
  obsoletePacket(id: number, ticks: bigint, bytes: Uint8Array, drops = 0xffff): this {
    return this.block(
      2,
      concat(u16(id, this.#big), u16(drops, this.#big), this.#packetBody(ticks, bytes, bytes.length)),
    )
  }

  simplePacket(bytes: Uint8Array, wireLength = bytes.length): this {
    return this.block(3, concat(u32(wireLength, this.#big), padded(bytes)))
  }

  /** Interface statistics with the two drop counters. */
  statistics(id: number, interfaceDrops: bigint, systemDrops: bigint): this {
    const options: Option[] = [
      [5, u64(interfaceDrops, this.#big)],
      [7, u64(systemDrops, this.#big)],
    ]
    return this.block(5, concat(u32(id, this.#big), new Uint8Array(8), this.#options(options)))
  }

  /** Any block around any body. */
  block(type: number, body: Uint8Array): this {
    const whole = padded(body)
    const length = u32(whole.length + 12, this.#big)
    this.#parts.push(u32(type, this.#big), length, whole, length)
    return this
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes)
    return this
  }

  toBuffer(): Buffer {
    return Buffer.from(concat(...this.#parts))
  }

  #packetBody(ticks: bigint, bytes: Uint8Array, wireLength: number): Uint8Array {
    const times = [...u32(Number(ticks >> 32n), this.#big), ...u32(Number(ticks & 0xffff_ffffn), this.#big)]
    return concat(times, u32(bytes.length, this.#big), u32(wireLength, this.#big), padded(bytes))
  }

  #options(options: readonly Option[]): Uint8Array {
    if (options.length === 0) return new Uint8Array(0)
    const parts = options.map(([code, value]) =>
      concat(u16(code, this.#big), u16(value.length, this.#big), padded(Uint8Array.from(value))),
    )
    return concat(...parts, [0, 0, 0, 0])
  }
}

const padded = (bytes: Uint8Array): Uint8Array => concat(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4))
