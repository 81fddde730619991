/**
 * One DTLS association on a 5-tuple as a listener follows it (RFC 6347, RFC 9147). ≤ 1.2: completed = ChangeCipherSpec and a later encrypted
 * handshake record each way, after ClientHello and ServerHello from opposite sides. 1.3: protected records both ways after ServerHello.
 */
import { readU16, readU24 } from '../../base/bytes.ts'
import type { Micros } from '../../base/clock.ts'
import type { Cryptography } from '../../base/cryptography.ts'
import type { Direction } from '../../base/endpoint.ts'
import type { OnWeird } from '../../base/weird.ts'
import {
  applyServerHello,
  emptyFacts,
  findCipherSuite,
  HANDSHAKE,
  leafOf,
  parseCertificate,
  parseClientHello,
  parseServerHello,
  versionText,
  type TlsFacts,
} from '../tls/index.ts'
import { FragmentGatherer } from './fragment-gatherer.ts'
import { isFullRecord, isUnifiedHeader, RECORD, RECORD_HEADER } from './probe.ts'

const MAX_RECORDS = 32
const HANDSHAKE_HEADER = 12
const FATAL = 2
const DTLS13 = 0xfefc

class Side {
  readonly fragments = new FragmentGatherer()
  changedCipher = false
  finished = false
  protectedRecords = 0
}

/** See the head of this file. */
export class DtlsSession {
  readonly facts: TlsFacts = emptyFacts(true)
  readonly #cryptography: Cryptography
  readonly #onWeird: OnWeird
  readonly #sides: readonly [Side, Side] = [new Side(), new Side()]
  #versionNumber = 0

  constructor(cryptography: Cryptography, onWeird: OnWeird) {
    this.#cryptography = cryptography
    this.#onWeird = onWeird
  }

  /** One datagram, which may hold several records. */
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
      if (isFullRecord(bytes, from, end)) {
        const to = from + RECORD_HEADER + readU16(bytes, from + 11)
        this.#onRecord(direction, at, frame, bytes, from, to)
        from = to
      } else {
        if (isUnifiedHeader(bytes[from] as number)) this.#onProtected(direction, at, frame, end - from)
        else this.#onWeird('dtls_bad_record', frame)
        return
      }
    }
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
    const type = bytes[start] as number
    const epoch = readU16(bytes, start + 3)
    this.facts.recordBytes[direction] += end - start
    if (this.facts.handshake === 'unseen' && epoch > 0) {
      this.facts.version ??= versionText(readU16(bytes, start + 1))
      return
    }
    if (type === RECORD.handshake && epoch === 0)
      this.#onFragment(direction, frame, bytes, start + RECORD_HEADER, end)
    else if (type === RECORD.handshake) {
      if (!side.changedCipher) return
      side.finished = true
      this.#completeIf(
        this.#sides.every(({ finished }) => finished),
        at,
        frame,
      )
    } else if (type === RECORD.changeCipherSpec) side.changedCipher = this.facts.serverHelloFrame > 0
    else if (type === RECORD.alert && epoch === 0) this.#onAlert(bytes, start + RECORD_HEADER, end)
    else if (type === RECORD.applicationData) {
      this.facts.applicationBytes[direction] += end - start - RECORD_HEADER
      this.facts.applicationAt[direction] = at
    }
  }

  #onFragment(direction: Direction, frame: number, bytes: Uint8Array, start: number, end: number): void {
    let at = start
    for (let i = 0; i < MAX_RECORDS && at + HANDSHAKE_HEADER <= end; i++) {
      const type = bytes[at] as number
      const length = readU24(bytes, at + 1)
      const offset = readU24(bytes, at + 6)
      const from = at + HANDSHAKE_HEADER
      const to = from + readU24(bytes, at + 9)
      if (to > end || offset + (to - from) > length) {
        this.#onWeird('dtls_bad_fragment', frame)
        return
      }
      const message = this.#sides[direction].fragments.add(
        { type, sequence: readU16(bytes, at + 4), length, offset },
        bytes,
        from,
        to,
      )
      if (message !== null) this.#onHandshake(direction, frame, type, message)
      at = to
    }
  }

  #onHandshake(direction: Direction, frame: number, type: number, body: Uint8Array): void {
    if (type === HANDSHAKE.clientHello) this.#onClientHello(direction, frame, body)
    else if (type === HANDSHAKE.serverHello) this.#onServerHello(direction, frame, body)
    else if (type === HANDSHAKE.certificate) this.#onCertificate(direction, body)
  }

  /** A new ClientHello after completion is another association on the same ports, or an invention: it never takes back what completed. */
  #onClientHello(direction: Direction, frame: number, body: Uint8Array): void {
    const { facts } = this
    if (facts.handshake === 'completed') return
    const hello = parseClientHello(body, 0, body.length, true)
    if (hello === null) {
      this.#onWeird('dtls_bad_hello', frame)
      return
    }
    if (facts.clientDirection !== null && facts.clientDirection !== direction && facts.serverHelloFrame > 0)
      return
    if (facts.handshake === 'unseen' || facts.handshake === 'failed') facts.handshake = 'started'
    facts.clientDirection = direction
    facts.clientHelloFrame ||= frame
    facts.srtpProfilesOffered = hello.srtpProfiles
    facts.alpnOffered = hello.alpn
    facts.sni = hello.serverName
  }

  #onServerHello(direction: Direction, frame: number, body: Uint8Array): void {
    const { facts } = this
    const hello = parseServerHello(body, 0, body.length)
    if (hello === null || facts.clientDirection === null || direction === facts.clientDirection) {
      if (facts.handshake === 'unseen') facts.handshake = 'lost'
      this.#onWeird('dtls_bad_hello', frame)
      return
    }
    if (hello.isRetry || facts.handshake === 'completed') return
    facts.serverHelloFrame ||= frame
    this.#versionNumber = hello.version
    applyServerHello(facts, hello, findCipherSuite(hello.suite) ?? null)
  }

  #onCertificate(direction: Direction, body: Uint8Array): void {
    const leaf = leafOf(body, 0, body.length)
    if (leaf === null || this.facts.handshake === 'completed') return
    const certificate = parseCertificate(body, leaf.start, leaf.end, this.#cryptography)
    if (direction === this.facts.clientDirection) this.facts.clientCertificate = certificate
    else this.facts.certificate = certificate
  }

  #onAlert(bytes: Uint8Array, start: number, end: number): void {
    if (end - start !== 2 || bytes[start] !== FATAL || this.facts.handshake !== 'started') return
    this.facts.fatalAlert = bytes[start + 1] as number
    this.facts.handshake = 'failed'
  }

  /** A record of DTLS 1.3 with the unified header: believed only after a ServerHello chose 1.3. */
  #onProtected(direction: Direction, at: Micros, frame: number, length: number): void {
    if (this.#versionNumber !== DTLS13) return
    this.facts.recordBytes[direction] += length
    this.#sides[direction].protectedRecords++
    this.#completeIf(
      this.#sides.every(({ protectedRecords }) => protectedRecords > 0),
      at,
      frame,
    )
  }

  #completeIf(condition: boolean, at: Micros, frame: number): void {
    if (!condition || this.facts.handshake !== 'started') return
    this.facts.handshake = 'completed'
    this.facts.completedAt = at
    this.facts.completedFrame = frame
  }
}
