/** two-time-pad: a repeated key stream, by key identity, SSRC and sequence space. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { countOf, streamsOf } from '../words.ts'

/** See the head of this file. */
export const twoTimePad: Rule<CallFacts> = {
  id: 'two-time-pad',
  severity: 'high',
  spec: 'RFC 3711 §9.1',
  title: 'The same key stream was used twice',
  meaning: 'Two streams encrypted with the same key stream give away what both say, without the key.',
  advice:
    'The sender uses one key with one SSRC for two streams. Update the firmware of the phone or PBX that sends them; use DTLS-SRTP, which makes fresh keys per direction.',
  check: (facts) => {
    const streams = facts.streams.filter(({ twoTimePad }) => twoTimePad.count > 0)
    if (streams.length === 0) return null
    return {
      frames: streams.flatMap(({ twoTimePad }) => twoTimePad.frames),
      seen: `One key, one SSRC and the same sequence numbers in ${countOf(streams.length, 'stream')}: ${streamsOf(streams)}.`,
    }
  },
}
