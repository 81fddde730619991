/** tunnel: ESP, WireGuard, OpenVPN and the like were seen. */
import type { WireFacts } from '../../../call/index.ts'
import type { Rule } from '../../rule.ts'
import { countOf, listOf } from '../../words.ts'

/** See the head of this file. */
export const tunnel: Rule<WireFacts> = {
  id: 'tunnel',
  severity: 'info',
  spec: 'RFC 4303; RFC 3948',
  title: 'Tunnels on this wire',
  meaning: 'What goes through a tunnel cannot be judged here, neither for good nor for bad.',
  advice: 'Listen at the end of the tunnel if calls go through it.',
  check: ({ tunnels }) => {
    if (tunnels.length === 0) return null
    const words = tunnels.map(({ name, ends }) =>
      ends === null ? name : `${name} between ${ends[0].address} and ${ends[1].address}`,
    )
    const packets = tunnels.reduce((sum, { seen }) => sum + seen.count, 0)
    return {
      frames: tunnels.flatMap(({ seen }) => seen.frames),
      seen: `${listOf(words)}: ${countOf(packets, 'packet')}.`,
    }
  },
}
