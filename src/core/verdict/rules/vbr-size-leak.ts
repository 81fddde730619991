/** vbr-size-leak: an encrypted stream of a codec whose packet sizes follow the speech. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { countOf, cut, listOf } from '../words.ts'

/** Audio codecs with a variable rate that follows the signal (encoding names of the IANA registry, upper case). */
const VARIABLE_RATE: readonly string[] = [
  'OPUS',
  'SPEEX',
  'ISAC',
  'SILK',
  'EVRC',
  'EVRCB',
  'EVRCWB',
  'EVRCNW',
  'VMR-WB',
  'QCELP',
  'SMV',
]

/** See the head of this file. */
export const vbrSizeLeak: Rule<CallFacts> = {
  id: 'vbr-size-leak',
  severity: 'info',
  spec: 'RFC 6562 §3',
  title: 'Packet sizes follow the speech',
  meaning:
    'With a variable-rate codec the sizes of encrypted packets follow what is said; phrases and language have been guessed from them in studies.',
  advice: 'Set the codec to constant rate (Opus: cbr=1 in fmtp, RFC 7587) where that matters.',
  check: (facts) => {
    const streams = facts.streams.filter(
      ({ protection, codec }) =>
        protection === 'encrypted' && codec !== null && VARIABLE_RATE.includes(codec.toUpperCase()),
    )
    if (streams.length === 0) return null
    return {
      frames: streams.map(({ firstFrame }) => firstFrame),
      seen: `${listOf(streams.map(({ codec }) => cut(codec ?? '')))} in ${countOf(streams.length, 'encrypted stream')}.`,
    }
  },
}
