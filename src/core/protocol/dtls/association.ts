/**
 * One DTLS handshake (RFC 6347, RFC 9147) from its ClientHello on. Rules, by state:
 * - started → completed: ≤ 1.2, ChangeCipherSpec and a later encrypted handshake record each way; 1.3, protected records each way, of epoch 2
 *   or 3 and long enough for a Finished; both behind a ServerHello that answers a ClientHello of the other end.
 * - started → failed: a fatal alert, readable or encrypted. started → lost: two versions of something said.
 * - completed, failed and lost are final: only another ClientHello begins again, as another association.
 */
import { readU24, readU16 } from '../../base/bytes.ts'
import type { Micros } from '../../base/clock.ts'
import type { Cryptography } from '../../base/cryptography.ts'
import type { Direction } from '../../base/endpoint.ts'
import type { OnWeird } from '../../base/weird.ts'
import { HANDSHAKE, HelloExchange, type TlsFacts } from '../tls/index.ts'
import { FragmentGatherer } from './fragment-gatherer.ts'
import { MAX_RECORDS, RECORD, type UnifiedRecord } from './probe.ts'

/** Header of a handshake fragment (RFC 6347 §4.2.2). */
export const FRAGMENT_HEADER = 12
const FATAL = 2
/** The epoch of the first keys of ≤ 1.2. */
const ENCRYPTED_EPOCH = 1
/** Low bits of the epochs of handshake and data in 1.3 (RFC 9147 §6.1); 1 would be 0-RTT. */
const MODERN_EPOCHS: readonly number[] = [2, 3]
/** The least that a Finished can be: ≤ 1.2, 12 + 12 bytes and a MAC or tag of 8; 1.3, 12 + 32, the content type and a tag of 8. */
const LEAST_FINISHED = 32
const LEAST_MODERN_FINISHED = 53

/** One record with the full header: where and when it came, and its body, lent. */
export interface DtlsRecord {
  readonly direction: Direction
  readonly at: Micros
  readonly frame: number
  readonly type: number
  readonly epoch: number
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

class Side {
  readonly fragments = new FragmentGatherer()
  changedCipher = false
  helloDone = false
  finished = false
}

/** See the head of this file. */
export class Association {
  readonly #exchange: HelloExchange
  readonly #onWeird: OnWeird
  readonly #sides: readonly [Side, Side] = [new Side(), new Side()]

  /** `facts`: as `emptyFacts` makes them. */
  constructor(facts: TlsFacts, cryptography: Cryptography, onWeird: OnWeird) {
    this.#exchange = new HelloExchange(facts, cryptography, onWeird)
    this.#onWeird = onWeird
  }

  get facts(): TlsFacts {
    return this.#exchange.facts
  }

  /** What was learned goes on in another object of the same content. */
  moveTo(facts: TlsFacts): void {
    Object.assign(facts, this.#exchange.facts)
    this.#exchange.facts = facts
  }

  /** True if a ServerHello was believed. */
  get chosen(): boolean {
    return this.#exchange.chosen
  }

  /** True if this direction began it with this random. */
  knows(direction: Direction, random: string): boolean {
    return this.#exchange.knows(direction, random)
  }

  /** One record of ≤ 1.2, or one in the clear of 1.3. */
  onRecord(record: DtlsRecord): void {
    if (this.facts.handshake !== 'unseen' && this.facts.handshake !== 'started') return
    const { type, epoch, direction, at, frame, start, end } = record
    const side = this.#sides[direction]
    if (type === RECORD.alert) this.#onAlert(record)
    else if (epoch === 0 && type === RECORD.handshake) this.#onFragments(record)
    else if (epoch === 0 && type === RECORD.changeCipherSpec) this.#onChangeCipher(direction)
    else if (epoch === ENCRYPTED_EPOCH && type === RECORD.handshake && side.changedCipher) {
      if (end - start < LEAST_FINISHED) return
      side.finished = true
      this.#completeIfBoth(at, frame)
    }
  }

  /** One protected record of 1.3. */
  onProtected(direction: Direction, at: Micros, frame: number, { epochBits, length }: UnifiedRecord): void {
    if (!this.#exchange.modern || !MODERN_EPOCHS.includes(epochBits)) return
    if (length < LEAST_MODERN_FINISHED) return
    this.#sides[direction].finished = true
    this.#completeIfBoth(at, frame)
  }

  #onFragments({ direction, frame, bytes, start, end }: DtlsRecord): void {
    let at = start
    for (let i = 0; i < MAX_RECORDS && at + FRAGMENT_HEADER <= end; i++) {
      const header = {
        type: bytes[at] as number,
        sequence: readU16(bytes, at + 4),
        length: readU24(bytes, at + 1),
        offset: readU24(bytes, at + 6),
      }
      const from = at + FRAGMENT_HEADER
      const to = from + readU24(bytes, at + 9)
      if (to > end || header.offset + (to - from) > header.length) {
        this.#onWeird('dtls_bad_fragment', frame)
        return
      }
      const { fragments } = this.#sides[direction]
      const dropped = fragments.dropped
      const gathered = fragments.add(header, bytes, from, to)
      if (fragments.dropped > dropped) this.#onWeird('dtls_held_too_much', frame)
      if (gathered === 'contradiction') this.#contradict(frame)
      else if (gathered === 'too-long') this.#onWeird('dtls_bad_fragment', frame)
      else if (gathered !== 'more') {
        this.#onMessage(direction, frame, header.type, gathered.bytes, gathered.start, gathered.end)
      }
      at = to
    }
  }

  #onMessage(
    direction: Direction,
    frame: number,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const { facts } = this
    if (type === HANDSHAKE.serverHelloDone) this.#sides[direction].helloDone = true
    const before = this.chosen
    const outcome = this.#exchange.onMessage(direction, frame, type, bytes, start, end)
    if (outcome === 'bad') this.#onBad(type, before, frame)
    else if (type === HANDSHAKE.clientHello && facts.handshake === 'unseen') facts.handshake = 'started'
  }

  /** From the wrong end, or not offered: nobody would answer it, so it changes nothing. After a believed one it is a contradiction. */
  #onBad(type: number, chosen: boolean, frame: number): void {
    this.#onWeird('dtls_bad_hello', frame)
    if (this.facts.handshake === 'unseen') this.facts.handshake = 'lost'
    else if (chosen && type !== HANDSHAKE.clientHello) this.#contradict(frame)
  }

  #contradict(frame: number): void {
    this.#onWeird('dtls_contradiction', frame)
    this.facts.handshake = 'lost'
  }

  #onChangeCipher(direction: Direction): void {
    if (!this.#exchange.chosen || this.#exchange.modern) return
    const isServer = direction !== this.facts.clientDirection
    if (isServer && !this.#sides[direction].helloDone) this.#exchange.onAbbreviated()
    this.#sides[direction].changedCipher = true
  }

  #onAlert({ direction, epoch, bytes, start, end }: DtlsRecord): void {
    if (this.facts.handshake !== 'started') return
    if (epoch > 0) {
      // Encrypted, and before the end: whatever it says, it is not that all is well.
      if (this.#sides[direction].changedCipher) this.facts.handshake = 'failed'
      return
    }
    if (end - start !== 2 || bytes[start] !== FATAL) return
    this.facts.fatalAlert = bytes[start + 1] as number
    this.facts.handshake = 'failed'
  }

  #completeIfBoth(at: Micros, frame: number): void {
    if (this.facts.handshake !== 'started' || !this.#sides[0].finished || !this.#sides[1].finished) return
    this.facts.handshake = 'completed'
    this.facts.completedAt = at
    this.facts.completedFrame = frame
  }
}
