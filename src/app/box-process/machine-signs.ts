/** What the machine itself tells of the box: ports, traffic, warmth, addresses. Read from the kernel each time; what cannot be read is null. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { basename, join } from 'node:path'

const INTERFACES = '/sys/class/net'
const THERMAL = '/sys/class/thermal'
const MODEL = '/sys/firmware/devicetree/base/model'
/** The kernel counts in thousandths of a degree. */
const MILLI = 1000
/** More ports than so many are not shown. */
const MOST_PORTS = 8

export interface PortSign {
  readonly name: string
  readonly isUp: boolean | null
}

export interface MachineSigns {
  readonly ports: readonly PortSign[]
  /** Bytes that came in by all of them so far; null: not known. */
  readonly receivedBytes: number | null
  /** °C. */
  readonly temperature: number | null
  /** On which a person reaches this box: none of a tapped port. */
  readonly addresses: readonly string[]
}

/** Before they were read. */
export const NO_SIGNS: MachineSigns = { ports: [], receivedBytes: null, temperature: null, addresses: [] }

/** Null for what is not there or not to be read. */
const read = (...path: readonly string[]): string | null => {
  try {
    return readFileSync(join(...path), 'latin1').trim()
  } catch {
    return null
  }
}

/** `tapped`: where the engine listens; null: not known yet. `root` is for tests. */
export const readMachineSigns = (tapped: string | null, root = INTERFACES): MachineSigns => {
  const bridge = tapped === null ? null : bridgeOf(root, tapped)
  const names = bridge === null ? [tapped].filter((name) => name !== null) : portsOf(root, bridge)
  const ports = names.slice(0, MOST_PORTS).map((name) => ({ name, isUp: isUp(root, name) }))
  const counts = ports.map(({ name }) => read(root, name, 'statistics', 'rx_bytes'))
  const isKnown = counts.length > 0 && counts.every((count) => count !== null)
  return {
    ports,
    receivedBytes: isKnown ? counts.reduce((sum, count) => sum + Number(count), 0) : null,
    temperature: readTemperature(),
    addresses: readAddresses(new Set([...names, ...(bridge === null ? [] : [bridge])])),
  }
}

/** `Raspberry Pi 4 Model B Rev 1.4`; what is no such board has no name. */
export const readModel = (): string => (read(MODEL) ?? 'a machine without a name').split('\0', 1)[0] ?? ''

const isUp = (root: string, name: string): boolean | null => {
  const state = read(root, name, 'operstate')
  return state === 'up' ? true : state === null || state === 'unknown' ? null : false
}

/** A port has a link `brport/bridge` to its bridge. */
const bridgeOf = (root: string, name: string): string | null => {
  const link = join(root, name, 'brport', 'bridge')
  try {
    return basename(readlinkSync(link))
  } catch {
    return null
  }
}

const portsOf = (root: string, bridge: string): readonly string[] => {
  const folder = join(root, bridge, 'brif')
  return existsSync(folder) ? readdirSync(folder).sort() : []
}

const readTemperature = (): number | null => {
  const milli = Number(read(THERMAL, 'thermal_zone0', 'temp') ?? Number.NaN)
  return Number.isFinite(milli) ? Math.round(milli / (MILLI / 10)) / 10 : null
}

/** Link-local IPv6 needs the name of an interface, which nobody types. */
const readAddresses = (tapped: ReadonlySet<string>): readonly string[] =>
  Object.entries(networkInterfaces())
    .filter(([name]) => !tapped.has(name))
    .flatMap(([, addresses = []]) => addresses)
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .map(({ address }) => address)
