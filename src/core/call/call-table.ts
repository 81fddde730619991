/**
 * The calls that are up, bounded (HARDENING: bounds). Two segments: a call is on probation until media of both directions was seen, and a
 * flood of signalling, answered by its own sender or not, recycles only that segment, its own share of it first.
 */
import { BoundedMap } from '../base/bounded-map.ts'
import type { Call } from './call.ts'
import { destinationOf, sourceOf } from './stream-facts.ts'

const MAX_CALLS = 2048
/** Call-IDs of one call: hops of back-to-back agents. */
const MAX_IDENTITIES = 16
/** Above this share of the table a source may hold only so much of it by calls on probation. */
const CROWDED = 0.75 * MAX_CALLS
const SOURCE_SHARE = 0.25 * MAX_CALLS
/** Media packets each way that end probation. */
const SETTLED_PACKETS = 8

interface Entry {
  readonly identities: string[]
  /** Sender of its first message, whose share of the table it counts for. */
  readonly source: string
}

const isSettled = (call: Call): boolean => {
  const heard = call.attachments.filter(({ stream }) => stream.packets >= SETTLED_PACKETS)
  return heard.some((a) => heard.some((b) => sourceOf(a.stream).address === destinationOf(b.stream).address))
}

/** See the head of this file. `onEvicted` hears of a call that had to give way. */
export class CallTable {
  evicted = 0
  readonly #byIdentity: BoundedMap<string, Call>
  /** Every call, in the order of its beginning. */
  readonly #entries = new Map<Call, Entry>()
  readonly #probation = new Set<Call>()
  /** Calls on probation by source. */
  readonly #bySource = new Map<string, Set<Call>>()
  readonly #finished = new Set<Call>()
  readonly #onEvicted: (call: Call) => void
  /** Call-IDs of calls that are over: what trails them opens nothing. */
  readonly #over = new BoundedMap<string, true>(MAX_CALLS)

  constructor(onEvicted: (call: Call) => void) {
    this.#onEvicted = onEvicted
    this.#byIdentity = new BoundedMap<string, Call>(MAX_CALLS * 2, (_, call) => {
      this.#evict(call)
    })
  }

  get size(): number {
    return this.#entries.size
  }

  /** The call with this Call-ID. */
  get(identity: string): Call | undefined {
    return this.#byIdentity.get(identity)
  }

  /** True if a call with this Call-ID closed a short time ago. */
  wasClosed(identity: string): boolean {
    return this.#over.has(identity)
  }

  /** Takes a new call that `source` began; another gives way if there is no room. */
  add(call: Call, identity: string, source: string): void {
    this.#makeRoom(source)
    const siblings = this.#bySource.get(source) ?? new Set()
    this.#bySource.set(source, siblings.add(call))
    this.#probation.add(call)
    this.#entries.set(call, { identities: [identity], source })
    this.#byIdentity.set(identity, call)
  }

  /** Gives a call one more Call-ID; false if it has enough of them. */
  addIdentity(call: Call, identity: string): boolean {
    const entry = this.#entries.get(call)
    if (entry === undefined || entry.identities.length >= MAX_IDENTITIES) return false
    entry.identities.push(identity)
    this.#byIdentity.set(identity, call)
    return true
  }

  /** The call was hung up, or turned out to go on: finished calls give way first. */
  noteEnd(call: Call): void {
    if (call.endedAt === null) this.#finished.delete(call)
    else if (this.#entries.has(call)) this.#finished.add(call)
  }

  /** Forgets a closed call. */
  forget(call: Call): void {
    const entry = this.#entries.get(call)
    if (entry === undefined) return
    this.#entries.delete(call)
    this.#finished.delete(call)
    this.#settle(call, entry.source)
    for (const identity of entry.identities) {
      this.#byIdentity.delete(identity)
      this.#over.set(identity, true)
    }
  }

  /** All calls that are not closed, oldest first. */
  calls(): IterableIterator<Call> {
    return this.#entries.keys()
  }

  #makeRoom(source: string): void {
    if (this.size < CROWDED) return
    const own = this.#bySource.get(source)
    const victim =
      own !== undefined && own.size >= SOURCE_SHARE
        ? this.#oldestUnsettled(own)
        : this.size < MAX_CALLS
          ? undefined
          : (firstOf(this.#finished) ??
            this.#oldestUnsettled(this.#probation) ??
            firstOf(this.#entries.keys()))
    if (victim !== undefined) this.#evict(victim)
  }

  /** Looks from the oldest on; whoever has media by now leaves probation for good, so each call is passed over once. */
  #oldestUnsettled(calls: ReadonlySet<Call>): Call | undefined {
    for (const call of calls) {
      if (!isSettled(call)) return call
      this.#settle(call, this.#entries.get(call)?.source ?? '')
    }
    return undefined
  }

  #settle(call: Call, source: string): void {
    if (!this.#probation.delete(call)) return
    const siblings = this.#bySource.get(source)
    siblings?.delete(call)
    if (siblings?.size === 0) this.#bySource.delete(source)
  }

  #evict(call: Call): void {
    this.evicted++
    this.forget(call)
    this.#onEvicted(call)
  }
}

const firstOf = (calls: Iterable<Call>): Call | undefined => {
  for (const call of calls) return call
  return undefined
}
