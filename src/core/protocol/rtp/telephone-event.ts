/** telephone-event packets (RFC 4733 §2.3): four bytes in the clear, with an authentication tag more when they are SRTP. */

/** Four bytes and a tag of 4, 10 or 16 bytes. */
const CIPHER_LENGTHS: readonly number[] = [8, 14, 20]

/** What the payload `bytes[start, end)` of a telephone-event packet is, by its length and, for plain, its reserved bit. */
export const checkTelephoneEvent = (bytes: Uint8Array, start: number, end: number): 'plain' | 'cipher' | null => {
  const length = end - start
  if (length === 4) return ((bytes[start + 1] as number) & 0x40) === 0 ? 'plain' : null
  return CIPHER_LENGTHS.includes(length) ? 'cipher' : null
}
