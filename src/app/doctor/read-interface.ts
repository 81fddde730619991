/** Reads one network interface from sysfs, procfs, `ip` and `ethtool`. */
import type { EnergyEfficiency, InterfaceFacts } from './machine-facts.ts'
import type { Machine } from './machine.ts'

/** Addresses by interface, as `ip -json address` tells them; null if it could not. */
export type AddressMap = ReadonlyMap<string, readonly string[]>

/** Facts of the interface `name`, without its traffic, which takes time to see. */
export const readInterface = async (
  machine: Machine,
  name: string,
  addresses: AddressMap | null,
): Promise<Omit<InterfaceFacts, 'bytesPerSecond'>> => {
  const folder = `/sys/class/net/${name}`
  const onUsb = machine.linkName(`${folder}/device/subsystem`) === 'usb'
  return {
    name,
    driver: machine.linkName(`${folder}/device/driver`),
    wireless: (machine.listNames(`${folder}/wireless`) ?? machine.linkName(`${folder}/phy80211`)) !== null,
    usbPower: onUsb ? (machine.readText(`${folder}/device/../power/control`) ?? 'unknown') : null,
    mtu: toNumber(machine.readText(`${folder}/mtu`)),
    flags: toNumber(machine.readText(`${folder}/flags`)),
    operationalState: machine.readText(`${folder}/operstate`),
    speed: toNumber(machine.readText(`${folder}/speed`)),
    duplex: machine.readText(`${folder}/duplex`),
    ipv6Off: readIpv6Off(machine, name),
    addresses: addresses === null ? null : (addresses.get(name) ?? []),
    groupForwardMask: toNumber(machine.readText(`${folder}/brport/group_fwd_mask`)),
    offloads: await readOffloads(machine, name),
    energyEfficiency: await readEnergyEfficiency(machine, name),
  }
}

/** Decimal or 0x…; null for anything else. */
export const toNumber = (text: string | null): number | null => {
  if (text === null || text === '') return null
  const value = Number(text)
  return Number.isInteger(value) ? value : null
}

/** Bytes received and sent since the interface came up. */
export const readBytes = (machine: Machine, name: string): number | null => {
  const folder = `/sys/class/net/${name}/statistics`
  const received = toNumber(machine.readText(`${folder}/rx_bytes`))
  const sent = toNumber(machine.readText(`${folder}/tx_bytes`))
  return received === null || sent === null ? null : received + sent
}

/** Addresses of all interfaces. */
export const readAddresses = async (machine: Machine): Promise<AddressMap | null> => {
  const told = await machine.run('ip', ['-json', 'address', 'show'])
  if (told?.code !== 0) return null
  try {
    const links: unknown = JSON.parse(told.stdout)
    return Array.isArray(links) ? new Map(links.map(toAddresses)) : null
  } catch {
    return null
  }
}

interface IpLink {
  readonly ifname?: string
  readonly addr_info?: readonly { readonly local?: string; readonly prefixlen?: number }[]
}

const toAddresses = (link: IpLink): [string, readonly string[]] => [
  link.ifname ?? '',
  (link.addr_info ?? []).map(({ local = '?', prefixlen = 0 }) => `${local}/${prefixlen}`),
]

/** A kernel without IPv6 has none to turn off. */
const readIpv6Off = (machine: Machine, name: string): boolean | null => {
  if (machine.listNames('/proc/sys/net') === null) return null
  if (machine.listNames('/proc/sys/net/ipv6') === null) return true
  const value = machine.readText(`/proc/sys/net/ipv6/conf/${name}/disable_ipv6`)
  return value === null ? null : value === '1'
}

/** Lines of `ethtool -k`: `generic-receive-offload: on`, with ` [fixed]` where it cannot be changed. */
const readOffloads = async (machine: Machine, name: string): Promise<ReadonlyMap<string, boolean> | null> => {
  const told = await machine.run('ethtool', ['-k', name])
  if (told?.code !== 0) return null
  const offloads = new Map<string, boolean>()
  for (const line of told.stdout.split('\n')) {
    const [key = '', value = ''] = line.split(':')
    const [state, fixed] = value.trim().split(' ')
    if (state !== 'on' && state !== 'off') continue
    // What is fixed on cannot be mended, and the kernel knows what it does.
    offloads.set(key.trim(), state === 'on' && fixed !== '[fixed]')
  }
  return offloads.size === 0 ? null : offloads
}

const readEnergyEfficiency = async (machine: Machine, name: string): Promise<EnergyEfficiency | null> => {
  const told = await machine.run('ethtool', ['--show-eee', name])
  if (told === null) return null
  if (told.code !== 0) return 'unsupported'
  const status = told.stdout.split('\n').find((line) => line.includes('EEE status:'))
  if (status === undefined || status.includes('not supported')) return 'unsupported'
  return status.includes('enabled') ? 'on' : 'off'
}
