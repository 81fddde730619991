/** Which media belongs to which section: the transport addresses that SDP announced, by their text, newest first. */
import { BoundedMap } from '../base/bounded-map.ts'
import type { Micros } from '../base/clock.ts'
import type { Direction, Endpoint, Flow } from '../base/endpoint.ts'
import { SECOND } from '../base/clock.ts'
import type { Call, Leg, Section, Side } from './call.ts'

const MAX_ENDPOINTS = 16384
const PER_ENDPOINT = 4
/** Addresses of one call: an offer may name 16 sections with 64 candidates each, and must not push out everybody else's. */
const PER_CALL = 256
/** Media may trail the BYE; after that a port belongs to whoever announces it next. */
const TAIL = 10 * SECOND

/** One announced receiver of media. */
export interface Expectation {
  readonly call: Call
  readonly leg: Leg
  /** Side that announced the address and so receives there. */
  readonly side: Side
  section: Section
  /** Announced by SDP itself, or only assumed behind a NAT from where the SDP came. */
  readonly assumed: boolean
  readonly at: Micros
}

/** What a flow was matched to. */
export interface Claim {
  readonly expectation: Expectation
  /** Direction whose packets go to the expectation's side. */
  readonly towards: Direction
}

/** Text key of an endpoint. */
export const endpointKey = (endpoint: Endpoint): string => `${endpoint.address}|${String(endpoint.port)}`

/** See the head of this file. */
export class MediaTable {
  readonly #byEndpoint = new BoundedMap<string, Expectation[]>(MAX_ENDPOINTS)
  readonly #keysOf = new Map<Call, Set<string>>()
  /** Announcements that a call had to take back for its newer ones. */
  withdrawn = 0
  /** Rises with each announcement, so that a flow looked up in vain is looked up again only after news. */
  generation = 1

  get evicted(): number {
    return this.#byEndpoint.evicted + this.withdrawn
  }

  /** Announces that media of `section` is expected at `endpoint`. Port 0 and unknown addresses expect nothing. */
  expect(endpoint: Endpoint, expectation: Expectation): void {
    if (endpoint.port === 0 || endpoint.address === '') return
    this.generation++
    const key = endpointKey(endpoint)
    const known = this.#byEndpoint.get(key) ?? []
    const same = known.findIndex((other) => other.leg === expectation.leg && other.side === expectation.side)
    if (same >= 0) known.splice(same, 1)
    known.unshift(expectation)
    if (known.length > PER_ENDPOINT) known.pop()
    this.#byEndpoint.set(key, known)
    this.#byEndpoint.touch(key)
    const keys = this.#keysOf.get(expectation.call) ?? new Set<string>()
    this.#keysOf.set(expectation.call, keys.add(key))
    if (keys.size <= PER_CALL) return
    const [oldest] = keys as Iterable<string>
    keys.delete(oldest as string)
    this.#withdraw(oldest as string, expectation.call)
    this.withdrawn++
  }

  /** Calls that are over and had media at `endpoint`, which now somebody else announces. */
  endedAt(endpoint: Endpoint, call: Call): Call[] {
    const known = this.#byEndpoint.get(endpointKey(endpoint)) ?? []
    return known.flatMap((other) => (other.call !== call && other.call.endedAt !== null ? [other.call] : []))
  }

  /** A closed call expects nothing. */
  forget(call: Call): void {
    for (const key of this.#keysOf.get(call) ?? []) this.#withdraw(key, call)
    this.#keysOf.delete(call)
  }

  #withdraw(key: string, call: Call): void {
    const left = (this.#byEndpoint.get(key) ?? []).filter((expectation) => expectation.call !== call)
    if (left.length > 0) this.#byEndpoint.set(key, left)
    else this.#byEndpoint.delete(key)
  }

  /** The best claim on a flow at time `now`: both ends announced beats one end, announced beats assumed, newer beats older. */
  claim(flow: Flow, now: Micros): Claim | null {
    let best: Claim | null = null
    let bestScore = 0
    for (const direction of [0, 1] as const) {
      const receiver = flow.ends[direction === 0 ? 1 : 0]
      const sender = flow.ends[direction === 0 ? 0 : 1]
      for (const expectation of this.#liveAt(receiver, now)) {
        const both = this.#liveAt(sender, now).some(
          (other) => other.call === expectation.call && other.side !== expectation.side,
        )
        const score = (both ? 4 : 0) + (expectation.assumed ? 1 : 2)
        if (
          score > bestScore ||
          (score === bestScore && best !== null && expectation.at > best.expectation.at)
        ) {
          best = { expectation, towards: direction }
          bestScore = score
        }
      }
    }
    return best
  }

  #liveAt(endpoint: Endpoint, now: Micros): readonly Expectation[] {
    const known = this.#byEndpoint.get(endpointKey(endpoint))
    if (known === undefined) return []
    return known.filter(({ call }) => !call.closed && (call.endedAt === null || now - call.endedAt < TAIL))
  }
}
