/** How many different media keys stood readable; a key is known here by its identity only. */
import type { CallFacts } from '../call/index.ts'

/** See the head of this file. */
export const mediaKeysOf = (facts: CallFacts): number =>
  new Set(facts.keys.map(({ identity }) => identity)).size
