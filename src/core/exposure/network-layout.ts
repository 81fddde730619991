/** Hosts that readable SIP and SDP told of beyond those whose packets passed: hops, private addresses behind NAT, relays. */
import type { CallFacts, LegFacts } from '../call/index.ts'
import { distinctTexts } from './distinct.ts'

const MAX_HOSTS = 32

type Description = NonNullable<LegFacts['sections'][number]['offered']>

const hostsOfDescription = (description: Description | null): string[] =>
  description === null
    ? []
    : [description.address, description.rtcp.address, ...description.candidates.map(({ address }) => address)]

const hostsOfLeg = (leg: LegFacts): string[] => [
  ...leg.vias.map(({ host }) => host),
  ...leg.contacts.map(({ host }) => host),
  ...leg.recordRoutes.map(({ host }) => host),
  ...leg.sections.flatMap(({ offered, answered }) => [
    ...hostsOfDescription(offered),
    ...hostsOfDescription(answered),
  ]),
]

/** Different host names and addresses that are not in `addresses`. */
export const networkLayoutOf = (facts: CallFacts, addresses: readonly string[]): string[] =>
  distinctTexts(
    facts.legs.flatMap(hostsOfLeg).filter((host) => !addresses.includes(host)),
    MAX_HOSTS,
  )
