/** certificate-weak: the signalling's server certificate has a short key or a broken signature hash. */
import type { CallFacts } from '../../call/index.ts'
import { handshakeFrames, hasShortKey, visibleCertificates } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { cut, endpointOf, listOf } from '../words.ts'

const WEAK_HASHES: readonly string[] = ['sha1', 'sha-1', 'md5', 'md2']

/** See the head of this file. */
export const certificateWeak: Rule<CallFacts> = {
  id: 'certificate-weak',
  severity: 'medium',
  spec: 'RFC 9325 §4.4; NIST SP 800-131A',
  title: 'The certificate is weak',
  meaning: 'A short key or an old signature can be forged with some effort; then an impostor looks genuine.',
  advice: 'Issue a new certificate with an EC P-256 or RSA 2048 key and a SHA-256 signature.',
  check: (facts) => {
    const weak = visibleCertificates(facts).filter(
      ({ certificate }) =>
        hasShortKey(certificate) || WEAK_HASHES.includes(certificate.signatureHash.toLowerCase()),
    )
    if (weak.length === 0) return null
    const words = weak.map(
      ({ connection, certificate: { keyType, keyBits, signatureHash } }) =>
        `${endpointOf(connection.server)}: ${keyType} ${keyBits} bits, ${cut(signatureHash)}`,
    )
    return {
      frames: weak.flatMap(({ connection }) => handshakeFrames(connection.facts)),
      seen: `${listOf(words)}.`,
    }
  },
}
