/** When a call is over. */
import { SECOND, type Micros } from '../base/clock.ts'
import type { Call } from './call.ts'

/** Media and retransmissions trail the BYE. */
const AFTER_END = 5 * SECOND
const UNANSWERED = 64 * SECOND
const SILENT = 1800 * SECOND
const MEDIA_SILENT = 60 * SECOND

/** True if nothing more is to come of the call. */
export const closeDue = (call: Call, now: Micros): boolean => {
  const lastMedia = call.attachments.reduce((last, { stream }) => Math.max(last, stream.lastAt), 0)
  const last = Math.max(call.lastAt, lastMedia)
  if (call.kind === 'media-only') return now - last > MEDIA_SILENT
  if (call.endedAt !== null) return now - Math.max(call.endedAt, lastMedia) > AFTER_END
  const answered = call.legs.some((leg) => leg.answeredAt !== null) || call.attachments.length > 0
  return now - last > (answered ? SILENT : UNANSWERED)
}
