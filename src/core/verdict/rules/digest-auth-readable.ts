/** digest-auth-readable: digest credentials in readable requests of the call. */
import type { CallFacts } from '../../call/index.ts'
import { digestWeaknesses } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { countOf } from '../words.ts'

/** See the head of this file. */
export const digestAuthReadable: Rule<CallFacts> = {
  id: 'digest-auth-readable',
  severity: 'medium',
  spec: 'RFC 7616 §5; RFC 8760; RFC 3261 §22.4',
  title: 'A password check was readable',
  meaning:
    'From a readable digest answer the SIP password can be guessed at home, millions of tries a second.',
  advice:
    'Set the SIP transport to TLS, give each phone a long random password (20 characters), and prefer SHA-256 with qop=auth where both sides have it.',
  check: (facts) => {
    const uses = facts.legs
      .flatMap(({ authentications }) => authentications)
      .filter(({ scheme, header }) => scheme === 'digest' && header.endsWith('authorization'))
    if (uses.length === 0) return null
    // ACK and CANCEL repeat the credentials of their INVITE (RFC 3261 §22.1).
    const turns = uses.map((use) => ({
      ...use,
      turn: use.method === 'ACK' || use.method === 'CANCEL' ? 'INVITE' : use.method,
    }))
    const weaknesses = digestWeaknesses(turns)
    const why = weaknesses.length > 0 ? ` (${weaknesses.join(', ')})` : ''
    return {
      frames: uses.map(({ frame }) => frame),
      seen: `${countOf(uses.length, 'readable request')} with digest credentials${why}.`,
    }
  },
}
