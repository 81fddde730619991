/**
 * Reads the blocks of a TPACKET_V3 ring (Linux, Documentation/networking/packet_mmap.rst; offsets of <linux/if_packet.h>) where the kernel
 * wrote them. Nothing is copied or made per packet: the sink sees the ring itself. The kernel takes VLAN tags off; they are put back in place,
 * in the room that PACKET_RESERVE keeps before each frame.
 */
import { micros } from '../../core/index.ts'
import type { FrameSink } from '../frame-source.ts'
import { SourceError } from '../source-error.ts'

/** Bytes that must be free before each frame: one VLAN tag (PACKET_RESERVE). */
export const TAG_LENGTH = 4

/** tpacket_block_desc: 32-bit words from the block's start. */
const BLOCK = { status: 2, packets: 3, first: 4 } as const
/** tpacket3_hdr: 32-bit words from the packet's start; `mac` and `tagProtocol` are 16-bit words. */
const PACKET = {
  next: 0,
  seconds: 1,
  nanoseconds: 2,
  captured: 3,
  wire: 4,
  status: 5,
  mac: 12,
  tag: 8,
  tagProtocol: 18,
} as const
/** Both headers happen to be of this length. */
const HEADER = 48

/** Who owns a block (TP_STATUS_KERNEL, TP_STATUS_USER). */
const KERNEL = 0
const USER = 1
/** TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID. */
const TAG_VALID = 0x10
const TAG_PROTOCOL_VALID = 0x40
/** IEEE 802.1Q, what a kernel means that does not tell. */
const DEFAULT_TAG_PROTOCOL = 0x8100
const ETHERNET = 1
/** Destination and source of an Ethernet frame: what stands before the tag. */
const ADDRESSES = 12

export class BlockWalker {
  readonly #bytes: Uint8Array
  readonly #u16: Uint16Array
  readonly #u32: Uint32Array
  readonly #status: Int32Array
  readonly #blockSize: number
  readonly #blockCount: number
  readonly #linkType: number
  /** The block that the kernel fills next from our point of view. */
  #next = 0
  #isStopped = false

  /** `memory` holds `blockCount` blocks of `blockSize` bytes, a multiple of 4. */
  constructor(memory: ArrayBuffer, blockSize: number, blockCount: number, linkType: number) {
    this.#bytes = new Uint8Array(memory)
    this.#u16 = new Uint16Array(memory)
    this.#u32 = new Uint32Array(memory)
    this.#status = new Int32Array(memory)
    this.#blockSize = blockSize
    this.#blockCount = blockCount
    this.#linkType = linkType
  }

  /** Not one more frame, also within a block. */
  stop(): void {
    this.#isStopped = true
  }

  /** Share of the blocks that wait to be read. */
  fill(): number {
    let ready = 0
    for (let block = 0; block < this.#blockCount; block++) if (this.#isReady(block)) ready++
    return ready / this.#blockCount
  }

  /** Delivers the frames of at most `most` blocks that are ready and gives them back; returns how many blocks that were. */
  walk(sink: FrameSink, most: number): number {
    let walked = 0
    while (walked < most && !this.#isStopped && this.#isReady(this.#next)) {
      this.#walkBlock(sink, this.#next * this.#blockSize)
      Atomics.store(this.#status, this.#statusOf(this.#next), KERNEL)
      this.#next = this.#next + 1 === this.#blockCount ? 0 : this.#next + 1
      walked++
    }
    return walked
  }

  #statusOf(block: number): number {
    return ((block * this.#blockSize) >> 2) + BLOCK.status
  }

  #isReady(block: number): boolean {
    return (Atomics.load(this.#status, this.#statusOf(block)) & USER) !== 0
  }

  #walkBlock(sink: FrameSink, base: number): void {
    const u32 = this.#u32
    const block = base >> 2
    const end = base + this.#blockSize
    const first = u32[block + BLOCK.first] as number
    if (first < HEADER) throw nonsense()
    let at = base + first
    for (let left = u32[block + BLOCK.packets] as number; left > 0 && !this.#isStopped; left--) {
      if (at + HEADER > end) throw nonsense()
      this.#deliver(sink, at, end)
      const step = u32[(at >> 2) + PACKET.next] as number
      // The last packet of a block points nowhere; any other must lead on.
      if (step < HEADER && left > 1) throw nonsense()
      at += step
    }
  }

  #deliver(sink: FrameSink, at: number, end: number): void {
    const u32 = this.#u32
    const word = at >> 2
    let start = at + (this.#u16[(at >> 1) + PACKET.mac] as number)
    const frameEnd = start + (u32[word + PACKET.captured] as number)
    if (start < at + HEADER || frameEnd > end) throw nonsense()
    let wireLength = u32[word + PACKET.wire] as number
    const status = u32[word + PACKET.status] as number
    if ((status & TAG_VALID) !== 0 && this.#linkType === ETHERNET && frameEnd - start >= ADDRESSES) {
      start = this.#insertTag(at, start, status)
      wireLength += TAG_LENGTH
    }
    const fraction = ((u32[word + PACKET.nanoseconds] as number) / 1000) | 0
    const time = micros((u32[word + PACKET.seconds] as number) * 1_000_000 + fraction)
    sink.onFrame(time, this.#bytes, start, frameEnd, wireLength, this.#linkType)
  }

  /** Moves both addresses four bytes forward and writes the tag behind them; returns where the frame begins now. */
  #insertTag(at: number, start: number, status: number): number {
    const bytes = this.#bytes
    const tagged = start - TAG_LENGTH
    if (tagged < at + HEADER) throw nonsense()
    for (let i = 0; i < ADDRESSES; i++) bytes[tagged + i] = bytes[start + i] as number
    const tag = this.#u32[(at >> 2) + PACKET.tag] as number
    const protocol =
      (status & TAG_PROTOCOL_VALID) !== 0
        ? (this.#u16[(at >> 1) + PACKET.tagProtocol] as number)
        : DEFAULT_TAG_PROTOCOL
    bytes[tagged + 12] = protocol >> 8
    bytes[tagged + 13] = protocol & 0xff
    bytes[tagged + 14] = (tag >> 8) & 0xff
    bytes[tagged + 15] = tag & 0xff
    return tagged
  }
}

/** The kernel never writes such a block: better to begin anew than to read beyond it. */
const nonsense = (): SourceError =>
  new SourceError('failed', 'a block of the ring is not laid out as the kernel promises')
