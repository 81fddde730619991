/**
 * One TLS connection as a listener follows it. Rules, by state of the handshake:
 * - unseen → started: its first record is a ClientHello. unseen → lost: its first record is a ServerHello, or anything else although the SYN
 *   is in the capture. Otherwise it stays unseen: the connection is older than the capture.
 * - started → completed: ≤ 1.2, ChangeCipherSpec and then an encrypted handshake record each way; 1.3, protected records long enough for a
 *   Finished each way behind the ServerHello.
 * - started → failed: a fatal alert (readable, or told by place and length), FIN or RST.
 * - started → lost: a gap, a record or message that cannot be, one out of place, or a contradiction. Nothing is concluded from half a
 *   handshake, so lost and failed are final, and so is completed.
 */
import { readU16 } from '../../base/bytes.ts'
import type { Micros } from '../../base/clock.ts'
import type { Cryptography } from '../../base/cryptography.ts'
import type { Direction } from '../../base/endpoint.ts'
import { FramedBytes } from '../../base/framed-bytes.ts'
import type { OnWeird } from '../../base/weird.ts'
import { HANDSHAKE, HANDSHAKE_HEADER, handshakeLength } from './handshake.ts'
import { HelloExchange } from './hello-exchange.ts'
import { plaintextOf } from './plaintext.ts'
import { isHello, RECORD, RECORD_HEADER, recordLength } from './probe.ts'
import { ProtectedRecords, type ProtectedKind } from './protected-records.ts'
import { RandomLook } from './random-look.ts'
import { emptyFacts, recordVersionText } from './session-facts.ts'
import type { HandshakeState, TlsFacts } from './tls-facts.ts'

/** Explicit nonces begin TLS 1.2 records and count up: they say nothing of the cipher (RFC 5288 §3). */
const EXPLICIT_NONCE = 8
const FATAL = 2
const CLOSE_NOTIFY = 0
const USER_CANCELED = 90
/** The least that a Finished of ≤ 1.2 can be: 4 + 12 bytes and a MAC or tag of 16. */
const LEAST_FINISHED = 32

/** Receives content that the cipher does not hide, lent. */
export type OnPlaintext = (
  direction: Direction,
  at: Micros,
  frame: number,
  bytes: Uint8Array,
  start: number,
  end: number,
) => void

/** What a session is given. */
export interface TlsSessionOptions {
  readonly cryptography: Cryptography
  readonly onWeird: OnWeird
  /** Content of records under a NULL or integrity-only suite (RFC 9150). */
  readonly onPlaintext: OnPlaintext
}

/** One whole record: where and when it came, and its body, lent. */
interface TlsRecord {
  readonly direction: Direction
  readonly at: Micros
  readonly frame: number
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

class Side {
  readonly records = new FramedBytes(recordLength, RECORD_HEADER)
  /** Readable handshake messages, which may be spread over records; dropped once the handshake is over. */
  messages: FramedBytes | null = new FramedBytes(handshakeLength, HANDSHAKE_HEADER)
  /** A ChangeCipherSpec before the ServerHello: a relic in 1.3 (RFC 8446 §D.4), an attack before (CVE-2014-0224). */
  changedEarly = false
  changedCipher = false
  helloDone = false
  exchangedKeys = false
  finished = false
  protectedRecords = 0
}

/** See the head of this file. */
export class TlsSession {
  /** A live view: this object changes as records come. */
  readonly facts: TlsFacts = emptyFacts(false)
  readonly #options: TlsSessionOptions
  readonly #sides: readonly [Side, Side] = [new Side(), new Side()]
  readonly #exchange: HelloExchange
  #look: RandomLook | null = null
  #protected: ProtectedRecords | null = null
  #startSeen = false
  #damaged = false

  constructor(options: TlsSessionOptions) {
    this.#options = options
    this.#exchange = new HelloExchange(this.facts, options.cryptography, options.onWeird)
  }

  /** Whether the SYN is in the capture: then a missing handshake is lost, not unseen. Before any bytes. */
  onStart(synSeen: boolean): void {
    this.#startSeen = synSeen
  }

