/** sdes-key-reused: a readable key was seen in another call, or both ends used the same one. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { countOf } from '../words.ts'

/** See the head of this file. */
export const sdesKeyReused: Rule<CallFacts> = {
  id: 'sdes-key-reused',
  severity: 'medium',
  spec: 'RFC 4568 §6.1, §7.2',
  title: 'The same media key in several calls',
  meaning:
    'One key that leaks opens every call that used it, and with the same SSRC it repeats the key stream.',
  advice:
    'The phone or PBX makes its keys once instead of for each call: update its firmware; DTLS-SRTP has no such fault.',
  check: (facts) => {
    const reused = facts.keys.filter((key) => key.reused)
    if (reused.length === 0) return null
    return {
      frames: reused.map(({ frame }) => frame),
      seen: `${countOf(new Set(reused.map(({ identity }) => identity)).size, 'key')} used again in another call or by both ends.`,
    }
  },
}
