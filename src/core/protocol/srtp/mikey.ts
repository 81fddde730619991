/** MIKEY in SDP (RFC 3830, RFC 4567), as far as one question needs: does the message carry its keys unencrypted? */

/** RFC 3830 §6.1 data types and §6.2 encryption algorithms. */
const PRE_SHARED_KEY_INIT = 0
const KEMAC_PAYLOAD = 1
const NULL_ENCRYPTION = 0
const VERSION = 1
const COMMON_HEADER = 10
const CRYPTO_SESSION_BYTES = 9
const MAX_PAYLOADS = 16

/** What a MIKEY message shows. */
export interface MikeyFacts {
  readonly dataType: number
  /** The key data are not encrypted: whoever reads the message has the keys. */
  readonly nullEncryption: boolean
}

/** Reads a message; null if it is none. Walks to the KEMAC payload only over payloads of a known length (timestamp, RAND). */
export const parseMikey = (bytes: Uint8Array): MikeyFacts | null => {
  if (bytes.length < COMMON_HEADER || bytes[0] !== VERSION) return null
  const dataType = bytes[1] as number
  let next = bytes[2] as number
  let at = COMMON_HEADER + CRYPTO_SESSION_BYTES * (bytes[8] as number)
  for (let i = 0; i < MAX_PAYLOADS && at + 1 < bytes.length; i++) {
    if (next === KEMAC_PAYLOAD) {
      return { dataType, nullEncryption: dataType === PRE_SHARED_KEY_INIT && bytes[at + 1] === NULL_ENCRYPTION }
    }
    const length = payloadLength(next, bytes, at)
    if (length === null) break
    next = bytes[at] as number
    at += length
  }
  return { dataType, nullEncryption: false }
}

const TIMESTAMP = 5
const RAND = 11
const SECURITY_POLICY = 10

const payloadLength = (type: number, bytes: Uint8Array, at: number): number | null => {
  if (type === TIMESTAMP) return 2 + ((bytes[at + 1] as number) === 2 ? 4 : 8)
  if (type === RAND) return 2 + (bytes[at + 1] as number)
  if (type === SECURITY_POLICY) return 5 + (((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0))
  return null
}