  /** The next bytes of one direction, in order, lent. */
  onBytes(
    direction: Direction,
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const { records } = this.#sides[direction]
    const before = records.losses
    records.onBytes(bytes, start, end, (whole, from, to) => {
      this.#onRecord(whole[from] as number, whole, from, {
        direction,
        at,
        frame,
        bytes: whole,
        start: from + RECORD_HEADER,
        end: to,
      })
    })
    if (records.losses !== before) this.#onNoRecord(frame)
  }

  /** Bytes of this direction are missing. */
  onGap(direction: Direction): void {
    this.#sides[direction].records.onGap()
    this.#damaged = true
    if (this.facts.handshake === 'started' || (this.#startSeen && this.facts.handshake === 'unseen')) {
      this.#settle('lost')
    }
  }

  /** The connection ended in this direction. */
  onEnd(_direction: Direction, _reason: 'fin' | 'rst'): void {
    if (this.facts.handshake === 'started') this.#settle('failed')
  }

  #onNoRecord(frame: number): void {
    const { handshake } = this.facts
    const isOlder = handshake === 'unseen' && !this.#startSeen
    if (isOlder) this.#damaged = true
    else this.#options.onWeird('tls_bad_record', frame)
    if (handshake === 'started' || (handshake === 'unseen' && !isOlder)) this.#settle('lost')
  }

  #onRecord(type: number, bytes: Uint8Array, head: number, record: TlsRecord): void {
    if (this.facts.handshake === 'unseen') this.#onUnseen(type, readU16(bytes, head + 1), record)
    this.facts.recordBytes[record.direction] += record.end - head
    if (type === RECORD.applicationData) this.#onApplicationData(record)
    else if (this.facts.handshake !== 'started') return
    else if (type === RECORD.handshake) this.#onHandshakeRecord(record)
    else if (type === RECORD.changeCipherSpec) this.#onChangeCipher(record)
    else this.#onAlert(record)
  }

  /** See the rules at the head: what the first record of a connection says of its beginning. */
  #onUnseen(type: number, version: number, { bytes, start, end }: TlsRecord): void {
    const isFirst = this.facts.recordBytes[0] + this.facts.recordBytes[1] === 0 && !this.#damaged
    const begins = type === RECORD.handshake && isHello(bytes, start, end)
    if (begins && isFirst && bytes[start] === HANDSHAKE.clientHello) this.facts.handshake = 'started'
    else if (begins || this.#startSeen) this.#settle('lost')
    else this.facts.version ??= recordVersionText(version)
  }

  #onHandshakeRecord(record: TlsRecord): void {
    const { direction, at, frame, bytes, start, end } = record
    const side = this.#sides[direction]
    if (side.changedCipher) {
      if (end - start < LEAST_FINISHED) this.#lose(frame)
      side.finished = true
      if (this.#sides[0].finished && this.#sides[1].finished) this.#complete(at, frame)
      return
    }
    // 1.3: behind the ServerHello nothing is readable.
    if (this.#exchange.modern || side.messages === null) {
      this.#lose(frame)
      return
    }
    const { messages } = side
    messages.onBytes(bytes, start, end, (whole, from, to) => {
      this.#onMessage(direction, frame, whole, from, to)
    })
    if (messages.losses > 0) this.#lose(frame)
  }

  #onMessage(direction: Direction, frame: number, bytes: Uint8Array, head: number, end: number): void {
    if (this.facts.handshake !== 'started') return
    const type = bytes[head] as number
    const side = this.#sides[direction]
    if (type === HANDSHAKE.serverHelloDone) side.helloDone = true
    if (type === HANDSHAKE.clientKeyExchange) side.exchangedKeys = true
    const outcome = this.#exchange.onMessage(direction, frame, type, bytes, head + HANDSHAKE_HEADER, end)
    // On a byte stream nothing is said twice.
    if (outcome === 'bad' || outcome === 'again') {
      this.#options.onWeird('tls_bad_hello', frame)
      this.#settle('lost')
    } else if (type === HANDSHAKE.serverHello && outcome === 'taken') this.#onChoice(frame)
  }

  #onChoice(frame: number): void {
    if (this.#exchange.modern) this.#protected = new ProtectedRecords(this.#exchange.suite)
    else if (this.#sides[0].changedEarly || this.#sides[1].changedEarly) this.#lose(frame)
  }

  #onChangeCipher(record: TlsRecord): void {
    const { direction, frame } = record
    const side = this.#sides[direction]
    if (this.#exchange.modern) return
    if (!this.#exchange.chosen) {
      side.changedEarly = true
      return
    }
    const isServer = direction !== this.facts.clientDirection
    const isFull = this.#sides[0].helloDone || this.#sides[1].helloDone
    // In a full handshake the client has sent its share of the key before (RFC 5246 §7.3).
    const isDue = isServer || !isFull || side.exchangedKeys
    if (!isDue || !this.#isWholeChange(record)) {
      this.#lose(frame)
      return
    }
    if (isServer && !isFull) this.#exchange.onAbbreviated()
    side.changedCipher = true
  }

  /** One byte, once, and between messages. */
  #isWholeChange({ direction, bytes, start, end }: TlsRecord): boolean {
    const { messages, changedCipher } = this.#sides[direction]
    return end - start === 1 && bytes[start] === 1 && messages?.heldBytes === 0 && !changedCipher
  }

  #onAlert({ direction, bytes, start, end }: TlsRecord): void {
    const side = this.#sides[direction]
    // Encrypted, and before the end: whatever it says, it is not that all is well.
    if (side.changedCipher || side.protectedRecords > 0 || end - start !== 2) {
      this.#settle('failed')
      return
    }
    const description = bytes[start + 1] as number
    // 1.3 gives the level no meaning (RFC 8446 §6).
    const harmless = description === CLOSE_NOTIFY || description === USER_CANCELED
    if (bytes[start] !== FATAL && !(this.#exchange.modern && !harmless)) return
    this.facts.fatalAlert = description
    this.#settle('failed')
  }

  #onApplicationData(record: TlsRecord): void {
    const { direction, at, frame, bytes, start, end } = record
    const { facts } = this
    if (facts.handshake === 'unseen') {
      this.#look ??= new RandomLook()
      facts.looksRandom =
        this.#look.add(bytes, Math.min(end, start + EXPLICIT_NONCE), end) ?? facts.looksRandom
      this.#countApplication(direction, at, end - start)
      return
    }
    if (this.#exchange.modern) this.#onProtected(record)
    else if (facts.handshake === 'completed') this.#countApplication(direction, at, end - start)
    else if (facts.handshake === 'started') this.#onDataBeforeCompletion(record)
    this.#tellPlaintext(record, frame)
  }

  /** Only 0-RTT (RFC 8446 §4.2.10) and False Start (RFC 7918) send data before the end of the handshake; neither counts as such. */
  #onDataBeforeCompletion({ direction, frame }: TlsRecord): void {
    const isClient = direction === this.facts.clientDirection
    const isEarly = !this.#exchange.chosen && this.#exchange.earlyData
    if (!isClient || !(isEarly || this.#sides[direction].finished)) this.#lose(frame)
  }

  #onProtected(record: TlsRecord): void {
    const { direction, at, frame, start, end } = record
    const fromClient = direction === this.facts.clientDirection
    const server = this.#sides[this.facts.clientDirection === 0 ? 1 : 0]
    // 0-RTT data still under way.
    if (fromClient && this.#exchange.earlyData && server.protectedRecords === 0) return
    const kind = this.#kindOf(record, fromClient)
    if (kind === 'alert') {
      // A Finished is longer: what stands in its place is an alert.
      if (this.facts.handshake === 'started') this.#settle('failed')
      return
    }
    this.#sides[direction].protectedRecords++
    if (this.#sides[0].protectedRecords > 0 && this.#sides[1].protectedRecords > 0) this.#complete(at, frame)
    if (kind === 'data' && this.facts.handshake === 'completed') {
      this.#countApplication(direction, at, end - start)
    }
  }

  /** Integrity-only suites (RFC 9150) show the content type that others hide. */
  #kindOf({ bytes, start, end }: TlsRecord, fromClient: boolean): ProtectedKind {
    const hidden = this.#protected?.onRecord(fromClient, end - start) ?? 'handshake'
    const { suite } = this.#exchange
    if (suite?.isNull !== true) return hidden
    const content = plaintextOf(suite, true, false, bytes, start, end)
    if (content === null) return hidden
    if (content.type === RECORD.alert) return 'alert'
    return content.type === RECORD.applicationData ? 'data' : 'handshake'
  }

  /** Told whatever became of the handshake: what is readable is readable. */
  #tellPlaintext({ direction, at, bytes, start, end }: TlsRecord, frame: number): void {
    const { suite, modern, truncatedHmac } = this.#exchange
    if (suite?.isNull !== true) return
    const content = plaintextOf(suite, modern, truncatedHmac, bytes, start, end)
    if (content === null || content.type !== RECORD.applicationData || content.end <= start) return
    this.#options.onPlaintext(direction, at, frame, bytes, start, content.end)
  }

  #countApplication(direction: Direction, at: Micros, length: number): void {
    this.facts.applicationBytes[direction] += length
    this.facts.applicationAt[direction] = at
  }

  #complete(at: Micros, frame: number): void {
    if (this.facts.handshake !== 'started') return
    this.facts.completedAt = at
    this.facts.completedFrame = frame
    this.#settle('completed')
  }

  #lose(frame: number): void {
    if (this.facts.handshake !== 'started') return
    this.#options.onWeird('tls_bad_handshake', frame)
    this.#settle('lost')
  }

  /** The handshake is over, one way or another. */
  #settle(state: HandshakeState): void {
    this.facts.handshake = state
    for (const side of this.#sides) side.messages = null
  }
}
