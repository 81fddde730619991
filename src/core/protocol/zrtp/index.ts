/** ZRTP: the only door of this folder. */
export { crc32c } from './crc32c.ts'
export { probeZrtp } from './probe.ts'
export type { ZrtpFacts } from './zrtp-facts.ts'
export { ZrtpSession } from './zrtp-session.ts'
