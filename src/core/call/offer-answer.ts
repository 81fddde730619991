/**
 * Offer and answer (RFC 3264) of one leg: which description answers which, section by section. The initial offer serves every fork; a
 * repeated description (18x then 200, retransmission) changes nothing.
 */
import type { Endpoint } from '../base/endpoint.ts'
import type { MediaDescription, SessionDescription } from '../protocol/sdp/index.ts'
import type { Leg, PendingOffer, Section, Side } from './call.ts'

const MAX_SECTIONS = 64

/** What a description turned out to be. */
export type DescriptionRole = 'offer' | 'answer' | 'repetition'

/** Where a description stood. */
export interface DescriptionPlace {
  readonly side: Side
  readonly sender: Endpoint
  readonly frame: number
  /** CSeq of its message, number and method: what tells a retransmission from a refresh. */
  readonly transaction: string
  /** It stood in a response to an INVITE: only there a second answer to the same offer is allowed (RFC 6337 §2). */
  readonly mayReanswer: boolean
}

/** A comparable text of what matters: ports, protos, keys and directions; the origin's version alone is not trusted. */
const contentOf = (description: SessionDescription): string =>
  description.media
    .map((media) =>
      [
        media.media,
        media.port,
        media.proto,
        media.address,
        media.direction,
        media.formats.join(','),
        media.crypto
          .map((crypto) => `${String(crypto.tag)}${crypto.suite}${crypto.keyAndSalt.join('.')}`)
          .join(','),
        media.fingerprints.map((fingerprint) => fingerprint.digest.join('.')).join(','),
      ].join(' '),
    )
    .join('\n')

const offerSection = (leg: Leg, index: number, media: MediaDescription, place: DescriptionPlace): Section => {
  for (const section of leg.sections) if (section.index === index) section.superseded = true
  const section: Section = {
    index,
    offered: media,
    answered: null,
    offerFrame: place.frame,
    answerFrame: 0,
    offerSide: place.side,
    offerer: place.sender,
    superseded: false,
  }
  if (leg.sections.length >= MAX_SECTIONS) leg.sections.shift()
  leg.sections.push(section)
  return section
}

const answerSection = (
  section: Section,
  media: MediaDescription | undefined,
  place: DescriptionPlace,
): void => {
  section.answered = media ?? null
  section.answerFrame = place.frame
}

/** The sections that a description of `side` speaks of, newest of each index. */
const sectionsInForce = (leg: Leg): Section[] => leg.sections.filter((section) => !section.superseded)

/** An answer to an offer that only repeated an older one: nothing is new unless the answer is. */
const answerRefresh = (
  leg: Leg,
  offer: PendingOffer,
  description: SessionDescription,
  place: DescriptionPlace,
): readonly Section[] =>
  offer.media.map((media, index) => {
    const section = offerSection(leg, index, media, { ...place, ...offer })
    answerSection(section, description.media[index], place)
    return section
  })

/** What a description was, and the sections it touched. */
export interface DescriptionOutcome {
  readonly role: DescriptionRole
  readonly sections: readonly Section[]
}

const answerPending = (
  leg: Leg,
  pending: PendingOffer,
  description: SessionDescription,
  place: DescriptionPlace,
  isRepeated: boolean,
): DescriptionOutcome => {
  leg.pendingOffer = null
  if (pending.isRefresh && isRepeated) return { role: 'repetition', sections: sectionsInForce(leg) }
  if (pending.isRefresh) return { role: 'answer', sections: answerRefresh(leg, pending, description, place) }
  for (const section of pending.sections) answerSection(section, description.media[section.index], place)
  return { role: 'answer', sections: pending.sections }
}

/** Takes one description of a leg; the sections it touched come back with its role. */
export const onDescription = (
  leg: Leg,
  description: SessionDescription,
  place: DescriptionPlace,
): DescriptionOutcome => {
  const { side, transaction } = place
  const content = contentOf(description)
  const last = leg.lastDescription[side]
  const isRepeated = last.content === content
  leg.lastDescription[side] = { content, transaction }
  const pending = leg.pendingOffer
  if (pending !== null && pending.side !== side)
    return answerPending(leg, pending, description, place, isRepeated)
  const inForce = sectionsInForce(leg)
  if (isRepeated && (last.transaction === transaction || pending !== null))
    return { role: 'repetition', sections: inForce }
  // A final answer may differ from the one in a provisional response: same offer, newer answer (RFC 6337 §2).
  const reanswered = inForce.filter((section) => section.answered !== null && section.offerSide !== side)
  if (place.mayReanswer && reanswered.length > 0 && last.transaction === transaction) {
    for (const section of reanswered) answerSection(section, description.media[section.index], place)
    return { role: 'answer', sections: reanswered }
  }
  const { sender, frame } = place
  const offer = { side, transaction, sender, frame, media: description.media }
  if (isRepeated && inForce.length > 0) {
    leg.pendingOffer = { ...offer, sections: inForce, isRefresh: true }
    return { role: 'repetition', sections: inForce }
  }
  const sections = description.media.map((media, index) => offerSection(leg, index, media, place))
  leg.pendingOffer = { ...offer, sections, isRefresh: false }
  return { role: 'offer', sections }
}

/** The offer of a transaction was refused: what was in force before it still is (RFC 3261 §14.1). Gives the sections back in force. */
export const refuseOffer = (leg: Leg, transaction: string): readonly Section[] => {
  const offer = leg.pendingOffer
  if (offer === null || offer.transaction !== transaction) return []
  leg.pendingOffer = null
  const restored: Section[] = []
  for (const refused of offer.isRefresh ? [] : offer.sections) {
    const older = leg.sections
      .filter((section) => section.index === refused.index && section !== refused)
      .pop()
    if (older === undefined) continue
    refused.superseded = true
    older.superseded = false
    restored.push(older)
  }
  return restored
}

const forkedOffer = (from: Leg, sections: readonly Section[]): PendingOffer => ({
  side: 'caller',
  transaction: from.lastDescription.caller.transaction,
  sender: from.client,
  frame: sections[0]?.offerFrame ?? 0,
  media: sections.flatMap(({ offered }) => (offered === null ? [] : [offered])),
  sections,
  isRefresh: false,
})

/** Gives a fork its own copy of the offer that all forks answer. */
export const copyPendingOffer = (from: Leg, to: Leg): void => {
  const source = sectionsInForce(from).filter((section) => section.offerSide === 'caller')
  const sections = source.map((section): Section => ({
    ...section,
    answered: null,
    answerFrame: 0,
    superseded: false,
  }))
  to.sections.push(...sections)
  if (sections.length > 0) to.pendingOffer = forkedOffer(from, sections)
  to.lastDescription.caller = from.lastDescription.caller
}
