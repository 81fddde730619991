/** downgraded-answer: the offer had SRTP, DTLS or ZRTP, the answer took the media without. */
import type { CallFacts } from '../../call/index.ts'
import { agreedSections, answererOf, isSecureProto, offersKeys } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { cut, endpointOf, listOf } from '../words.ts'

type Agreed = ReturnType<typeof agreedSections>[number]

/** RTP/AVP with a=crypto is the business of optional-srtp-refused; a ZRTP hash is only a hint, so a completed exchange answers it. */
const isRefused = (facts: CallFacts, { offered, answered }: Agreed): boolean => {
  if (isSecureProto(answered.proto) || offersKeys(answered)) return false
  if (isSecureProto(offered.proto) || offered.fingerprints.length > 0) return true
  return offered.zrtpHash && !facts.zrtp.some((zrtp) => zrtp.facts.completedAt !== null)
}

const refusalOf = (agreed: Agreed): string => {
  const { section, offered, answered } = agreed
  const side = answererOf(agreed)
  const who = side === null ? 'the answering side' : endpointOf(side)
  return `${cut(offered.media)}: offered ${cut(offered.proto)} (frame ${section.offerFrame}), ${who} answered ${cut(answered.proto)} without keys (frame ${section.answerFrame})`
}

/** See the head of this file. */
export const downgradedAnswer: Rule<CallFacts> = {
  id: 'downgraded-answer',
  severity: 'medium',
  spec: 'RFC 3264 §6; RFC 4568 §5.1.2; RFC 5763 §5',
  title: 'Encryption was offered and refused',
  meaning:
    'One side was ready to encrypt; the other took the call without. The lowest protection that both support wins.',
  advice:
    'Make SRTP mandatory on the side that refused (named here), so that calls without it fail instead of being readable; if it is a trunk, ask the provider for SRTP.',
  check: (facts) => {
    const refused = agreedSections(facts).filter((agreed) => isRefused(facts, agreed))
    if (refused.length === 0) return null
    return {
      frames: refused.flatMap(({ section }) => [section.offerFrame, section.answerFrame]),
      seen: `${listOf(refused.map(refusalOf))}.`,
    }
  },
}
