/**
 * Tells strays and injected flows from the media itself: packets that somebody sends into a section never decide its colour, and never
 * make it greener either: too many of them, or plain ones, leave the call in doubt (VERDICTS §2.6).
 */
import type { Endpoint } from '../base/endpoint.ts'
import type { MediaDescription } from '../protocol/sdp/index.ts'
import { sectionsUsed } from './attachment.ts'
import type { Attachment, Call } from './call.ts'
import { destinationOf, sourceOf } from './stream-facts.ts'

/** A stream below this is no stream to judge: a probe, a stray, a keep-alive. */
export const MIN_PACKETS = 4
/** A flow is a minority if another to the same receiver, at the same time, from another sender, carries this many times its packets. */
const DOMINANCE = 10
/** Packets left out that are too many to be strays; for those of streams too short to judge, this share of the call's packets if it is more. */
const STRAY_PACKETS = 10
const SHORT_SHARE = 0.02

const isAt = (description: MediaDescription | null, { address, port }: Endpoint): boolean =>
  description !== null &&
  ((description.address === address && description.port === port) ||
    description.candidates.some((candidate) => candidate.address === address && candidate.port === port))

/** True if one exchange announced both ends of the stream's flow: nobody else's media runs between them. */
const isAnnounced = (attachment: Attachment): boolean => {
  const [a, b] = attachment.stream.flow.ends
  return sectionsUsed(attachment).some(
    ({ section: { offered, answered } }) =>
      (isAt(offered, a) && isAt(answered, b)) || (isAt(offered, b) && isAt(answered, a)),
  )
}

/** True if `attachment` is a minority beside another flow of the same section towards the same receiver. */
const isMinority = (attachment: Attachment, all: readonly Attachment[]): boolean => {
  const { stream } = attachment
  const source = sourceOf(stream)
  const destination = destinationOf(stream)
  const announced = isAnnounced(attachment)
  return all.some((other) => {
    const from = sourceOf(other.stream)
    const to = destinationOf(other.stream)
    const sameReceiver = to.address === destination.address && to.port === destination.port
    const otherSender = from.address !== source.address || from.port !== source.port
    if (!sameReceiver || !otherSender) return false
    if (!announced && isAnnounced(other) && other.stream.packets >= stream.packets) {
      return other.stream.firstAt <= stream.lastAt && stream.firstAt <= other.stream.lastAt
    }
    const encloses = other.stream.firstAt <= stream.firstAt && stream.lastAt <= other.stream.lastAt
    return (
      encloses &&
      other.stream.packets >= DOMINANCE * stream.packets &&
      other.stream.payloadType === stream.payloadType
    )
  })
}

const packetsOf = (attachments: readonly Attachment[]): number =>
  attachments.reduce((sum, { stream }) => sum + stream.packets, 0)

/** The streams that count, and whether what was left out leaves a doubt. */
export const mediaOf = (
  call: Call,
): { readonly attachments: readonly Attachment[]; readonly isDoubtful: boolean } => {
  const enough = call.attachments.filter(({ stream }) => stream.packets >= MIN_PACKETS)
  const minor = enough.filter((attachment) => isMinority(attachment, enough))
  const attachments = enough.filter((attachment) => !minor.includes(attachment))
  const short = packetsOf(call.attachments) - packetsOf(enough) + call.omittedPackets
  const plain = minor.some(({ stream }) => stream.slices.some((slice) => slice.payload === 'plain'))
  const isDoubtful =
    plain ||
    call.crowded ||
    packetsOf(minor) > STRAY_PACKETS ||
    short > Math.max(STRAY_PACKETS, SHORT_SHARE * packetsOf(attachments))
  return { attachments, isDoubtful }
}
