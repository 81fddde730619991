/**
 * One TLS connection as a listener follows it. ≤ 1.2: completed = ChangeCipherSpec and an encrypted handshake record each way. 1.3: protected
 * records both ways after ServerHello. A gap or damage before that = lost; nothing is concluded from half a handshake.
 */
import { readU16 } from '../../base/bytes.ts'
import type { Micros } from '../../base/clock.ts'
import type { Cryptography } from '../../base/cryptography.ts'
import type { Direction } from '../../base/endpoint.ts'
import type { OnWeird } from '../../base/weird.ts'
import { parseCertificate } from './certificate.ts'
import { findCipherSuite, type CipherSuite } from './cipher-suites-table.ts'
import { HANDSHAKE, leafOf, parseClientHello, parseServerHello } from './handshake.ts'
import { HandshakeReader } from './handshake-reader.ts'
import { isRecordHeader, RECORD, RECORD_HEADER } from './probe.ts'
import { RandomLook } from './random-look.ts'
import { applyServerHello, emptyFacts, recordVersionText } from './session-facts.ts'
import type { TlsFacts } from './tls-facts.ts'

/** Explicit nonces begin TLS 1.2 records and count up: they say nothing of the cipher (RFC 5288 §3). */
const EXPLICIT_NONCE = 8
const FATAL = 2
const TLS13 = 0x0304

/** What a session is given. */
export interface TlsSessionOptions {
  readonly cryptography: Cryptography
  readonly onWeird: OnWeird
  /** Content of records that the cipher does not hide (NULL, RFC 9150), lent. */
  readonly onPlaintext: (
    direction: Direction,
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ) => void
}

class Side {
  held: Uint8Array = new Uint8Array(0)
  readonly handshake = new HandshakeReader()
  changedCipher = false
  finished = false
  protectedRecords = 0
  /** Out of step after a gap: skip until a record header begins a piece. */
  lost = false
}

/** See the head of this file. */
export class TlsSession {
  readonly facts: TlsFacts = emptyFacts(false)
  readonly #options: TlsSessionOptions
  readonly #sides: readonly [Side, Side] = [new Side(), new Side()]
  readonly #look = new RandomLook()
  #suite: CipherSuite | null = null
  #versionNumber = 0
  #clientSessionId = ''
  #startSeen = false

  constructor(options: TlsSessionOptions) {
    this.#options = options
  }

  /** Whether the SYN is in the capture: then a missing handshake is lost, not unseen. */
  onStart(synSeen: boolean): void {
    this.#startSeen = synSeen
  }

  /** The next bytes of one direction, in order. */
  onBytes(
    direction: Direction,
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const side = this.#sides[direction]
    let source = bytes
    let from = start
    let stop = end
    if (side.held.length > 0) {
      source = new Uint8Array(side.held.length + end - start)
      source.set(side.held)
      source.set(bytes.subarray(start, end), side.held.length)
      from = 0
      stop = source.length
    }
    while (stop - from >= RECORD_HEADER) {
      if (!isRecordHeader(source, from)) {
        this.#onNoRecord(side, frame)
        return
      }
      const length = readU16(source, from + 3)
      if (from + RECORD_HEADER + length > stop) break
      this.#onRecord(direction, at, frame, source, from, from + RECORD_HEADER + length)
      from += RECORD_HEADER + length
    }
    side.held = source.slice(from, stop)
  }

  /** Bytes of this direction are missing. */
  onGap(direction: Direction): void {
    this.#sides[direction].held = new Uint8Array(0)
    this.#sides[direction].lost = true
    if (this.facts.handshake === 'started' || (this.#startSeen && this.facts.handshake === 'unseen'))
      this.facts.handshake = 'lost'
  }

  /** The connection ended in this direction. */
  onEnd(_direction: Direction, _reason: 'fin' | 'rst'): void {
    if (this.facts.handshake === 'started') this.facts.handshake = 'failed'
  }

  #onNoRecord(side: Side, frame: number): void {
    if (!side.lost) this.#options.onWeird('tls_bad_record', frame)
    side.held = new Uint8Array(0)
    side.lost = true
    if (this.facts.handshake === 'started') this.facts.handshake = 'lost'
  }

  #onRecord(
    direction: Direction,
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const side = this.#sides[direction]
    side.lost = false
    this.facts.recordBytes[direction] += end - start
    const type = bytes[start] as number
    if (this.facts.handshake === 'unseen') this.#onUnseen(direction, type, bytes, start)
    const body = start + RECORD_HEADER
    if (type === RECORD.handshake) this.#onHandshakeRecord(direction, at, frame, bytes, body, end)
    else if (type === RECORD.changeCipherSpec) this.#onChangeCipher(direction)
    else if (type === RECORD.alert) this.#onAlert(direction, bytes, body, end)
    else this.#onApplicationData(direction, at, frame, bytes, body, end)
  }

