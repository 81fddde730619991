/** Recognises TLS records (RFC 8446 §5.1): content type 20–23, version 3.x, a length that a record may have. */
import { readU16 } from '../../base/bytes.ts'

export const RECORD = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const
export const RECORD_HEADER = 5
/** 2^14 and the expansion that TLS 1.2 allows (RFC 5246 §6.2.3). */
const MAX_RECORD = 16384 + 2048
/** The newest version that a record's header ever names (RFC 8446 §5.1: 1.3 writes 1.2). */
const MAX_MINOR = 3

/** Handshake messages that may be readable at the beginning of a record (IANA "TLS HandshakeType"). */
const READABLE_HANDSHAKES: readonly number[] = [0, 1, 2, 4, 11, 12, 13, 14, 15, 16, 20, 22]

/** Whole length of the record at `at`, 0 if more bytes are needed to tell, -1 if none begins here. */
export const recordLength = (bytes: Uint8Array, at: number, end: number): number => {
  if (end - at < RECORD_HEADER) return 0
  const type = bytes[at] as number
  const length = readU16(bytes, at + 3)
  const isRecord =
    type >= RECORD.changeCipherSpec &&
    type <= RECORD.applicationData &&
    bytes[at + 1] === 3 &&
    (bytes[at + 2] as number) <= MAX_MINOR &&
    length > 0 &&
    length <= MAX_RECORD
  return isRecord ? RECORD_HEADER + length : -1
}

/**
 * True if the body of a handshake record begins with a ClientHello or ServerHello: type, a length below 64 KiB and major version 3. An
 * encrypted handshake message looks so once in 2^23.
 */
export const isHello = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start > 4 &&
  (bytes[start] === 1 || bytes[start] === 2) &&
  bytes[start + 1] === 0 &&
  bytes[start + 4] === 3

/** `certain`: a handshake record with a readable message; `unsure`: another record header, which chance writes once in 2^20. */
export const probeTls = (
  bytes: Uint8Array,
  start: number,
  end: number,
): 'certain' | 'unsure' | 'not-for-us' => {
  if (end - start < RECORD_HEADER + 1 || recordLength(bytes, start, end) < 0) return 'not-for-us'
  if (bytes[start] !== RECORD.handshake) return 'unsure'
  return READABLE_HANDSHAKES.includes(bytes[start + RECORD_HEADER] as number) ? 'certain' : 'unsure'
}
