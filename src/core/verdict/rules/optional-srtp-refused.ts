/** optional-srtp-refused: RTP/AVP with a=crypto was offered, the answer has no key. */
import type { CallFacts } from '../../call/index.ts'
import { agreedSections, answererOf, isSecureProto, offersKeys } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { cut, endpointOf, listOf } from '../words.ts'

/** See the head of this file. */
export const optionalSrtpRefused: Rule<CallFacts> = {
  id: 'optional-srtp-refused',
  severity: 'medium',
  spec: 'RFC 8643 §3; RFC 4568 §5',
  title: 'Optional encryption was refused',
  meaning:
    'The caller offered encryption as an option and the other side did not take it, so the voice goes in the clear.',
  advice: 'Switch SRTP on at the side that answered without it (named here), then make it mandatory on both.',
  check: (facts) => {
    const refused = agreedSections(facts).filter(
      ({ offered, answered }) =>
        !isSecureProto(offered.proto) &&
        offered.cryptoLines > 0 &&
        !offersKeys(answered) &&
        !isSecureProto(answered.proto),
    )
    if (refused.length === 0) return null
    const words = refused.map((agreed) => {
      const side = answererOf(agreed)
      return `${cut(agreed.offered.media)}: ${side === null ? 'the answering side' : endpointOf(side)} answered ${cut(agreed.offered.proto)} with a=crypto by ${cut(agreed.answered.proto)} without`
    })
    return {
      frames: refused.flatMap(({ section }) => [section.offerFrame, section.answerFrame]),
      seen: `${listOf(words)}.`,
    }
  },
}
