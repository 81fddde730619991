/**
 * One ZRTP exchange (RFC 6189) on a media 5-tuple, as a listener follows it.
 *
 * Rules: only a packet with a right checksum counts. Both ends may send Commit (§4.2 breaks the tie by values that we need not compare):
 * the responder is who answers with DHPart1 or Confirm1 although the other end has sent a Commit, and that Commit's names hold. Then the
 * order is Confirm1 by the responder, Confirm2 by the initiator, Conf2ACK by the responder (§4.4.1, §4.4.3); anything else, and anything
 * from the wrong end, changes nothing. Media from the responder behind Confirm2 stands for Conf2ACK (§4.6). GoClear ends protection, and so
 * does an Error once Confirm2 was seen (§5.9, §5.11); an earlier Error lets the exchange begin again. A Commit behind the end opens new
 * facts. Once completed, nothing but the end changes them.
 *
 *   idle → commit → answered → confirm1 → confirm2 → completed → ended
 */
import { latin1 } from '../../base/bytes.ts'
import type { Micros } from '../../base/clock.ts'
import type { Direction } from '../../base/endpoint.ts'
import type { OnWeird, WeirdName } from '../../base/weird.ts'
import {
  CHECKSUM_LENGTH,
  COMMIT_AUTH_TAG,
  COMMIT_CIPHER,
  COMMIT_HASH,
  COMMIT_KEY_AGREEMENT,
  COMMIT_SAS,
  FRAGMENT_OCTET,
  HEADER_LENGTH,
  HELLO_CLIENT,
  LEAST_LENGTH,
  MESSAGE_TYPE,
  type MessageType,
} from './constants.ts'
import { hasCookie, hasFittingLength, hasRightChecksum } from './probe.ts'
import type { ZrtpFacts } from './zrtp-facts.ts'

const MAX_CLIENT = 16
const NAME = 4
const TYPE_AT = HEADER_LENGTH + 4
const TYPE_LENGTH = 8
const TYPES = new Map<string, MessageType>(Object.values(MESSAGE_TYPE).map((type) => [type, type]))

/** What one Commit names. */
interface CommitNames {
  readonly hash: string
  readonly cipher: string
  readonly authTag: string
  readonly keyAgreement: string
  readonly sas: string
}

const STATE = { idle: 0, commit: 1, answered: 2, confirm1: 3, confirm2: 4, completed: 5, ended: 6 } as const
type State = (typeof STATE)[keyof typeof STATE]

/** One message on its way through the session. */
interface Arrival {
  readonly direction: Direction
  readonly at: Micros
  readonly frame: number
}

const freshFacts = (frame: number, clients: [string | null, string | null]): ZrtpFacts => ({
  clients,
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
  firstFrame: frame,
})

const other = (direction: Direction): Direction => (direction === 0 ? 1 : 0)

/** Text that ends at its first NUL or in blanks, as old clients pad. */
const clientName = (bytes: Uint8Array, start: number): string => {
  let end = start
  while (end < start + MAX_CLIENT && bytes[end] !== 0) end++
  while (end > start && bytes[end - 1] === 32) end--
  return latin1(bytes, start, end)
}

const readCommit = (bytes: Uint8Array, message: number): CommitNames => {
  const name = (offset: number): string => latin1(bytes, message + offset, message + offset + NAME)
  return {
    hash: name(COMMIT_HASH),
    cipher: name(COMMIT_CIPHER),
    authTag: name(COMMIT_AUTH_TAG),
    keyAgreement: name(COMMIT_KEY_AGREEMENT),
    sas: name(COMMIT_SAS),
  }
}

/** What is wrong with a packet that has the cookie, or null. */
const damageOf = (bytes: Uint8Array, start: number, end: number): WeirdName | null => {
  if (bytes[start] === FRAGMENT_OCTET) return 'zrtp_fragment'
  if (!hasFittingLength(bytes, start, end)) return 'zrtp_bad_length'
  return hasRightChecksum(bytes, start, end) ? null : 'zrtp_bad_checksum'
}

/** See the head of this file. */
export class ZrtpSession {
  readonly #onWeird: OnWeird
  #facts: ZrtpFacts = freshFacts(0, [null, null])
  #state: State = STATE.idle
  /** The Commit of each end, null = none since the last beginning. */
  #commits: [CommitNames | null, CommitNames | null] = [null, null]
  #responder: Direction = 0

  constructor(onWeird: OnWeird = () => {}) {
    this.#onWeird = onWeird
  }

  /** What is known; the same object until an exchange behind the end of another begins. */
  get facts(): ZrtpFacts {
    return this.#facts
  }

