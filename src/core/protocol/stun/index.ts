/** STUN (RFC 8489, RFC 3489) and TURN (RFC 8656): the only door of this folder. */
export { STUN_CLASS, STUN_METHOD } from './constants.ts'
export { decodeStun, parseStun } from './parse-stun.ts'
export { type Probe, probeStun } from './probe.ts'
export { StunMessage } from './stun-message.ts'
export { probeStunStream, StunStream } from './stun-stream.ts'
export { channelNumber, channelPayload, isChannelData } from './turn.ts'
