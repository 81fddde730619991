import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { readCapture } from '../../../src/capture/index.ts'
import { MILLISECOND, SECOND, micros } from '../../../src/core/base/clock.ts'
import type { WeirdName } from '../../../src/core/base/weird.ts'
import { DECODE_STATUS, PacketLayers, decodeFrame, decodeTransport } from '../../../src/core/decode/index.ts'
import { IpReassembly, type IpReassemblyOptions } from '../../../src/core/flow/ip-reassembly.ts'
import {
  PROTOCOL,
  concat,
  ethernet,
  extension,
  fragmentHeader,
  ipv4,
  ipv4Fragments,
  ipv6,
  ipv6Fragments,
  udp,
} from '../../tools/packet-builder.ts'
import { describeIfShared } from '../../tools/shared.ts'

const FROM = { address: '192.0.2.10', port: 5060 }
const TO = { address: '198.51.100.20', port: 5060 }
const FROM6 = { address: '2001:db8::10', port: 5060 }
const TO6 = { address: '2001:db8::20', port: 5060 }

const counting = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 0xff)

class Bench {
  readonly weird: string[] = []
  readonly layers = new PacketLayers()
  readonly machine: IpReassembly
  frame = 0

  constructor(limits: Partial<IpReassemblyOptions> = {}) {
    const onWeird = (name: WeirdName, frame: number): void => void this.weird.push(`${name}@${frame}`)
    this.machine = new IpReassembly({ seed: 99, onWeird, ...limits })
  }

  /** Feeds one IP packet at a time in seconds; the memory it stood in is used again at once. */
  feed(packet: Uint8Array, seconds = 0): Uint8Array | null {
    const bytes = ethernet(packet)
    const status = decodeFrame(1, bytes, 0, bytes.length, bytes.length, this.layers)
    if (status !== DECODE_STATUS.fragment) throw new Error(`not a fragment: ${status}`)
    const whole = this.machine.onFragment(micros(seconds * SECOND), bytes, this.layers, ++this.frame)
    bytes.fill(0xdd)
    return whole
  }

  feedAll(packets: readonly Uint8Array[], seconds = 0): (Uint8Array | null)[] {
    return packets.map((packet) => this.feed(packet, seconds))
  }
}

const DATAGRAM = udp(counting(3000), FROM, TO)
const fragments = (id: number, size = 1000, payload = DATAGRAM, from = FROM.address): Uint8Array[] =>
  ipv4Fragments(payload, from, TO.address, 17, id, size)

const whole = (results: readonly (Uint8Array | null)[]): Uint8Array[] =>
  results.filter((result) => result !== null)

