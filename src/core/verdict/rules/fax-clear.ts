/** fax-clear: T.38 fax that goes over the wire without encryption. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { isClear } from '../stream-judgement.ts'
import { clearHit } from './clear-hit.ts'

/** See the head of this file. */
export const faxClear: Rule<CallFacts> = {
  id: 'fax-clear',
  severity: 'high',
  spec: 'RFC 7345; ITU-T T.38',
  title: 'Fax is not encrypted',
  meaning: 'Anyone on this wire can rebuild the pages.',
  advice:
    'T.38 over UDPTL has no encryption unless it runs over DTLS (RFC 7345), which few products have. Send fax as audio inside SRTP (G.711 pass-through, T.38 off), through an encrypted tunnel, or replace it.',
  check: (facts) =>
    clearHit(
      facts,
      facts.streams.filter((stream) => stream.media === 'image' && isClear(stream)),
      'fax',
    ),
}
