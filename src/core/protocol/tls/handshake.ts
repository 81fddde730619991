/** Parsers of the handshake messages that matter to a listener, shared by TLS and DTLS (RFC 5246 §7.4, RFC 8446 §4). Bounded; never throw. */
import { latin1, readU16, readU24 } from '../../base/bytes.ts'

export const HANDSHAKE = {
  clientHello: 1,
  serverHello: 2,
  newSessionTicket: 4,
  certificate: 11,
  finished: 20,
} as const

const EXTENSION = {
  serverName: 0,
  useSrtp: 14,
  alpn: 16,
  sessionTicket: 35,
  preSharedKey: 41,
  supportedVersions: 43,
  keyShare: 51,
} as const

const MAX_LIST = 64
/** SHA-256 of "HelloRetryRequest" (RFC 8446 §4.1.3): the first four bytes tell it from a random. */
const RETRY_RANDOM = [0xcf, 0x21, 0xad, 0x74] as const

/** What a ClientHello or ServerHello says; lists are bounded. */
export interface Hello {
  /** legacy_version, or the one chosen by supported_versions. */
  version: number
  /** Offered versions (ClientHello). */
  versions: number[]
  /** Chosen suite (ServerHello), else 0. */
  suite: number
  sessionId: string
  alpn: string[]
  serverName: string | null
  srtpProfiles: number[]
  keyShare: boolean
  preSharedKey: boolean
  /** A HelloRetryRequest: another ClientHello follows. */
  isRetry: boolean
}

/** RFC 8701: values that mean nothing. */
const isGrease = (value: number): boolean => (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff)

const emptyHello = (): Hello => ({
  version: 0,
  versions: [],
  suite: 0,
  sessionId: '',
  alpn: [],
  serverName: null,
  srtpProfiles: [],
  keyShare: false,
  preSharedKey: false,
  isRetry: false,
})

/** Parses the body `bytes[at, end)` of a ClientHello; `cookie` for DTLS. Null if its lengths do not fit. */
export const parseClientHello = (
  bytes: Uint8Array,
  start: number,
  end: number,
  cookie: boolean,
): Hello | null => {
  const hello = emptyHello()
  hello.version = readU16(bytes, start)
  let at = start + 34
  if (at >= end) return null
  const idLength = bytes[at] as number
  hello.sessionId = latin1(bytes, at + 1, Math.min(end, at + 1 + idLength))
  at += 1 + idLength
  if (cookie) at += 1 + (bytes[at] ?? 0)
  at += 2 + readU16(bytes, at)
  at += 1 + (bytes[at] ?? 0)
  if (at > end) return null
  return parseExtensions(bytes, at, end, hello, true) ? hello : null
}

/** Parses the body of a ServerHello. Null if its lengths do not fit. */
export const parseServerHello = (bytes: Uint8Array, start: number, end: number): Hello | null => {
  const hello = emptyHello()
  hello.version = readU16(bytes, start)
  hello.isRetry = RETRY_RANDOM.every((byte, i) => bytes[start + 2 + i] === byte)
  let at = start + 34
  if (at >= end) return null
  const idLength = bytes[at] as number
  hello.sessionId = latin1(bytes, at + 1, Math.min(end, at + 1 + idLength))
  at += 1 + idLength
  hello.suite = readU16(bytes, at)
  at += 3
  if (at > end) return null
  return parseExtensions(bytes, at, end, hello, false) ? hello : null
}

const parseExtensions = (
  bytes: Uint8Array,
  start: number,
  end: number,
  hello: Hello,
  client: boolean,
): boolean => {
  if (start === end) return true // SSL 3.0 and bare TLS 1.0 have none
  let at = start + 2
  const stop = at + readU16(bytes, start)
  if (stop > end) return false
  for (let i = 0; i < MAX_LIST && at + 4 <= stop; i++) {
    const type = readU16(bytes, at)
    const from = at + 4
    const to = from + readU16(bytes, at + 2)
    if (to > stop) return false
    takeExtension(type, bytes, from, to, hello, client)
    at = to
  }
  return true
}

const takeExtension = (
  type: number,
  bytes: Uint8Array,
  from: number,
  to: number,
  hello: Hello,
  client: boolean,
): void => {
  switch (type) {
    case EXTENSION.serverName:
      if (to - from > 5 && bytes[from + 2] === 0)
        hello.serverName = latin1(bytes, from + 5, Math.min(to, from + 5 + readU16(bytes, from + 3)), 128)
      break
    case EXTENSION.alpn:
      hello.alpn = namesOf(bytes, from + 2, to)
      break
    case EXTENSION.useSrtp:
      hello.srtpProfiles = numbersOf(bytes, from + 2, Math.min(to, from + 2 + readU16(bytes, from)))
      break
    case EXTENSION.supportedVersions:
      if (!client) hello.version = readU16(bytes, from)
      else
        hello.versions = numbersOf(bytes, from + 1, Math.min(to, from + 1 + (bytes[from] as number))).filter(
          (version) => !isGrease(version),
        )
      break
    case EXTENSION.keyShare:
      hello.keyShare = true
      break
    case EXTENSION.preSharedKey:
      hello.preSharedKey = true
      break
  }
}

const namesOf = (bytes: Uint8Array, from: number, to: number): string[] => {
  const names: string[] = []
  for (let at = from; at < to && names.length < 16; at += 1 + (bytes[at] as number)) {
    const name = latin1(bytes, at + 1, Math.min(to, at + 1 + (bytes[at] as number)), 64)
    if (!(name.length === 2 && isGrease((name.charCodeAt(0) << 8) | name.charCodeAt(1)))) names.push(name)
  }
  return names
}

const numbersOf = (bytes: Uint8Array, from: number, to: number): number[] => {
  const numbers: number[] = []
  for (let at = from; at + 2 <= to && numbers.length < MAX_LIST; at += 2) numbers.push(readU16(bytes, at))
  return numbers
}

/** Range of the leaf in a Certificate body of TLS ≤ 1.2 (RFC 5246 §7.4.2), or null if it is empty or does not fit. */
export const leafOf = (
  bytes: Uint8Array,
  start: number,
  end: number,
): { start: number; end: number } | null => {
  if (end - start < 6) return null
  const from = start + 6
  const to = from + readU24(bytes, start + 3)
  return to > from && to <= end ? { start: from, end: to } : null
}
