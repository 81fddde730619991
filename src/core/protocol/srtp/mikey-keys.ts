/** SRTP master keys from a readable MIKEY message (RFC 3830 §4.1), so that captured packets can prove that they were used. */
import type { Cryptography } from '../../base/cryptography.ts'
import type { CryptoAttribute } from '../sdp/index.ts'
import type { MikeyFacts } from './mikey.ts'

const MAX_ATTRIBUTES = 16
/** SRTP's parameters in a security policy (§6.10.1). */
const PARAMETER = {
  keyBytes: 1,
  isEncrypted: 7,
  isRtcpEncrypted: 8,
  isAuthenticated: 10,
  tagBytes: 11,
} as const
/** Constants of the key derivation (§4.1.4). */
const TEK_LABEL = [0x2a, 0xd0, 0x1c, 0x64] as const
const SALT_LABEL = [0x39, 0xa2, 0xc1, 0x4b] as const
const HMAC_BYTES = 20
const PRF_BLOCK = 32
const DEFAULT_KEY_BYTES = 16
const SALT_BYTES = 14

/** The SRTP master keys that the message gives away, as attributes that a proof can try; empty if it gives none. */
export const toCryptoAttributes = (cryptography: Cryptography, facts: MikeyFacts): CryptoAttribute[] => {
  const attributes: CryptoAttribute[] = []
  for (const { kind, key, salt, mki } of facts.keys) {
    const sessions = kind === 'tek' ? 1 : facts.sessions
    for (let session = 1; session <= sessions && attributes.length < MAX_ATTRIBUTES; session++) {
      const masterKey = kind === 'tek' ? key : deriveFrom(cryptography, facts, key, session, TEK_LABEL)
      const isSalted = salt.length === SALT_BYTES
      const masterSalt = isSalted ? salt : deriveFrom(cryptography, facts, key, session, SALT_LABEL)
      if (kind === 'tek' && !isSalted) continue
      attributes.push(toAttribute(facts.policy, masterKey, masterSalt, mki))
    }
  }
  return attributes
}

const toAttribute = (
  policy: MikeyFacts['policy'],
  key: Uint8Array,
  salt: Uint8Array,
  mki: Uint8Array,
): CryptoAttribute => {
  const cipher = key.length === DEFAULT_KEY_BYTES ? 'AES_CM_128' : `AES_${String(key.length * 8)}_CM`
  const keyAndSalt = new Uint8Array(key.length + salt.length)
  keyAndSalt.set(key)
  keyAndSalt.set(salt, key.length)
  return {
    tag: 0,
    suite: `${cipher}_HMAC_SHA1_${policy.get(PARAMETER.tagBytes) === 4 ? '32' : '80'}`,
    keyAndSalt,
    mki,
    unencryptedSrtp: policy.get(PARAMETER.isEncrypted) === 0,
    unencryptedSrtcp: policy.get(PARAMETER.isRtcpEncrypted) === 0,
    unauthenticatedSrtp: policy.get(PARAMETER.isAuthenticated) === 0,
  }
}

/** Key or salt of one crypto session (§4.1.3): PRF of the traffic-generating key over constant, session, bundle and RAND. */
const deriveFrom = (
  cryptography: Cryptography,
  facts: MikeyFacts,
  generating: Uint8Array,
  session: number,
  label: readonly number[],
): Uint8Array => {
  const keyBytes = facts.policy.get(PARAMETER.keyBytes) ?? DEFAULT_KEY_BYTES
  const length = label === SALT_LABEL ? SALT_BYTES : Math.min(PRF_BLOCK, keyBytes)
  const input = Uint8Array.from([...label, session, ...facts.bundleId, ...facts.rand])
  return pseudoRandom(cryptography, generating, input, length)
}

/** The PRF of §4.1.2: the blocks of the key each give a stream P(s, label), and the streams are added modulo 2. */
const pseudoRandom = (
  cryptography: Cryptography,
  key: Uint8Array,
  label: Uint8Array,
  length: number,
): Uint8Array => {
  const out = new Uint8Array(length)
  for (let from = 0; from < key.length; from += PRF_BLOCK) {
    const block = key.subarray(from, from + PRF_BLOCK)
    let a = label
    for (let at = 0; at < length; at += HMAC_BYTES) {
      a = cryptography.hmacSha1(block, [a])
      const stream = cryptography.hmacSha1(block, [a, label])
      for (let i = 0; i < HMAC_BYTES && at + i < length; i++)
        out[at + i] = (out[at + i] as number) ^ (stream[i] as number)
    }
  }
  return out
}
