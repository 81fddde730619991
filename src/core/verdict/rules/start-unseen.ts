/** start-unseen: the call is older than the capture. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'

/** See the head of this file. */
export const startUnseen: Rule<CallFacts> = {
  id: 'start-unseen',
  severity: 'low',
  spec: 'RFC 3261 §13; RFC 5763 §6.6',
  title: 'The beginning of the call was not seen',
  meaning: 'What was agreed or sent before this capture began is not judged here.',
  advice: 'Start the capture before the call; the next call will be seen as a whole.',
  check: (facts) => {
    if (!facts.incomplete.includes('late-start')) return null
    const first = [
      ...facts.streams.map(({ firstFrame }) => firstFrame),
      ...facts.legs.map(({ firstFrame }) => firstFrame),
    ]
    return {
      frames: first.length > 0 ? [Math.min(...first)] : [],
      seen: 'The call was up when this capture began.',
    }
  },
}
