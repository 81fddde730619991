/**
 * Parsers of the handshake messages that matter to a listener, shared by TLS and DTLS (RFC 5246 §7.4, RFC 8446 §4). Bounded; they never throw,
 * keep nothing of the bytes, and answer null where lengths do not fit.
 */
import { latin1, readU16, readU24 } from '../../base/bytes.ts'

export const HANDSHAKE = {
  clientHello: 1,
  serverHello: 2,
  certificate: 11,
  serverHelloDone: 14,
  clientKeyExchange: 16,
} as const

/** Length of the header of a TLS handshake message: type and length. */
export const HANDSHAKE_HEADER = 4
const MAX_MESSAGE = 16 * 1024
const MAX_CHAIN = 32 * 1024

/** Most bytes that a message of `type` may have (HARDENING: 16 KiB, a certificate chain 32 KiB). */
export const maxHandshake = (type: number): number =>
  type === HANDSHAKE.certificate ? MAX_CHAIN : MAX_MESSAGE

/** Whole length of the handshake message at `at`, 0 if more bytes are needed to tell, -1 if it is longer than the bound. */
export const handshakeLength = (bytes: Uint8Array, at: number, end: number): number => {
  if (end - at < HANDSHAKE_HEADER) return 0
  const length = readU24(bytes, at + 1)
  return length > maxHandshake(bytes[at] as number) ? -1 : HANDSHAKE_HEADER + length
}

/** IANA "TLS ExtensionType Values". */
const EXTENSION = {
  serverName: 0,
  truncatedHmac: 4,
  useSrtp: 14,
  alpn: 16,
  preSharedKey: 41,
  earlyData: 42,
  supportedVersions: 43,
  keyShare: 51,
} as const

const MAX_EXTENSIONS = 64
const MAX_SUITES = 512
const MAX_NUMBERS = 64
const MAX_NAMES = 16
const MAX_SESSION_ID = 32
/** SHA-256 of "HelloRetryRequest" (RFC 8446 §4.1.3): the first eight bytes tell it from a random. */
const RETRY_RANDOM = [0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11] as const
/** "DOWNGRD" (RFC 8446 §4.1.3), the end of the random of a server that could do better than what it chose. */
const DOWNGRADE = [0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44] as const

/** What a ClientHello or ServerHello says; lists are bounded. */
export interface Hello {
  /** legacy_version, or the one chosen by supported_versions. */
  version: number
  /** The 32 random bytes as latin-1. */
  random: string
  /** Offered versions (ClientHello), without GREASE; empty if the extension is missing. */
  versions: number[]
  /** Offered suites without GREASE, or the chosen one alone. */
  suites: number[]
  sessionId: string
  alpn: string[]
  serverName: string | null
  srtpProfiles: number[]
  keyShare: boolean
  preSharedKey: boolean
  earlyData: boolean
  truncatedHmac: boolean
  /** A HelloRetryRequest: another ClientHello follows. */
  isRetry: boolean
  /** The server says that it could do better (RFC 8446 §4.1.3). */
  isDowngrade: boolean
}

/** RFC 8701: values that mean nothing. */
const isGrease = (value: number): boolean => (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff)

const stands = (bytes: Uint8Array, at: number, pattern: readonly number[]): boolean =>
  pattern.every((byte, i) => bytes[at + i] === byte)

/** Version, random and session id, which both hellos begin with; null if they do not fit. */
const beginHello = (bytes: Uint8Array, start: number, end: number): { hello: Hello; at: number } | null => {
  const at = start + 34
  if (at >= end) return null
  const idEnd = at + 1 + (bytes[at] as number)
  if ((bytes[at] as number) > MAX_SESSION_ID || idEnd > end) return null
  const hello: Hello = {
    version: readU16(bytes, start),
    random: latin1(bytes, start + 2, at),
    versions: [],
    suites: [],
    sessionId: latin1(bytes, at + 1, idEnd),
    alpn: [],
    serverName: null,
    srtpProfiles: [],
    keyShare: false,
    preSharedKey: false,
    earlyData: false,
    truncatedHmac: false,
    isRetry: stands(bytes, start + 2, RETRY_RANDOM),
    isDowngrade: stands(bytes, start + 26, DOWNGRADE),
  }
  return { hello, at: idEnd }
}

