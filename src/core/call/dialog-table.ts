/**
 * Dialogs (RFC 3261 §12) on this wire: a call is a Call-ID, a leg is one dialog on one hop. Forks (several To tags) are legs of one call.
 * Identities are seeded hashes of the whole value, so long or hostile Call-IDs cost nothing and `__proto__` is a name like any other.
 */
import type { Micros } from '../base/clock.ts'
import type { SipPlace } from '../analysis/index.ts'
import type { SipMessage } from '../protocol/sip/index.ts'
import { upstreamCall } from './back-to-back.ts'
import { Call, type Leg, type Side } from './call.ts'
import { CallTable } from './call-table.ts'
import { CHALLENGES, isLive } from './leg-state.ts'
import { copyPendingOffer } from './offer-answer.ts'

const MAX_LEGS = 64
const RECENT_CALLS = 64

/** Methods whose first sight makes a call, even if its INVITE was before the capture. */
const CALL_METHODS: readonly string[] = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'PRACK', 'UPDATE']

/** Methods that end or trail a call, and so open none when it is over already. */
const TRAILING_METHODS: readonly string[] = ['ACK', 'BYE', 'CANCEL', 'PRACK']

const NOTHING_SAID = { content: '', transaction: '' }

/** The hop of a place: its two hosts and transport; on one host (loopback) the ports tell hops apart. */
const hopOf = ({ flow, transport }: SipPlace): string => {
  const [a, b] = flow.ends
  return a.address === b.address
    ? `${transport} ${a.address} ${String(a.port)} ${String(b.port)}`
    : `${transport} ${a.address} ${b.address}`
}

/** See the head of this file. `onEvicted` hears of a call that had to give way. */
export class DialogTable {
  readonly #calls: CallTable
  readonly #recent: Call[] = []
  #serial = 0

  constructor(onEvicted: (call: Call) => void) {
    this.#calls = new CallTable(onEvicted)
  }

  get evicted(): number {
    return this.#calls.evicted
  }

  /** A fresh name for a call. */
  nextId(): string {
    this.#serial++
    return `c-${String(this.#serial)}`
  }

