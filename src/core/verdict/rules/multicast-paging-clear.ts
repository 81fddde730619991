/** multicast-paging-clear: clear media to a multicast address. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { framesOfProtection, isClear } from '../stream-judgement.ts'
import { countOf, streamsOf } from '../words.ts'

/** See the head of this file. */
export const multicastPagingClear: Rule<CallFacts> = {
  id: 'multicast-paging-clear',
  severity: 'high',
  spec: 'RFC 3550; RFC 3711',
  title: 'Paging can be heard by every host',
  meaning:
    'The announcement goes to a multicast address unencrypted: every host on the network gets it, no tap is needed.',
  advice:
    'Put paging into a voice VLAN of its own, or page through the PBX with SRTP; most phones cannot encrypt multicast paging.',
  check: (facts) => {
    const streams = facts.streams.filter(({ multicast }) => multicast).filter(isClear)
    if (streams.length === 0) return null
    return {
      frames: streams.flatMap((stream) => framesOfProtection(stream, 'clear')),
      seen: `${countOf(streams.length, 'clear stream')} to a multicast address: ${streamsOf(streams)}.`,
    }
  },
}
