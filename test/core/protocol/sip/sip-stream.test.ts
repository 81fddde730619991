/** SIP over a byte stream: framing, however the network cut it, and recovery. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { micros } from '../../../../src/core/base/clock.ts'
import { type SipMessage, SipStream } from '../../../../src/core/protocol/sip/index.ts'
import { expectLinear } from '../../../tools/linear-time.ts'
import { bytesOf, invite, SDP, SEED } from './sip-bytes.ts'

const OFFER = invite(['Content-Type: application/sdp'], SDP)
const named = (id: string, lines: readonly string[] = [], body = ''): string =>
  invite(lines, body).replace('call-1@192.0.2.10', id)

class Listener {
  readonly weird: string[] = []
  readonly messages: SipMessage[] = []
  readonly frames: number[] = []
  readonly stream = new SipStream(SEED, (name) => this.weird.push(name))
  #frame = 0
  readonly onMessage = (message: SipMessage, frame: number): void => {
    this.messages.push(message)
    this.frames.push(frame)
  }

  feed(text: string | Uint8Array, seconds = 0): this {
    const bytes = typeof text === 'string' ? bytesOf(text) : text
    // Inside a larger array, and spoilt afterwards: the stream must read its range only and keep no view of it.
    const frame = new Uint8Array(bytes.length + 20).fill(10)
    frame.set(bytes, 10)
    this.#frame++
    this.stream.onBytes(
      micros(seconds * 1_000_000),
      this.#frame,
      frame,
      10,
      10 + bytes.length,
      this.onMessage,
    )
    frame.fill(0x58)
    return this
  }

  get ids(): string[] {
    return this.messages.map((message) => message.callId)
  }
}

describe('framing', () => {
  test('one message in one segment, keep-alives around', () => {
    const listener = new Listener().feed(`\r\n\r\n${OFFER}\r\n\r\n`)
    expect(listener.ids).toEqual(['call-1@192.0.2.10'])
    expect(listener.messages[0]?.body[0]?.text).toBe(SDP)
    expect([listener.weird, listener.stream.heldBytes]).toEqual([[], 0])
  })

  test('20 messages in a segment', () => {
    const ids = Array.from({ length: 20 }, (_, i) => `call-${i}`)
    const listener = new Listener().feed(
      ids.map((id) => named(id, ['Content-Type: application/sdp'], SDP)).join('\r\n\r\n'),
    )
    expect(listener.ids).toEqual(ids)
    expect(listener.weird).toEqual([])
  })

  test('three messages split at every byte', () => {
    const text =
      named('one', ['Content-Type: application/sdp'], SDP) +
      '\r\n\r\n' +
      named('two') +
      named('three', ['C: text/plain'], 'x\r\n\r\ny')
    const whole = new Listener().feed(text).messages
    expect(whole.map((message) => message.callId)).toEqual(['one', 'two', 'three'])
    for (let at = 0; at <= text.length; at++) {
      const listener = new Listener().feed(text.slice(0, at)).feed(text.slice(at))
      expect(listener.messages).toEqual(whole)
      expect([listener.weird, listener.stream.heldBytes]).toEqual([[], 0])
    }
  })

  test('byte by byte: the frame is the one that completed the message', () => {
    const listener = new Listener()
    for (const char of OFFER + OFFER) listener.feed(char)
    expect(listener.frames).toEqual([OFFER.length, 2 * OFFER.length])
    expect(listener.messages[1]).toEqual(new Listener().feed(OFFER).messages[0])
  })

  test('LF-only lines', () => {
    const text = named('lf', ['Content-Type: text/plain'], 'hello').split('\r\n').join('\n')
    expect(new Listener().feed(text + text).ids).toEqual(['lf', 'lf'])
  })

  test('no Content-Length and no body', () => {
    const text = named('x').replace('Content-Length: 0\r\n', '')
    const listener = new Listener().feed(text + text)
    expect([listener.ids, listener.weird]).toEqual([['x', 'x'], []])
  })
})

describe('lengths that cannot be', () => {
  const after = named('after')

  test.each(['-1', '0x10', '1e9', '1000000000', '99999999999999999999', '70000', 'x'])(
    'Content-Length %s',
    (value) => {
      const listener = new Listener().feed(
        named('bad', [`Content-Length: ${value}`, 'Content-Type: application/sdp'], SDP) + after,
      )
      expect(listener.ids).toEqual(['bad', 'after'])
      expect(listener.messages[0]?.body[0]?.text).toBe(SDP)
      expect(listener.weird).toEqual(['sip_stream_resync'])
      expect(listener.stream.heldBytes).toBe(0)
    },
  )

  test('two different lengths', () => {
    const listener = new Listener().feed(
      named('bad', ['Content-Length: 3', 'l: 5', 'Content-Type: application/sdp'], SDP) + after,
    )
    expect(listener.ids).toEqual(['bad', 'after'])
    expect(listener.messages[0]?.weird).toContain('sip_contradicting_content_length')
  })

  test('no length but a body: what has come is delivered, then the next start line is found', () => {
    const text = named('bad', ['Content-Type: application/sdp'], SDP).replace(
      `Content-Length: ${SDP.length}\r\n`,
      '',
    )
    const listener = new Listener().feed(text + after).feed(after)
    expect(listener.ids).toEqual(['bad', 'after', 'after'])
    expect(listener.messages[0]?.body[0]?.text).toBe(SDP)
  })

  test('a length beyond what comes is waited for, but not for ever', () => {
    const listener = new Listener().feed(
      named('cut', ['Content-Length: 9999', 'Content-Type: application/sdp'], SDP),
      0,
    )
    listener.feed('more', 31)
    expect(listener.ids).toEqual([])
    listener.feed(after, 33)
    expect(listener.ids).toEqual(['cut', 'after'])
    expect(listener.messages[0]?.weird).toContain('sip_truncated_body')
    expect(listener.weird).toEqual(['sip_stream_stalled'])
  })

  test('the end of the connection delivers what came of a body', () => {
    const listener = new Listener().feed(OFFER.slice(0, -10))
    listener.stream.onEnd(7, listener.onMessage)
    expect([listener.ids, listener.frames]).toEqual([['call-1@192.0.2.10'], [7]])
    expect(listener.stream.heldBytes).toBe(0)
  })
})

describe('recovery', () => {
  test('a start in the middle of a message', () => {
    const listener = new Listener().feed(OFFER.slice(40) + named('next'))
    expect(listener.ids).toEqual(['next'])
    expect(listener.weird).toEqual(['sip_stream_resync'])
  })

  test('a gap in a body: the message is delivered short, the next is found', () => {
    const listener = new Listener().feed(OFFER.slice(0, -20))
    listener.stream.onGap(9, listener.onMessage)
    listener.feed('IP4 192.0.2.1\r\nm=audio').feed(named('next'))
    expect(listener.ids).toEqual(['call-1@192.0.2.10', 'next'])
    expect(listener.messages[0]?.weird).toContain('sip_truncated_body')
  })

  test('a gap in the headers: the message is lost, the next is found', () => {
    const listener = new Listener().feed(OFFER.slice(0, 90))
    listener.stream.onGap()
    listener.feed(OFFER.slice(140)).feed(named('next'))
    expect(listener.ids).toEqual(['next'])
  })

  test('a cut line before a start line does not hide it', () => {
    const listener = new Listener().feed('a=sendrecv').feed(named('next'))
    expect(listener.ids).toEqual(['next'])
  })

  test('binary garbage, lines of garbage, other protocols', () => {
    const garbage = bytesOf('\x16\x03\x01\x02\x00\x01\x00'.repeat(5_000))
    const listener = new Listener()
      .feed(garbage)
      .feed('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
      .feed(named('next'))
    expect(listener.ids).toEqual(['next'])
    expect(listener.weird).toEqual(['sip_stream_resync'])
    expect(listener.stream.heldBytes).toBe(0)
  })

  test('a header section that never ends is given up at 64 KiB', () => {
    const listener = new Listener().feed('INVITE sip:a@example.com SIP/2.0\r\n')
    for (let i = 0; i < 100; i++) {
      listener.feed(`X: ${'y'.repeat(1_000)}\r\n`)
      expect(listener.stream.heldBytes).toBeLessThanOrEqual(65_536)
    }
    listener.feed(named('next'))
    expect(listener.ids).toEqual(['next'])
    expect(listener.weird).toEqual(['sip_stream_overflow', 'sip_stream_resync'])
  })

  test('a first line that never ends is not held beyond a line', () => {
    const listener = new Listener()
    for (let i = 0; i < 100; i++) {
      listener.feed('A'.repeat(1_000))
      expect(listener.stream.heldBytes).toBeLessThanOrEqual(8_192)
    }
    expect(listener.feed(`\r\n${named('next')}`).ids).toEqual(['next'])
  })
})

describe('properties', () => {
  test('any cuts give the same messages', () => {
    const text = [1, 2, 3, 4]
      .map((i) => named(`call-${i}`, ['Content-Type: application/sdp'], SDP))
      .join('\r\n')
    const whole = new Listener().feed(text).messages
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 20 }), (cuts) => {
        const listener = new Listener()
        let from = 0
        for (const cut of [...cuts.sort((a, b) => a - b), text.length]) {
          listener.feed(text.slice(from, cut))
          from = cut
        }
        expect(listener.messages).toEqual(whole)
      }),
      { seed: 18, numRuns: 100 },
    )
  })

  test('random pieces of protocol never throw and hold at most 64 KiB', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\r\n',
        '\n',
        ' ',
        'INVITE sip:a@b SIP/2.0\r\n',
        'SIP/2.0 200 OK\r\n',
        'Content-Length: 5\r\n',
        'l: 60000\r\n',
        '\r\n\r\n',
      ),
      fc.string({ unit: 'binary-ascii', maxLength: 300 }),
      fc.constant('z'.repeat(9_000)),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const listener = new Listener()
        pieces.forEach((text, i) => {
          listener.feed(text, i)
          if (i % 11 === 10) listener.stream.onGap(i, listener.onMessage)
        })
        expect(listener.stream.heldBytes).toBeLessThan(65_536)
      }),
      { seed: 5, numRuns: 300 },
    )
  })

  test('64 KiB byte by byte take linear time', () => {
    expectLinear(
      64_000,
      (size) => bytesOf(`INVITE sip:a@example.com SIP/2.0\r\n${'X: y\r\n'.repeat(size / 6)}`),
      (bytes) => {
        const stream = new SipStream(SEED)
        for (let at = 0; at < bytes.length; at++)
          stream.onBytes(micros(0), 1, bytes, at, at + 1, () => undefined)
      },
    )
  })

  test('start lines without an end of headers take linear time', () => {
    expectLinear(
      64_000,
      (size) => bytesOf('SIP/2.0 200 OK\r\n'.repeat(size / 16)),
      (bytes) => new Listener().feed(bytes).feed(bytes).feed(bytes),
    )
  })
})
