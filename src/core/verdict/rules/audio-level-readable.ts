/** audio-level-readable: RFC 6464 audio levels in the clear beside an encrypted payload. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { countOf, streamsOf } from '../words.ts'

/** See the head of this file. */
export const audioLevelReadable: Rule<CallFacts> = {
  id: 'audio-level-readable',
  severity: 'low',
  spec: 'RFC 6464 §5; RFC 6904',
  title: 'Loudness is readable',
  meaning: 'A header extension shows who speaks when and how loud, although the voice is encrypted.',
  advice:
    'Switch the extension ssrc-audio-level off, or use encrypted header extensions (RFC 6904) or cryptex (RFC 9335).',
  check: (facts) => {
    const streams = facts.streams.filter(
      ({ protection, audioLevel }) => protection === 'encrypted' && audioLevel.count > 0,
    )
    if (streams.length === 0) return null
    return {
      frames: streams.flatMap(({ audioLevel }) => audioLevel.frames),
      seen: `Audio levels in ${countOf(streams.length, 'encrypted stream')}: ${streamsOf(streams)}.`,
    }
  },
}
