/** turn-credential-readable: TURN long-term credentials in the clear on this wire. */
import type { WireFacts } from '../../../call/index.ts'
import type { Rule } from '../../rule.ts'
import { countOf } from '../../words.ts'

/** See the head of this file. */
export const turnCredentialReadable: Rule<WireFacts> = {
  id: 'turn-credential-readable',
  severity: 'medium',
  spec: 'RFC 8656 §21.1; RFC 8489 §14',
  title: 'TURN account readable',
  meaning: 'The name of a relay account is readable and its password can be guessed from the message check.',
  advice: 'Use TURN over TLS (turns:, port 5349) and short-lived credentials.',
  check: ({ turnCredential }) =>
    turnCredential.count === 0
      ? null
      : {
          frames: turnCredential.frames,
          seen: `${countOf(turnCredential.count, 'readable TURN message')} with a long-term credential.`,
        },
}
