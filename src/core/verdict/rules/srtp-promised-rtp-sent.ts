/** srtp-promised-rtp-sent: the section is RTP/SAVP or the like, its packets are clear. */
import type { CallFacts } from '../../call/index.ts'
import { isSecureProto } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { framesOfProtection, isClear } from '../stream-judgement.ts'
import { cut, listOf, streamsOf } from '../words.ts'

/** See the head of this file. */
export const srtpPromisedRtpSent: Rule<CallFacts> = {
  id: 'srtp-promised-rtp-sent',
  severity: 'high',
  spec: 'RFC 3711; RFC 4568 §5.1',
  title: 'SRTP was agreed, plain RTP was sent',
  meaning: 'The phones show a padlock or believe that they encrypt, and the voice can be heard on this wire.',
  advice:
    'Find the box that sends the clear stream (its address is named here) and look at its media settings: often an RTP proxy, SBC or media relay that negotiates SRTP and forwards RTP, or a firmware fault.',
  check: (facts) => {
    const streams = facts.streams
      .filter(({ claim }) => claim !== null && isSecureProto(claim))
      .filter(isClear)
    if (streams.length === 0) return null
    return {
      frames: streams.flatMap((stream) => framesOfProtection(stream, 'clear')),
      seen: `${listOf(streams.map(({ claim }) => cut(claim ?? '')))} was agreed, clear packets were sent: ${streamsOf(streams)}.`,
    }
  },
}
