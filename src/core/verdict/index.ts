/** Judgement: pure functions from CallFacts to a grade and its findings. */
export { GRADES, GRADE_TABLE, type Grade, type Lamp } from './grade.ts'
export { SEVERITIES, type Finding, type Severity } from './finding.ts'
