/** clear-before-keys: less than a second of media before the first completed key exchange of a stream that is encrypted later. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { excusedSlices } from '../stream-judgement.ts'
import { countOf, secondsOf, streamsOf } from '../words.ts'

/** See the head of this file. */
export const clearBeforeKeys: Rule<CallFacts> = {
  id: 'clear-before-keys',
  severity: 'medium',
  spec: 'RFC 6189 §5.11; RFC 5763 §6.6',
  title: 'The first moments were not encrypted',
  meaning: 'Sound was sent before the keys were agreed: less than a second, but readable.',
  advice:
    'Let the phones wait for the keys before they send (ZRTP and DTLS-SRTP clients often have such a setting), or use SDES inside TLS, whose keys are there from the first packet.',
  check: (facts) => {
    const early = facts.streams.filter((stream) => excusedSlices(stream).length > 0)
    if (early.length === 0) return null
    const packets = early.reduce((sum, { clearBeforeKeys }) => sum + (clearBeforeKeys?.packets ?? 0), 0)
    const longest = Math.max(...early.map(({ clearBeforeKeys }) => clearBeforeKeys?.micros ?? 0))
    return {
      frames: early.flatMap(({ clearBeforeKeys }) => clearBeforeKeys?.frames ?? []),
      seen: `${countOf(packets, 'packet')} before the first completed key exchange, at most ${secondsOf(longest)} in one direction: ${streamsOf(early)}.`,
    }
  },
}
