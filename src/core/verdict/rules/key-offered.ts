/** key-offered: a readable a=crypto that the call did not use. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { countOf, listOf } from '../words.ts'

/** See the head of this file. */
export const keyOffered: Rule<CallFacts> = {
  id: 'key-offered',
  severity: 'low',
  spec: 'RFC 4568 §7; RFC 5763 §3.1',
  title: 'A media key was shown and not used',
  meaning:
    'A readable key stood in the offer; the call then used DTLS or ZRTP, so it opens nothing here. With another partner it would.',
  advice:
    'Remove SDES from the offered methods where DTLS-SRTP or ZRTP is in use, or set the SIP transport to TLS.',
  check: (facts) => {
    const streams = facts.streams.filter(({ keyExposure }) => keyExposure === 'offered')
    if (streams.length === 0) return null
    return {
      frames: streams.flatMap(({ keyFrames }) => keyFrames),
      seen: `Readable a=crypto beside ${listOf(streams.map(({ keying }) => keying.toUpperCase()))} in ${countOf(streams.length, 'stream')}.`,
    }
  },
}
