/** sdp-k-line: a readable description with a k= line. */
import type { CallFacts } from '../../call/index.ts'
import { observationOf } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { countOf } from '../words.ts'

/** See the head of this file. */
export const sdpKLine: Rule<CallFacts> = {
  id: 'sdp-k-line',
  severity: 'high',
  spec: 'RFC 8866 §5.12',
  title: 'An obsolete key line stands in the SDP',
  meaning:
    'The k= line carries a key in the clear; products that honour it encrypt with a key that everybody can read.',
  advice: 'Switch the old key exchange off (k= is obsolete); use SRTP with keys inside TLS, or DTLS-SRTP.',
  check: (facts) => {
    const seen = observationOf(facts, 'sdp-k-line')
    const sections = facts.legs.flatMap((leg) => leg.sections)
    const offers = sections
      .filter(({ offered }) => offered?.kLine === true)
      .map(({ offerFrame }) => offerFrame)
    const answers = sections
      .filter(({ answered }) => answered?.kLine === true)
      .map(({ answerFrame }) => answerFrame)
    const frames = [...(seen?.frames ?? []), ...offers, ...answers]
    if (seen === null && frames.length === 0) return null
    return { frames, seen: `${countOf(new Set(frames).size, 'message')} with a k= line.` }
  },
}
