/** dtmf-readable: digits in plain telephone-event packets or in INFO bodies. */
import type { CallFacts } from '../../call/index.ts'
import { observationOf } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { countOf } from '../words.ts'

/** See the head of this file. */
export const dtmfReadable: Rule<CallFacts> = {
  id: 'dtmf-readable',
  severity: 'high',
  spec: 'RFC 4733 §7; RFC 6086',
  title: 'Typed digits are readable',
  meaning: 'PINs, card numbers and menu choices typed on the phone can be read from the wire.',
  advice:
    'Encrypt media and signalling. If digits go in SIP INFO, switch the DTMF mode to RFC 4733 (Yealink: Account > Advanced > DTMF Type = RFC2833) together with SRTP.',
  check: (facts) => {
    const streams = facts.streams.filter(({ plainEvents }) => plainEvents.count > 0)
    const info = observationOf(facts, 'dtmf-info')
    if (streams.length === 0 && info === null) return null
    const packets = streams.reduce((sum, { plainEvents }) => sum + plainEvents.count, 0)
    const parts: string[] = []
    if (packets > 0) parts.push(countOf(packets, 'readable telephone-event packet'))
    if (info !== null) parts.push(`${countOf(info.count, 'readable INFO message')} with digits`)
    return {
      frames: [...streams.flatMap(({ plainEvents }) => plainEvents.frames), ...(info?.frames ?? [])],
      seen: `${parts.join(' and ')}; the digits are not kept here.`,
    }
  },
}
