/** The HTTP opening handshake (RFC 6455 §4) as far as it tells that SIP follows (RFC 7118 §4). */
import { latin1, startsWithAscii } from '../../base/bytes.ts'
import { decimalOf } from '../../base/text.ts'
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
const MAX_HEADERS = 128
const MAX_PROTOCOLS = 8

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
  return (
    length > 0 &&
    (startsWithAscii(bytes, start, start + 4, 'GET '.slice(0, length)) ||
      startsWithAscii(bytes, start, start + 4, 'HTTP'.slice(0, length)))
  )
}

const listOf = (value: string): string[] =>
  value
    .split(',', MAX_PROTOCOLS)
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '')

/** What the header lines add to. */
interface HandshakeDraft {
  upgrade: boolean
  key: boolean
  deflate: boolean
  readonly protocols: string[]
}

const onHeaderLine = (draft: HandshakeDraft, name: string, value: string): void => {
  switch (name) {
    case 'upgrade':
      draft.upgrade ||= listOf(value).includes('websocket')
      return
    case 'sec-websocket-key':
    case 'sec-websocket-accept':
      draft.key = value !== ''
      return
    case 'sec-websocket-protocol':
      draft.protocols.push(...listOf(value))
      return
    case 'sec-websocket-extensions':
      draft.deflate ||= value.toLowerCase().includes('permessage-deflate')
  }
}

/** Status code of `HTTP/1.x nnn`, 0 if it is none. */
const statusOf = (line: string): number => {
  const status = decimalOf(line, 9, 12)
  return status >= 100 && status <= 999 ? status : 0
}

/** Reads the header section `bytes[start, end)`, which `handshakeEnd` found; null if it is no HTTP. */
export const parseHandshake = (bytes: Uint8Array, start: number, end: number): Handshake | null => {
  const lines = latin1(bytes, start, Math.min(end, start + MAX_HANDSHAKE)).split('\n', MAX_HEADERS)
  const first = lines[0] ?? ''
  const response = first.startsWith('HTTP/1.')
  if (!response && !first.startsWith('GET ')) return null
  const draft: HandshakeDraft = { upgrade: false, key: false, deflate: false, protocols: [] }
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0)
      onHeaderLine(draft, line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return {
    kind: response ? 'response' : 'request',
    status: response ? statusOf(first) : 0,
    upgrade: draft.upgrade,
    key: draft.key,
    protocols: draft.protocols.slice(0, MAX_PROTOCOLS),
    deflate: draft.deflate,
    end,
  }
}
