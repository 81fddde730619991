/** turn-credential-readable: a TURN long-term credential in a readable message of the call's media path. */
import type { CallFacts } from '../../call/index.ts'
import { observationOf } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { countOf } from '../words.ts'

/** See the head of this file. */
export const turnCredentialReadable: Rule<CallFacts> = {
  id: 'turn-credential-readable',
  severity: 'medium',
  spec: 'RFC 8656 §21.1; RFC 8489 §14',
  title: 'TURN account readable',
  meaning:
    'The name of the relay account is readable and its password can be guessed from the message check.',
  advice: 'Use TURN over TLS (turns:, port 5349) and short-lived credentials.',
  check: (facts) => {
    const seen = observationOf(facts, 'turn-credential-readable')
    if (seen === null) return null
    return {
      frames: seen.frames,
      seen: `${countOf(seen.count, 'readable TURN message')} with a long-term credential.`,
    }
  },
}