describe('putting together', () => {
  test.each([
    ['in order', [0, 1, 2, 3]],
    ['backwards', [3, 2, 1, 0]],
    ['mixed', [2, 0, 3, 1]],
  ])('IPv4 %s', (_name, order) => {
    const bench = new Bench()
    const parts = fragments(7)
    const results = bench.feedAll(order.map((index) => parts[index]!))
    expect(results.slice(0, 3)).toEqual([null, null, null])
    expect(results[3]).toEqual(DATAGRAM)
    expect(bench.machine.wasAmbiguous).toBe(false)
    expect([bench.machine.size, bench.machine.held, bench.weird]).toEqual([0, 0, []])
    const status = decodeTransport(
      results[3]!,
      0,
      DATAGRAM.length,
      DATAGRAM.length,
      bench.layers.protocol,
      bench.layers,
    )
    expect([status, bench.layers.sourcePort, bench.layers.payloadLength]).toEqual([
      DECODE_STATUS.transport,
      5060,
      3000,
    ])
  })

  test('IPv6, with another extension header in the fragmentable part', () => {
    const bench = new Bench()
    const payload = extension(udp(counting(2500), FROM6, TO6), 17)
    const parts = ipv6Fragments(payload, FROM6.address, TO6.address, PROTOCOL.destination, 0xfeed_beef, 1232)
    const [done] = whole(bench.feedAll([parts[1]!, parts[2]!, parts[0]!]))
    expect(done).toEqual(payload)
    expect(bench.layers.protocol).toBe(PROTOCOL.destination)
    decodeTransport(done!, 0, payload.length, payload.length, bench.layers.protocol, bench.layers)
    expect(bench.layers.payloadLength).toBe(2500)
  })

  test('datagrams that differ in id, address or protocol do not mix', () => {
    const bench = new Bench()
    const sets = [
      fragments(1),
      fragments(2),
      fragments(1, 1000, DATAGRAM, '192.0.2.11'),
      ipv4Fragments(counting(3008), FROM.address, TO.address, 6, 1, 1000),
    ]
    for (let index = 0; index < 4; index++) for (const set of sets) bench.feed(set[index]!)
    expect([bench.machine.counters.completed, bench.machine.size]).toEqual([4, 0])
  })

  test('any cut, order and repetition gives the datagram once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 9, max: 2000 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        fc.boolean(),
        (length, sizes, dice, isSix) => {
          const payload = counting(length)
          const parts: Uint8Array[] = []
          for (let at = 0, turn = 0; at < length; turn++) {
            const stop = Math.min(
              length,
              at + sizes[turn % sizes.length]! * 8 + (parts.length > 50 ? 2000 : 0),
            )
            const body = payload.subarray(at, stop)
            const more = stop < length
            parts.push(
              isSix
                ? ipv6(fragmentHeader(body, 17, 5, at, more), FROM6.address, TO6.address, 44)
                : ipv4(body, FROM.address, TO.address, 17, { id: 5, offset: at, more }),
            )
            at = stop
          }
          if (parts.length === 1) return
          const roll = (): number => Number(dice.next().value)
          const shuffled = parts
            .flatMap((part) => (roll() % 3 === 0 ? [part, part] : [part]))
            .map((part) => ({ part, rank: roll() }))
            .sort((a, b) => a.rank - b.rank)
          const bench = new Bench()
          const done = whole(bench.feedAll(shuffled.map(({ part }) => part)))
          expect(done).toEqual([payload])
          expect(bench.machine.held).toBe(0)
          expect(bench.weird.some((name) => name.startsWith('ip_overlap'))).toBe(false)
        },
      ),
      { seed: 20_240_611, numRuns: 120 },
    )
  })

  test('a tap that shows every frame twice gives one datagram and no loss', () => {
    const bench = new Bench()
    for (let id = 0; id < 20; id++) {
      for (const part of fragments(id)) {
        bench.feed(part, id)
        bench.feed(part, id)
      }
    }
    expect(bench.machine.counters).toMatchObject({
      completed: 20,
      repeated: 20,
      expired: 0,
      evicted: 0,
      rejected: 0,
    })
  })

  test('an identification that is used again brings a new datagram', () => {
    const bench = new Bench()
    const other = udp(counting(2990).reverse(), FROM, TO)
    expect(whole(bench.feedAll([...fragments(3), ...fragments(3, 1000, other)]))).toEqual([DATAGRAM, other])
  })
})

