/** SRTP: proof of readable keys. */
export { parseMikey, type MikeyFacts } from './mikey.ts'
export { keyIdentity, proveStream, SrtpKey, type KeyProof } from './srtp-key.ts'
