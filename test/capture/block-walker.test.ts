/** Blocks as the kernel writes them, built in memory from <linux/if_packet.h>. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { FrameSink } from '../../src/capture/index.ts'
import { BlockWalker } from '../../src/capture/ring/block-walker.ts'

const BLOCK_SIZE = 4096
const ETHERNET = 1
const BARE_IP = 101

interface Packet {
  readonly seconds: number
  readonly nanoseconds: number
  readonly bytes: Uint8Array
  readonly wire: number
  readonly tag?: { readonly control: number; readonly protocol?: number }
}

interface Seen {
  readonly at: number
  readonly bytes: number[]
  readonly wire: number
  readonly linkType: number
}

/** A ring of empty blocks, and the kernel's hand. */
class FakeRing {
  readonly memory: ArrayBuffer
  readonly #view: DataView

  constructor(blocks: number) {
    this.memory = new ArrayBuffer(BLOCK_SIZE * blocks)
    this.#view = new DataView(this.memory)
  }

  /** Fills block `index` and hands it over. */
  fill(index: number, packets: readonly Packet[]): void {
    const base = index * BLOCK_SIZE
    const view = this.#view
    const first = 48
    view.setUint32(base + 12, packets.length, true)
    view.setUint32(base + 16, first, true)
    let at = base + first
    for (const [i, packet] of packets.entries()) at = this.#put(at, packet, i === packets.length - 1)
    view.setUint32(base + 8, 1, true)
  }

  #put(at: number, packet: Packet, isLast: boolean): number {
    const view = this.#view
    // tpacket3_hdr and sockaddr_ll are 68 bytes; PACKET_RESERVE and alignment follow.
    const mac = 86
    const next = (mac + packet.bytes.length + 15) & ~15
    view.setUint32(at, isLast ? 0 : next, true)
    view.setUint32(at + 4, packet.seconds, true)
    view.setUint32(at + 8, packet.nanoseconds, true)
    view.setUint32(at + 12, packet.bytes.length, true)
    view.setUint32(at + 16, packet.wire, true)
    const { tag } = packet
    const status = tag === undefined ? 1 : tag.protocol === undefined ? 0x11 : 0x51
    view.setUint32(at + 20, status, true)
    view.setUint16(at + 24, mac, true)
    view.setUint32(at + 32, tag?.control ?? 0, true)
    view.setUint16(at + 36, tag?.protocol ?? 0, true)
    new Uint8Array(this.memory).set(packet.bytes, at + mac)
    return at + next
  }

  isReady(index: number): boolean {
    return this.#view.getUint32(index * BLOCK_SIZE + 8, true) !== 0
  }

  /** Damages one number of a block. */
  set32(index: number, offset: number, value: number): void {
    this.#view.setUint32(index * BLOCK_SIZE + offset, value, true)
  }
}

const collect = (): { seen: Seen[]; sink: FrameSink } => {
  const seen: Seen[] = []
  return {
    seen,
    sink: {
      onFrame: (at, bytes, start, end, wire, linkType) =>
        void seen.push({ at, bytes: [...bytes.subarray(start, end)], wire, linkType }),
    },
  }
}

const bytesOf = (length: number, seed = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i + seed) & 0xff)
const packet = (seed: number, more: Partial<Packet> = {}): Packet => ({
  seconds: 1_800_000_000 + seed,
  nanoseconds: 999_999_999,
  bytes: bytesOf(60 + seed, seed),
  wire: 60 + seed,
  ...more,
})

