/**
 * DTLS on one 5-tuple as a listener follows it. One association is current; a ClientHello with a random of its own opens a second one beside
 * it (a client that starts anew, RFC 6347 §4.2.8, or somebody who invents a ClientHello), which takes its place only when it completes.
 */
import { readU16, readU24 } from '../../base/bytes.ts'
import type { Micros } from '../../base/clock.ts'
import type { Cryptography } from '../../base/cryptography.ts'
import type { Direction } from '../../base/endpoint.ts'
import type { OnWeird } from '../../base/weird.ts'
import { emptyFacts, HANDSHAKE, parseClientHello, versionText, type TlsFacts } from '../tls/index.ts'
import { Association, FRAGMENT_HEADER, type DtlsRecord } from './association.ts'
import {
  isFullRecord,
  isUnifiedHeader,
  MAX_RECORDS,
  readUnifiedRecord,
  RECORD,
  RECORD_HEADER,
} from './probe.ts'

/** Low bits of the epoch of application data in 1.3 before a key update (RFC 9147 §6.1). */
const DATA_EPOCH = 3

/** See the head of this file. */
export class DtlsSession {
  /** A live view: this object changes as records come. */
  readonly facts: TlsFacts = emptyFacts(true)
  readonly #cryptography: Cryptography
  readonly #onWeird: OnWeird
  #current: Association
  #next: Association | null = null

  constructor(cryptography: Cryptography, onWeird: OnWeird) {
    this.#cryptography = cryptography
    this.#onWeird = onWeird
    this.#current = new Association(this.facts, cryptography, onWeird)
  }

  /** One datagram, which may hold several records, lent. */
  onDatagram(
    direction: Direction,
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    let from = start
    for (let i = 0; i < MAX_RECORDS && from < end; i++) {
      const to = isFullRecord(bytes, from, end)
        ? this.#onFullRecord(direction, at, frame, bytes, from)
        : this.#onUnified(direction, at, frame, bytes, from, end)
      if (to < 0) {
        this.#onWeird('dtls_bad_record', frame)
        return
      }
      from = to
    }
  }

  /** Gives where the record ends. */
  #onFullRecord(direction: Direction, at: Micros, frame: number, bytes: Uint8Array, from: number): number {
    const end = from + RECORD_HEADER + readU16(bytes, from + 11)
    const start = from + RECORD_HEADER
    const type = bytes[from] as number
    const epoch = readU16(bytes, from + 3)
    const record: DtlsRecord = { direction, at, frame, type, epoch, bytes, start, end }
    this.facts.recordBytes[direction] += end - from
    if (this.facts.handshake === 'unseen' && epoch > 0) {
      this.facts.version ??= versionText(readU16(bytes, from + 1))
    }
    this.#beginAnew(record)
    this.#current.onRecord(record)
    this.#onNext((next) => next.onRecord(record))
    if (type === RECORD.applicationData && epoch > 0) this.#countApplication(direction, at, end - start)
    return end
  }

  /** Gives where the record ends, -1 if it is none. */
  #onUnified(
    direction: Direction,
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    from: number,
    end: number,
  ): number {
    const record = isUnifiedHeader(bytes[from] as number) ? readUnifiedRecord(bytes, from, end) : null
    if (record === null) return -1
    this.facts.recordBytes[direction] += record.end - from
    this.#current.onProtected(direction, at, frame, record)
    this.#onNext((next) => next.onProtected(direction, at, frame, record))
    if (record.epochBits === DATA_EPOCH) this.#countApplication(direction, at, record.length)
    return record.end
  }

  /** Opens another association for a ClientHello that belongs to none. */
  #beginAnew(record: DtlsRecord): void {
    const { handshake } = this.facts
    // Before a ServerHello the newest ClientHello of each end counts, whatever its random.
    if (handshake === 'unseen' || (handshake === 'started' && !this.#current.chosen)) return
    const random = randomOf(record)
    if (random === null) return
    if (handshake === 'lost' || handshake === 'failed') {
      this.#next = null
      Object.assign(this.facts, emptyFacts(true), { recordBytes: this.facts.recordBytes })
      this.#current = new Association(this.facts, this.#cryptography, this.#onWeird)
      return
    }
    const isKnown = [this.#current, this.#next].some((one) => one?.knows(record.direction, random) === true)
    if (!isKnown) this.#next = new Association(emptyFacts(true), this.#cryptography, this.#onWeird)
  }

  #onNext(tell: (next: Association) => void): void {
    const next = this.#next
    if (next === null) return
    tell(next)
    if (next.facts.handshake !== 'completed') return
    const { recordBytes } = this.facts
    next.moveTo(this.facts)
    Object.assign(this.facts, { recordBytes })
    this.#current = next
    this.#next = null
  }

  #countApplication(direction: Direction, at: Micros, length: number): void {
    const { handshake } = this.facts
    if (handshake !== 'completed' && handshake !== 'unseen') return
    this.facts.applicationBytes[direction] += length
    this.facts.applicationAt[direction] = at
  }
}

/** The random of the ClientHello that the record carries whole, else null. */
const randomOf = ({ type, epoch, bytes, start, end }: DtlsRecord): string | null => {
  if (type !== RECORD.handshake || epoch !== 0 || bytes[start] !== HANDSHAKE.clientHello) return null
  if (readU24(bytes, start + 6) !== 0) return null
  return parseClientHello(bytes, start + FRAGMENT_HEADER, end, true)?.random ?? null
}
