/** SRTP crypto suites of SDP security descriptions: what a key must look like and what it does to the packets. */

/** One crypto suite. Lengths in bytes. */
export interface CryptoSuite {
  /** Registered name, upper case. */
  readonly name: string
  readonly cipher: 'aes-cm' | 'aes-f8' | 'aes-gcm' | 'aria-cm' | 'aria-gcm' | 'null'
  readonly authentication: 'hmac-sha1' | 'aead'
  readonly keyBytes: number
  readonly saltBytes: number
  readonly rtpTagBytes: number
  readonly rtcpTagBytes: number
}

const suite = (
  name: string,
  cipher: CryptoSuite['cipher'],
  keyBytes: number,
  saltBytes: number,
  rtpTagBytes: number,
  rtcpTagBytes: number,
): CryptoSuite => ({
  name,
  cipher,
  authentication: cipher === 'aes-gcm' || cipher === 'aria-gcm' ? 'aead' : 'hmac-sha1',
  keyBytes,
  saltBytes,
  rtpTagBytes,
  rtcpTagBytes,
})

/**
 * IANA "SDP Security Descriptions: SRTP Crypto Suite Registrations" in the registry's order (read 2026-11), then names that products write
 * for the same things. The SEED suites (RFC 5669) are left out: no phone has them, and nothing here could verify them, so they count as
 * unknown. With _32 the SRTCP tag stays 10 bytes (RFC 4568 §6.2, RFC 6188 §2).
 */
export const CRYPTO_SUITES: readonly CryptoSuite[] = [
  // RFC 4568 §6.2
  suite('AES_CM_128_HMAC_SHA1_80', 'aes-cm', 16, 14, 10, 10),
  suite('AES_CM_128_HMAC_SHA1_32', 'aes-cm', 16, 14, 4, 10),
  suite('F8_128_HMAC_SHA1_80', 'aes-f8', 16, 14, 10, 10),
  // RFC 6188 §4
  suite('AES_192_CM_HMAC_SHA1_80', 'aes-cm', 24, 14, 10, 10),
  suite('AES_192_CM_HMAC_SHA1_32', 'aes-cm', 24, 14, 4, 10),
  suite('AES_256_CM_HMAC_SHA1_80', 'aes-cm', 32, 14, 10, 10),
  suite('AES_256_CM_HMAC_SHA1_32', 'aes-cm', 32, 14, 4, 10),
  // RFC 7714 §14.2
  suite('AEAD_AES_128_GCM', 'aes-gcm', 16, 12, 16, 16),
  suite('AEAD_AES_256_GCM', 'aes-gcm', 32, 12, 16, 16),
  // RFC 8269 §5
  suite('ARIA_128_CTR_HMAC_SHA1_80', 'aria-cm', 16, 14, 10, 10),
  suite('ARIA_128_CTR_HMAC_SHA1_32', 'aria-cm', 16, 14, 4, 10),
  suite('ARIA_192_CTR_HMAC_SHA1_80', 'aria-cm', 24, 14, 10, 10),
  suite('ARIA_192_CTR_HMAC_SHA1_32', 'aria-cm', 24, 14, 4, 10),
  suite('ARIA_256_CTR_HMAC_SHA1_80', 'aria-cm', 32, 14, 10, 10),
  suite('ARIA_256_CTR_HMAC_SHA1_32', 'aria-cm', 32, 14, 4, 10),
  suite('AEAD_ARIA_128_GCM', 'aria-gcm', 16, 12, 16, 16),
  suite('AEAD_ARIA_256_GCM', 'aria-gcm', 32, 12, 16, 16),
  // Older drafts and libraries (libsrtp's own names) for the suites of RFC 6188, still offered by products
  suite('AES_CM_192_HMAC_SHA1_80', 'aes-cm', 24, 14, 10, 10),
  suite('AES_CM_192_HMAC_SHA1_32', 'aes-cm', 24, 14, 4, 10),
  suite('AES_CM_256_HMAC_SHA1_80', 'aes-cm', 32, 14, 10, 10),
  suite('AES_CM_256_HMAC_SHA1_32', 'aes-cm', 32, 14, 4, 10),
  // 8-byte tags of draft-ietf-avtcore-srtp-aes-gcm up to -13, kept by FreeSWITCH and others
  suite('AEAD_AES_128_GCM_8', 'aes-gcm', 16, 12, 8, 8),
  suite('AEAD_AES_256_GCM_8', 'aes-gcm', 32, 12, 8, 8),
  // No registration, but libraries accept them: authenticated and readable
  suite('NULL_HMAC_SHA1_80', 'null', 16, 14, 10, 10),
  suite('NULL_HMAC_SHA1_32', 'null', 16, 14, 4, 10),
]

const BY_NAME: ReadonlyMap<string, CryptoSuite> = new Map(CRYPTO_SUITES.map((row) => [row.name, row]))

/** The suite of that name, letters compared without case (ABNF literals, RFC 5234 §2.3); undefined if unknown. */
export const findCryptoSuite = (name: string): CryptoSuite | undefined => BY_NAME.get(name.toUpperCase())
