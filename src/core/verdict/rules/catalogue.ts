/** All rules without their checks, for tables and help texts: worst first, in the order of VERDICTS §3 within a severity. */
import { SEVERITIES, type Severity } from '../finding.ts'
import { RULES } from './index.ts'
import { PHONE_RULES } from './phone/index.ts'
import { WIRE_RULES } from './wire/index.ts'

/** What a finding is about. */
export type RuleSubject = 'call' | 'phone' | 'wire'

/** One row a rule and subject; an id may stand once for each subject. */
export interface RuleEntry {
  readonly id: string
  readonly severity: Severity
  readonly subject: RuleSubject
  readonly title: string
  readonly meaning: string
  readonly advice: string
  readonly spec: string
}

type Described = Omit<RuleEntry, 'subject'>

const entriesOf = (rules: readonly Described[], subject: RuleSubject): RuleEntry[] =>
  rules.map(({ id, severity, title, meaning, advice, spec }) => ({
    id,
    severity,
    subject,
    title,
    meaning,
    advice,
    spec,
  }))

const ENTRIES: readonly RuleEntry[] = [
  ...entriesOf(RULES, 'call'),
  ...entriesOf(PHONE_RULES, 'phone'),
  ...entriesOf(WIRE_RULES, 'wire'),
]

/** See the head of this file. */
export const RULE_CATALOGUE: readonly RuleEntry[] = SEVERITIES.flatMap((severity) =>
  ENTRIES.filter((entry) => entry.severity === severity),
)
