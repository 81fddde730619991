/** certificate-name-mismatch: the server's certificate is not for the SNI that the client sent. */
import { parseAddress } from '../../base/ip-address.ts'
import type { CallFacts } from '../../call/index.ts'
import { handshakeFrames, isForName, visibleCertificates } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { cut, listOf } from '../words.ts'

/** See the head of this file. */
export const certificateNameMismatch: Rule<CallFacts> = {
  id: 'certificate-name-mismatch',
  severity: 'medium',
  spec: 'RFC 6125 §6.4; RFC 5922 §7',
  title: 'The certificate is for another name',
  meaning:
    'The server shows a certificate that is not for the name the phone asked for: phones that check would refuse it.',
  advice:
    'Issue the certificate for the name that the phones have as SIP server, or set that name in the phones.',
  check: (facts) => {
    const wrong = visibleCertificates(facts).filter(({ connection, certificate }) => {
      const name = connection.facts.sni
      // SNI never holds an address (RFC 6066 §3); one that does names nothing.
      return name !== null && name !== '' && parseAddress(name) === '' && !isForName(certificate, name)
    })
    if (wrong.length === 0) return null
    const words = wrong.map(({ connection, certificate }) => {
      const names = certificate.names.length > 0 ? certificate.names : [certificate.subject]
      return `asked for ${cut(connection.facts.sni ?? '')}, shown ${listOf(names.map(cut))}`
    })
    return {
      frames: wrong.flatMap(({ connection }) => handshakeFrames(connection.facts)),
      seen: `${listOf(words)}.`,
    }
  },
}
