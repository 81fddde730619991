/** rtcp-clear: RTCP without encryption beside encrypted media. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { countOf, endpointOf, listOf } from '../words.ts'

/** See the head of this file. */
export const rtcpClear: Rule<CallFacts> = {
  id: 'rtcp-clear',
  severity: 'low',
  spec: 'RFC 3711 §3.4; RFC 3550 §9',
  title: 'Control packets are readable',
  meaning:
    'The voice is encrypted, but its control packets show names of the software, host names and the quality of the call.',
  advice: 'Nothing to hear in them; update the sender, SRTCP is part of SRTP.',
  check: (facts) => {
    if (!facts.streams.some(({ protection }) => protection === 'encrypted')) return null
    const clear = facts.rtcp.filter(({ protection }) => protection === 'clear' || protection === 'auth-only')
    if (clear.length === 0) return null
    const packets = clear.reduce((sum, rtcp) => sum + rtcp.packets, 0)
    return {
      frames: clear.flatMap(({ frames }) => frames),
      seen: `${countOf(packets, 'readable RTCP packet')} from ${listOf(clear.map(({ source }) => endpointOf(source)))}.`,
    }
  },
}
