/**
 * What Linux says of a network interface in /sys/class/net: whether it is there, which index it has now, what its frames look like, what it
 * dropped. An interface that is unplugged, renamed or made anew keeps or loses its name, never its index: the index tells them apart.
 */
import { readFileSync } from 'node:fs'
import { SourceError } from './source-error.ts'

const SYSTEM = '/sys/class/net'
/** IFNAMSIZ less the zero byte. */
const LONGEST_NAME = 15
const IFF_UP = 1

/** ARPHRD_* of <linux/if_arp.h> → link type of its frames on a packet socket (tcpdump.org/linktypes.html). */
const LINK_TYPES: ReadonlyMap<number, number> = new Map([
  [1, 1], // Ethernet
  [772, 1], // loopback
  [512, 101], // PPP: a packet socket sees bare IP
  [65_534, 101], // no hardware header: tun, WireGuard
])

/** Where an interface stands. `index` changes when it is made anew; `isUp` is what the administrator wants, not the cable. */
export interface InterfaceState {
  readonly index: number
  readonly isUp: boolean
}

const isName = (name: string): boolean =>
  name.length > 0 && name.length <= LONGEST_NAME && !name.includes('/') && name !== '.' && name !== '..'

const readAttribute = (name: string, attribute: string): string | null => {
  if (!isName(name)) return null
  try {
    return readFileSync(`${SYSTEM}/${name}/${attribute}`, 'latin1').trim()
  } catch {
    return null
  }
}

const readNumber = (name: string, attribute: string): number | null => {
  const text = readAttribute(name, attribute)
  const value = text === null || text === '' ? NaN : Number(text)
  return Number.isFinite(value) ? value : null
}

/** Null while there is no interface of this name. */
export const readInterface = (name: string): InterfaceState | null => {
  const index = readNumber(name, 'ifindex')
  const flags = readNumber(name, 'flags')
  return index === null || flags === null ? null : { index, isUp: (flags & IFF_UP) !== 0 }
}

/** The state of an interface that must exist; throws the sentence to show. */
export const requireInterface = (name: string): InterfaceState => {
  const state = readInterface(name)
  if (state === null)
    throw new SourceError('no-interface', `there is no network interface ${printable(name)}`)
  return state
}

/** The link type of an interface's frames; throws for kinds that are not read. */
export const requireLinkType = (name: string): number => {
  const hardware = readNumber(name, 'type')
  const linkType = hardware === null ? undefined : LINK_TYPES.get(hardware)
  if (linkType !== undefined) return linkType
  throw new SourceError(
    'no-interface',
    `${printable(name)} is an interface of kind ${hardware ?? 'unknown'}: neither Ethernet nor bare IP`,
  )
}

/** A name from a configuration as it may stand in a sentence. */
const printable = (name: string): string => JSON.stringify(name).slice(1, -1).slice(0, 40)

/**
 * What the hardware missed and what its queue lost. Not rx_dropped: that also counts frames which the host itself had no use for after a
 * packet socket saw them, such as those of a VLAN that it has no interface for.
 */
const DROP_COUNTERS = ['rx_missed_errors', 'rx_fifo_errors']

const readDrops = (name: string): number | null => {
  const values = DROP_COUNTERS.map((counter) => readNumber(name, `statistics/${counter}`))
  return values.every((value) => value === null)
    ? null
    : values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
}

/** Drops of an interface since this object was made, across its being made anew (its counters then begin at 0). */
export class InterfaceDrops {
  readonly #name: string
  #last: number | null
  #total = 0

  constructor(name: string) {
    this.#name = name
    this.#last = readDrops(name)
  }

  /** Null if the interface never told. */
  total(): number | null {
    const now = readDrops(this.#name)
    if (now !== null) {
      this.#total += now >= (this.#last ?? 0) ? now - (this.#last ?? 0) : now
      this.#last = now
    }
    return this.#last === null ? null : this.#total
  }
}
