/** The immutable snapshot of one phone (or other host that speaks SIP): what its registrations and requests showed, nothing judged yet. */
import type { Micros } from '../base/clock.ts'
import type { Endpoint } from '../base/endpoint.ts'
import type { Authentication } from '../protocol/sip/index.ts'
import type { Sighting, SignallingTransport } from './call-facts.ts'

/** A credential or challenge that was readable, with its place; never the response or the nonce. */
export type AuthenticationSighting = Authentication & {
  readonly frame: number
  readonly method: string
  /** CSeq number of the message, so that a retransmission is not taken for reuse of a nonce. */
  readonly sequence: number
}

/** One readable REGISTER request. */
export interface RegistrationFacts {
  readonly frame: number
  readonly at: Micros
  readonly transport: Exclude<SignallingTransport, null>
  readonly registrar: Endpoint
  /** The request carried credentials. */
  readonly authenticated: boolean
  /** Final status of its response, 0 if none was seen. */
  readonly statusCode: number
}

/** See the head of this file. Lists hold at most 16 entries, the newest. */
export interface PhoneFacts {
  /** Canonical address text, as in Endpoint. */
  readonly address: string
  /** User part of the address-of-record, null if never seen. */
  readonly user: string | null
  readonly userAgents: readonly string[]
  /** Transports on which it signalled; `tls` and `wss` without knowing what was said. */
  readonly transports: readonly Exclude<SignallingTransport, null>[]
  readonly registrations: readonly RegistrationFacts[]
  /** Readable credentials it sent, in any request. */
  readonly authentications: readonly AuthenticationSighting[]
  /** Readable SIP requests after a completed TLS signalling connection of the same phone. */
  readonly transportFallback: Sighting
  /** Readable TURN long-term credentials (username and realm). */
  readonly turnCredential: Sighting
  /** Readable configuration with SIP passwords that it fetched. */
  readonly provisioning: Sighting
}
