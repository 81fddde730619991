/** osrtp-not-used: opportunistic SRTP was agreed under RTP/AVP, the packets are clear. */
import type { CallFacts } from '../../call/index.ts'
import { agreedSections, isSecureProto, offersKeys } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { framesOfProtection, isClear } from '../stream-judgement.ts'
import { cut, listOf, streamsOf } from '../words.ts'

/** See the head of this file. */
export const osrtpNotUsed: Rule<CallFacts> = {
  id: 'osrtp-not-used',
  severity: 'medium',
  spec: 'RFC 8643 §3.1',
  title: 'Optional encryption was agreed and not used',
  meaning: 'Both sides named keys, and the packets are clear all the same.',
  advice:
    'Make SRTP mandatory (RTP/SAVP) instead of optional on both sides; if it stays clear, update the firmware of the named sender.',
  check: (facts) => {
    const agreed = agreedSections(facts).filter(
      ({ offered, answered }) =>
        !isSecureProto(answered.proto) && offersKeys(offered) && offersKeys(answered),
    )
    const clear = facts.streams.filter(
      (stream) =>
        isClear(stream) &&
        agreed.some(({ answered }) => answered.media === stream.media && answered.proto === stream.claim),
    )
    if (clear.length === 0) return null
    return {
      frames: [
        ...agreed.map(({ section }) => section.answerFrame),
        ...clear.flatMap((stream) => framesOfProtection(stream, 'clear')),
      ],
      seen: `Keys were exchanged under ${listOf(clear.map(({ claim }) => cut(claim ?? '')))}, clear packets were sent: ${streamsOf(clear)}.`,
    }
  },
}
