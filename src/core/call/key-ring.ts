/**
 * Readable media keys: kept only to prove on captured packets that they open them, then forgotten. Nothing of a key leaves this file but
 * its identity under a per-start random HMAC (VERDICTS §2.2 Keys).
 */
import { SECOND, type Micros } from '../base/clock.ts'
import type { Cryptography } from '../base/cryptography.ts'
import type { CryptoAttribute } from '../protocol/sdp/index.ts'
import { keyIdentity, proveStream, SrtpKey, type KeyProof } from '../protocol/srtp/index.ts'
import type { Call } from './call.ts'
import type { ReadableKey } from './call-facts.ts'

const MAX_KEYS = 4096
const PER_CALL = 16
const KEYS_A_STREAM = 16
const KEEP = 300 * SECOND

interface RingEntry {
  readonly key: SrtpKey
  readonly identity: string
  readonly suite: string
  readonly keying: ReadableKey['keying']
  /** null: a key that stood outside any call. */
  readonly call: Call | null
  readonly frame: number
  readonly at: Micros
}

/** A proof with the frame where its key stood. */
export interface RingProof {
  readonly proof: KeyProof
  readonly identity: string
  readonly suite: string
  readonly keyFrame: number
  /** The key as its own call would list it. */
  readonly readable: ReadableKey
}

/** Where a key stood and how it was written. */
export interface KeyPlace {
  readonly at: Micros
  readonly frame: number
  readonly where: ReadableKey['where']
  readonly keying: ReadableKey['keying']
}

/** See the head of this file. */
export class KeyRing {
  readonly #cryptography: Cryptography
  readonly #runKey: Uint8Array
  #entries: RingEntry[] = []
  evicted = 0
  /** Rises with each key: streams that failed before may be tried again. */
  generation = 0

  /** `runKey`: random bytes of this start, for identities only. */
  constructor(cryptography: Cryptography, runKey: Uint8Array) {
    this.#cryptography = cryptography
    this.#runKey = runKey
  }

  /** Takes a readable key, of a call or of none; null if the call has its full number of keys or this one already. */
  add(call: Call | null, attribute: CryptoAttribute, place: KeyPlace): ReadableKey | null {
    const identity =
      attribute.keyAndSalt.length > 0
        ? keyIdentity(this.#cryptography, this.#runKey, attribute.keyAndSalt)
        : `unusable-${attribute.suite}`
    if (call?.keys.some((known) => known.identity === identity && known.suite === attribute.suite) === true)
      return null
    if (call !== null && call.keys.length >= PER_CALL) {
      this.evicted++
      return null
    }
    const reused = this.#entries.some((entry) => entry.identity === identity && entry.call !== call)
    const readable: ReadableKey = {
      suite: attribute.suite,
      identity,
      frame: place.frame,
      where: place.where,
      keying: place.keying,
      reused,
    }
    call?.keys.push(readable)
    if (attribute.keyAndSalt.length > 0) this.#remember(call, attribute, identity, place)
    return readable
  }

  /** Tries the call's own keys, then the newest others, on one whole packet: sixteen keys at most. */
  prove(
    call: Call | null,
    bytes: Uint8Array,
    start: number,
    end: number,
    rollovers: number,
  ): RingProof | null {
    const own = this.#entries.filter((entry) => entry.call !== null && entry.call === call)
    const others = this.#entries.filter((entry) => entry.call === null || entry.call !== call).reverse()
    const entries = [...own, ...others].slice(0, KEYS_A_STREAM)
    const proof = proveStream(
      entries.map((entry) => entry.key),
      bytes,
      start,
      end,
      rollovers,
    )
    if (proof === null) return null
    const entry = entries.find((candidate) => candidate.key === proof.key) as RingEntry
    const { identity, suite, keying, frame } = entry
    const readable: ReadableKey = {
      suite,
      identity,
      frame,
      where: entry.call === null ? 'outside-sip' : 'other-message',
      keying,
      reused: false,
    }
    return { proof, identity, suite, keyFrame: frame, readable }
  }

  /** True if there is any key to try. */
  get hasKeys(): boolean {
    return this.#entries.length > 0
  }

  /** Wipes what is older than five minutes after its call's end. */
  sweep(now: Micros): void {
    const expired = (entry: RingEntry): boolean =>
      entry.call?.endedAt != null
        ? now - entry.call.endedAt > KEEP
        : (entry.call?.closed ?? true) && now - entry.at > KEEP
    if (!this.#entries.some(expired)) return
    for (const entry of this.#entries) if (expired(entry)) entry.key.wipe()
    this.#entries = this.#entries.filter((entry) => !expired(entry))
  }

  #remember(
    call: Call | null,
    attribute: CryptoAttribute,
    identity: string,
    { at, frame, keying }: KeyPlace,
  ): void {
    if (this.#entries.length >= MAX_KEYS) {
      this.#entries.shift()?.key.wipe()
      this.evicted++
    }
    const key = new SrtpKey(this.#cryptography, attribute)
    this.#entries.push({ key, identity, suite: attribute.suite, keying, call, frame, at })
    this.generation++
  }
}
