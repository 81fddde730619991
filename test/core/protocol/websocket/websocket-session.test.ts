import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Direction } from '../../../../src/core/base/endpoint.ts'
import { probeWebSocket, WebSocketSession } from '../../../../src/core/protocol/websocket/index.ts'
import { bytesOf, invite } from '../sip/sip-bytes.ts'
import { frameOf, join, requestText, responseText } from './frames.ts'

const OK = invite().replace('INVITE sip:07700900123@example.com SIP/2.0', 'SIP/2.0 200 OK')

class Listener {
  readonly weird: string[] = []
  readonly messages: (readonly [Direction, string, number])[] = []
  readonly session = new WebSocketSession(
    (direction, bytes, start, end, frame) => {
      this.messages.push([direction, String.fromCharCode(...bytes.subarray(start, end)), frame])
    },
    (name) => this.weird.push(name),
  )
  #frame = 0

  feed(direction: Direction, content: string | Uint8Array): this {
    const bytes = typeof content === 'string' ? bytesOf(content) : content
    const frame = new Uint8Array(bytes.length + 8).fill(0x81)
    frame.set(bytes, 4)
    this.#frame++
    this.session.onBytes(direction, this.#frame, frame, 4, 4 + bytes.length)
    frame.fill(0xee)
    return this
  }

  /** The opening handshake, client in direction 0. */
  open(): this {
    return this.feed(0, requestText()).feed(1, responseText())
  }

  get texts(): string[] {
    return this.messages.map(([, text]) => text)
  }
}

const client = (text: string): Uint8Array => frameOf(text, { masked: true })

describe('after the handshake', () => {
  test('messages of both directions', () => {
    const listener = new Listener().open().feed(0, client(invite())).feed(1, frameOf(OK))
    expect(listener.messages).toEqual([
      [0, invite(), 3],
      [1, OK, 4],
    ])
    expect(listener.weird).toEqual([])
    expect(listener.session).toMatchObject({
      recognised: true,
      clientDirection: 0,
      compressed: false,
      opaque: false,
      messages: 2,
    })
  })

  test('the client may be direction 1', () => {
    const listener = new Listener().feed(1, requestText()).feed(0, responseText()).feed(1, client(invite()))
    expect(listener.messages).toEqual([[1, invite(), 3]])
    expect([listener.session.clientDirection, listener.weird]).toEqual([1, []])
  })

  test('handshake and frames in one piece, several frames a piece', () => {
    const listener = new Listener()
      .feed(0, requestText())
      .feed(1, join(bytesOf(responseText()), frameOf(OK), frameOf(OK)))
      .feed(0, join(client(invite()), client('\r\n\r\n'), client(invite())))
    expect(listener.texts).toEqual([OK, OK, invite(), invite()])
  })

  test('split at every byte', () => {
    const up = join(
      bytesOf(requestText()),
      client(invite()),
      frameOf('ping', { opcode: 9, masked: true }),
      client(OK),
    )
    const down = join(bytesOf(responseText()), frameOf(OK), frameOf(invite()))
    for (let at = 0; at <= Math.max(up.length, down.length); at++) {
      const listener = new Listener()
        .feed(0, up.slice(0, bytesOf(requestText()).length))
        .feed(1, down.slice(0, at))
        .feed(1, down.slice(at))
      const rest = up.slice(bytesOf(requestText()).length)
      listener.feed(0, rest.slice(0, at)).feed(0, rest.slice(at))
      expect(listener.texts).toEqual([OK, invite(), invite(), OK])
      expect(listener.weird).toEqual([])
    }
  })

  test('byte by byte', () => {
    const listener = new Listener()
    for (const byte of bytesOf(requestText())) listener.feed(0, Uint8Array.of(byte))
    for (const byte of bytesOf(responseText())) listener.feed(1, Uint8Array.of(byte))
    for (const byte of client(invite())) listener.feed(0, Uint8Array.of(byte))
    expect(listener.texts).toEqual([invite()])
  })

  test('fragmented message with a ping between its frames', () => {
    const text = invite()
    const part = (from: number, to: number, shape: object): Uint8Array =>
      frameOf(text.slice(from, to), { masked: true, ...shape })
    const listener = new Listener()
      .open()
      .feed(0, part(0, 50, { final: false }))
      .feed(0, frameOf('are you there', { opcode: 9, masked: true }))
      .feed(0, part(50, 51, { opcode: 0, final: false }))
      .feed(0, part(51, text.length, { opcode: 0 }))
    expect([listener.texts, listener.weird]).toEqual([[text], []])
  })

  test('a refused request is followed by another', () => {
    const listener = new Listener()
      .feed(0, requestText())
      .feed(1, responseText('', '401 Unauthorized'))
      .feed(0, requestText())
      .feed(1, responseText())
      .feed(0, client(invite()))
    expect(listener.texts).toEqual([invite()])
  })

  test('another subprotocol is not read', () => {
    const listener = new Listener()
      .feed(0, requestText('mqtt'))
      .feed(1, responseText('mqtt'))
      .feed(0, client(invite()))
    expect([listener.texts, listener.session.opaque, listener.session.recognised]).toEqual([[], true, false])
  })

  test('no subprotocol named: the frames tell', () => {
    const listener = new Listener()
      .feed(0, requestText(''))
      .feed(1, responseText(''))
      .feed(0, client('{"a":1}'))
      .feed(0, client(invite()))
    expect([listener.texts, listener.session.recognised]).toEqual([[invite()], true])
  })

  test('a client that does not mask is counted and still read', () => {
    const listener = new Listener().open().feed(0, frameOf(invite()))
    expect([listener.texts, listener.weird]).toEqual([[invite()], ['websocket_bad_masking']])
  })
})

describe('what cannot be read', () => {
  test('a compressed message is skipped and said', () => {
    const listener = new Listener()
      .open()
      .feed(0, frameOf('\x01\x02\x03', { masked: true, reserved: 0x40, final: false }))
      .feed(0, frameOf('\x04', { masked: true, opcode: 0 }))
      .feed(0, client(invite()))
    expect([listener.texts, listener.weird, listener.session.compressed]).toEqual([
      [invite()],
      ['websocket_compressed'],
      true,
    ])
  })

  test.each([
    ['2^63', [0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]],
    ['2^63 - 1', [0x82, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4]],
    ['2^32', [0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4]],
  ])('a length of %s', (_name, bytes) => {
    const listener = new Listener().open().feed(0, Uint8Array.from(bytes)).feed(0, client(invite()))
    expect(listener.weird).toEqual(['websocket_bad_length'])
    expect(listener.texts).toEqual([invite()])
  })

  test.each([
    ['reserved opcode', [0x83, 0x80, 1, 2, 3, 4]],
    ['reserved bit', [0xa1, 0x80, 1, 2, 3, 4]],
    ['long ping', [0x89, 0xfe, 0, 200, 1, 2, 3, 4]],
    ['fragmented ping', [0x09, 0x80, 1, 2, 3, 4]],
    ['length not in its shortest form', [0x81, 0xfe, 0, 5, 1, 2, 3, 4]],
  ])('%s: recovers at the next piece', (_name, bytes) => {
    const listener = new Listener().open().feed(0, Uint8Array.from(bytes)).feed(0, client(invite()))
    expect([listener.weird, listener.texts]).toEqual([['websocket_bad_frame'], [invite()]])
  })

  test('a message of more than 64 KiB is skipped', () => {
    const listener = new Listener()
      .open()
      .feed(0, client('x'.repeat(70_000)))
      .feed(0, client(invite()))
    expect([listener.weird, listener.texts]).toEqual([['websocket_message_too_long'], [invite()]])
  })

  test('endless fragments hold at most 64 KiB', () => {
    const listener = new Listener().open().feed(0, frameOf('x'.repeat(1_000), { masked: true, final: false }))
    for (let i = 0; i < 100; i++)
      listener.feed(0, frameOf('x'.repeat(1_000), { masked: true, final: false, opcode: 0 }))
    listener.feed(0, client(invite()))
    expect([listener.weird, listener.texts]).toEqual([
      ['websocket_message_too_long', 'websocket_bad_frame'],
      [invite()],
    ])
  })

  test('a continuation of nothing', () => {
    const listener = new Listener()
      .open()
      .feed(0, frameOf('x', { masked: true, opcode: 0 }))
      .feed(0, client(invite()))
    expect([listener.weird, listener.texts]).toEqual([['websocket_bad_frame'], [invite()]])
  })

  test('garbage gives the direction up', () => {
    const listener = new Listener()
    for (let i = 0; i < 40; i++) listener.feed(0, '\x16\x03\x01 garbage').feed(1, '\xff\xff')
    expect(listener.session.opaque).toBe(true)
    expect(listener.weird).toHaveLength(32)
    expect(listener.feed(0, client(invite())).texts).toEqual([])
  })

  test('a handshake that never ends', () => {
    const listener = new Listener().feed(0, 'GET / HTTP/1.1\r\n')
    for (let i = 0; i < 40; i++) listener.feed(0, `X: ${'y'.repeat(1_000)}\r\n`)
    expect(listener.weird).toEqual(['websocket_bad_handshake'])
  })
})

describe('a connection older than the capture', () => {
  test('is known by a masked frame with SIP in it, and by an unmasked one', () => {
    const listener = new Listener().feed(0, client(invite())).feed(1, frameOf(OK)).feed(0, client(invite()))
    expect([listener.texts, listener.weird]).toEqual([[invite(), OK, invite()], []])
    expect(listener.session).toMatchObject({ recognised: true, clientDirection: 0 })
  })

  test('the server first', () => {
    expect(new Listener().feed(1, frameOf(OK)).session.clientDirection).toBe(0)
  })

  test('begins after a ping, and in the middle of a message', () => {
    const listener = new Listener()
      .feed(0, frameOf('', { opcode: 9, masked: true }))
      .feed(0, client(invite()).slice(100))
      .feed(0, client(invite()))
    expect(listener.texts).toEqual([invite()])
  })

  test('a gap: the next frame at the beginning of a piece is found', () => {
    const listener = new Listener().open().feed(0, client(invite()).slice(0, 200))
    listener.session.onGap(0)
    listener.feed(0, client(invite()).slice(150)).feed(0, client(OK)).feed(1, frameOf(OK))
    expect(listener.texts).toEqual([OK, OK])
  })
})

describe('probeWebSocket', () => {
  const probe = (content: string | Uint8Array): string => {
    const bytes = typeof content === 'string' ? bytesOf(content) : content
    return probeWebSocket(bytes, 0, bytes.length)
  }

  test.each([
    [requestText(), 'certain'],
    [requestText('SIP, other'), 'certain'],
    [responseText(), 'certain'],
    [requestText(''), 'unsure'],
    [requestText().slice(0, 50), 'unsure'],
    ['G', 'unsure'],
    [requestText('mqtt'), 'not-for-us'],
    ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'not-for-us'],
    ['HTTP/1.1 200 OK\r\n\r\nbody', 'not-for-us'],
    ['POST / HTTP/1.1\r\n\r\n', 'not-for-us'],
    ['\x16\x03\x01\x00', 'not-for-us'],
    ['', 'not-for-us'],
  ])('%j is %s', (content, expected) => {
    expect(probe(content)).toBe(expected)
  })

  test('frames', () => {
    expect(probe(client(invite()))).toBe('certain')
    expect(probe(frameOf(OK))).toBe('certain')
    expect(probe(client(invite()).slice(0, 5))).toBe('unsure')
    expect(probe(client('{"jsonrpc":"2.0"}'))).toBe('not-for-us')
    expect(probe(frameOf(invite(), { reserved: 0x40 }))).toBe('not-for-us')
    expect(probe(frameOf('', { opcode: 9 }))).toBe('not-for-us')
  })
})

