/** SRTP: proof of readable keys. */
export { keyIdentity } from './key-identity.ts'
export { parseMikey } from './mikey.ts'
export { toCryptoAttributes } from './mikey-keys.ts'
export { proveStream, SrtpKey, type KeyProof } from './srtp-key.ts'