  /** One datagram with the ZRTP cookie in `bytes[start, end)`. Others are ignored, damaged ones named and ignored. */
  onDatagram(
    direction: Direction,
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (!hasCookie(bytes, start, end)) return
    const damage = damageOf(bytes, start, end)
    if (damage !== null) {
      this.#onWeird(damage, frame)
      return
    }
    if (this.#facts.firstFrame === 0) this.#facts.firstFrame = frame
    const type = TYPES.get(latin1(bytes, start + TYPE_AT, start + TYPE_AT + TYPE_LENGTH))
    const message = start + HEADER_LENGTH
    if (type === undefined) this.#onWeird('zrtp_unknown_message', frame)
    else if (end - CHECKSUM_LENGTH - message < (LEAST_LENGTH.get(type) ?? 0))
      this.#onWeird('zrtp_short_message', frame)
    else this.#onMessage(type, { direction, at, frame }, bytes, message)
  }

  /**
   * A packet of a recognised media stream. Behind Confirm2 it completes the exchange; if `direction` is given, only the responder's does,
   * because only that shows that Confirm2 was accepted.
   */
  onMediaAfterConfirm2(at: Micros, frame: number, direction: Direction = this.#responder): void {
    if (this.#state === STATE.confirm2 && direction === this.#responder) this.#complete(at, frame)
  }

  #onMessage(type: MessageType, arrival: Arrival, bytes: Uint8Array, message: number): void {
    if (type === MESSAGE_TYPE.hello)
      this.#facts.clients[arrival.direction] ??= clientName(bytes, message + HELLO_CLIENT)
    else if (type === MESSAGE_TYPE.commit) this.#onCommit(arrival, readCommit(bytes, message))
    else if (type === MESSAGE_TYPE.dhPart1) this.#onAnswer(arrival, STATE.answered)
    else if (type === MESSAGE_TYPE.confirm1) this.#onAnswer(arrival, STATE.confirm1)
    else if (type === MESSAGE_TYPE.confirm2) this.#onConfirm2(arrival)
    else if (type === MESSAGE_TYPE.conf2Ack) this.#onConf2Ack(arrival)
    else if (type === MESSAGE_TYPE.goClear) this.#onEnd(arrival)
    else if (type === MESSAGE_TYPE.error) this.#onError(arrival)
    // DHPart2, acknowledgements, SAS relay and pings decide nothing.
  }

  #onCommit(arrival: Arrival, names: CommitNames): void {
    if (this.#state === STATE.ended) {
      this.#facts = freshFacts(arrival.frame, [...this.#facts.clients])
      this.#restart()
    }
    // Retransmissions, and a Commit that lost the tie, arrive behind the answer to the other.
    if (this.#state > STATE.commit) return
    this.#commits[arrival.direction] ??= names
    this.#state = STATE.commit
    this.#adopt(this.#commits[arrival.direction] ?? names)
  }

  /** DHPart1, or Confirm1 (at once in multistream and preshared mode, §4.4.2 and §4.4.3): shows who the responder is. */
  #onAnswer(arrival: Arrival, next: State): void {
    const commit = this.#commits[other(arrival.direction)]
    const settled = this.#state === STATE.answered || this.#state === STATE.confirm1
    const mayCome = commit !== null && (this.#state === STATE.commit || settled)
    if (!mayCome || (settled && arrival.direction !== this.#responder)) {
      this.#onStray(arrival)
      return
    }
    this.#responder = arrival.direction
    this.#adopt(commit)
    if (next > this.#state) this.#state = next
  }

  #onConfirm2(arrival: Arrival): void {
    if (this.#state !== STATE.confirm1 || arrival.direction === this.#responder) {
      this.#onStray(arrival)
      return
    }
    this.#state = STATE.confirm2
    this.#facts.confirmed = true
  }

  #onConf2Ack(arrival: Arrival): void {
    if (this.#state === STATE.confirm2 && arrival.direction === this.#responder) {
      this.#complete(arrival.at, arrival.frame)
    } else this.#onStray(arrival)
  }

  #onError(arrival: Arrival): void {
    if (this.#state >= STATE.confirm2) this.#onEnd(arrival)
    else this.#restart()
  }

  #onEnd(arrival: Arrival): void {
    if (this.#state === STATE.ended) return
    this.#state = STATE.ended
    this.#facts.goClearAt = arrival.at
    this.#facts.goClearFrame = arrival.frame
  }

  #complete(at: Micros, frame: number): void {
    this.#state = STATE.completed
    this.#facts.completedAt = at
    this.#facts.completedFrame = frame
  }

  #adopt(names: CommitNames): void {
    this.#facts.hash = names.hash
    this.#facts.cipher = names.cipher
    this.#facts.authTag = names.authTag
    this.#facts.keyAgreement = names.keyAgreement
    this.#facts.sas = names.sas
  }

  #restart(): void {
    this.#state = STATE.idle
    this.#commits = [null, null]
  }

  /** Out of order or from the wrong end. Repetitions behind completion are everyday. */
  #onStray(arrival: Arrival): void {
    if (this.#state < STATE.confirm2) this.#onWeird('zrtp_out_of_order', arrival.frame)
  }
}
