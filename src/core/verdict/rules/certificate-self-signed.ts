/** certificate-self-signed: the signalling's server certificate is its own issuer; a private authority is no finding, DTLS media neither. */
import type { CallFacts } from '../../call/index.ts'
import { handshakeFrames, visibleCertificates } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { cut, endpointOf, listOf } from '../words.ts'

/** See the head of this file. */
export const certificateSelfSigned: Rule<CallFacts> = {
  id: 'certificate-self-signed',
  severity: 'medium',
  spec: 'RFC 5280 §6; RFC 5922',
  title: 'The certificate vouches for itself',
  meaning:
    'No authority stands behind this certificate; phones that accept it accept any other just the same, unless it is installed in each of them.',
  advice:
    'Use a certificate of a public or of your own certificate authority, and install that authority in the phones.',
  check: (facts) => {
    const own = visibleCertificates(facts).filter(({ certificate }) => certificate.selfSigned)
    if (own.length === 0) return null
    return {
      frames: own.flatMap(({ connection }) => handshakeFrames(connection.facts)),
      seen: `${listOf(own.map(({ connection, certificate }) => `${endpointOf(connection.server)} (${cut(certificate.subject)})`))}.`,
    }
  },
}
