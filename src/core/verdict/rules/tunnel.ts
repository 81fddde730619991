/** tunnel: the signalling can only be in a tunnel. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'

/** See the head of this file. */
export const tunnel: Rule<CallFacts> = {
  id: 'tunnel',
  severity: 'info',
  spec: 'RFC 4303',
  title: 'A tunnel hides the signalling',
  meaning: 'Between these hosts only tunnel packets were seen; what is in them cannot be judged here.',
  advice: 'Listen at the end of the tunnel if you want a judgement of what comes out of it.',
  check: (facts) => {
    const hidden = facts.signalling.protection === 'tunnel'
    if (!hidden && ![...facts.reasons, ...facts.signalling.reasons].includes('tunnel')) return null
    return {
      frames: facts.streams.map(({ firstFrame }) => firstFrame),
      seen: 'Only a tunnel was seen between the hosts of the call.',
    }
  },
}
