/** Builds WebSocket streams for tests. */
import { bytesOf } from '../sip/sip-bytes.ts'

const MASK = [0x12, 0xfe, 0x00, 0x9c] as const

export interface FrameShape {
  readonly opcode?: number
  readonly final?: boolean
  readonly masked?: boolean
  /** RSV bits as in the first octet: 0x40 is RSV1. */
  readonly reserved?: number
}

/** One frame (RFC 6455 §5.2) around a latin-1 text. */
export const frameOf = (text: string, shape: FrameShape = {}): Uint8Array => {
  const { opcode = 1, final = true, masked = false, reserved = 0 } = shape
  const payload = bytesOf(text)
  const { length } = payload
  const lengthOctets =
    length < 126
      ? [length]
      : length < 65_536
        ? [126, length >> 8, length & 255]
        : [127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255]
  const second = (lengthOctets[0] ?? 0) | (masked ? 0x80 : 0)
  const header = [
    (final ? 0x80 : 0) | reserved | opcode,
    second,
    ...lengthOctets.slice(1),
    ...(masked ? MASK : []),
  ]
  const body = payload.map((byte, i) => (masked ? byte ^ (MASK[i & 3] ?? 0) : byte))
  return Uint8Array.from([...header, ...body])
}

/** Several byte arrays as one. */
export const join = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]))

export const requestText = (protocol = 'sip', extra = ''): string =>
  'GET /ws HTTP/1.1\r\nHost: pbx.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${protocol === '' ? '' : `Sec-WebSocket-Protocol: ${protocol}\r\n`}${extra}\r\n`

export const responseText = (protocol = 'sip', status = '101 Switching Protocols'): string =>
  `HTTP/1.1 ${status}\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n` +
  `${protocol === '' ? '' : `Sec-WebSocket-Protocol: ${protocol}\r\n`}\r\n`
