/** null-cipher: SRTP that only authenticates, seen in the packets or chosen in the DTLS handshake. */
import type { CallFacts } from '../../call/index.ts'
import { handshakeFrames } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { framesOfProtection, isAuthOnly } from '../stream-judgement.ts'
import { countOf, streamsOf } from '../words.ts'

/** SRTP_NULL_HMAC_SHA1_80 and _32, IANA "DTLS-SRTP Protection Profiles". */
const NULL_PROFILES: readonly number[] = [5, 6]

/** See the head of this file. */
export const nullCipher: Rule<CallFacts> = {
  id: 'null-cipher',
  severity: 'high',
  spec: 'RFC 3711 §4.1.3; RFC 5764 §4.1.2',
  title: 'Media is signed, not encrypted',
  meaning:
    'The packets have the shape of SRTP, but a NULL cipher leaves the voice readable to anyone on this wire.',
  advice:
    'Remove NULL suites and UNENCRYPTED_SRTP from the crypto settings of the phones and the PBX; leave AES_CM_128_HMAC_SHA1_80 or AEAD_AES_256_GCM.',
  check: (facts) => {
    const streams = facts.streams.filter(isAuthOnly)
    const chosen = facts.dtls.filter(
      ({ facts: { srtpProfile } }) => srtpProfile !== null && NULL_PROFILES.includes(srtpProfile),
    )
    if (streams.length === 0 && chosen.length === 0) return null
    const what =
      streams.length > 0
        ? `${countOf(streams.length, 'stream')} with a tag and a readable payload: ${streamsOf(streams)}`
        : 'A NULL protection profile was chosen in the DTLS handshake'
    return {
      frames: [
        ...streams.flatMap((stream) => framesOfProtection(stream, 'auth-only')),
        ...chosen.flatMap(({ facts: dtls }) => handshakeFrames(dtls)),
      ],
      seen: `${what}.`,
    }
  },
}
