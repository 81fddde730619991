/**
 * Offer and answer (RFC 3264) of one leg: which description answers which, section by section. The initial offer serves every fork; a
 * repeated description (18x then 200, retransmission) changes nothing.
 */
import type { Endpoint } from '../base/endpoint.ts'
import type { MediaDescription, SessionDescription } from '../protocol/sdp/index.ts'
import type { Leg, Section, Side } from './call.ts'

const MAX_SECTIONS = 64

/** What a description turned out to be. */
export type DescriptionRole = 'offer' | 'answer' | 'repetition'

/** Where a description stood. */
export interface DescriptionPlace {
  readonly side: Side
  readonly sender: Endpoint
  readonly frame: number
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
        media.crypto.map((crypto) => `${String(crypto.tag)}${crypto.suite}${crypto.keyAndSalt.join('.')}`).join(','),
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

const answerSection = (section: Section, media: MediaDescription | undefined, place: DescriptionPlace): void => {
  section.answered = media ?? null
  section.answerFrame = place.frame
}

/** The sections that a description of `side` speaks of, newest of each index. */
const sectionsInForce = (leg: Leg): Section[] => leg.sections.filter((section) => !section.superseded)

/** Takes one description of a leg; the sections it touched come back with its role. */
export const onDescription = (
  leg: Leg,
  description: SessionDescription,
  place: DescriptionPlace,
): { readonly role: DescriptionRole; readonly sections: readonly Section[] } => {
  const content = contentOf(description)
  const repeated = leg.lastDescription[place.side] === content
  leg.lastDescription[place.side] = content
  const pending = leg.pendingOffer
  if (pending !== null && pending.side !== place.side) {
    leg.pendingOffer = null
    for (const section of pending.sections) answerSection(section, description.media[section.index], place)
    return { role: 'answer', sections: pending.sections }
  }
  if (repeated) return { role: 'repetition', sections: sectionsInForce(leg) }
  const inForce = sectionsInForce(leg)
  // A final answer may differ from the one in a provisional response: same offer, newer answer (RFC 6337 §2).
  const reanswered = inForce.filter((section) => section.answered !== null && section.offerSide !== place.side)
  if (pending === null && reanswered.length > 0 && leg.state !== 'confirmed') {
    for (const section of reanswered) answerSection(section, description.media[section.index], place)
    return { role: 'answer', sections: reanswered }
  }
  const sections = description.media.map((media, index) => offerSection(leg, index, media, place))
  leg.pendingOffer = { side: place.side, sections }
  return { role: 'offer', sections }
}

/** Gives a fork its own copy of the offer that all forks answer. */
export const copyPendingOffer = (from: Leg, to: Leg): void => {
  const source = from.sections.filter((section) => section.offerSide === 'caller')
  const sections = source.map((section): Section => ({ ...section, answered: null, answerFrame: 0, superseded: false }))
  to.sections.push(...sections)
  if (sections.length > 0) to.pendingOffer = { side: 'caller', sections }
  to.lastDescription.caller = from.lastDescription.caller
}
