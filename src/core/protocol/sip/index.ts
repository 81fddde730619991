/** SIP: the only door of this folder. */
export { findKeyLines, findKeysOutsideSip, probeKeysOutsideSip } from './message-keys.ts'
export { parseSipMessage } from './parse-message.ts'
export { type Probe, probeSip } from './probe.ts'
export { SipStream } from './sip-stream.ts'
export type { Authentication, BodyPart, NameAddress, SipMessage, Via } from './sip-message.ts'
