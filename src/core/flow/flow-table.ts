/**
 * Memory per 5-tuple: open addressing on typed arrays with a seeded hash. A slot is never emptied, only taken over, so a look-up may stop at
 * the first slot that was never used. A full neighbourhood recycles its most expendable flow: unprotected first, then the longest idle.
 */
import { finish32, mix32 } from '../base/hash.ts'
import type { Direction, Endpoint, Flow } from '../base/endpoint.ts'
import { formatAddress } from '../base/ip-address.ts'
import type { PacketLayers } from '../decode/index.ts'

const PROBE_LIMIT = 32
const ADDRESS_WORDS = 8
const IDLE_SECONDS = 30

/** Told before a flow's slot is given to another flow: forget everything kept under `flow`. */
export type OnFlowEvicted = (flow: number) => void

/** A bounded table of bidirectional UDP and TCP flows; flows are dense numbers below `capacity`. */
export class FlowTable {
  readonly capacity: number
  /** Flows that had to give way while they may have been alive. */
  evicted = 0
  /** Packets that found every neighbour protected and busy. */
  refused = 0
  readonly #mask: number
  readonly #seed: number
  readonly #onEvicted: OnFlowEvicted
  readonly #addresses: Int32Array
  readonly #ports: Int32Array
  readonly #protocol: Uint8Array
  readonly #protected: Uint8Array
  readonly #seenAt: Uint32Array
  readonly #ends: (Flow | null)[]

  /** `capacity` is a power of two. */
  constructor(capacity: number, seed: number, onEvicted: OnFlowEvicted) {
    this.capacity = capacity
    this.#mask = capacity - 1
    this.#seed = seed
    this.#onEvicted = onEvicted
    this.#addresses = new Int32Array(capacity * ADDRESS_WORDS)
    this.#ports = new Int32Array(capacity)
    this.#protocol = new Uint8Array(capacity)
    this.#protected = new Uint8Array(capacity)
    this.#seenAt = new Uint32Array(capacity)
    this.#ends = new Array<Flow | null>(capacity).fill(null)
  }

  /** Finds or makes the flow of a decoded packet: `flow * 2 + direction`, or -1 if there is no room. `seconds` is whole capture time. */
  touch(layers: PacketLayers, seconds: number): number {
    const words = layers.addresses
    const direction = FlowTable.#directionOf(layers)
    const low = direction === 0 ? 0 : 4
    const ports =
      direction === 0
        ? (layers.sourcePort << 16) | layers.destinationPort
        : (layers.destinationPort << 16) | layers.sourcePort
    let slot = this.#hash(words, low, ports, layers.protocol) & this.#mask
    let victim = -1
    let victimRank = Infinity
    for (let probe = 0; probe < PROBE_LIMIT; probe++, slot = (slot + 1) & this.#mask) {
      if (this.#protocol[slot] === 0) {
        victim = slot
        break
      }
      if (this.#ports[slot] === ports && this.#matches(slot, words, low, layers.protocol)) {
        this.#seenAt[slot] = seconds
        return slot * 2 + direction
      }
      const rank = this.#rank(slot, seconds)
      if (rank < victimRank) {
        victimRank = rank
        victim = slot
      }
    }
    if (!this.#vacate(victim, seconds)) return -1
    this.#occupy(victim, words, low, ports, layers.protocol)
    this.#seenAt[victim] = seconds
    return victim * 2 + direction
  }

  /** Keeps a flow from eviction while it is not idle: a two-way dialog or recognised media runs on it. */
  protect(flow: number): void {
    this.#protected[flow] = 1
  }

  /** The flow's ends as text; made once, on demand. */
  flowOf(flow: number): Flow {
    const known = this.#ends[flow]
    if (known) return known
    const at = flow * ADDRESS_WORDS
    const ports = this.#ports[flow] as number
    const end = (word: number, port: number): Endpoint => ({
      address: formatAddress(this.#addresses, word),
      port,
    })
    const made: Flow = {
      id: flow,
      transport: this.#protocol[flow] === 6 ? 'tcp' : 'udp',
      ends: [end(at, ports >>> 16), end(at + 4, ports & 0xffff)],
    }
    this.#ends[flow] = made
    return made
  }

  /** Direction 0 runs from the lower address and port to the higher, so that both directions find one slot. */
  static #directionOf(layers: PacketLayers): Direction {
    const words = layers.addresses
    for (let i = 0; i < 4; i++) {
      const difference = (words[i] as number) - (words[i + 4] as number)
      if (difference !== 0) return difference < 0 ? 0 : 1
    }
    return layers.sourcePort <= layers.destinationPort ? 0 : 1
  }

  #hash(words: Int32Array, low: number, ports: number, protocol: number): number {
    const high = 4 - low
    let h = mix32(this.#seed ^ protocol, words[low + 3] as number)
    h = mix32(h, words[high + 3] as number)
    h = mix32(h, ports)
    if (words[2] !== 0xffff) {
      for (let i = 0; i < 3; i++) h = mix32(mix32(h, words[low + i] as number), words[high + i] as number)
    }
    return finish32(h)
  }

  #matches(slot: number, words: Int32Array, low: number, protocol: number): boolean {
    if (this.#protocol[slot] !== protocol) return false
    const at = slot * ADDRESS_WORDS
    const high = 4 - low
    for (let i = 3; i >= 0; i--) {
      if (this.#addresses[at + i] !== words[low + i] || this.#addresses[at + 4 + i] !== words[high + i])
        return false
    }
    return true
  }

  /** Lower = more expendable: idle or unprotected flows by age, then busy protected ones. */
  #rank(slot: number, seconds: number): number {
    const seen = this.#seenAt[slot] as number
    const busy = this.#protected[slot] === 1 && seconds - seen < IDLE_SECONDS
    return seen + (busy ? 2 ** 33 : 0)
  }

  #vacate(slot: number, seconds: number): boolean {
    if (this.#protocol[slot] === 0) return true
    const idle = seconds - (this.#seenAt[slot] as number)
    if (this.#protected[slot] === 1 && idle < IDLE_SECONDS) {
      this.refused++
      return false
    }
    this.evicted++
    this.#onEvicted(slot)
    return true
  }

  #occupy(slot: number, words: Int32Array, low: number, ports: number, protocol: number): void {
    const at = slot * ADDRESS_WORDS
    const high = 4 - low
    for (let i = 0; i < 4; i++) {
      this.#addresses[at + i] = words[low + i] as number
      this.#addresses[at + 4 + i] = words[high + i] as number
    }
    this.#ports[slot] = ports
    this.#protocol[slot] = protocol
    this.#protected[slot] = 0
    this.#ends[slot] = null
  }
}
