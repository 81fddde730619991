/** What concerns the wire and no single call: VoIP that we do not judge, tunnels, scanners and floods, readable provisioning. */
import type { SipPlace } from '../analysis/index.ts'
import { BoundedMap } from '../base/bounded-map.ts'
import { SECOND } from '../base/clock.ts'
import type { Flow, Seen } from '../base/endpoint.ts'
import type { SipMessage } from '../protocol/sip/index.ts'
import { addDistinct, Sightings } from './call.ts'
import type { SipSourceFacts, WireFacts } from './wire-facts.ts'

const MAX_NAMES = 64
const MAX_HOSTS = 4096
const MAX_SOURCES = 1024
const MAX_TARGETS = 64
const LISTED = 64
const TFTP_PORT = 69
const REJECTIONS: readonly number[] = [401, 403, 404, 407]

interface Source {
  readonly userAgents: string[]
  readonly targets: Set<string>
  rejected: number
  second: number
  thisSecond: number
  peak: number
  readonly seen: Sightings
}

/** See the head of this file. */
export class WireSightings {
  readonly #unjudged = new BoundedMap<string, Sightings>(MAX_NAMES)
  readonly #unjudgedHosts = new BoundedMap<string, true>(MAX_HOSTS)
  readonly #tunnels = new BoundedMap<string, { name: string; ends: Flow['ends'] | null; seen: Sightings }>(
    MAX_NAMES,
  )
  readonly #provisioning = new BoundedMap<string, { flow: Flow; seen: Sightings }>(MAX_NAMES)
  readonly #sources = new BoundedMap<string, Source>(MAX_SOURCES)
  readonly #turnCredential = new Sightings()
  readonly #keysOutsideSip = new Sightings()

  onUnjudged(name: string, flow: Flow, seen: Seen): void {
    const known = this.#unjudged.get(name) ?? new Sightings()
    known.add(seen.frame)
    this.#unjudged.set(name, known)
    for (const { address } of flow.ends) this.#unjudgedHosts.set(address, true)
  }

  /** True if the host spoke a VoIP protocol that we do not judge: its media is not a call of ours. */
  isUnjudgedHost(address: string): boolean {
    return this.#unjudgedHosts.has(address)
  }

  onTunnel(name: string, flow: Flow | null, seen: Seen): void {
    const key = flow === null ? name : `${name} ${String(flow.id)}`
    const known = this.#tunnels.get(key) ?? { name, ends: flow?.ends ?? null, seen: new Sightings() }
    known.seen.add(seen.frame)
    this.#tunnels.set(key, known)
  }

  onProvisioning(flow: Flow, seen: Seen): void {
    const known = this.#provisioning.get(String(flow.id)) ?? { flow, seen: new Sightings() }
    known.seen.add(seen.frame)
    this.#provisioning.set(String(flow.id), known)
  }

  onTurnCredential(seen: Seen): void {
    this.#turnCredential.add(seen.frame)
  }

  onKeysOutsideSip(seen: Seen): void {
    this.#keysOutsideSip.add(seen.frame)
  }

  /** Counts requests by source for scans and floods, and what they were answered. */
  onSipMessage(message: SipMessage, place: SipPlace): void {
    const receiver = place.flow.ends[place.direction === 0 ? 1 : 0].address
    if (message.kind === 'response') {
      const asked = this.#sources.get(receiver)
      if (asked !== undefined && REJECTIONS.includes(message.statusCode)) asked.rejected++
      return
    }
    const address = place.flow.ends[place.direction].address
    const source = this.#sources.get(address) ?? newSource()
    this.#sources.set(address, source)
    source.seen.add(place.seen.frame)
    if (message.userAgent !== '' && source.userAgents.length < 4)
      addDistinct(source.userAgents, message.userAgent)
    this.#noteTarget(source, message)
    const second = Math.floor(place.seen.at / SECOND)
    source.thisSecond = second === source.second ? source.thisSecond + 1 : 1
    source.second = second
    source.peak = Math.max(source.peak, source.thisSecond)
  }

  #noteTarget(source: Source, message: SipMessage): void {
    const target = message.method === 'REGISTER' ? message.to?.user : message.requestUri?.user
    if (target !== undefined && source.targets.size < MAX_TARGETS) source.targets.add(target)
  }

  /** Packets of each unjudged protocol. */
  unjudgedCounts(): Record<string, number> {
    return Object.fromEntries([...this.#unjudged.entries()].map(([name, seen]) => [name, seen.count]))
  }

  /** The immutable snapshot. */
  toFacts(): WireFacts {
    return {
      unjudged: [...this.#unjudged.entries()].map(([protocol, seen]) => ({ protocol, seen: seen.toFacts() })),
      sipSources: this.#busiestSources(),
      provisioning: [...this.#provisioning.values()].map(({ flow, seen }) => {
        const serverAt = flow.ends[0].port < flow.ends[1].port ? 0 : 1
        return {
          protocol:
            flow.transport === 'udp' || flow.ends[serverAt].port === TFTP_PORT
              ? ('tftp' as const)
              : ('http' as const),
          client: flow.ends[serverAt === 0 ? 1 : 0],
          server: flow.ends[serverAt],
          seen: seen.toFacts(),
        }
      }),
      tunnels: [...this.#tunnels.values()].map(({ name, ends, seen }) => ({
        name,
        ends,
        seen: seen.toFacts(),
      })),
      turnCredential: this.#turnCredential.toFacts(),
      keysOutsideSip: this.#keysOutsideSip.toFacts(),
    }
  }

  #busiestSources(): SipSourceFacts[] {
    return [...this.#sources.entries()]
      .sort(([, a], [, b]) => b.seen.count - a.seen.count)
      .slice(0, LISTED)
      .map(([address, source]) => ({
        address,
        userAgents: [...source.userAgents],
        distinctTargets: source.targets.size,
        rejected: source.rejected,
        peakPerSecond: source.peak,
        seen: source.seen.toFacts(),
      }))
  }
}

const newSource = (): Source => ({
  userAgents: [],
  targets: new Set(),
  rejected: 0,
  second: -1,
  thisSecond: 0,
  peak: 0,
  seen: new Sightings(),
})