describe('hostile and damaged', () => {
  test('overlap with the same bytes is fine', () => {
    const bench = new Bench()
    const payload = counting(64)
    const part = (offset: number, end: number): Uint8Array =>
      ipv4(payload.subarray(offset, end), FROM.address, TO.address, 17, { id: 1, offset, more: end < 64 })
    expect(whole(bench.feedAll([part(16, 48), part(0, 32), part(32, 64)]))).toEqual([payload])
    expect(bench.weird.filter((name) => name.startsWith('ip_overlap'))).toEqual([])
    expect(bench.machine.wasAmbiguous).toBe(false)
  })

  test('overlap with other bytes: the first wins, it is named, the datagram is marked', () => {
    const bench = new Bench()
    const part = (value: number, offset: number, length: number, more: boolean): Uint8Array =>
      ipv4(new Uint8Array(length).fill(value), FROM.address, TO.address, 17, { id: 1, offset, more })
    const results = bench.feedAll([part(1, 16, 32, true), part(2, 0, 40, true), part(3, 40, 24, false)])
    const expected = concat(
      new Array<number>(16).fill(2),
      new Array<number>(32).fill(1),
      new Array<number>(16).fill(3),
    )
    expect(results[2]).toEqual(expected)
    expect(bench.machine.wasAmbiguous).toBe(true)
    expect(bench.weird.filter((name) => name.startsWith('ip_overlap'))).toEqual([
      'ip_overlap@2',
      'ip_overlap@3',
    ])
    bench.feedAll(fragments(9))
    expect(bench.machine.wasAmbiguous).toBe(false)
  })

  test('teardrop: a last fragment inside of the first', () => {
    const bench = new Bench()
    const first = ipv4(counting(40), FROM.address, TO.address, 17, { id: 1, more: true })
    const inner = ipv4(counting(4), FROM.address, TO.address, 17, { id: 1, offset: 24 })
    expect(bench.feedAll([first, inner])).toEqual([null, null])
    expect(bench.weird).toContain('ip_overlap@2')
    expect(bench.machine.counters.rejected).toBe(1)
  })

  test('data beyond the end that was told, and a second end, are refused', () => {
    const bench = new Bench()
    const last = ipv4(counting(8), FROM.address, TO.address, 17, { id: 1, offset: 64 })
    const beyond = ipv4(counting(80), FROM.address, TO.address, 17, { id: 1, offset: 56, more: true })
    const other = ipv4(counting(16), FROM.address, TO.address, 17, { id: 1, offset: 64 })
    const rest = ipv4(counting(64), FROM.address, TO.address, 17, { id: 1, more: true })
    expect(bench.feedAll([last, beyond, other]).every((result) => result === null)).toBe(true)
    expect(bench.machine.counters.rejected).toBe(2)
    expect(bench.feed(rest)?.length).toBe(72)
    expect(bench.machine.wasAmbiguous).toBe(true)
  })

  test('ping of death: nothing reaches past 65,535', () => {
    const bench = new Bench()
    expect(bench.feed(ipv4(counting(100), FROM.address, TO.address, 1, { id: 1, offset: 65_528 }))).toBeNull()
    expect(bench.weird).toEqual(['ip_bad_fragment@1'])
    expect(bench.machine.size).toBe(0)
  })

  test('the longest datagram of all is put together', () => {
    const bench = new Bench()
    const payload = counting(65_535)
    expect(whole(bench.feedAll(ipv4Fragments(payload, FROM.address, TO.address, 17, 1, 1480)))).toEqual([
      payload,
    ])
  })

  test('empty fragments, and the odd end of a middle one, are not taken', () => {
    const bench = new Bench()
    bench.feed(ipv4(new Uint8Array(0), FROM.address, TO.address, 17, { id: 1, offset: 8, more: true }))
    bench.feed(ipv4(new Uint8Array(7), FROM.address, TO.address, 17, { id: 1, offset: 8, more: true }))
    expect([bench.machine.size, bench.machine.counters.rejected]).toEqual([0, 2])
    bench.feed(ipv4(counting(53), FROM.address, TO.address, 17, { id: 2, more: true }))
    expect(bench.feed(ipv4(counting(8), FROM.address, TO.address, 17, { id: 2, offset: 48 }))?.length).toBe(
      56,
    )
    expect(bench.weird).toEqual(['ip_bad_fragment@1', 'ip_bad_fragment@2', 'ip_bad_fragment@3'])
  })

  test('tiny first fragments are named and put together all the same', () => {
    const bench = new Bench()
    const payload = udp(counting(100), FROM, TO)
    expect(whole(bench.feedAll(ipv4Fragments(payload, FROM.address, TO.address, 17, 1, 8)))).toEqual([
      payload,
    ])
    expect(bench.weird).toEqual(['ip_tiny_fragment@1'])
  })

  test('a fragment that the capture cut is named and never passed off as whole', () => {
    const bench = new Bench()
    const [first, ...rest] = fragments(1)
    const frame = ethernet(first!)
    decodeFrame(1, frame, 0, 500, frame.length, bench.layers)
    expect(bench.machine.onFragment(micros(0), frame, bench.layers, 1)).toBeNull()
    expect(whole(bench.feedAll(rest))).toEqual([])
    expect(bench.weird).toEqual(['ip_truncated_fragment@1'])
  })

  test('endless fragments: 64 pieces, then the datagram is dropped', () => {
    const bench = new Bench()
    for (let piece = 0; piece < 65; piece++) {
      bench.feed(
        ipv4(counting(8), FROM.address, TO.address, 17, { id: 1, offset: 16 * piece + 8, more: true }),
      )
      if (piece === 63) expect(bench.machine.held).toBe(512)
    }
    expect(bench.weird).toEqual(['ip_too_many_fragments@65'])
    expect([bench.machine.size, bench.machine.held, bench.machine.counters.evicted]).toEqual([0, 0, 1])
  })
})

