/** zrtp-sas-unseen: ZRTP completed; the comparison of the SAS happens between people. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { countOf } from '../words.ts'

/** See the head of this file. */
export const zrtpSasUnseen: Rule<CallFacts> = {
  id: 'zrtp-sas-unseen',
  severity: 'info',
  spec: 'RFC 6189 §4.3',
  title: 'Whether people compared the words cannot be seen',
  meaning:
    'ZRTP is safe against a man in the middle only if both people read the short string (SAS) to each other once.',
  advice: 'Compare the SAS on the first call with each partner and mark it as verified in the phone.',
  check: (facts) => {
    const completed = facts.zrtp.filter(({ facts: zrtp }) => zrtp.completedAt !== null)
    if (completed.length === 0) return null
    return {
      frames: completed.map(({ facts: zrtp }) => zrtp.completedFrame),
      seen: `${countOf(completed.length, 'completed ZRTP exchange')}.`,
    }
  },
}
