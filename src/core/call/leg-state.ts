/** One leg by its messages: its state (RFC 3261 §12–§15), its forks, and what it showed of its parties and path. */
import type { Seen } from '../base/endpoint.ts'
import { flatText } from '../base/text.ts'
import type { SipMessage } from '../protocol/sip/index.ts'
import { addDistinct, type Leg, type Side } from './call.ts'
import type { LegFacts } from './call-facts.ts'

const MAX_AUTHENTICATIONS = 64
const MAX_LADDER = 64
const MAX_METHOD = 24
/** Asked for credentials: the request comes again (RFC 3261 §22). */
export const CHALLENGES: readonly number[] = [401, 407]

const STATE_OF_METHOD: ReadonlyMap<string, LegFacts['state']> = new Map([
  ['BYE', 'ended'],
  ['CANCEL', 'cancelled'],
])

const rungOf = ({ kind, method, statusCode, body }: SipMessage): string => {
  const text =
    kind === 'request' ? flatText(method, 0, method.length, MAX_METHOD) : `${statusCode} (${method})`
  return body.some(({ contentType }) => contentType === 'application/sdp') ? `${text} with SDP` : text
}

/** Advances the state of a leg by one message (RFC 3261 §12, §13, §15). */
export const advanceLeg = (leg: Leg, sender: Side, message: SipMessage, seen: Seen): void => {
  leg.messages++
  if (leg.ladder.length < MAX_LADDER)
    leg.ladder.push({
      at: seen.at,
      sender: sender === 'caller' ? 'client' : 'server',
      text: rungOf(message),
      frame: seen.frame,
    })
  if (message.kind === 'request') onRequest(leg, message.method, seen)
  else if (message.method === 'INVITE' && leg.state !== 'ended')
    onInviteResponse(leg, message.statusCode, seen)
}

const onRequest = (leg: Leg, method: string, seen: Seen): void => {
  const state = STATE_OF_METHOD.get(method)
  if (state === undefined || leg.state === 'failed' || leg.state === 'ended') return
  // A CANCEL that crosses the 200 OK ends nothing.
  if (state === 'cancelled' && leg.state === 'confirmed') return
  leg.state = state
  leg.endedAt ??= seen.at
}

const onInviteResponse = (leg: Leg, status: number, seen: Seen): void => {
  if (status > leg.statusCode || leg.statusCode >= 300) leg.statusCode = status
  if (status < 200) {
    if (leg.state === 'trying' && status > 100) leg.state = 'early'
  } else if (status < 300) {
    leg.state = 'confirmed'
    leg.answeredAt ??= seen.at
    leg.endedAt = null
  } else if (leg.answeredAt === null && !CHALLENGES.includes(status)) {
    if (leg.state !== 'cancelled') leg.state = 'failed'
    leg.endedAt ??= seen.at
  }
}

const isOver = (leg: Leg): boolean =>
  leg.state === 'ended' || leg.state === 'failed' || leg.state === 'cancelled'

const isSameDialog = (a: Leg, b: Leg): boolean =>
  a.callId === b.callId && a.callerTag === b.callerTag && a.calleeTag === b.calleeTag

/** A CANCEL is for every fork of the INVITE on its hop that was not answered (RFC 3261 §9.1). */
export const cancelForks = (leg: Leg, seen: Seen): void => {
  for (const fork of leg.call.legs) {
    if (fork.hop !== leg.hop || fork.callerTag !== leg.callerTag || fork.answeredAt !== null || isOver(fork))
      continue
    fork.state = 'cancelled'
    fork.endedAt = seen.at
  }
}

/**
 * True if the leg may still carry a conversation. A dialog is the same on every hop (RFC 3261 §12), so its end on one is its end on all; and
 * a fork that nobody answered is over when another one was answered.
 */
export const isLive = (leg: Leg): boolean => {
  if (isOver(leg)) return false
  const ringing = leg.answeredAt === null
  return !leg.call.legs.some(
    (other) =>
      (isOver(other) && isSameDialog(leg, other)) ||
      (ringing &&
        other.answeredAt !== null &&
        other.callId === leg.callId &&
        other.callerTag === leg.callerTag),
  )
}

const isSameUri = (a: { user: string; host: string }, b: { user: string; host: string }): boolean =>
  a.user === b.user && a.host === b.host

/** Keeps what the message shows of its parties and path, bounded. */
export const noteParties = (leg: Leg, message: SipMessage, frame: number): void => {
  leg.from ??= message.from
  leg.to ??= message.to
  if (message.method === 'INVITE') leg.requestUri ??= message.requestUri
  if (message.userAgent !== '') addDistinct(leg.userAgents, message.userAgent)
  for (const identity of message.assertedIdentities) addDistinct(leg.assertedIdentities, identity, isSameUri)
  notePath(leg, message)
  for (const authentication of message.authentications) {
    if (leg.authentications.length < MAX_AUTHENTICATIONS) {
      leg.authentications.push({ ...authentication, frame, method: message.method })
    }
  }
  if (message.requestUri?.scheme === 'sips') leg.sipsReadable = true
}

/** Contact, Record-Route and Via: where the dialog goes. */
const notePath = (leg: Leg, message: SipMessage): void => {
  for (const contact of message.contacts) addDistinct(leg.contacts, contact, isSameUri)
  for (const route of message.recordRoutes) addDistinct(leg.recordRoutes, route, isSameUri)
  for (const { host, port, transport } of message.via) {
    addDistinct(leg.vias, { host, port, transport }, (a, b) => a.host === b.host && a.port === b.port)
  }
}
