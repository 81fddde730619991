/** Tunnels over UDP, named for visibility: the only door of this folder. */
import { type TunnelName, TUNNELS } from './tunnels-table.ts'

export type { TunnelName }

/** Name of the tunnel that the UDP payload `bytes[start, end)` belongs to, or null. */
export const probeTunnel = (
  bytes: Uint8Array,
  start: number,
  end: number,
  sourcePort: number,
  destinationPort: number,
): TunnelName | null => {
  if (end <= start) return null
  for (const { name, port, probe } of TUNNELS) {
    if (port !== null && port !== sourcePort && port !== destinationPort) continue
    if (probe(bytes, start, end)) return name
  }
  return null
}
