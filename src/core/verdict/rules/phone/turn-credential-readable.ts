/** turn-credential-readable: the phone sent a TURN long-term credential in the clear. */
import type { PhoneFacts } from '../../../call/index.ts'
import type { Rule } from '../../rule.ts'
import { countOf } from '../../words.ts'

/** See the head of this file. */
export const turnCredentialReadable: Rule<PhoneFacts> = {
  id: 'turn-credential-readable',
  severity: 'medium',
  spec: 'RFC 8656 §21.1; RFC 8489 §14',
  title: 'TURN account readable',
  meaning:
    'The name of the relay account is readable and its password can be guessed from the message check.',
  advice: 'Use TURN over TLS (turns:, port 5349) and short-lived credentials.',
  check: ({ turnCredential, address }) =>
    turnCredential.count === 0
      ? null
      : {
          frames: turnCredential.frames,
          seen: `${countOf(turnCredential.count, 'readable TURN message')} from ${address}.`,
        },
}
