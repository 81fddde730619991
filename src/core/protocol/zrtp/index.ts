/** ZRTP (RFC 6189): the only door of this folder. */
export { probeZrtp } from './probe.ts'
export type { ZrtpFacts } from './zrtp-facts.ts'
export { ZrtpSession } from './zrtp-session.ts'
