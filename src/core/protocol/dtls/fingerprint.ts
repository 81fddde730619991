/** Compares a certificate with an a=fingerprint attribute (RFC 8122 §5). */
import type { Cryptography } from '../../base/cryptography.ts'

const ALGORITHMS = ['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512'] as const

/** True or false as the digests compare; null if the hash is not one that we can compute. */
export const fingerprintMatches = (
  der: Uint8Array,
  fingerprint: { readonly algorithm: string; readonly digest: Uint8Array },
  cryptography: Cryptography,
): boolean | null => {
  const algorithm = ALGORITHMS.find((known) => known === fingerprint.algorithm)
  if (algorithm === undefined) return null
  const digest = cryptography.sha(algorithm, der)
  return (
    digest.length === fingerprint.digest.length && digest.every((byte, i) => byte === fingerprint.digest[i])
  )
}
