/** Judgement: pure functions from facts to a grade and its findings. */
import type { PhoneFacts, WireFacts } from '../call/index.ts'
import type { Finding } from './finding.ts'
import { findingsOf } from './rule.ts'
import { PHONE_RULES } from './rules/phone/index.ts'
import { WIRE_RULES } from './rules/wire/index.ts'

export { evolveGrade } from './evolve.ts'
export { SEVERITIES, type Finding, type Severity } from './finding.ts'
export { GRADES, GRADE_TABLE, type Grade, type Lamp } from './grade.ts'
export { judge, signallingProtectionOf, type Settled, type Verdict } from './judge.ts'
export { findingsOf, isAtLeast, type Rule, type RuleHit } from './rule.ts'
export { RULE_CATALOGUE, type RuleEntry, type RuleSubject } from './rules/catalogue.ts'
export { RULES } from './rules/index.ts'
export { PHONE_RULES } from './rules/phone/index.ts'
export { WIRE_RULES } from './rules/wire/index.ts'
export { isClear, isExposed, hasReadableKey, timeOfProtection } from './stream-judgement.ts'

/** What is wrong with a phone. */
export const judgePhone = (facts: PhoneFacts): Finding[] => findingsOf(PHONE_RULES, facts)

/** What is wrong on the wire as a whole. */
export const judgeWire = (facts: WireFacts): Finding[] => findingsOf(WIRE_RULES, facts)
