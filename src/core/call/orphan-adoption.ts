/** Orphan media of a host that showed readable SIP of a call without media: that call is its call (VERDICTS §1 condition e). */
import type { Call } from './call.ts'
import { orphanStart, type Orphan } from './orphan-media.ts'

const NEAR = 30_000_000

/** The one call that readable SIP of a media host speaks of and that has no media of its own; `ambiguous` if there are several. */
export const adoptiveCall = (
  orphan: Orphan,
  calls: Iterable<Call>,
): { readonly call: Call | null; readonly ambiguous: boolean } => {
  const hosts = orphan.streams[0]?.flow.ends.map((end) => end.address) ?? []
  const start = orphanStart(orphan)
  const end = orphan.streams.reduce<number>((last, stream) => Math.max(last, stream.lastAt), start)
  const found: Call[] = []
  for (const call of calls) {
    if (call.kind !== 'sip' || call.closed || call.attachments.length > 0) continue
    const touches = call.legs.some(
      (leg) => hosts.includes(leg.client.address) || hosts.includes(leg.server.address),
    )
    // Its dialog must be alive while the media runs, and a call that failed had none.
    const dead = call.legs.every((leg) => leg.state === 'failed' || leg.state === 'cancelled')
    const inTime = call.startedAt - NEAR <= end && call.lastAt + NEAR >= start
    if (touches && inTime && !dead) found.push(call)
  }
  return { call: found.length === 1 ? (found[0] as Call) : null, ambiguous: found.length > 1 }
}
