/** The immutable snapshot of what concerns this wire and no single call or phone: counters and sightings, nothing judged yet. */
import type { Endpoint } from '../base/endpoint.ts'
import type { Sighting } from './call-facts.ts'

/** VoIP that is recognised and not judged: H.323, IAX2, MGCP, SCCP. */
export interface UnjudgedFacts {
  readonly protocol: string
  readonly seen: Sighting
}

/** A host that sent SIP requests, as far as scanning and flooding need it. */
export interface SipSourceFacts {
  readonly address: string
  /** User-Agent texts, at most 4. */
  readonly userAgents: readonly string[]
  /** Different users that it addressed or registered as. */
  readonly distinctTargets: number
  /** Responses 401, 403, 404 and 407 that it received. */
  readonly rejected: number
  /** Most requests in any one second. */
  readonly peakPerSecond: number
  readonly seen: Sighting
}

/** See the head of this file. Lists hold at most 64 entries, the busiest. */
export interface WireFacts {
  readonly unjudged: readonly UnjudgedFacts[]
  readonly sipSources: readonly SipSourceFacts[]
  /** Phone configuration with SIP credentials in readable HTTP or TFTP. */
  readonly provisioning: readonly {
    readonly protocol: 'http' | 'tftp'
    readonly client: Endpoint
    readonly server: Endpoint
    readonly seen: Sighting
  }[]
  /** ESP, WireGuard, OpenVPN …: name and ends (null where the protocol has no ports). */
  readonly tunnels: readonly {
    readonly name: string
    readonly ends: readonly [Endpoint, Endpoint] | null
    readonly seen: Sighting
  }[]
  readonly turnCredential: Sighting
  /** Media keys in other readable protocols: HEP, rtpengine's ng. */
  readonly keysOutsideSip: Sighting
}
