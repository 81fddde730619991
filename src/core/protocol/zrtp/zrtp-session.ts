/**
 * One ZRTP exchange on a media 5-tuple, as a listener can follow it (RFC 6189 §4). Commit names the initiator; Confirm1 must then come from the
 * responder, Confirm2 from the initiator, Conf2ACK from the responder, in this order; or media after Confirm2. GoClear ends it.
 */
import { latin1 } from '../../base/bytes.ts'
import type { Micros } from '../../base/clock.ts'
import type { Direction } from '../../base/endpoint.ts'
import type { OnWeird } from '../../base/weird.ts'
import { probeZrtp } from './probe.ts'
import type { ZrtpFacts } from './zrtp-facts.ts'

const MESSAGE = 12
const TYPE = MESSAGE + 4
const TYPE_LENGTH = 8
/** Client identifier in Hello (§5.2): after the version. */
const CLIENT = TYPE + TYPE_LENGTH + 4
const CLIENT_LENGTH = 16
/** Algorithm blocks in Commit (§5.4): after the hash image H2 and the ZID. */
const ALGORITHMS = TYPE + TYPE_LENGTH + 32 + 12

/** See the head of this file. */
export class ZrtpSession {
  readonly facts: ZrtpFacts = {
    clients: [null, null],
    hash: null,
    cipher: null,
    authTag: null,
    keyAgreement: null,
    sas: null,
    completedAt: null,
    completedFrame: 0,
    confirmed: false,
    goClearAt: null,
    goClearFrame: 0,
    firstFrame: 0,
  }
  readonly #onWeird: OnWeird
  #initiator: Direction | null = null
  #confirm1Seen = false

  constructor(onWeird: OnWeird) {
    this.#onWeird = onWeird
  }

  /** One ZRTP datagram. A wrong checksum is counted and ignored: damage or invention. */
  onDatagram(direction: Direction, at: Micros, frame: number, bytes: Uint8Array, start: number, end: number): void {
    if (probeZrtp(bytes, start, end) !== 'certain') {
      this.#onWeird('zrtp_bad_checksum', frame)
      return
    }
    this.facts.firstFrame ||= frame
    const type = latin1(bytes, start + TYPE, start + TYPE + TYPE_LENGTH)
    switch (type) {
      case 'Hello   ':
        this.#onHello(direction, bytes, start, end)
        break
      case 'Commit  ':
        this.#onCommit(direction, bytes, start, end)
        break
      case 'Confirm1':
        if (this.#initiator !== null && direction !== this.#initiator) this.#confirm1Seen = true
        break
      case 'Confirm2':
        if (this.#confirm1Seen && direction === this.#initiator) this.facts.confirmed = true
        break
      case 'Conf2ACK':
        if (direction !== this.#initiator) this.#complete(at, frame)
        break
      case 'GoClear ':
      case 'Error   ':
        this.#onGoClear(at, frame)
        break
    }
  }

  /** Media goes on after Confirm2: its Conf2ACK may have been lost, or the first SRTP packet stands for it (§4.6). */
  onMediaAfterConfirm2(at: Micros, frame: number): void {
    this.#complete(at, frame)
  }

  #onHello(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    if (start + CLIENT + CLIENT_LENGTH > end) return
    this.facts.clients[direction] = latin1(bytes, start + CLIENT, start + CLIENT + CLIENT_LENGTH).trim()
  }

  /** A Commit may be repeated, or lost against the other side's (§4.2): the last one before the confirmation counts. */
  #onCommit(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    if (this.facts.confirmed || start + ALGORITHMS + 20 > end) return
    this.#initiator = direction
    this.#confirm1Seen = false
    const block = (i: number): string => latin1(bytes, start + ALGORITHMS + 4 * i, start + ALGORITHMS + 4 * i + 4).trim()
    this.facts.hash = block(0)
    this.facts.cipher = block(1)
    this.facts.authTag = block(2)
    this.facts.keyAgreement = block(3)
    this.facts.sas = block(4)
  }

  #complete(at: Micros, frame: number): void {
    if (!this.facts.confirmed || this.facts.completedAt !== null) return
    this.facts.completedAt = at
    this.facts.completedFrame = frame
  }

  #onGoClear(at: Micros, frame: number): void {
    if (this.facts.completedAt === null || this.facts.goClearAt !== null) return
    this.facts.goClearAt = at
    this.facts.goClearFrame = frame
  }
}