describe('bounds', () => {
  const opener = (id: number, from = FROM.address, length = 48): Uint8Array =>
    ipv4(counting(length), from, TO.address, 17, { id, more: true })

  test('after five seconds an unfinished datagram is forgotten', () => {
    const bench = new Bench()
    const parts = fragments(1)
    bench.feedAll(parts.slice(0, 3), 10)
    bench.machine.onTick(micros(15 * SECOND))
    expect(bench.machine.size).toBe(1)
    bench.machine.onTick(micros(15 * SECOND + MILLISECOND))
    expect([bench.machine.size, bench.machine.held, bench.machine.counters.expired]).toEqual([0, 0, 1])
    expect(bench.feed(parts[3]!, 16)).toBeNull()
  })

  test('a clock that jumps back does not keep one for ever', () => {
    const bench = new Bench()
    bench.feed(opener(1), 1000)
    bench.feed(opener(2), 10)
    expect(bench.machine.counters.expired).toBe(1)
  })

  test('512 trackers: the oldest leaves', () => {
    const bench = new Bench()
    for (let id = 0; id < 600; id++) bench.feed(opener(id, `192.0.2.${id % 200}`))
    expect([bench.machine.size, bench.machine.counters.evicted]).toEqual([512, 88])
    // The youngest are alive.
    expect(
      bench.feed(ipv4(counting(8), '192.0.2.199', TO.address, 17, { id: 599, offset: 48 })),
    ).not.toBeNull()
    expect(bench.feed(ipv4(counting(8), '192.0.2.0', TO.address, 17, { id: 0, offset: 48 }))).toBeNull()
  })

  test('one source may fill the table to three quarters, then it recycles its own', () => {
    const bench = new Bench()
    bench.feed(opener(1, '192.0.2.99'))
    for (let id = 0; id < 2000; id++) bench.feed(opener(id))
    expect(bench.machine.size).toBe(384)
    expect(bench.feed(ipv4(counting(8), '192.0.2.99', TO.address, 17, { id: 1, offset: 48 }))).not.toBeNull()
  })

  test('2 MiB: the oldest leave', () => {
    const bench = new Bench()
    for (let id = 0; id < 100; id++) bench.feed(opener(id, `192.0.2.${id}`, 60_000))
    expect(bench.machine.held).toBeLessThanOrEqual(2 * 1024 * 1024)
    expect(bench.machine.held).toBeGreaterThan(2 * 1024 * 1024 - 60_000)
    expect(bench.machine.counters.evicted).toBe(100 - bench.machine.size)
  })

  test('a flood never breaks the bounds nor stops honest datagrams', () => {
    const bench = new Bench()
    let done = 0
    for (let turn = 0; turn < 60; turn++) {
      const parts = fragments(turn)
      for (const part of parts) {
        for (let noise = 0; noise < 12; noise++)
          bench.feed(opener(turn * 100 + noise, '203.0.113.66', 1400), turn / 100)
        if (bench.feed(part, turn / 100) !== null) done++
      }
      expect(bench.machine.size).toBeLessThanOrEqual(512)
      expect(bench.machine.held).toBeLessThanOrEqual(2 * 1024 * 1024 + 65_535)
    }
    expect(done).toBe(60)
  })
})

describeIfShared('fragments on the wire', (shared) => {
  const run = async (name: string) => {
    const layers = new PacketLayers()
    const weird: string[] = []
    const machine = new IpReassembly({ seed: 1, onWeird: (found) => weird.push(found) })
    const datagrams: string[] = []
    let seen = 0
    await readCapture(join(shared, name), {
      onFrame: (at, bytes, start, end, wireLength, linkType) => {
        if (decodeFrame(linkType, bytes, start, end, wireLength, layers) !== DECODE_STATUS.fragment) return
        seen++
        const done = machine.onFragment(at, bytes, layers)
        if (done === null) return
        decodeTransport(done, 0, done.length, done.length, layers.protocol, layers)
        datagrams.push(Buffer.from(done.subarray(layers.payloadStart, layers.payloadEnd)).toString('latin1'))
      },
    })
    return { seen, datagrams, weird, counters: machine.counters, wasAmbiguous: machine.wasAmbiguous }
  }

  test('a long first fragment behind a last one (fragmented-1): refused', async () => {
    const { seen, datagrams, weird, counters } = await run('torture/zeek-pcap/fragmented-1.pcap')
    expect([seen, datagrams, counters.rejected]).toEqual([3, [], 1])
    expect(weird).toContain('ip_overlap')
  })

  test('a hole that stays (fragmented-2) and an end that never comes (fragmented-3): nothing', async () => {
    expect(await run('torture/zeek-pcap/fragmented-2.pcap')).toMatchObject({ seen: 3, datagrams: [] })
    expect(await run('torture/zeek-pcap/fragmented-3.pcap')).toMatchObject({
      seen: 5,
      datagrams: [],
      weird: [],
    })
  })

  test('a request hidden under random bytes (fragmented-4): the first copy shows it', async () => {
    const { datagrams, wasAmbiguous } = await run('torture/zeek-pcap/fragmented-4.pcap')
    expect(datagrams.length).toBe(1)
    expect(datagrams[0]).toMatch(/^GET \/msadc\/.*%2f\.\.\/winnt\/system32\/cmd\.exe\?\/c\+dir\+c:\\\n$/)
    expect(wasAmbiguous).toBe(true)
  })

  test('the INVITE that did not fit is whole', async () => {
    const { datagrams, weird } = await run('captures/lab/s16_fragmented_invite_udp.pcap')
    expect(weird).toEqual([])
    expect(datagrams.length).toBeGreaterThan(0)
    for (const text of datagrams) expect(text).toMatch(/^(INVITE |SIP\/2\.0 )[^]*\r\n\r\nv=0\r\n/)
  })
})
