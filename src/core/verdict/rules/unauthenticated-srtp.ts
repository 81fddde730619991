/** unauthenticated-srtp: the answer took a=crypto with UNAUTHENTICATED_SRTP. */
import type { CallFacts } from '../../call/index.ts'
import { agreedSections } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { countOf } from '../words.ts'

/** See the head of this file. */
export const unauthenticatedSrtp: Rule<CallFacts> = {
  id: 'unauthenticated-srtp',
  severity: 'medium',
  spec: 'RFC 4568 §6.3.4; RFC 3711 §9.5',
  title: 'SRTP without authentication',
  meaning: 'The voice is encrypted, but anyone on the path can change packets unnoticed.',
  advice: 'Remove UNAUTHENTICATED_SRTP from the crypto settings; use AES_CM_128_HMAC_SHA1_80.',
  check: (facts) => {
    const agreed = agreedSections(facts).filter(({ answered }) =>
      answered.crypto.some(({ unauthenticatedSrtp }) => unauthenticatedSrtp),
    )
    if (agreed.length === 0) return null
    return {
      frames: agreed.map(({ section }) => section.answerFrame),
      seen: `UNAUTHENTICATED_SRTP was agreed in ${countOf(agreed.length, 'section')}.`,
    }
  },
}
