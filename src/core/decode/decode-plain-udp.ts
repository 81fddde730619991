/**
 * The one frame in a hundred thousand that is not like the others takes the long way; this is the short one for untagged Ethernet, IPv4
 * without options, UDP: one function without a call, because calls cost more here than the work. decode-network.ts is its readable twin,
 * and a test holds the two together.
 */
import { readI32, readU16 } from '../base/bytes.ts'
import { IP_PROTOCOL, type PacketLayers } from './packet-layers.ts'

const ETHERNET_IPV4_UDP = 14 + 20 + 8

/** True if it filled `layers` for a frame of that shape in `bytes[start, end)`; false, with nothing touched, for every other. */
export const decodePlainUdp = (
  bytes: Uint8Array,
  start: number,
  end: number,
  layers: PacketLayers,
): boolean => {
  if (end - start < ETHERNET_IPV4_UDP || end > bytes.length) return false
  const at = start + 14
  if (readU16(bytes, start + 12) !== 0x0800 || bytes[at] !== 0x45 || bytes[at + 9] !== IP_PROTOCOL.udp)
    return false
  const length = readU16(bytes, at + 24)
  if ((readU16(bytes, at + 6) & 0x3fff) !== 0 || length < 8 || length > readU16(bytes, at + 2) - 20)
    return false
  const addresses = layers.addresses
  addresses[0] = 0
  addresses[1] = 0
  addresses[2] = 0xffff
  addresses[3] = readI32(bytes, at + 12)
  addresses[4] = 0
  addresses[5] = 0
  addresses[6] = 0xffff
  addresses[7] = readI32(bytes, at + 16)
  layers.ipVersion = 4
  layers.ipDepth = 1
  layers.vlan = -1
  layers.protocol = IP_PROTOCOL.udp
  layers.sourcePort = readU16(bytes, at + 20)
  layers.destinationPort = readU16(bytes, at + 22)
  layers.payloadStart = at + 28
  layers.payloadLength = length - 8
  const payloadEnd = at + 20 + length
  layers.payloadEnd = payloadEnd < end ? payloadEnd : end
  return true
}
