/** RTP: streams, their evidence and their codecs. */
export { CODECS, codecOf, type ResolvedCodec } from './codecs/index.ts'
export { MediaStream, type StreamListener } from './media-stream.ts'
export { parseRtcp, SrtcpTracker } from './rtcp.ts'
export { isCryptex, rtpHeaderLength } from './rtp-header.ts'
export { Slice } from './slice.ts'
export { StreamTable, type RtpArrival, type StreamTableListener } from './stream-table.ts'
