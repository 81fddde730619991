/** Recognising a key again without keeping it. */
import { toHex } from '../../base/bytes.ts'
import type { Cryptography } from '../../base/cryptography.ts'

const IDENTITY_BYTES = 8

/** Identity of a key for reuse detection: an HMAC under a random key of this start, so that it says nothing of the key itself. */
export const keyIdentity = (cryptography: Cryptography, runKey: Uint8Array, keyAndSalt: Uint8Array): string =>
  toHex(cryptography.hmacSha1(runKey, [keyAndSalt]), 0, IDENTITY_BYTES)
