/** Every check over the facts of one machine. */
import { BOX_CHECKS } from './box-checks.ts'
import { BRIDGE_CHECKS } from './bridge-checks.ts'
import type { Check, CheckStatus } from './check.ts'
import type { MachineFacts } from './machine-facts.ts'
import { PORT_CHECKS } from './port-checks.ts'
import { SYSTEM_CHECKS } from './system-checks.ts'

/** Every check that doctor makes, in the order in which it tells them. */
export const CHECKS: readonly Check[] = [...BRIDGE_CHECKS, ...PORT_CHECKS, ...SYSTEM_CHECKS, ...BOX_CHECKS]

/** One line of doctor's answer. */
export interface Result {
  readonly id: string
  readonly status: CheckStatus
  readonly subject: string | null
  readonly says: string
  /** The line that mends it; null if nothing is to be mended. */
  readonly mend: string | null
}

/** Everything that applies: without a bridge, only its absence is told of it. */
export const examine = (facts: MachineFacts): readonly Result[] =>
  CHECKS.filter((check) => facts.mirror === null || check.onMirror).flatMap((check) =>
    check.judge(facts).map(({ status, subject, says, mend }) => ({
      id: check.id,
      status,
      subject,
      says,
      mend: status === 'ok' ? null : (mend ?? check.mend).replaceAll('%s', subject ?? ''),
    })),
  )

/** How many of each. */
export const countStatuses = (results: readonly Result[]): Readonly<Record<CheckStatus, number>> => {
  const counts = { ok: 0, warn: 0, fail: 0, unknown: 0 }
  for (const { status } of results) counts[status]++
  return counts
}
