/** Addresses as text, the form that everything above the flow table uses. */
import type { Micros } from './clock.ts'

/** One end of a flow: a canonical address text (IPv4 dotted; IPv6 per RFC 5952, without brackets; IPv4-mapped as IPv4) and a port. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** A bidirectional 5-tuple. Direction 0 runs from `ends[0]` to `ends[1]`, direction 1 back. */
export interface Flow {
  /** Slot in the flow table; unique among live flows only. */
  readonly id: number
  readonly transport: 'udp' | 'tcp'
  readonly ends: readonly [Endpoint, Endpoint]
}

/** 0: from `ends[0]` to `ends[1]`; 1: back. */
export type Direction = 0 | 1

/** Where and when a packet was seen: passed along with its bytes. */
export interface Seen {
  /** Capture time. */
  readonly at: Micros
  /** Frame number in the capture, from 1. */
  readonly frame: number
}
