/**
 * A B2BUA's two dialogs are one call to the people on it (RFC 7092): the second INVITE leaves the host that the first reached, within three
 * seconds, for the same number from the same user. Less is not enough: two calls wrongly made one would hide the better one's grade.
 */
import type { SipPlace } from '../analysis/index.ts'
import { SECOND } from '../base/clock.ts'
import type { SipMessage } from '../protocol/sip/index.ts'
import type { Call } from './call.ts'

const WITHIN = 3 * SECOND

/** The live call that an initial INVITE continues on its next hop, or null. */
export const upstreamCall = (message: SipMessage, place: SipPlace, calls: Iterable<Call>): Call | null => {
  const { requestUri, from } = message
  if (message.kind !== 'request' || requestUri === null || from === null || requestUri.user === '')
    return null
  const client = place.flow.ends[place.direction].address
  const server = place.flow.ends[place.direction === 0 ? 1 : 0].address
  if (client === server) return null
  for (const call of calls) {
    if (call.closed || call.kind !== 'sip' || call.endedAt !== null) continue
    const continues = call.legs.some(
      (leg) =>
        leg.server.address === client &&
        leg.client.address !== server &&
        place.seen.at - leg.startedAt <= WITHIN &&
        leg.requestUri?.user === requestUri.user &&
        leg.from?.user === from.user,
    )
    if (continues) return call
  }
  return null
}
