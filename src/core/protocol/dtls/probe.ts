/** Recognises DTLS records (RFC 6347 §4.1, RFC 9147 §4): content type and version, or the unified header of 1.3, which only a session believes. */
import { readU16 } from '../../base/bytes.ts'

export const RECORD = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
  ack: 26,
} as const
export const RECORD_HEADER = 13

/** True for a record with the full header at `at`, whose length fits before `end`. */
export const isFullRecord = (bytes: Uint8Array, at: number, end: number): boolean => {
  if (end - at < RECORD_HEADER) return false
  const type = bytes[at] as number
  const version = readU16(bytes, at + 1)
  const known = (type >= RECORD.changeCipherSpec && type <= 25) || type === RECORD.ack
  return (
    known &&
    (version === 0xfeff || version === 0xfefd || version === 0x0100) &&
    at + RECORD_HEADER + readU16(bytes, at + 11) <= end
  )
}

/** RFC 9147 §4: the first three bits 001. */
export const isUnifiedHeader = (octet: number): boolean => octet >> 5 === 1

/** `certain`: whole records from first to last byte; `unsure`: what could be a protected record of 1.3. */
export const probeDtls = (
  bytes: Uint8Array,
  start: number,
  end: number,
): 'certain' | 'unsure' | 'not-for-us' => {
  if (isFullRecord(bytes, start, end)) return 'certain'
  return end - start >= 20 && isUnifiedHeader(bytes[start] as number) ? 'unsure' : 'not-for-us'
}
