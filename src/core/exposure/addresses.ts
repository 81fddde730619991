/** Hosts that showed themselves on this wire as phone, server or media host. */
import type { CallFacts } from '../call/index.ts'
import { distinctTexts } from './distinct.ts'

const MAX_ADDRESSES = 32

/** Addresses of packets, each once. */
export const addressesOf = (facts: CallFacts): string[] =>
  distinctTexts(
    [
      ...facts.legs.flatMap(({ client, server }) => [client, server]),
      ...facts.signalling.connections.flatMap(({ client, server }) => [client, server]),
      ...facts.streams.flatMap(({ source, destination }) => [source, destination]),
    ].map(({ address }) => address),
    MAX_ADDRESSES,
  )
