/** flood: a host that sent more SIP requests a second than a busy proxy does. */
import type { WireFacts } from '../../../call/index.ts'
import type { Rule } from '../../rule.ts'
import { listOf } from '../../words.ts'

/** Requests in one second; a site proxy with hundreds of phones stays below. */
const FLOOD_PER_SECOND = 100

/** See the head of this file. */
export const flood: Rule<WireFacts> = {
  id: 'flood',
  severity: 'info',
  spec: 'RFC 3261 §26.1.5',
  title: 'Many SIP requests in a short time',
  meaning: 'A flood can be an attack or a broken phone; calls may go unjudged meanwhile.',
  advice: 'Look at the named host; limit SIP requests per source in the firewall or the SBC.',
  check: ({ sipSources }) => {
    const sources = sipSources.filter(({ peakPerSecond }) => peakPerSecond >= FLOOD_PER_SECOND)
    if (sources.length === 0) return null
    return {
      frames: sources.flatMap(({ seen }) => seen.frames),
      seen: `${listOf(sources.map(({ address, peakPerSecond }) => `${address}: up to ${peakPerSecond} requests a second`))}.`,
    }
  },
}
