/** How many typed digits were readable; never which. */
import type { CallFacts } from '../call/index.ts'
import { hasReadableKey } from '../verdict/index.ts'

/** Telephone events of streams where they were plain or the key was readable, and INFO messages with digits. */
export const dtmfDigitsOf = (facts: CallFacts): number => {
  let digits = 0
  for (const stream of facts.streams) {
    if (stream.plainEvents.count > 0) digits += Math.max(1, stream.eventCount)
    else if (hasReadableKey(facts, stream)) digits += stream.eventCount
  }
  for (const { name, seen } of facts.observations) if (name === 'dtmf-info') digits += seen.count
  return digits
}