  /** The call of a message, made if the message may begin one; null if it belongs to no call. */
  callOf(message: SipMessage, place: SipPlace): Call | null {
    const { callIdentity } = message
    if (callIdentity === '') return null
    const known = this.#calls.get(callIdentity)
    if (known !== undefined) return known
    if (!this.#mayBegin(message)) return null
    const initial = isInitialInvite(message)
    const upstream = initial ? upstreamCall(message, place, this.#recent) : null
    if (upstream !== null && this.#calls.addIdentity(upstream, callIdentity)) return upstream
    const call = new Call(this.nextId(), 'sip', place.seen.at)
    call.lateStart = !initial
    if (initial) this.#noteRecent(call)
    this.#calls.add(call, callIdentity, place.flow.ends[place.direction].address)
    return call
  }

  /** True if a message of an unknown Call-ID is the beginning, or the first sight, of a call. */
  #mayBegin({ callIdentity, kind, method, statusCode }: SipMessage): boolean {
    if (!CALL_METHODS.includes(method)) return false
    if (TRAILING_METHODS.includes(method) && this.#calls.wasClosed(callIdentity)) return false
    // A stray ACK, BYE or CANCEL is the end of a call that began unseen; a final failure to it opens nothing.
    return kind === 'request' || method === 'INVITE' || statusCode < 300
  }

  /** The newest initial INVITEs: only they can go on over a B2BUA, within seconds. */
  #noteRecent(call: Call): void {
    this.#recent.push(call)
    if (this.#recent.length > RECENT_CALLS) this.#recent.shift()
  }

  /** A call known by its Call-ID's identity (Replaces, REFER). */
  byIdentity(identity: string): Call | undefined {
    return this.#calls.get(identity)
  }

  /** Sets whether the call is over, by its legs, at a message of this time. */
  noteEnd(call: Call, at: Micros): void {
    call.endedAt = call.legs.some(isLive) ? null : (call.endedAt ?? at)
    this.#calls.noteEnd(call)
  }

  /** Forgets a closed call. */
  forget(call: Call): void {
    this.#calls.forget(call)
  }

  /** All calls that are not closed. */
  calls(): IterableIterator<Call> {
    return this.#calls.calls()
  }

  /** The leg that a message belongs to, made on first sight; and which side sent it. */
  legOf(call: Call, message: SipMessage, place: SipPlace): { readonly leg: Leg; readonly sender: Side } {
    const hop = hopOf(place)
    const leg = findLeg(call, message, hop) ?? this.#openLeg(call, message, place, hop)
    // Challenged, and asked again with credentials: whoever answers now has another tag than the challenger.
    if (isInitialInvite(message) && CHALLENGES.includes(leg.statusCode)) leg.calleeTag = ''
    if (leg.calleeTag === '' && leg.callerTag === message.fromTagIdentity)
      leg.calleeTag = message.toTagIdentity
    const fromCaller = leg.callerTag === message.fromTagIdentity
    const sender: Side = (message.kind === 'request') === fromCaller ? 'caller' : 'callee'
    return { leg, sender }
  }

  #openLeg(call: Call, message: SipMessage, place: SipPlace, hop: string): Leg {
    const request = message.kind === 'request'
    const source = place.flow.ends[place.direction]
    const target = place.flow.ends[place.direction === 0 ? 1 : 0]
    const leg: Leg = {
      call,
      callId: message.callId,
      hop,
      callerTag: message.fromTagIdentity,
      calleeTag: message.toTagIdentity,
      transport: place.transport,
      client: request ? source : target,
      server: request ? target : source,
      from: message.from,
      to: message.to,
      requestUri: null,
      userAgents: [],
      assertedIdentities: [],
      state: 'trying',
      statusCode: 0,
      messages: 0,
      ladder: [],
      firstFrame: place.seen.frame,
      startedAt: place.seen.at,
      answeredAt: null,
      endedAt: null,
      sections: [],
      pendingOffer: null,
      lastDescription: { caller: NOTHING_SAID, callee: NOTHING_SAID },
      authentications: [],
      vias: [],
      contacts: [],
      recordRoutes: [],
      sipsReadable: false,
    }
    const sibling = call.legs.find((other) => other.hop === hop && other.callerTag === leg.callerTag)
    if (sibling !== undefined) copyPendingOffer(sibling, leg)
    if (call.legs.length >= MAX_LEGS) this.#dropLeg(call)
    call.legs.push(leg)
    return leg
  }

  /** Forking to endless tags: the oldest leg without an answer gives way, so that what was negotiated stays. */
  #dropLeg(call: Call): void {
    const index = call.legs.findIndex((leg, at) => at > 0 && leg.answeredAt === null)
    call.legs.splice(index < 0 ? 1 : index, 1)
    call.truncated = true
  }
}

const isInitialInvite = (message: SipMessage): boolean =>
  message.kind === 'request' && message.method === 'INVITE' && message.toTagIdentity === ''

/** The leg of a message on its hop: by both tags, else by one while the other is not known, else the other way round. */
const findLeg = (call: Call, message: SipMessage, hop: string): Leg | undefined => {
  const { fromTagIdentity: from, toTagIdentity: to } = message
  const here = call.legs.filter((leg) => leg.hop === hop)
  const forward = here.filter((leg) => leg.callerTag === from)
  // Hop by hop and without a dialog: a CANCEL's answer has a tag of the next hop alone (RFC 3261 §9.2).
  if (message.method === 'CANCEL' && forward.length > 0) return forward[0]
  return (
    forward.find((leg) => leg.calleeTag === to) ??
    forward.find((leg) => leg.calleeTag === '' || to === '') ??
    here.find((leg) => leg.callerTag === to && leg.calleeTag === from)
  )
}
