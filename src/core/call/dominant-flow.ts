/** Tells a stray or injected flow from the media itself: packets that somebody sends into a section never decide its colour (VERDICTS §2.6). */
import type { Attachment } from './call.ts'
import { destinationOf, sourceOf } from './stream-facts.ts'

/** A flow is a minority if another to the same receiver, at the same time, from another sender, carries this many times its packets. */
const DOMINANCE = 10

/** True if `attachment` is a minority beside another flow of the same section towards the same receiver. */
export const isMinority = (attachment: Attachment, all: readonly Attachment[]): boolean => {
  const { stream } = attachment
  const source = sourceOf(stream)
  const destination = destinationOf(stream)
  return all.some((other) => {
    if (other === attachment || other.stream.packets < DOMINANCE * stream.packets) return false
    const from = sourceOf(other.stream)
    const to = destinationOf(other.stream)
    const sameReceiver = to.address === destination.address && to.port === destination.port
    const otherSender = from.address !== source.address || from.port !== source.port
    const overlaps = other.stream.firstAt <= stream.firstAt && stream.lastAt <= other.stream.lastAt
    return sameReceiver && otherSender && overlaps && other.stream.payloadType === stream.payloadType
  })
}
