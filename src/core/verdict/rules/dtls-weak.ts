/** dtls-weak: a completed DTLS-SRTP handshake with an old version, a weak suite, no forward secrecy or a short key. */
import type { CallFacts } from '../../call/index.ts'
import { handshakeFrames, hasShortKey } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { cut, endpointOf, listOf } from '../words.ts'

/** The signature hash of a DTLS certificate does not count: it is self-signed and checked by its fingerprint (VERDICTS §2.2). */
const weaknessesOf = (dtls: CallFacts['dtls'][number]['facts']): string[] => {
  const why: string[] = []
  if (dtls.version === 'DTLS 1.0') why.push(dtls.version)
  if (dtls.suiteStrength === 'weak' || dtls.suiteStrength === 'plain')
    why.push(cut(dtls.suite ?? 'weak suite'))
  if (dtls.forwardSecrecy === false) why.push('no forward secrecy')
  const certificates = [dtls.certificate, dtls.clientCertificate]
  if (certificates.some((certificate) => certificate !== null && hasShortKey(certificate)))
    why.push('short certificate key')
  return why
}

/** See the head of this file. */
export const dtlsWeak: Rule<CallFacts> = {
  id: 'dtls-weak',
  severity: 'medium',
  spec: 'RFC 5764 §4.1; RFC 9325; RFC 8996',
  title: 'Weak key exchange for the media',
  meaning: 'The keys of the voice were made with old DTLS, a weak suite or a short certificate key.',
  advice:
    'Update the phone, browser or media relay at the named end; set DTLS 1.2 with an ECDHE suite and an EC P-256 or RSA 2048 certificate.',
  check: (facts) => {
    const weak = facts.dtls
      .filter(({ facts: dtls }) => dtls.handshake === 'completed')
      .map((dtls) => ({ ...dtls, why: weaknessesOf(dtls.facts) }))
      .filter(({ why }) => why.length > 0)
    if (weak.length === 0) return null
    return {
      frames: weak.flatMap(({ facts: dtls }) => handshakeFrames(dtls)),
      seen: `${listOf(weak.map(({ ends: [a, b], why }) => `${endpointOf(a)} and ${endpointOf(b)}: ${why.join(', ')}`))}.`,
    }
  },
}