/** Parses the body of a ClientHello; `cookie`: DTLS, where one stands behind the session id (RFC 6347 §4.2.1). */
export const parseClientHello = (
  bytes: Uint8Array,
  start: number,
  end: number,
  cookie: boolean,
): Hello | null => {
  const begun = beginHello(bytes, start, end)
  if (begun === null) return null
  let { at } = begun
  if (cookie) at += 1 + (bytes[at] ?? 0)
  const suitesEnd = at + 2 + readU16(bytes, at)
  if (suitesEnd >= end) return null
  begun.hello.suites = numbersOf(bytes, at + 2, suitesEnd, MAX_SUITES)
  at = suitesEnd + 1 + (bytes[suitesEnd] as number)
  if (at > end) return null
  return parseExtensions(bytes, at, end, begun.hello, true) ? begun.hello : null
}

/** Parses the body of a ServerHello. */
export const parseServerHello = (bytes: Uint8Array, start: number, end: number): Hello | null => {
  const begun = beginHello(bytes, start, end)
  if (begun === null || begun.at + 3 > end) return null
  begun.hello.suites = [readU16(bytes, begun.at)]
  return parseExtensions(bytes, begun.at + 3, end, begun.hello, false) ? begun.hello : null
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
  for (let i = 0; i < MAX_EXTENSIONS && at + 4 <= stop; i++) {
    const from = at + 4
    const to = from + readU16(bytes, at + 2)
    if (to > stop) return false
    takeExtension(readU16(bytes, at), bytes.subarray(from, to), hello, client)
    at = to
  }
  return true
}

/** `body` is lent. */
const takeExtension = (type: number, body: Uint8Array, hello: Hello, client: boolean): void => {
  switch (type) {
    case EXTENSION.serverName:
      hello.serverName = serverNameOf(body)
      break
    case EXTENSION.alpn:
      hello.alpn = namesOf(body)
      break
    case EXTENSION.useSrtp:
      hello.srtpProfiles = numbersOf(body, 2, Math.min(body.length, 2 + readU16(body, 0)), MAX_NUMBERS)
      break
    case EXTENSION.supportedVersions:
      if (!client) hello.version = readU16(body, 0)
      else hello.versions = numbersOf(body, 1, Math.min(body.length, 1 + (body[0] ?? 0)), MAX_NUMBERS)
      break
    case EXTENSION.keyShare:
      hello.keyShare = true
      break
    case EXTENSION.preSharedKey:
      hello.preSharedKey = true
      break
    case EXTENSION.earlyData:
      hello.earlyData = true
      break
    case EXTENSION.truncatedHmac:
      hello.truncatedHmac = true
      break
  }
}

/** The first host_name of server_name (RFC 6066 §3). */
const serverNameOf = (body: Uint8Array): string | null =>
  body.length > 5 && body[2] === 0 ? latin1(body, 5, Math.min(body.length, 5 + readU16(body, 3)), 128) : null

/** RFC 7301 §3.1. */
const namesOf = (body: Uint8Array): string[] => {
  const names: string[] = []
  for (let at = 2; at < body.length && names.length < MAX_NAMES; at += 1 + (body[at] as number)) {
    const length = body[at] as number
    if (length === 2 && isGrease(readU16(body, at + 1))) continue
    names.push(latin1(body, at + 1, Math.min(body.length, at + 1 + length), 64))
  }
  return names
}

/** The 16-bit numbers in `bytes[from, to)` without GREASE. */
const numbersOf = (bytes: Uint8Array, from: number, to: number, limit: number): number[] => {
  const numbers: number[] = []
  for (let at = from; at + 2 <= to && numbers.length < limit; at += 2) {
    const number = readU16(bytes, at)
    if (!isGrease(number)) numbers.push(number)
  }
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
