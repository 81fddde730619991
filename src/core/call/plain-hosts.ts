/**
 * Hosts whose readable SIP belonged to no media of its own: media of theirs at that time is not taken for the call of some TLS connection
 * (VERDICTS §1, condition e). Kept after the dialogs closed, because the media's own call may close later.
 */
import { BoundedMap } from '../base/bounded-map.ts'
import type { Micros } from '../base/clock.ts'
import type { Call } from './call.ts'

const MAX_HOSTS = 1024
/** Dialogs remembered of one host, the newest. */
const PER_HOST = 8

interface Interval {
  readonly from: Micros
  readonly to: Micros
}

/** Readable dialogs without media: not those that failed before there could be any. */
const isPlain = (call: Call): boolean =>
  call.kind === 'sip' &&
  call.attachments.length === 0 &&
  call.opaqueMedia.length === 0 &&
  call.legs.some((leg) => leg.state !== 'failed' && leg.state !== 'cancelled')

const hostsOf = (call: Call): Set<string> =>
  new Set(call.legs.flatMap(({ client, server }) => [client.address, server.address]))

const overlaps = (a: Interval, b: Interval): boolean => a.from <= b.to && b.from <= a.to

/** See the head of this file. */
export class PlainHosts {
  readonly #intervals = new BoundedMap<string, Interval[]>(MAX_HOSTS)

  get evicted(): number {
    return this.#intervals.evicted
  }

  /** A call closed. */
  onClosed(call: Call): void {
    if (!isPlain(call)) return
    for (const host of hostsOf(call)) {
      const known = this.#intervals.get(host) ?? []
      known.push({ from: call.startedAt, to: call.lastAt })
      if (known.length > PER_HOST) known.shift()
      this.#intervals.set(host, known)
      this.#intervals.touch(host)
    }
  }

  /** True if one of `hosts` had a readable dialog without media in this time, among the closed calls or those still `up`. */
  spokeIn(time: Interval, hosts: readonly string[], up: Iterable<Call>): boolean {
    for (const call of up) {
      if (!overlaps(time, { from: call.startedAt, to: call.lastAt }) || !isPlain(call)) continue
      const own = hostsOf(call)
      if (hosts.some((host) => own.has(host))) return true
    }
    return hosts.some(
      (host) => this.#intervals.get(host)?.some((interval) => overlaps(time, interval)) === true,
    )
  }
}
