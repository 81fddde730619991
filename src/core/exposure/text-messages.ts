/** How many text messages were readable: SIP MESSAGE requests, and text sessions (MSRP, real-time text), which count as one each. */
import type { CallFacts } from '../call/index.ts'
import { isReconstructible } from './media-seconds.ts'

/** See the head of this file. */
export const textMessagesOf = (facts: CallFacts): number => {
  const sessions = facts.streams.filter(
    (stream) => (stream.media === 'text' || stream.media === 'message') && isReconstructible(facts, stream),
  )
  const messages = facts.observations.filter(({ name }) => name === 'message-readable')
  return sessions.length + messages.reduce((sum, { seen }) => sum + seen.count, 0)
}
