/** tls-parameters-unseen: a TLS or DTLS connection whose version, suite or certificate this capture does not show. */
import type { CallFacts, SignallingConnection } from '../../call/index.ts'
import { handshakeFrames } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { endpointOf, listOf } from '../words.ts'

/** What is missing of a signalling connection, or null. TLS 1.3 hides its certificate by design: that is nothing missing. */
const missingOf = ({ facts: tls, remembered }: SignallingConnection): string | null => {
  if (remembered) return null
  if (tls.handshake === 'unseen') return 'older than this capture'
  if (tls.version === null || tls.suite === null) return 'version or suite not seen'
  if (tls.version === 'TLS 1.3') return null
  // Nobody here knows the issuer's key, so damage to the certificate's bytes could not be told from the certificate.
  if (tls.certificate !== null)
    return tls.certificate.selfSigned ? null : 'the issuer of the certificate is not known here'
  return tls.resumed ? 'certificate not visible (resumed)' : 'certificate not seen'
}

/** See the head of this file. */
export const tlsParametersUnseen: Rule<CallFacts> = {
  id: 'tls-parameters-unseen',
  severity: 'low',
  spec: 'RFC 8446 §4.4.2; RFC 5246 §7.3',
  title: 'Parts of a handshake were not seen',
  meaning:
    'The connection is encrypted; how well, and with which certificate, was said before this capture began or was lost.',
  advice: 'Restart the phone while the box is listening, then the handshake is seen and judged.',
  check: (facts) => {
    const words: string[] = []
    const frames: number[] = []
    for (const connection of facts.signalling.connections) {
      const missing = missingOf(connection)
      if (missing === null) continue
      words.push(`${endpointOf(connection.server)}: ${missing}`)
      frames.push(...handshakeFrames(connection.facts))
    }
    for (const { facts: dtls, ends } of facts.dtls) {
      const complete = dtls.handshake === 'completed' && dtls.version !== null && dtls.suite !== null
      if (complete) continue
      words.push(`${endpointOf(ends[0])} and ${endpointOf(ends[1])}: DTLS handshake not seen as a whole`)
      frames.push(...handshakeFrames(dtls))
    }
    return words.length === 0 ? null : { frames, seen: `${listOf(words)}.` }
  },
}
