/** Tunnels whose inside nobody on the wire can read: recognised to be named. Each a row, asked in this order. */
import { isEspInUdp, isL2tp, isOpenVpn, isWireGuard } from './tunnel-shapes.ts'

/** Names in reports; stable. */
export type TunnelName = 'wireguard' | 'openvpn' | 'ipsec' | 'l2tp'

/** One tunnel. */
export interface Tunnel {
  readonly name: TunnelName
  /** One end has this port (IANA), null = any. */
  readonly port: number | null
  readonly probe: (bytes: Uint8Array, start: number, end: number) => boolean
}

export const TUNNELS: readonly Tunnel[] = [
  { name: 'wireguard', port: null, probe: isWireGuard },
  { name: 'openvpn', port: 1194, probe: isOpenVpn },
  { name: 'ipsec', port: 4500, probe: isEspInUdp },
  { name: 'l2tp', port: 1701, probe: isL2tp },
]
