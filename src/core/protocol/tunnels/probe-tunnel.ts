/** Names WireGuard, OpenVPN, IPsec and L2TP datagrams by marks that other traffic does not have. */
import { readU32 } from '../../base/bytes.ts'

export type TunnelName = 'wireguard' | 'openvpn' | 'ipsec' | 'l2tp'

/** WireGuard message lengths by type (protocol whitepaper §5.4): initiation, response, cookie reply; data has a multiple of 16. */
const WIREGUARD_LENGTHS: readonly number[] = [0, 148, 92, 64]
const WIREGUARD_DATA = 4
const OPENVPN_PORT = 1194
const IPSEC_NAT_PORT = 4500
const L2TP_PORT = 1701

const isWireGuard = (bytes: Uint8Array, start: number, end: number): boolean => {
  const type = bytes[start] as number
  if (type < 1 || type > WIREGUARD_DATA || (readU32(bytes, start) & 0xffffff) !== 0) return false
  const length = end - start
  return type === WIREGUARD_DATA ? length >= 32 && length % 16 === 0 : length === WIREGUARD_LENGTHS[type]
}

/** The tunnel that the datagram `bytes[start, end)` belongs to, or null. */
export const probeTunnel = (
  bytes: Uint8Array,
  start: number,
  end: number,
  sourcePort: number,
  destinationPort: number,
): TunnelName | null => {
  const on = (port: number): boolean => sourcePort === port || destinationPort === port
  if (end - start < 8) return null
  if (isWireGuard(bytes, start, end)) return 'wireguard'
  if (on(OPENVPN_PORT)) return 'openvpn'
  // RFC 3948: a zero word marks IKE, anything else is ESP.
  if (on(IPSEC_NAT_PORT)) return 'ipsec'
  return on(L2TP_PORT) ? 'l2tp' : null
}
