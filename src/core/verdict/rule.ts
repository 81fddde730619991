/** What a rule is: one named thing that may be wrong, how it shows in the facts, and what to do about it. */
import type { Finding, Severity } from './finding.ts'
import { SEVERITIES } from './finding.ts'

/** What a rule saw: the frames that show it (at most 16 are kept) and the sentence with the numbers. Never a party, never a secret. */
export interface RuleHit {
  readonly frames: readonly number[]
  readonly seen: string
}

/** One rule over some facts. `check` is pure and gives null where there is nothing to say. */
export interface Rule<Facts> {
  readonly id: string
  readonly severity: Severity
  /** RFC section, or the page that it comes from. */
  readonly spec: string
  readonly title: string
  /** What it means for the people on the call. */
  readonly meaning: string
  /** What to change, with the name of the setting where products agree on one. */
  readonly advice: string
  check(facts: Facts): RuleHit | null
}

const MAX_FRAMES = 16

/** Distinct frame numbers in rising order, at most 16; 0 stands for "not seen" and is left out. */
export const framesOf = (...lists: readonly (readonly number[])[]): number[] => {
  const frames = new Set<number>()
  for (const list of lists) for (const frame of list) if (frame > 0) frames.add(frame)
  return [...frames].sort((a, b) => a - b).slice(0, MAX_FRAMES)
}

/** The findings of `rules` on `facts`, in the order of the table. */
export const findingsOf = <Facts>(rules: readonly Rule<Facts>[], facts: Facts): Finding[] => {
  const findings: Finding[] = []
  for (const rule of rules) {
    const hit = rule.check(facts)
    if (hit === null) continue
    const { id, severity, title, meaning, advice, spec } = rule
    findings.push({
      id,
      severity,
      title,
      seen: hit.seen,
      meaning,
      advice,
      spec,
      frames: framesOf(hit.frames),
    })
  }
  return findings
}

/** True if `severity` is `least` or worse. */
export const isAtLeast = (severity: Severity, least: Severity): boolean =>
  SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(least)
