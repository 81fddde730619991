/** Who took part, as the readable SIP names them: numbers and names by role, unmasked; mask.ts makes them fit to be shown. */
import type { CallFacts, LegFacts } from '../call/index.ts'
import type { Exposure } from './exposure.ts'
import { userOf } from './party-text.ts'

const MAX_PARTIES = 32

/** `anonymous` names nobody (RFC 3323 §4.1.1.3). */
const NOBODY: readonly string[] = ['', 'anonymous', 'unavailable', 'restricted']

interface Party {
  readonly role: string
  readonly value: string
}

const partiesOfLeg = (leg: LegFacts): Party[] => {
  const parties: Party[] = []
  const add = (role: string, address: LegFacts['from']): void => {
    if (address === null) return
    parties.push({ role, value: userOf(address) })
    parties.push({ role: `${role}-name`, value: address.displayName })
  }
  add('caller', leg.from)
  add('callee', leg.to)
  add('dialled', leg.requestUri)
  for (const identity of leg.assertedIdentities) add('asserted', identity)
  for (const contact of leg.contacts) add('contact', contact)
  for (const { username } of leg.authentications) parties.push({ role: 'username', value: username })
  return parties
}

/** Each value once for each role, in the order of the legs. */
export const partiesOf = (facts: CallFacts): Exposure['parties'] => {
  const parties: Party[] = []
  for (const party of facts.legs.flatMap(partiesOfLeg)) {
    if (NOBODY.includes(party.value.toLowerCase()) || parties.length >= MAX_PARTIES) continue
    if (!parties.some(({ role, value }) => role === party.role && value === party.value)) parties.push(party)
  }
  return parties
}

/** The first party of a role, or null. */
export const partyOf = (parties: Exposure['parties'], role: string): string | null =>
  parties.find((party) => party.role === role)?.value ?? null
