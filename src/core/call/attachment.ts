/**
 * A stream in a call and the SDP sections that it ran under. A re-INVITE replaces the section, not what was sent before it: a key that stood
 * readable for the first half of a stream is readable for good.
 */
import type { Micros } from '../base/clock.ts'
import type { MediaStream } from '../protocol/rtp/index.ts'
import type { Attachment, Leg, Section, Side } from './call.ts'

const MAX_SECTIONS = 16

/** Where SDP put a stream. */
export interface AttachmentPlace {
  readonly section: Section
  readonly leg: Leg
  readonly sender: Side
}

/** A stream that joins a call, or none (`place` null: no SDP speaks of it). */
export const newAttachment = (stream: MediaStream, place: AttachmentPlace | null): Attachment => ({
  stream,
  sections: place === null ? [] : [{ section: place.section, since: stream.firstAt }],
  leg: place?.leg ?? null,
  sender: place?.sender ?? null,
  proof: null,
  proofAttempts: 0,
  keysTried: 0,
})

/** The section in force, whether packets came under it or not; null without SDP. */
export const newestSection = ({ sections }: Attachment): Section | null =>
  sections[sections.length - 1]?.section ?? null

/** SDP put another section in the place of the newest. */
export const replaceSection = (attachment: Attachment, section: Section, since: Micros): void => {
  if (newestSection(attachment) === section) return
  attachment.sections.push({ section, since })
  if (attachment.sections.length > MAX_SECTIONS) attachment.sections.splice(1, 1)
}

/** The sections under which packets came, oldest first; offers that nobody took left out. Each with the time when it was replaced. */
export const sectionsUsed = ({
  sections,
  stream,
}: Attachment): readonly { readonly section: Section; readonly until: Micros | null }[] =>
  sections
    .filter(({ since }, i) => i === 0 || since < stream.lastAt)
    .filter(({ section }, i, used) => !isVoid(section) || used.length === 1 || i === 0)
    .map(({ section }, i, used) => ({ section, until: used[i + 1]?.since ?? null }))

/** The last section under which packets came; null without SDP. */
export const sectionOf = (attachment: Attachment): Section | null =>
  sectionsUsed(attachment).at(-1)?.section ?? null

/** An offer that was refused, or that another one replaced before it was answered. */
const isVoid = (section: Section): boolean => section.superseded && section.answered === null
