/** Tests of rules as tables: for each rule, facts on which it speaks (and words it must say) and innocent neighbours on which it is silent. */
import { describe, expect, test } from '@jest/globals'
import type { Rule } from '../../src/core/verdict/index.ts'

/** A sentence for the test's name, the facts, and words that the finding must contain. */
export type Firing<Facts> = readonly [what: string, facts: Facts, ...words: string[]]
export type Silent<Facts> = readonly [what: string, facts: Facts]

export interface Examples<Facts> {
  readonly fires: readonly Firing<Facts>[]
  readonly silent: readonly Silent<Facts>[]
}

/** Texts that the facts builder puts into calls as parties, secrets or identities: no finding may repeat them. */
const FORBIDDEN: readonly string[] = ['1001', '07700900123', 'Alice', 'k1', 'n1']

/** Runs the tables; every rule of `rules` with a severity in `severities` must have examples. */
export const describeRules = <Facts>(
  name: string,
  rules: readonly Rule<Facts>[],
  examples: Readonly<Record<string, Examples<Facts>>>,
): void => {
  describe(name, () => {
    test('every rule has examples of both kinds', () => {
      const without = rules.filter(({ id }) => {
        const own = examples[id]
        return own === undefined || own.fires.length === 0 || own.silent.length === 0
      })
      expect(without.map(({ id }) => id)).toEqual([])
      const ids = rules.map(({ id }) => id)
      expect(Object.keys(examples).filter((id) => !ids.includes(id))).toEqual([])
    })
    for (const rule of rules) describeRule(rule, examples[rule.id] ?? { fires: [], silent: [] })
  })
}

const describeRule = <Facts>(rule: Rule<Facts>, { fires, silent }: Examples<Facts>): void => {
  describe(rule.id, () => {
    for (const [what, facts, ...words] of fires) {
      test(`fires: ${what}`, () => {
        const hit = rule.check(facts)
        expect(hit).not.toBeNull()
        for (const word of words) expect(hit!.seen).toContain(word)
        expect(hit!.seen.endsWith('.')).toBe(true)
        expect(hit!.frames.length).toBeGreaterThan(0)
        for (const text of FORBIDDEN) expect(hit!.seen).not.toContain(text)
      })
    }
    for (const [what, facts] of silent) {
      test(`silent: ${what}`, () => {
        expect(rule.check(facts)).toBeNull()
      })
    }
  })
}
