import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { probeStunStream, StunStream } from '../../../../src/core/protocol/stun/index.ts'
import { ascii, concat } from '../../../tools/packet-builder.ts'
import { attribute, channelData, rtp, stun } from './stun-bytes.ts'

const SEED = 20261123

const feed = (stream: StunStream, pieces: readonly Uint8Array[]): Uint8Array[] => {
  const messages: Uint8Array[] = []
  for (const piece of pieces) {
    const framed = concat([1, 2], piece, [3])
    stream.onBytes(framed, 2, 2 + piece.length, (bytes, start, end) => {
      messages.push(bytes.slice(start, end))
    })
    framed.fill(0xee)
  }
  return messages
}

const MESSAGES = [
  stun(0x0003, [attribute(0x0019, [17, 0, 0, 0])]),
  channelData(0x4001, rtp(1, 33), true),
  channelData(0x4001, rtp(2, 160), true),
  stun(0x0017, [attribute(0x0013, rtp(3))]),
  stun(0x0001),
  channelData(0x4fff, Uint8Array.of(1), true),
]
const WHOLE = concat(...MESSAGES)

describe('StunStream', () => {
  test('all in one piece', () => {
    expect(feed(new StunStream(), [WHOLE])).toEqual(MESSAGES)
  })

  test('cut at every byte, into two', () => {
    for (let cut = 1; cut < WHOLE.length; cut++) {
      const stream = new StunStream()
      expect(feed(stream, [WHOLE.subarray(0, cut), WHOLE.subarray(cut)])).toEqual(MESSAGES)
      expect(stream.heldBytes).toBe(0)
    }
  })

  test('byte by byte', () => {
    expect(
      feed(
        new StunStream(),
        [...WHOLE].map((byte) => Uint8Array.of(byte)),
      ),
    ).toEqual(MESSAGES)
  })

  test('cut anywhere, any number of times', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(WHOLE.length), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), WHOLE.length]
        const pieces = places.slice(1).map((to, index) => WHOLE.subarray(places[index], to))
        expect(feed(new StunStream(), pieces)).toEqual(MESSAGES)
      }),
      { seed: SEED, numRuns: 300 },
    )
  })

  test('holds one message, and memory as it comes', () => {
    const stream = new StunStream()
    expect(feed(stream, [stun(0x0001, [], 65_532)])).toEqual([])
    expect(stream.heldBytes).toBe(20)
    const rest = new Uint8Array(65_532)
    expect(feed(stream, [rest.subarray(0, 65_531)])).toEqual([])
    expect(stream.heldBytes).toBe(65_551)
    expect(feed(stream, [concat([0], WHOLE)]).length).toBe(1 + MESSAGES.length)
    expect(stream.heldBytes).toBe(0)
  })

  test('after a gap only what stands in a chain is believed', () => {
    const stream = new StunStream()
    feed(stream, [WHOLE.subarray(0, 70)])
    stream.onGap()
    expect(stream.heldBytes).toBe(0)
    // The middle of a message, then a piece that begins with one.
    expect(feed(stream, [WHOLE.subarray(130, 200)])).toEqual([])
    expect(feed(stream, [WHOLE])).toEqual(MESSAGES)
  })

  test('noise is named once a loss, and a stream of noise becomes opaque', () => {
    const names: string[] = []
    const stream = new StunStream((name, frame) => names.push(`${name} ${frame}`))
    stream.onBytes(ascii('GET / HTTP/1.1\r\n'), 0, 16, () => {}, 5)
    // 'G' is a channel octet: the length it promises is simply awaited; a byte of no kind is a loss.
    const lost = new StunStream((name, frame) => names.push(`${name} ${frame}`))
    lost.onBytes(Uint8Array.of(0xff, 1, 2), 0, 3, () => {}, 6)
    expect(names).toEqual(['stun_stream_lost 6'])
    expect(lost.isOpaque).toBe(false)
    for (let i = 0; i < 70; i++) feed(lost, [Uint8Array.of(0xff, 0xff, 0xff)])
    expect(lost.isOpaque).toBe(true)
    expect(feed(lost, [WHOLE])).toEqual([])
    expect(names.length).toBe(1)
  })

  test('random bytes: never throws, never holds more than a message', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 30 }), (pieces) => {
        const stream = new StunStream()
        feed(stream, pieces)
        expect(stream.heldBytes).toBeLessThanOrEqual(65_560)
      }),
      { seed: SEED, numRuns: 1_000 },
    )
  })
})

describe('probeStunStream', () => {
  test.each([
    ['a STUN message', stun(0x0001), 'certain'],
    ['the beginning of one', stun(0x0001).subarray(0, 7), 'unsure'],
    ['another protocol with such a first byte', new Uint8Array(40), 'not-for-us'],
    ['one channel message', channelData(0x4001, rtp(1), true), 'unsure'],
    ['two', concat(channelData(0x4001, rtp(1), true), channelData(0x4001, rtp(2), true)), 'certain'],
    [
      'a channel message and a STUN message',
      concat(channelData(0x4001, rtp(1), true), stun(0x0001)),
      'certain',
    ],
    ['HTTP', ascii('GET / HTTP/1.1\r\n\r\n'), 'not-for-us'],
    ['TLS', Uint8Array.of(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3), 'not-for-us'],
    ['nothing', new Uint8Array(0), 'not-for-us'],
  ])('%s', (_name, bytes, expected) => {
    expect(probeStunStream(bytes, 0, bytes.length)).toBe(expected)
  })
})