  /** The first records of a connection: a hello begins the handshake, anything else was under way before the capture, or was lost. */
  #onUnseen(_direction: Direction, type: number, bytes: Uint8Array, start: number): void {
    const hello = bytes[start + RECORD_HEADER]
    const begins =
      type === RECORD.handshake && (hello === HANDSHAKE.clientHello || hello === HANDSHAKE.serverHello)
    if (begins) {
      // A ServerHello first: the ClientHello is missing.
      this.facts.handshake = hello === HANDSHAKE.clientHello ? 'started' : 'lost'
      return
    }
    if (this.#startSeen) {
      this.facts.handshake = 'lost'
      return
    }
    this.facts.version ??= recordVersionText(readU16(bytes, start + 1))
  }

  #onHandshakeRecord(
    direction: Direction,
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const side = this.#sides[direction]
    if (side.changedCipher) {
      side.finished = true
      this.#completeIf(
        this.#sides.every(({ finished }) => finished),
        at,
        frame,
      )
      return
    }
    if (this.facts.handshake === 'unseen') return
    side.handshake.onFragment(bytes, start, end, (type, source, from, to) => {
      this.#onHandshake(direction, frame, type, source, from, to)
    })
    if (side.handshake.overflowed && this.facts.handshake === 'started') this.facts.handshake = 'lost'
  }

  #onHandshake(
    direction: Direction,
    frame: number,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (type === HANDSHAKE.clientHello) this.#onClientHello(direction, frame, bytes, start, end)
    else if (type === HANDSHAKE.serverHello) this.#onServerHello(direction, frame, bytes, start, end)
    else if (type === HANDSHAKE.certificate) this.#onCertificate(direction, bytes, start, end)
  }

  #onClientHello(direction: Direction, frame: number, bytes: Uint8Array, start: number, end: number): void {
    const { facts } = this
    const hello = parseClientHello(bytes, start, end, false)
    if (hello === null) {
      this.#options.onWeird('tls_bad_hello', frame)
      facts.handshake = 'lost'
      return
    }
    facts.clientDirection = direction
    facts.clientHelloFrame ||= frame
    facts.alpnOffered = hello.alpn
    facts.sni = hello.serverName
    facts.srtpProfilesOffered = hello.srtpProfiles
    this.#clientSessionId = hello.sessionId
  }

  #onServerHello(direction: Direction, frame: number, bytes: Uint8Array, start: number, end: number): void {
    const { facts } = this
    const hello = parseServerHello(bytes, start, end)
    if (hello === null || facts.clientDirection === null || direction === facts.clientDirection) {
      this.#options.onWeird('tls_bad_hello', frame)
      facts.handshake = 'lost'
      return
    }
    if (hello.isRetry) return
    facts.serverHelloFrame ||= frame
    this.#versionNumber = hello.version
    this.#suite = findCipherSuite(hello.suite) ?? null
    applyServerHello(facts, hello, this.#suite)
    facts.resumed =
      hello.version < TLS13 && hello.sessionId !== '' && hello.sessionId === this.#clientSessionId
  }

  #onCertificate(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    const leaf = leafOf(bytes, start, end)
    if (leaf === null) return // an empty client Certificate is no mutual TLS
    const certificate = parseCertificate(bytes, leaf.start, leaf.end, this.#options.cryptography)
    if (direction === this.facts.clientDirection) this.facts.clientCertificate = certificate
    else {
      this.facts.certificate = certificate
      this.facts.resumed = false
    }
  }

  #onChangeCipher(direction: Direction): void {
    // In TLS 1.3 it is a relic without meaning (RFC 8446 §D.4).
    if (this.#versionNumber === TLS13) return
    const side = this.#sides[direction]
    if (side.handshake.isWaiting && this.facts.handshake === 'started') this.facts.handshake = 'lost'
    side.changedCipher = this.facts.serverHelloFrame > 0
  }

  #onAlert(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    if (end - start !== 2 || this.#sides[direction].changedCipher || bytes[start] !== FATAL) return
    if (this.facts.handshake === 'completed' || this.facts.handshake === 'unseen') return
    this.facts.fatalAlert = bytes[start + 1] as number
    this.facts.handshake = 'failed'
  }

  #onApplicationData(
    direction: Direction,
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const { facts } = this
    if (facts.handshake === 'unseen') {
      facts.looksRandom =
        this.#look.add(bytes, Math.min(end, start + EXPLICIT_NONCE), end) ?? facts.looksRandom
      this.#countApplication(direction, at, end - start)
      return
    }
    if (this.#versionNumber === TLS13) this.#onProtected(direction, at, frame, end - start)
    else if (facts.handshake === 'completed') this.#countApplication(direction, at, end - start)
    else if (facts.handshake === 'started') facts.handshake = 'lost'
    if (this.#suite?.isNull === true) this.#tellPlaintext(direction, at, frame, bytes, start, end)
  }

  /**
   * TLS 1.3 hides which protected record is handshake. The client's first one holds its Finished; the server's are counted as data once the
   * client sent a second one, so that a bare handshake with session tickets is never data both ways.
   */
  #onProtected(direction: Direction, at: Micros, frame: number, length: number): void {
    const { facts } = this
    if (facts.serverHelloFrame === 0) return
    this.#sides[direction].protectedRecords++
    const client = facts.clientDirection ?? 0
    const fromClient = this.#sides[client].protectedRecords
    this.#completeIf(
      this.#sides.every(({ protectedRecords }) => protectedRecords > 0),
      at,
      frame,
    )
    if (fromClient > 1) this.#countApplication(direction, at, length)
  }

  #countApplication(direction: Direction, at: Micros, length: number): void {
    this.facts.applicationBytes[direction] += length
    this.facts.applicationAt[direction] = at
  }

  #completeIf(condition: boolean, at: Micros, frame: number): void {
    if (!condition || this.facts.handshake !== 'started') return
    this.facts.handshake = 'completed'
    this.facts.completedAt = at
    this.facts.completedFrame = frame
  }

  #tellPlaintext(
    direction: Direction,
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const mac = this.#suite?.macBytes ?? 0
    // RFC 9150 §6: TLS 1.3's inner content type stands behind the content, before the tag.
    const stop = end - mac - (this.#versionNumber === TLS13 ? 1 : 0)
    if (this.#versionNumber === TLS13 && bytes[stop] !== RECORD.applicationData) return
    if (stop > start) this.#options.onPlaintext(direction, at, frame, bytes, start, stop)
  }
}
