/** sdes-key-exposed: the answer took a key that stood in readable SDP, or a readable key verified captured packets. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { isKeyReadable } from '../stream-judgement.ts'
import { countOf, cut, listOf } from '../words.ts'

/** See the head of this file. */
export const sdesKeyExposed: Rule<CallFacts> = {
  id: 'sdes-key-exposed',
  severity: 'high',
  spec: 'RFC 4568 §7, §8.1',
  title: 'The key of the voice was readable',
  meaning:
    'SRTP is in use, but its key travelled in readable SIP: anyone who recorded both can decrypt the call, also later.',
  advice:
    'Set the SIP transport to TLS on every phone and trunk that uses SRTP (Yealink: Account > Register > Transport = TLS; Asterisk: transport=…tls), and switch UDP and TCP off there. Or use DTLS-SRTP or ZRTP, whose keys never stand in the SIP message.',
  check: (facts) => {
    const streams = facts.streams.filter(isKeyReadable)
    if (streams.length === 0) return null
    const proven = streams.filter(({ keyExposure }) => keyExposure === 'proven').length
    const proof = proven > 0 ? ` It decrypts what was captured of ${countOf(proven, 'stream')}.` : ''
    const suites = listOf(streams.map(({ profile }) => (profile === null ? 'unknown suite' : cut(profile))))
    return {
      frames: streams.flatMap(({ keyFrames }) => keyFrames),
      seen: `The key of ${countOf(streams.length, 'stream')} (${suites}) stood in readable signalling.${proof}`,
    }
  },
}
