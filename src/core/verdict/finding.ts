/** What a rule says when its evidence is there. */

export const SEVERITIES = ['high', 'medium', 'low', 'info'] as const
export type Severity = (typeof SEVERITIES)[number]

/** A finding in words for a phone administrator: what was seen, what it means, what to do. */
export interface Finding {
  readonly id: string
  readonly severity: Severity
  readonly title: string
  /** What was seen, with numbers: streams, counts, suites, versions. */
  readonly seen: string
  /** What it means for the people on the call. */
  readonly meaning: string
  readonly advice: string
  /** RFC or other source. */
  readonly spec: string
  /** Frame numbers that show it, at most 16. */
  readonly frames: readonly number[]
}
