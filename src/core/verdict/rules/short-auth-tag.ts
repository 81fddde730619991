/** short-auth-tag: SRTP with a tag of 4 bytes, by its packets or its profile. */
import type { CallFacts, StreamFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { countOf, streamsOf } from '../words.ts'

const isShort = ({ tagBytes, profile }: StreamFacts): boolean =>
  tagBytes === 4 || (tagBytes === null && profile !== null && profile.endsWith('_32'))

/** See the head of this file. */
export const shortAuthTag: Rule<CallFacts> = {
  id: 'short-auth-tag',
  severity: 'low',
  spec: 'RFC 3711 §7.5; RFC 4568 §6.2.2',
  title: 'Short authentication tag',
  meaning: 'The 32-bit tag makes it easier to slip in forged packets; listening does not become easier.',
  advice: 'Prefer AES_CM_128_HMAC_SHA1_80 or an AEAD suite in the crypto settings.',
  check: (facts) => {
    const short = facts.streams.filter((stream) => stream.protection === 'encrypted' && isShort(stream))
    if (short.length === 0) return null
    return {
      frames: short.map(({ firstFrame }) => firstFrame),
      seen: `4-byte tags in ${countOf(short.length, 'stream')}: ${streamsOf(short)}.`,
    }
  },
}
