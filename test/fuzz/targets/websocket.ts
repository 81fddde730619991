/** Fuzz target: one TCP connection with WebSocket on it. Throws only if the session throws or breaks its bounds. */
import type { Direction } from '../../../src/core/base/endpoint.ts'
import { probeWebSocket, WebSocketSession } from '../../../src/core/protocol/websocket/index.ts'

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))

/** The first byte says how the rest is cut: pieces of that many bytes (0: one piece), odd ones from direction 1. */
export const target = (bytes: Uint8Array): void => {
  const step = (bytes[0] ?? 0) === 0 ? bytes.length : (bytes[0] ?? 1)
  probeWebSocket(bytes, 1, bytes.length)
  const session = new WebSocketSession((_direction, _message, start, end) => {
    if (end - start > 65_536) throw new Error('message too long')
  })
  for (let at = 1, piece = 0; at < bytes.length; at += step, piece++) {
    const direction: Direction = step % 2 === 1 && piece % 2 === 1 ? 1 : 0
    session.onBytes(direction, piece + 1, bytes, at, Math.min(bytes.length, at + step))
    if (piece % 7 === 6) session.onGap(direction)
  }
}

const REQUEST =
  'GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n\r\n'
const RESPONSE =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: sip\r\n\r\n'
const TEXT = 'OPTIONS sip:a@example.com SIP/2.0\r\n\r\n'
const unmasked = `\x81${String.fromCharCode(TEXT.length)}${TEXT}`
const masked = `\x81${String.fromCharCode(0x80 | TEXT.length)}\0\0\0\0${TEXT}`

export const covers = ['src/core/protocol/websocket/']

export const seeds: Uint8Array[] = [
  `\0${REQUEST}${masked}`,
  `\0${RESPONSE}${unmasked}${unmasked}`,
  `\0${masked}\x89\x80\0\0\0\0${masked}`,
  `\x10${masked}${masked}`,
  `\0${RESPONSE}\x01\x05INVIT\x80\x02E \xc1\x01x`,
].map(bytesOf)

export const grammar: string[] = [
  'GET / HTTP/1.1\r\n',
  'HTTP/1.1 101 x\r\n',
  'Upgrade: websocket\r\n',
  'Sec-WebSocket-Protocol: sip\r\n',
  '\r\n\r\n',
  '\x81',
  '\x82',
  '\x01',
  '\x80',
  '\x89',
  '\x88',
  '\xc1',
  '\x7e\x00\x7f',
  '\xfe\xff\xff',
  '\x7f\x7f\xff\xff\xff\xff\xff\xff\xff',
  '\xff\x80\0\0\0\0\0\0\0',
  TEXT,
]
