/** UDP and TCP headers: ports and the payload's place. Lengths are the wire's (IP and UDP fields), checksums are not looked at (offload). */
import { readI32, readU16 } from '../base/bytes.ts'
import { DECODE_STATUS, IP_PROTOCOL, type DecodeStatus, type PacketLayers } from './packet-layers.ts'

const UDP_HEADER = 8
const TCP_HEADER = 20

/** What a header that ends at `needed` means if the capture holds less: cut by the capture, or never there. */
export const shortOf = (needed: number, wireEnd: number): DecodeStatus =>
  needed <= wireEnd ? DECODE_STATUS.truncated : DECODE_STATUS.malformed

/** UDP (RFC 768) at `at`; the IP payload was captured up to `end` and ends on the wire at `wireEnd`. */
export const decodeUdp = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  const payloadStart = at + UDP_HEADER
  if (payloadStart > end) return shortOf(payloadStart, wireEnd)
  const ipPayload = wireEnd - at
  let length = readU16(bytes, at + 4)
  // 0 is a jumbogram (RFC 2675 §4) or segmentation offload; more than IP carries is not there: IP's length is the one that routers held to.
  if (length === 0 || length > ipPayload) length = ipPayload
  if (length < UDP_HEADER) return DECODE_STATUS.malformed
  layers.protocol = IP_PROTOCOL.udp
  layers.sourcePort = readU16(bytes, at)
  layers.destinationPort = readU16(bytes, at + 2)
  layers.payloadStart = payloadStart
  layers.payloadLength = length - UDP_HEADER
  const payloadEnd = at + length
  layers.payloadEnd = payloadEnd < end ? payloadEnd : end
  return DECODE_STATUS.transport
}

/** TCP (RFC 9293 §3.1) at `at`; the fixed header must have been captured, options may be cut. */
export const decodeTcp = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  if (at + TCP_HEADER > end) return shortOf(at + TCP_HEADER, wireEnd)
  const headerLength = ((bytes[at + 12] as number) >> 4) << 2
  const payloadStart = at + headerLength
  if (headerLength < TCP_HEADER || payloadStart > wireEnd) return DECODE_STATUS.malformed
  layers.protocol = IP_PROTOCOL.tcp
  layers.sourcePort = readU16(bytes, at)
  layers.destinationPort = readU16(bytes, at + 2)
  layers.tcpSequence = readI32(bytes, at + 4)
  layers.tcpAcknowledgement = readI32(bytes, at + 8)
  layers.tcpFlags = bytes[at + 13] as number
  layers.payloadLength = wireEnd - payloadStart
  layers.payloadStart = payloadStart < end ? payloadStart : end
  layers.payloadEnd = end
  return DECODE_STATUS.transport
}
