/**
 * The grade of a call from its facts (VERDICTS §1): a table read from the top, the first row that fits is the grade, and the order is the
 * order of badness. Green stands last and asks for evidence of every part itself; what fits no row is `undetermined`.
 */
import type { CallFacts, SignallingProtection, UndeterminedReason } from '../call/index.ts'
import { doubtsOf } from './doubts.ts'
import type { Finding } from './finding.ts'
import { GRADE_TABLE, type Grade, type Lamp } from './grade.ts'
import { findingsOf, isAtLeast } from './rule.ts'
import { RULES } from './rules/index.ts'
import {
  CLEAR_BEFORE_KEYS_LIMIT,
  hasBothDirections,
  hasReadableKey,
  isAuthOnly,
  isClear,
  isEncrypted,
  isExposed,
  isKeyingObserved,
  isSignallingPlain,
  timeOfProtection,
} from './stream-judgement.ts'

/** A grade that was certain once, with what decided it: it is not taken back within the call (evolve.ts). */
export interface Settled {
  readonly grade: Grade
  readonly reasons: readonly string[]
  /** Only the findings that decided. */
  readonly findings: readonly Finding[]
}

/** What is said of a call. */
export interface Verdict {
  readonly grade: Grade
  /** What the lamp shows; null while the call is pending and has no grade yet: nothing blinks for it. */
  readonly lamp: Lamp | null
  /** Reasons of `undetermined`, or the ids of the findings that decided; empty for `protected`. */
  readonly reasons: readonly string[]
  /** Too little media to judge so far, and the call is up: the grade is what it was before. */
  readonly pending: boolean
  readonly findings: readonly Finding[]
  /** The worst certain grade that the call ever had, null before the first. */
  readonly settled: Settled | null
  /** Frames of the call were lost to the capture at some time: it stays undetermined unless it turns red. */
  readonly blind: boolean
}

/** Findings that are red by themselves; the others of severity high only go with them. */
const RED_FINDINGS: readonly string[] = [
  'media-clear',
  'video-clear',
  'fax-clear',
  'sdes-key-exposed',
  'null-cipher',
  'dtmf-readable',
  'message-readable',
  'mikey-null',
]

/** What the rows look at: the facts, what the rules found in them, and why they are uncertain. */
interface Case {
  readonly facts: CallFacts
  readonly findings: readonly Finding[]
  readonly doubts: readonly UndeterminedReason[]
}

/** Findings by which TLS is weak (VERDICTS §1, signalling protection); another name on the certificate is none of them. */
const WEAK_TLS_FINDINGS: readonly string[] = [
  'weak-tls-version',
  'weak-cipher-suite',
  'no-forward-secrecy',
  'certificate-expired',
  'certificate-self-signed',
  'certificate-weak',
]

/** The signalling protection as it is reported: the call layer knows versions and suites, the rules know dates and certificates. */
export const signallingProtectionOf = (
  facts: CallFacts,
  findings: readonly Finding[],
): SignallingProtection => {
  if (isSignallingPlain(facts)) return 'plain'
  const { protection } = facts.signalling
  const weak = protection === 'tls' && findings.some(({ id }) => WEAK_TLS_FINDINGS.includes(id))
  return weak ? 'tls-weak' : protection
}

interface GradeRow {
  readonly grade: Grade
  readonly when: (seen: Case) => boolean
  readonly reasons: (seen: Case) => readonly string[]
}

const isTls = (facts: CallFacts): boolean =>
  !isSignallingPlain(facts) &&
  (facts.signalling.protection === 'tls' || facts.signalling.protection === 'tls-weak') &&
  facts.signalling.connections.length > 0

/** Both halves are shown to be encrypted: what `weak` and `protected` have in common. */
const areBothHalvesEncrypted = ({ facts, doubts }: Case): boolean =>
  isTls(facts) &&
  facts.streams.length > 0 &&
  facts.streams.every((stream) => isEncrypted(stream) && !hasReadableKey(facts, stream)) &&
  hasBothDirections(facts) &&
  doubts.length === 0

/** No stream at all passes: that is the call that was never answered, or whose media was refused. */
const isEveryStreamPrivate = (facts: CallFacts): boolean =>
  facts.streams.every((stream) => isEncrypted(stream) && isKeyingObserved(facts, stream))

const idsAtLeastMedium = ({ findings }: Case): string[] =>
  findings.filter(({ severity }) => isAtLeast(severity, 'medium')).map(({ id }) => id)

const redFindings = ({ findings }: Case): string[] =>
  findings.filter(({ id }) => RED_FINDINGS.includes(id)).map(({ id }) => id)

const GRADE_ROWS: readonly GradeRow[] = [
  {
    grade: 'exposed',
    when: ({ facts }) =>
      facts.streams.some(
        (stream) => isExposed(facts, stream) && (isSignallingPlain(facts) || hasReadableKey(facts, stream)),
      ),
    reasons: redFindings,
  },
  {
    grade: 'audio-exposed',
    when: ({ facts }) => facts.streams.some((stream) => isExposed(facts, stream)),
    reasons: redFindings,
  },
  { grade: 'undetermined', when: ({ doubts }) => doubts.length > 0, reasons: ({ doubts }) => doubts },
  {
    grade: 'metadata-exposed',
    when: ({ facts }) => isSignallingPlain(facts) && isEveryStreamPrivate(facts),
    reasons: () => ['signalling-plain'],
  },
  {
    grade: 'weak',
    when: (seen) =>
      areBothHalvesEncrypted(seen) &&
      (seen.facts.signalling.protection === 'tls-weak' || idsAtLeastMedium(seen).length > 0),
    reasons: (seen) => {
      const ids = idsAtLeastMedium(seen)
      return ids.length > 0 ? ids : ['tls-weak']
    },
  },
  {
    grade: 'protected',
    when: (seen) => areBothHalvesEncrypted(seen) && seen.facts.signalling.protection === 'tls',
    reasons: () => [],
  },
]

/**
 * The clear moments before the keys of a call that has just begun (VERDICTS §1, clear before keys): whether they are a finding or red shows
 * only when encryption comes, or a second has passed without it. A readable key needs no such patience.
 */
const isTooEarlyForRed = (facts: CallFacts): boolean => {
  const clear = facts.streams.filter(isClear)
  return (
    facts.pending &&
    clear.length > 0 &&
    clear.every((stream) => timeOfProtection(stream, 'clear') < CLEAR_BEFORE_KEYS_LIMIT) &&
    !facts.streams.some((stream) => hasReadableKey(facts, stream) || isAuthOnly(stream))
  )
}

/** Pure: the same facts give the same verdict. What the call was before is the matter of evolveGrade(). */
export const judge = (facts: CallFacts): Verdict => {
  const findings = findingsOf(RULES, facts)
  const doubts = doubtsOf(facts)
  const seen: Case = { facts, findings, doubts }
  const early = isTooEarlyForRed(facts)
  const row = early ? undefined : GRADE_ROWS.find(({ when }) => when(seen))
  const grade = row?.grade ?? 'undetermined'
  const reasons = row?.reasons(seen) ?? [early ? 'too-short' : 'contradictory']
  const pending = facts.pending && grade === 'undetermined'
  return {
    grade,
    lamp: pending ? null : GRADE_TABLE[grade].lamp,
    reasons,
    pending,
    findings,
    settled:
      grade === 'undetermined'
        ? null
        : { grade, reasons, findings: findings.filter(({ id }) => reasons.includes(id)) },
    blind: doubts.includes('capture-loss'),
  }
}
