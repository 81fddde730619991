/** What the kernel counts at an interface, from /sys/class/net: seen there even when a socket has gone deaf. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = '/sys/class/net'
/** Of an interface without a carrier to speak of, such as a loopback. */
const UP_STATES: readonly string[] = ['up', 'unknown']

export interface InterfaceTotals {
  readonly index: number
  readonly isUp: boolean
  readonly isBridgePort: boolean
  readonly rxPackets: number
  readonly txPackets: number
}

/** Null if there is no such interface (any more). `name` is checked by the caller to be a plain name. */
export const readInterface = (name: string, root: string = ROOT): InterfaceTotals | null => {
  const folder = join(root, name)
  try {
    const read = (file: string): string => readFileSync(join(folder, file), 'latin1').trim()
    return {
      index: Number(read('ifindex')),
      isUp: UP_STATES.includes(read('operstate')),
      isBridgePort: existsSync(join(folder, 'brport')),
      rxPackets: Number(read('statistics/rx_packets')),
      txPackets: Number(read('statistics/tx_packets')),
    }
  } catch {
    return null // it went away between two reads, or was never there
  }
}