describe('the walker', () => {
  test('delivers each frame of each ready block in order and gives the blocks back', () => {
    const ring = new FakeRing(4)
    const walker = new BlockWalker(ring.memory, BLOCK_SIZE, 4, ETHERNET)
    const { seen, sink } = collect()
    expect(walker.walk(sink, 8)).toBe(0)
    ring.fill(0, [packet(0), packet(1), packet(2, { wire: 1514 })])
    ring.fill(1, [packet(3)])
    ring.fill(3, [packet(9)])
    expect(walker.fill()).toBe(0.75)
    expect(walker.walk(sink, 8)).toBe(2)
    expect(seen).toEqual(
      [0, 1, 2, 3].map((seed) => ({
        at: (1_800_000_000 + seed) * 1_000_000 + 999_999,
        bytes: [...bytesOf(60 + seed, seed)],
        wire: seed === 2 ? 1514 : 60 + seed,
        linkType: ETHERNET,
      })),
    )
    expect([0, 1, 2, 3].map((block) => ring.isReady(block))).toEqual([false, false, false, true])
    expect(walker.fill()).toBe(0.25)
  })

  test('goes round, and reads no more blocks in a row than it was told', () => {
    const ring = new FakeRing(3)
    const walker = new BlockWalker(ring.memory, BLOCK_SIZE, 3, ETHERNET)
    const { seen, sink } = collect()
    for (let round = 0; round < 5; round++) {
      for (let block = 0; block < 3; block++) ring.fill(block, [packet(round * 3 + block)])
      expect([walker.walk(sink, 2), walker.walk(sink, 2), walker.walk(sink, 2)]).toEqual([2, 1, 0])
    }
    expect(seen.map(({ bytes }) => bytes.length - 60)).toEqual(Array.from({ length: 15 }, (_, i) => i))
  })

  test('a block that timed out empty is given back', () => {
    const ring = new FakeRing(2)
    const walker = new BlockWalker(ring.memory, BLOCK_SIZE, 2, ETHERNET)
    const { seen, sink } = collect()
    ring.fill(0, [])
    expect(walker.walk(sink, 8)).toBe(1)
    expect({ seen, isReady: ring.isReady(0) }).toEqual({ seen: [], isReady: false })
  })

  test('puts a stripped VLAN tag back behind the addresses', () => {
    const ring = new FakeRing(1)
    const walker = new BlockWalker(ring.memory, BLOCK_SIZE, 1, ETHERNET)
    const { seen, sink } = collect()
    ring.fill(0, [
      packet(0),
      packet(1, { tag: { control: 0x6064, protocol: 0x88a8 } }),
      packet(2, { tag: { control: 0, protocol: 0x8100 } }),
      // An old kernel does not say which protocol it was.
      packet(3, { tag: { control: 5 } }),
      packet(4),
    ])
    walker.walk(sink, 1)
    const tags = [null, [0x88, 0xa8, 0x60, 0x64], [0x81, 0, 0, 0], [0x81, 0, 0, 5], null]
    expect(seen.map(({ bytes, wire }) => ({ bytes, wire }))).toEqual(
      tags.map((tag, seed) => {
        const whole = [...bytesOf(60 + seed, seed)]
        return tag === null
          ? { bytes: whole, wire: 60 + seed }
          : { bytes: [...whole.slice(0, 12), ...tag, ...whole.slice(12)], wire: 64 + seed }
      }),
    )
  })

  test('writes no tag where there is no Ethernet, or not even its addresses', () => {
    const tag = { control: 7, protocol: 0x8100 }
    for (const [linkType, length] of [
      [BARE_IP, 60],
      [ETHERNET, 11],
    ] as const) {
      const ring = new FakeRing(1)
      const { seen, sink } = collect()
      ring.fill(0, [packet(0, { tag, bytes: bytesOf(length) })])
      new BlockWalker(ring.memory, BLOCK_SIZE, 1, linkType).walk(sink, 1)
      expect(seen).toMatchObject([{ bytes: [...bytesOf(length)], wire: 60 }])
    }
  })

  test('a sink that stops it hears no more, within a block too', () => {
    const ring = new FakeRing(2)
    const walker = new BlockWalker(ring.memory, BLOCK_SIZE, 2, ETHERNET)
    let frames = 0
    const sink: FrameSink = {
      onFrame: () => {
        if (++frames === 2) walker.stop()
      },
    }
    ring.fill(0, [packet(0), packet(1), packet(2)])
    ring.fill(1, [packet(3)])
    walker.walk(sink, 8)
    expect(frames).toBe(2)
    expect(walker.walk(sink, 8)).toBe(0)
  })

  test('never reads beyond a block, whatever the numbers in it say', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(12, 16, 48, 48 + 12, 48 + 20, 48 + 24, 48 + 32),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        (offset, value) => {
          const ring = new FakeRing(2)
          ring.fill(0, [packet(0, { tag: { control: 1 } }), packet(1)])
          new Uint8Array(ring.memory).fill(0xee, BLOCK_SIZE)
          ring.set32(0, offset, value)
          const walker = new BlockWalker(ring.memory, BLOCK_SIZE, 2, ETHERNET)
          const sink: FrameSink = {
            onFrame: (_at, _bytes, start, end) => {
              expect(start).toBeGreaterThanOrEqual(48)
              expect(end).toBeLessThanOrEqual(BLOCK_SIZE)
            },
          }
          try {
            walker.walk(sink, 1)
          } catch (error) {
            expect((error as Error).message).toBe(
              'a block of the ring is not laid out as the kernel promises',
            )
          }
          expect(new Uint8Array(ring.memory).subarray(BLOCK_SIZE).every((byte) => byte === 0xee)).toBe(true)
        },
      ),
      { seed: 20_260_729, numRuns: 500 },
    )
  })
})
