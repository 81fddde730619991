/** Readable login attempts: realm, algorithm and qop; the response and the nonce were never kept. */
import type { CallFacts } from '../call/index.ts'
import type { Exposure } from './exposure.ts'

const MAX_ROWS = 16

/** Requests with credentials, counted by realm and algorithm. */
export const authenticationsOf = (facts: CallFacts): Exposure['authentications'] => {
  const rows: { realm: string; algorithm: string; qop: boolean; count: number }[] = []
  for (const use of facts.legs.flatMap((leg) => leg.authentications)) {
    if (!use.header.endsWith('authorization')) continue
    const { realm, qop } = use
    const algorithm = use.scheme === 'digest' ? use.algorithm : use.scheme
    const known = rows.find((row) => row.realm === realm && row.algorithm === algorithm && row.qop === qop)
    if (known !== undefined) known.count++
    else if (rows.length < MAX_ROWS) rows.push({ realm, algorithm, qop, count: 1 })
  }
  return rows
}

/** Different readable user names of logins. */
export const usernamesOf = (parties: Exposure['parties']): number =>
  parties.filter(({ role }) => role === 'username').length
