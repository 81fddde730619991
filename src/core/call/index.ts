/** Calls: the only writer of what is known of them, and the facts that judgement reads. */
export type * from './call-facts.ts'
export type { PhoneFacts } from './phone-facts.ts'
export type { WireFacts } from './wire-facts.ts'
export { Call, type Attachment } from './call.ts'
export { CallTracker, type TrackerOptions } from './call-tracker.ts'
export { toStreamFacts, type MediaSurroundings } from './stream-facts.ts'
