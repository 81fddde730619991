/** certificate-expired: the server's certificate was not valid when the call began; only with a clock that can be trusted. */
import { micros, SECOND } from '../../base/clock.ts'
import { formatIsoTime } from '../../base/iso-time.ts'
import type { CallFacts } from '../../call/index.ts'
import { handshakeFrames, visibleCertificates } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { endpointOf, listOf } from '../words.ts'

/** See the head of this file. */
export const certificateExpired: Rule<CallFacts> = {
  id: 'certificate-expired',
  severity: 'medium',
  spec: 'RFC 5280 §4.1.2.5',
  title: 'The certificate is out of date',
  meaning:
    'Phones that check certificates will refuse this server; those that connect do not check, and would accept an impostor.',
  advice:
    'Renew the certificate of the SIP server and let it renew itself; then switch certificate checking on in the phones (Yealink: Security > Trusted Certificates > Only Accept Trusted Certificates).',
  check: (facts) => {
    if (!facts.clockTrusted) return null
    const now = facts.startedAt / SECOND
    const expired = visibleCertificates(facts).filter(
      ({ certificate }) => now > certificate.notAfter || now < certificate.notBefore,
    )
    if (expired.length === 0) return null
    const words = expired.map(({ certificate, connection }) =>
      now > certificate.notAfter
        ? `${endpointOf(connection.server)}: ended ${formatIsoTime(micros(certificate.notAfter * SECOND)).slice(0, 10)}`
        : `${endpointOf(connection.server)}: begins ${formatIsoTime(micros(certificate.notBefore * SECOND)).slice(0, 10)}`,
    )
    return {
      frames: expired.flatMap(({ connection }) => handshakeFrames(connection.facts)),
      seen: `${listOf(words)}.`,
    }
  },
}
