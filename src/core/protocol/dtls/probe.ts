/** Recognises DTLS records (RFC 6347 §4.1, RFC 9147 §4): content type and version, or the unified header of 1.3, which only a session believes. */
import { readU16 } from '../../base/bytes.ts'

export const RECORD = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
  heartbeat: 24,
  acknowledgement: 26,
} as const
export const RECORD_HEADER = 13
/** Records of one datagram that are looked at. */
export const MAX_RECORDS = 32

/** DTLS 1.0, 1.2 and the one that OpenSSL wrote before there was a standard (DTLS1_BAD_VER). */
const RECORD_VERSIONS: readonly number[] = [0xfeff, 0xfefd, 0x0100]

/** True for a record with the full header at `at`, whose length fits before `end`. */
export const isFullRecord = (bytes: Uint8Array, at: number, end: number): boolean => {
  if (end - at < RECORD_HEADER) return false
  const type = bytes[at] as number
  const known =
    (type >= RECORD.changeCipherSpec && type <= RECORD.heartbeat) || type === RECORD.acknowledgement
  return (
    known &&
    RECORD_VERSIONS.includes(readU16(bytes, at + 1)) &&
    at + RECORD_HEADER + readU16(bytes, at + 11) <= end
  )
}

/** RFC 9147 §4: the first three bits 001. */
export const isUnifiedHeader = (octet: number): boolean => octet >> 5 === 1

/** A protected record of 1.3: low bits of its epoch, its end, and the bytes behind its header. */
export interface UnifiedRecord {
  readonly epochBits: number
  readonly end: number
  readonly length: number
}

const CONNECTION_ID = 0x10
const LONG_SEQUENCE = 0x08
const HAS_LENGTH = 0x04

/**
 * Reads the unified header at `at` (RFC 9147 §4, first byte 001CSLEE); null if its length does not fit. A connection id has a length that
 * only the ends know: then the rest of the datagram is the record.
 */
export const readUnifiedRecord = (bytes: Uint8Array, at: number, end: number): UnifiedRecord | null => {
  const first = bytes[at] as number
  const epochBits = first & 3
  const header = 1 + ((first & LONG_SEQUENCE) !== 0 ? 2 : 1)
  if ((first & CONNECTION_ID) !== 0 || (first & HAS_LENGTH) === 0) {
    return { epochBits, end, length: Math.max(0, end - at - header) }
  }
  const length = readU16(bytes, at + header)
  const to = at + header + 2 + length
  return to <= end ? { epochBits, end: to, length } : null
}

/** `certain`: whole records from first to last byte, the first with a full header; `unsure`: what could be a protected record of 1.3. */
export const probeDtls = (
  bytes: Uint8Array,
  start: number,
  end: number,
): 'certain' | 'unsure' | 'not-for-us' => {
  if (!isFullRecord(bytes, start, end)) {
    return end - start >= 20 && isUnifiedHeader(bytes[start] as number) ? 'unsure' : 'not-for-us'
  }
  let at = start
  for (let i = 0; i < MAX_RECORDS && at < end; i++) {
    if (isFullRecord(bytes, at, end)) at += RECORD_HEADER + readU16(bytes, at + 11)
    else if (isUnifiedHeader(bytes[at] as number)) return 'certain'
    else return 'unsure'
  }
  return 'certain'
}
