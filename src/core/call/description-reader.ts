/** Reads the session descriptions that SIP messages carry: offers and answers to the leg, addresses to the media table, keys to the ring. */
import type { SipPlace } from '../analysis/index.ts'
import type { Cryptography } from '../base/cryptography.ts'
import type { Endpoint } from '../base/endpoint.ts'
import type { WeirdName } from '../base/weird.ts'
import { parseDescription, type MediaDescription, type SessionDescription } from '../protocol/sdp/index.ts'
import { findKeyLines, type SipMessage } from '../protocol/sip/index.ts'
import { parseMikey, toCryptoAttributes } from '../protocol/srtp/index.ts'
import type { Call, Leg, Section, Side } from './call.ts'
import type { KeyRing } from './key-ring.ts'
import { CHALLENGES } from './leg-state.ts'
import type { MediaJoiner } from './media-joiner.ts'
import type { Expectation, MediaTable } from './media-table.ts'
import { onDescription, refuseOffer, type DescriptionRole } from './offer-answer.ts'

const SDP = 'application/sdp'
const UNREAD_SECTIONS: readonly WeirdName[] = ['sdp_no_media', 'sdp_too_many_media']
/** Media that is not RTP: datagrams on its flow are counted as what they are. */
const OPAQUE_PROTOS: readonly string[] = ['UDPTL']

/** An ACK has the CSeq number of its INVITE and is part of that exchange (RFC 3261 §13.2.2.4). */
const transactionOf = ({ method, sequence }: SipMessage): string =>
  `${String(sequence)} ${method === 'ACK' ? 'INVITE' : method}`

/** Where the descriptions' contents go. */
interface DescriptionReaderParts {
  readonly cryptography: Cryptography
  readonly mediaTable: MediaTable
  readonly keys: KeyRing
  readonly joiner: MediaJoiner
  /** Hears of a call that is over and whose media address now belongs to another. */
  readonly onSucceeded: (call: Call) => void
}

/** See the head of this file. */
export class DescriptionReader {
  readonly #cryptography: Cryptography
  readonly #mediaTable: MediaTable
  readonly #keys: KeyRing
  readonly #joiner: MediaJoiner
  readonly #onSucceeded: (call: Call) => void
  /** True once some section announced opaque media. */
  expectsOpaqueMedia = false

  constructor({ cryptography, mediaTable, keys, joiner, onSucceeded }: DescriptionReaderParts) {
    this.#cryptography = cryptography
    this.#onSucceeded = onSucceeded
    this.#mediaTable = mediaTable
    this.#keys = keys
    this.#joiner = joiner
  }

  /** Takes every description and every key of a message of `leg`, sent by `sender`. */
  onMessage(leg: Leg, sender: Side, message: SipMessage, place: SipPlace): void {
    for (const part of message.body) {
      if (part.contentType === SDP && part.text !== '') {
        const description = parseDescription(part.text)
        this.#onDescription(leg, sender, description, message, place)
        // Keys in lines that belong to no section that was read are readable all the same.
        if (description.weird.some((name) => UNREAD_SECTIONS.includes(name)))
          this.#onOtherBody(leg, part.text, place)
      } else if (part.text !== '') this.#onOtherBody(leg, part.text, place)
    }
    const { kind, statusCode } = message
    if (kind === 'response' && statusCode >= 300 && !CHALLENGES.includes(statusCode)) {
      const restored = refuseOffer(leg, transactionOf(message))
      if (restored.length > 0) this.#joiner.onAnnounced(leg, restored, place.seen)
    }
  }

  #onDescription(
    leg: Leg,
    sender: Side,
    description: SessionDescription,
    message: SipMessage,
    place: SipPlace,
  ): void {
    const source = place.flow.ends[place.direction]
    const { frame } = place.seen
    const { role, sections } = onDescription(leg, description, {
      side: sender,
      sender: source,
      frame,
      transaction: transactionOf(message),
      mayReanswer: message.kind === 'response' && message.method === 'INVITE',
    })
    for (const media of description.media) this.#takeKeys(leg, media, role, place)
    for (const section of sections) {
      const media = description.media[section.index]
      if (media !== undefined) this.#expect(leg, sender, section, media, source, place)
    }
    if (role !== 'repetition') this.#joiner.onAnnounced(leg, sections, place.seen)
  }

  #takeKeys(leg: Leg, media: MediaDescription, role: DescriptionRole, place: SipPlace): void {
    const { at, frame } = place.seen
    const where = role === 'answer' ? 'answer' : 'offer'
    for (const attribute of media.crypto)
      this.#keys.add(leg.call, attribute, { at, frame, where, keying: 'sdes' })
    if (media.kLine) leg.call.observe('sdp-k-line', frame)
    const mikey = media.mikey === null ? null : parseMikey(media.mikey)
    if (mikey?.nullEncryption !== true) return
    leg.call.observe('mikey-null', frame)
    for (const attribute of toCryptoAttributes(this.#cryptography, mikey))
      this.#keys.add(leg.call, attribute, { at, frame, where, keying: 'mikey' })
  }

  /** Keys outside application/sdp: INFO bodies, XML, text. */
  #onOtherBody(leg: Leg, text: string, place: SipPlace): void {
    const { at, frame } = place.seen
    const attributes = findKeyLines(text)
    for (const attribute of attributes) {
      this.#keys.add(leg.call, attribute, { at, frame, where: 'other-message', keying: 'sdes' })
      leg.call.observe('keys-outside-sip', frame)
    }
    if (attributes.length > 0) this.#joiner.retryKeys(leg.call)
  }

  #expect(
    leg: Leg,
    side: Side,
    section: Section,
    media: MediaDescription,
    source: Endpoint,
    place: SipPlace,
  ): void {
    if (media.port === 0) return
    if (OPAQUE_PROTOS.includes(media.proto)) this.expectsOpaqueMedia = true
    const expectation = (assumed: boolean): Expectation => ({
      call: leg.call,
      leg,
      side,
      section,
      assumed,
      at: place.seen.at,
    })
    const announced = { address: media.address, port: media.port }
    for (const ended of this.#mediaTable.endedAt(announced, leg.call)) this.#onSucceeded(ended)
    this.#mediaTable.expect(announced, expectation(false))
    for (const candidate of media.candidates) this.#mediaTable.expect(candidate, expectation(false))
    // Behind a NAT the SDP names an address that nobody here sees: media then comes from where the SDP came from (RFC 4961).
    if (media.address !== source.address) {
      this.#mediaTable.expect({ address: source.address, port: media.port }, expectation(true))
    }
  }
}
