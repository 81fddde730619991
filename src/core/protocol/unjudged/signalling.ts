/** First bytes of telephone signalling other than SIP. Each function assumes that the port has been checked, and is strict all the same. */
import { readU16, startsWithAscii } from '../../base/bytes.ts'

const readU32LittleEndian = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) +
  0x100 * ((bytes[at + 1] ?? 0) + 0x100 * ((bytes[at + 2] ?? 0) + 0x100 * (bytes[at + 3] ?? 0)))

const SCCP_HEADER = 8
const SCCP_LONGEST = 4_096
/** Header versions: 0 = first phones, 10–22 = as CallManager numbers its releases 7 to 14. */
const isSccpVersion = (version: number): boolean => version === 0 || (version >= 10 && version <= 32)
/** Message ids: phone to CallManager 0x0000–0x005F, CallManager to phone 0x0081–0x0160. */
const isSccpMessage = (id: number): boolean => id <= 0x5f || (id >= 0x81 && id <= 0x160)

/** SCCP ("Skinny"): length from the message id on, header version, message id, all little-endian. */
export const isSccp = (bytes: Uint8Array, start: number, end: number): boolean => {
  if (end - start < SCCP_HEADER + 4) return false
  const length = readU32LittleEndian(bytes, start)
  return (
    length >= 4 &&
    length <= SCCP_LONGEST &&
    (length & 3) === 0 &&
    isSccpVersion(readU32LittleEndian(bytes, start + 4)) &&
    isSccpMessage(readU32LittleEndian(bytes, start + 8))
  )
}

/** protocolIdentifier of H.225.0 in PER: six octets, itu-t(0) recommendation(0) h(8) 2250 version(0) n. */
const H225_OID: readonly number[] = [6, 0, 8, 0x91, 0x4a, 0]
/** It stands behind the choice, the optional bits and the sequence number. */
const H225_OID_WITHIN = 12
const H225_LAST_VERSION = 8

/** H.225.0 RAS: those messages that name the protocol (Gatekeeper and Registration Request and Confirm); the others look like anything. */
export const isRas = (bytes: Uint8Array, start: number, end: number): boolean => {
  for (let at = start + 2; at < start + H225_OID_WITHIN && at + 7 <= end; at++) {
    const version = bytes[at + 6] as number
    if (
      version >= 1 &&
      version <= H225_LAST_VERSION &&
      H225_OID.every((octet, i) => bytes[at + i] === octet)
    ) {
      return ((bytes[start] as number) & 0x80) === 0
    }
  }
  return false
}

/** Q.931 message types that H.225.0 uses (table 4). */
const Q931_TYPES: readonly number[] = [0x01, 0x02, 0x03, 0x05, 0x07, 0x0d, 0x5a, 0x62, 0x6e, 0x75, 0x7b, 0x7d]

/** H.225.0 call signalling: TPKT (RFC 1006 §6), then Q.931 with a call reference of two octets. */
export const isQ931 = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start >= 9 &&
  bytes[start] === 3 &&
  bytes[start + 1] === 0 &&
  readU16(bytes, start + 2) >= 9 &&
  bytes[start + 4] === 8 &&
  bytes[start + 5] === 2 &&
  Q931_TYPES.includes(bytes[start + 8] as number)

/** Verbs of RFC 3435 §3.2.1.1 and of its extensions (RFC 3991 §2). */
const MGCP_VERBS: readonly string[] = [
  'EPCF',
  'CRCX',
  'MDCX',
  'DLCX',
  'RQNT',
  'NTFY',
  'AUEP',
  'AUCX',
  'RSIP',
  'MESG',
]
const MGCP_VERSION = 'MGCP 1.0'
const MAX_LINE = 512

const isDigitAt = (bytes: Uint8Array, at: number): boolean => (bytes[at] ?? 0) >= 48 && (bytes[at] ?? 0) <= 57

/** Index behind the digits that begin at `at`. */
const digitsEnd = (bytes: Uint8Array, start: number, end: number): number => {
  let at = start
  while (at < end && isDigitAt(bytes, at)) at++
  return at
}

const lineEnd = (bytes: Uint8Array, start: number, end: number): number => {
  let at = start
  while (at < end && at < start + MAX_LINE && bytes[at] !== 10 && bytes[at] !== 13) at++
  return at
}

/** MGCP: `CRCX 1200 aaln/1@gw.example.com MGCP 1.0`, or the answer `200 1200 OK`. */
export const isMgcp = (bytes: Uint8Array, start: number, end: number): boolean => {
  const isCommand = MGCP_VERBS.some((verb) => startsWithAscii(bytes, start, end, verb))
  const number = start + (isCommand ? 5 : 4)
  if (!isCommand && digitsEnd(bytes, start, Math.min(end, start + 4)) !== start + 3) return false
  if (bytes[number - 1] !== 32) return false
  const behind = digitsEnd(bytes, number, end)
  if (behind === number || behind - number > 9) return false
  const stop = lineEnd(bytes, behind, end)
  if (!isCommand) return behind === stop ? stop < end : bytes[behind] === 32
  for (let at = behind; at < stop; at++) if (startsWithAscii(bytes, at, stop, MGCP_VERSION)) return true
  return false
}

const MSRP_METHODS: readonly string[] = ['SEND', 'REPORT', 'AUTH', 'NICKNAME']

const isTokenByte = (code: number): boolean =>
  (code >= 48 && code <= 57) ||
  (code >= 65 && code <= 90) ||
  (code >= 97 && code <= 122) ||
  '.-+%='.includes(String.fromCharCode(code))

/** MSRP (RFC 4975 §9): `MSRP`, a transaction id of 4–32 characters, then a method or a status of three digits. */
export const isMsrp = (bytes: Uint8Array, start: number, end: number): boolean => {
  if (!startsWithAscii(bytes, start, end, 'MSRP ')) return false
  let at = start + 5
  while (at < end && isTokenByte(bytes[at] as number)) at++
  const length = at - start - 5
  if (length < 4 || length > 32 || bytes[at] !== 32) return false
  const word = at + 1
  return (
    MSRP_METHODS.some((method) => startsWithAscii(bytes, word, end, method)) ||
    digitsEnd(bytes, word, end) === word + 3
  )
}

const RTSP_METHODS: readonly string[] = ['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'ANNOUNCE', 'RECORD']

/** RTSP (RFC 2326 §6, §7; RFC 7826): an answer, or a request to an rtsp: URI. */
export const isRtsp = (bytes: Uint8Array, start: number, end: number): boolean =>
  startsWithAscii(bytes, start, end, 'RTSP/1.0 ') ||
  startsWithAscii(bytes, start, end, 'RTSP/2.0 ') ||
  RTSP_METHODS.some((method) => startsWithAscii(bytes, start, end, `${method} rtsp`))
