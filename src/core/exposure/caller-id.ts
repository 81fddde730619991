/** Whether the caller showed who he is, and whether the dialled number was readable. */
import type { Exposure } from './exposure.ts'

const hasRole = (parties: Exposure['parties'], ...roles: readonly string[]): boolean =>
  parties.some(({ role }) => roles.includes(role))

/** Number or name of the caller, from From or an asserted identity (RFC 3325). */
export const hasCallerId = (parties: Exposure['parties']): boolean =>
  hasRole(parties, 'caller', 'caller-name', 'asserted', 'asserted-name')

/** The number that was dialled: Request-URI or To. */
export const hasDialledNumber = (parties: Exposure['parties']): boolean =>
  hasRole(parties, 'dialled', 'callee')
