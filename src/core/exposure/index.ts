/** Exposure: what the wire gave away, and the mask that it is shown through. */
export type { Exposure } from './exposure.ts'
export { exposureOf } from './exposure-of.ts'
export { maskExposure, maskParty, type PartiesMode } from './mask.ts'
export { partyOf } from './parties.ts'
