/** Session descriptions: the only door of this folder. */
export { parseCryptoAttribute } from './crypto-attribute.ts'
export { CRYPTO_SUITES, findCryptoSuite } from './crypto-suites-table.ts'
export type { CryptoSuite } from './crypto-suites-table.ts'
export { parseDescription } from './parse-description.ts'
export type {
  CryptoAttribute,
  Fingerprint,
  MediaDescription,
  PayloadFormat,
  SessionDescription,
} from './session-description.ts'
