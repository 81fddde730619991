/** RTP over TCP in frames (RFC 4571), with ICE (RFC 6544): the only door of this folder. */
export { FramedRtpStream } from './framed-rtp-stream.ts'
export { probeFramedRtp } from './probe.ts'
