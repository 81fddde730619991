/** Recognises TLS records (RFC 8446 §5.1): content type 20–23, version 3.x, a length that a record may have. */
import { readU16 } from '../../base/bytes.ts'

export const RECORD = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const
export const RECORD_HEADER = 5
/** 2^14 and the expansion that TLS 1.2 allows (RFC 5246 §6.2.3). */
export const MAX_RECORD = 16384 + 2048

/** True if a record header may stand at `at`; the caller has five bytes. */
export const isRecordHeader = (bytes: Uint8Array, at: number): boolean => {
  const type = bytes[at] as number
  const length = readU16(bytes, at + 3)
  return (
    type >= RECORD.changeCipherSpec &&
    type <= RECORD.applicationData &&
    bytes[at + 1] === 3 &&
    (bytes[at + 2] as number) <= 4 &&
    length > 0 &&
    length <= MAX_RECORD
  )
}

/** `certain`: a handshake record that begins a ClientHello or ServerHello; `unsure`: another record header. */
export const probeTls = (
  bytes: Uint8Array,
  start: number,
  end: number,
): 'certain' | 'unsure' | 'not-for-us' => {
  if (end - start < RECORD_HEADER + 1 || !isRecordHeader(bytes, start)) return 'not-for-us'
  const hello = bytes[start + RECORD_HEADER] === 1 || bytes[start + RECORD_HEADER] === 2
  return bytes[start] === RECORD.handshake && hello ? 'certain' : 'unsure'
}
