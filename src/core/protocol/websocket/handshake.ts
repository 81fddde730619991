/** The HTTP opening handshake (RFC 6455 §4) as far as it tells that SIP follows (RFC 7118 §4). */
import { latin1, startsWithAscii } from '../../base/bytes.ts'
import { MAX_HANDSHAKE } from './constants.ts'

/** What one header section shows. */
export interface Handshake {
  readonly kind: 'request' | 'response'
  /** Response status, 0 in a request or if unreadable. */
  readonly status: number
  /** Upgrade: websocket. */
  readonly upgrade: boolean
  /** Sec-WebSocket-Key (request) or Sec-WebSocket-Accept (response) is there. */
  readonly key: boolean
  /** Subprotocols of Sec-WebSocket-Protocol in lower case, at most 8. */
  readonly protocols: readonly string[]
  /** permessage-deflate (RFC 7692) offered or accepted. */
  readonly deflate: boolean
  /** Index behind the empty line. */
  readonly end: number
}

const LF = 10

/** Index behind the empty line that ends the header section, -1 if it has not come, -2 if it is too long to come. */
export const handshakeEnd = (bytes: Uint8Array, start: number, end: number): number => {
  for (let at = start; at < end; at++) {
    if (bytes[at] !== LF) continue
    const next = bytes[at + 1] === 13 ? at + 2 : at + 1
    if (next < end && bytes[next] === LF) return next + 1
  }
  return end - start > MAX_HANDSHAKE ? -2 : -1
}

/** True if a handshake begins here, or may begin with so few bytes. */
export const looksLikeHandshake = (bytes: Uint8Array, start: number, end: number): boolean => {
  const length = Math.min(4, end - start)
  return length > 0 && (startsWithAscii(bytes, start, start + 4, 'GET '.slice(0, length)) || startsWithAscii(bytes, start, start + 4, 'HTTP'.slice(0, length)))
}

const listOf = (value: string): string[] =>
  value
    .split(',', 8)
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '')

/** Reads the header section `bytes[start, end)`, which `handshakeEnd` found; null if it is no HTTP. */
export const parseHandshake = (bytes: Uint8Array, start: number, end: number): Handshake | null => {
  const lines = latin1(bytes, start, Math.min(end, start + MAX_HANDSHAKE)).split('\n', 128)
  const first = lines[0] ?? ''
  const response = first.startsWith('HTTP/1.')
  if (!response && !first.startsWith('GET ')) return null
  let upgrade = false
  let key = false
  let deflate = false
  const protocols: string[] = []
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (name === 'upgrade') upgrade ||= listOf(value).includes('websocket')
    else if (name === 'sec-websocket-key' || name === 'sec-websocket-accept') key = value !== ''
    else if (name === 'sec-websocket-protocol') protocols.push(...listOf(value))
    else if (name === 'sec-websocket-extensions') deflate ||= value.toLowerCase().includes('permessage-deflate')
  }
  const digits = response ? first.slice(9, 12) : ''
  const status = digits.length === 3 && digits >= '100' && digits <= '999' ? Number.parseInt(digits, 10) : 0
  return {
    kind: response ? 'response' : 'request',
    status,
    upgrade,
    key,
    protocols: protocols.slice(0, 8),
    deflate,
    end,
  }
}
