/** sips-not-kept: a sips: address on a hop whose SIP is readable. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { endpointOf, listOf } from '../words.ts'

/** See the head of this file. */
export const sipsNotKept: Rule<CallFacts> = {
  id: 'sips-not-kept',
  severity: 'medium',
  spec: 'RFC 5630 §3.1.3; RFC 3261 §26.2.2',
  title: 'A secure address over readable SIP',
  meaning: 'The address says sips: (TLS on every hop), and this hop is readable.',
  advice:
    'Set the transport of this hop to TLS; a server that forwards sips: over UDP or TCP must be corrected.',
  check: (facts) => {
    const legs = facts.legs.filter(({ sipsReadable }) => sipsReadable)
    if (legs.length === 0) return null
    return {
      frames: legs.map(({ firstFrame }) => firstFrame),
      seen: `sips: over ${listOf(legs.map(({ transport }) => transport))} between ${listOf(legs.map((leg) => `${endpointOf(leg.client)} and ${endpointOf(leg.server)}`))}.`,
    }
  },
}
