/** Make, model and firmware of the phones, as they say themselves. */
import type { CallFacts } from '../call/index.ts'
import { distinctTexts } from './distinct.ts'

const MAX_AGENTS = 16

/** Different User-Agent and Server texts, and the client identifiers of ZRTP, which is readable by design (RFC 6189 §5.2). */
export const userAgentsOf = (facts: CallFacts): string[] =>
  distinctTexts(
    [
      ...facts.legs.flatMap(({ userAgents }) => userAgents),
      ...facts.zrtp.flatMap(({ facts: zrtp }) => zrtp.clients.map((client) => client ?? '')),
    ],
    MAX_AGENTS,
  )
