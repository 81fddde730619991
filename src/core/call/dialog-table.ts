/**
 * Dialogs (RFC 3261 §12) on this wire: a call is a Call-ID, a leg is one dialog on one hop. Forks (several To tags) are legs of one call.
 * Identities are seeded hashes of the whole value, so long or hostile Call-IDs cost nothing and `__proto__` is a name like any other.
 */
import { BoundedMap } from '../base/bounded-map.ts'
import type { Micros } from '../base/clock.ts'
import { SECOND } from '../base/clock.ts'
import type { SipPlace } from '../analysis/index.ts'
import type { SipMessage } from '../protocol/sip/index.ts'
import { upstreamCall } from './back-to-back.ts'
import { Call, type Leg, type Side } from './call.ts'
import { CHALLENGES } from './leg-state.ts'
import { copyPendingOffer } from './offer-answer.ts'

const MAX_CALLS = 2048
const MAX_LEGS = 64
/** Call-IDs of one call: hops of back-to-back agents. */
const MAX_IDENTITIES = 16
const RECENT_CALLS = 64
/** Above this share of the table one source's unanswered calls give way to others' (HARDENING: bounds). */
const CROWDED = 0.75
const SOURCE_SHARE = 0.25

/** Methods whose first sight makes a call, even if its INVITE was before the capture. */
const CALL_METHODS: readonly string[] = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'PRACK', 'UPDATE']

/** Methods that end or trail a call, and so open none when it is over already. */
const TRAILING_METHODS: readonly string[] = ['ACK', 'BYE', 'CANCEL', 'PRACK']

/** Asked for credentials (RFC 3261 §22). */
export const NOTHING_SAID = { content: '', transaction: '' }

/** The hop of a place: its two hosts and transport; on one host (loopback) the ports tell hops apart. */
const hopOf = ({ flow, transport }: SipPlace): string => {
  const [a, b] = flow.ends
  return a.address === b.address
    ? `${transport} ${a.address} ${String(a.port)} ${String(b.port)}`
    : `${transport} ${a.address} ${b.address}`
}

/** What the table keeps beside a call. */
interface Entry {
  readonly identities: string[]
  /** Sender of its first message, whose share of the table it counts for. */
  readonly source: string
}

/** See the head of this file. `onEvicted` hears of a call that had to give way. */
export class DialogTable {
  readonly #byIdentity: BoundedMap<string, Call>
  /** In the order of their beginning. */
  readonly #calls = new Map<Call, Entry>()
  readonly #perSource = new Map<string, number>()
  readonly #onEvicted: (call: Call) => void
  readonly #recent: Call[] = []
  /** Call-IDs of calls that are over: what trails them opens nothing. */
  readonly #over = new BoundedMap<string, true>(MAX_CALLS)
  #serial = 0
  evicted = 0

  constructor(onEvicted: (call: Call) => void) {
    this.#onEvicted = onEvicted
    this.#byIdentity = new BoundedMap<string, Call>(MAX_CALLS * 2, (_, call) => {
      this.#evict(call)
    })
  }

  get size(): number {
    return this.#calls.size
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
    const known = this.#byIdentity.get(callIdentity)
    if (known !== undefined) return known
    if (!this.#mayBegin(message)) return null
    const initial = isInitialInvite(message)
    const upstream = initial ? this.#continued(message, place) : null
    return upstream ?? this.#openCall(callIdentity, initial, place)
  }

  /** True if a message of an unknown Call-ID is the beginning, or the first sight, of a call. */
  #mayBegin(message: SipMessage): boolean {
    const { callIdentity, method } = message
    if (!CALL_METHODS.includes(method)) return false
    if (this.#over.has(callIdentity) && TRAILING_METHODS.includes(method)) return false
    // A stray ACK, BYE or CANCEL is the end of a call that began unseen; a final failure to it opens nothing.
    return message.kind === 'request' || method === 'INVITE' || message.statusCode < 300
  }

  /** The call that an initial INVITE continues on its next hop, now also known by this Call-ID. */
  #continued(message: SipMessage, place: SipPlace): Call | null {
    const upstream = upstreamCall(message, place, this.#recent)
    const entry = upstream === null ? undefined : this.#calls.get(upstream)
    if (upstream === null || entry === undefined || entry.identities.length >= MAX_IDENTITIES) return null
    entry.identities.push(message.callIdentity)
    this.#byIdentity.set(message.callIdentity, upstream)
    return upstream
  }

  #openCall(callIdentity: string, initial: boolean, place: SipPlace): Call {
    const call = new Call(this.nextId(), 'sip', place.seen.at)
    if (initial) this.#noteRecent(call)
    call.lateStart = !initial
    const source = place.flow.ends[place.direction].address
    this.#makeRoom(source, place.seen.at)
    this.#perSource.set(source, (this.#perSource.get(source) ?? 0) + 1)
    this.#calls.set(call, { identities: [callIdentity], source })
    this.#byIdentity.set(callIdentity, call)
    return call
  }

  /** The newest initial INVITEs: only they can go on over a B2BUA, within seconds. */
  #noteRecent(call: Call): void {
    this.#recent.push(call)
    if (this.#recent.length > RECENT_CALLS) this.#recent.shift()
  }

  /** A call known by its Call-ID's identity (Replaces, REFER). */
  byIdentity(identity: string): Call | undefined {
    return this.#byIdentity.get(identity)
  }

  /** Forgets a closed call. */
  forget(call: Call): void {
    const entry = this.#calls.get(call)
    if (entry === undefined) return
    this.#calls.delete(call)
    for (const identity of entry.identities) {
      this.#byIdentity.delete(identity)
      this.#over.set(identity, true)
    }
    const left = (this.#perSource.get(entry.source) ?? 1) - 1
    if (left > 0) this.#perSource.set(entry.source, left)
    else this.#perSource.delete(entry.source)
  }

  /** All calls that are not closed. */
  calls(): IterableIterator<Call> {
    return this.#calls.keys()
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

  /** Room for one more call of `source`: finished first, then the oldest unanswered of a source that holds too many, then the oldest. */
  #makeRoom(source: string, now: Micros): void {
    const { size } = this.#calls
    if (size < MAX_CALLS * CROWDED) return
    const crowding = (this.#perSource.get(source) ?? 0) >= MAX_CALLS * SOURCE_SHARE
    if (size < MAX_CALLS && !crowding) return
    const victim = this.#expendable(source, crowding, now)
    if (victim !== null && (victim.isFit || size >= MAX_CALLS)) this.#evict(victim.call)
    else if (size >= MAX_CALLS) this.#evict(this.#calls.keys().next().value as Call)
  }

  /** The first call that may go: finished, or unanswered and of the crowding source; `isFit` is false for somebody else's unanswered one. */
  #expendable(source: string, crowding: boolean, now: Micros): { call: Call; isFit: boolean } | null {
    let any: Call | null = null
    for (const [call, entry] of this.#calls) {
      const finished = call.endedAt !== null && now - call.endedAt > SECOND
      if (finished || (!isSettled(call) && (entry.source === source || !crowding)))
        return { call, isFit: true }
      if (!isSettled(call)) any ??= call
    }
    return any === null ? null : { call: any, isFit: false }
  }

  #evict(call: Call): void {
    this.evicted++
    this.forget(call)
    this.#onEvicted(call)
  }
}

/** Answered, or with media: a flood of requests alone does not push it out. */
const isSettled = (call: Call): boolean =>
  call.attachments.length > 0 || call.legs.some((leg) => leg.answeredAt !== null)

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