describe('properties', () => {
  test('any cuts give the same messages', () => {
    const stream = join(
      client(invite()),
      client(OK),
      frameOf('p', { opcode: 10, masked: true }),
      client(invite()),
    )
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
        const listener = new Listener().open()
        let from = 0
        for (const cut of [...cuts.sort((a, b) => a - b), stream.length]) {
          listener.feed(0, stream.slice(from, cut))
          from = cut
        }
        expect(listener.texts).toEqual([invite(), OK, invite()])
      }),
      { seed: 6455, numRuns: 200 },
    )
  })

  test('random pieces never throw and never deliver more than 64 KiB', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom(
        client(invite()),
        frameOf(OK),
        bytesOf(requestText()),
        bytesOf(responseText()),
        frameOf('x'.repeat(70_000)),
      ),
      fc
        .tuple(fc.nat(255), fc.nat(255), fc.uint8Array({ maxLength: 20 }))
        .map(([a, b, rest]) => Uint8Array.of(a, b, ...rest)),
    )
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom<Direction>(0, 1), piece, fc.boolean()), { maxLength: 20 }),
        (pieces) => {
          const listener = new Listener()
          for (const [direction, bytes, gap] of pieces) {
            if (gap) listener.session.onGap(direction)
            listener.feed(direction, bytes)
          }
          expect(listener.texts.every((text) => text.length <= 65_536)).toBe(true)
        },
      ),
      { seed: 7118, numRuns: 300 },
    )
  })
})
