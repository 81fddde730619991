/**
 * One readable SRTP master key: derives its session keys (RFC 3711 §4.3, RFC 6188 §3, RFC 7714 §11) and tells whether a captured packet was
 * protected with it. It decrypts nothing: a tag that verifies is proof enough, and no audio ever comes to be.
 */
import { readU16 } from '../../base/bytes.ts'
import type { Cryptography } from '../../base/cryptography.ts'
import { rtpHeaderLength } from '../rtp/index.ts'
import { findCryptoSuite, type CryptoAttribute, type CryptoSuite } from '../sdp/index.ts'

/** Labels of RFC 3711 §4.3.2. */
const LABEL = { rtpCipher: 0, rtpAuthentication: 1, rtpSalt: 2 } as const
const AUTHENTICATION_KEY_BYTES = 20
const GCM_SALT_BYTES = 12
const GCM_TAG_BYTES = 16
const LABEL_OFFSET = 7

/** See the head of this file. */
export class SrtpKey {
  readonly tagBytes: number
  readonly #cryptography: Cryptography
  readonly #attribute: CryptoAttribute
  readonly #suite: CryptoSuite | null
  /** Session keys, derived on first use. */
  #authenticationKey: Uint8Array | null = null
  #cipherKey: Uint8Array | null = null
  #salt: Uint8Array | null = null
  readonly #rollover = new Uint8Array(4)
  #wiped = false

  constructor(cryptography: Cryptography, attribute: CryptoAttribute) {
    this.#cryptography = cryptography
    this.#attribute = { ...attribute, keyAndSalt: attribute.keyAndSalt.slice() }
    this.#suite = findCryptoSuite(attribute.suite) ?? null
    this.tagBytes = this.#suite?.rtpTagBytes ?? 0
  }

  /** True if the whole RTP packet `bytes[start, end)` verifies under this key with the rollover counter `rollover` (RFC 3711 §3.3.1). */
  verifyRtp(bytes: Uint8Array, start: number, end: number, rollover: number): boolean {
    const suite = this.#suite
    if (this.#wiped || suite === null || this.#attribute.unauthenticatedSrtp) return false
    if (this.#attribute.keyAndSalt.length !== suite.keyBytes + suite.saltBytes) return false
    if (suite.cipher === 'aria-gcm') return false
    const { mki } = this.#attribute
    return suite.authentication === 'aead'
      ? this.#verifyGcm(bytes, start, end - mki.length, rollover)
      : this.#verifyHmac(bytes, start, end, rollover)
  }

  /** Forgets the key bytes; nothing verifies afterwards. */
  wipe(): void {
    this.#wiped = true
    for (const secret of [this.#attribute.keyAndSalt, this.#authenticationKey, this.#cipherKey, this.#salt]) secret?.fill(0)
  }

  /** HMAC-SHA1 over the packet without MKI and tag, and the rollover counter (RFC 3711 §4.2). */
  #verifyHmac(bytes: Uint8Array, start: number, end: number, rollover: number): boolean {
    const authenticated = end - this.tagBytes - this.#attribute.mki.length
    if (authenticated <= start + 12) return false
    const { mki } = this.#attribute
    for (let i = 0; i < mki.length; i++) if (bytes[authenticated + i] !== mki[i]) return false
    this.#authenticationKey ??= this.#derive(LABEL.rtpAuthentication, AUTHENTICATION_KEY_BYTES)
    writeU32(this.#rollover, 0, rollover)
    const tag = this.#cryptography.hmacSha1(this.#authenticationKey, [bytes.subarray(start, authenticated), this.#rollover])
    for (let i = 0; i < this.tagBytes; i++) if (tag[i] !== bytes[end - this.tagBytes + i]) return false
    return true
  }

  /** RFC 7714 §8: the nonce is salt XOR (0 ‖ SSRC ‖ ROC ‖ SEQ); header, CSRCs and extension are associated data; the MKI follows the tag. */
  #verifyGcm(bytes: Uint8Array, start: number, end: number, rollover: number): boolean {
    const headerLength = rtpHeaderLength(bytes, start, end)
    if (headerLength < 0 || end - start < headerLength + GCM_TAG_BYTES) return false
    this.#cipherKey ??= this.#derive(LABEL.rtpCipher, this.#suite?.keyBytes ?? 0)
    this.#salt ??= this.#derive(LABEL.rtpSalt, GCM_SALT_BYTES)
    const nonce = new Uint8Array(GCM_SALT_BYTES)
    nonce.set(bytes.subarray(start + 8, start + 12), 2)
    writeU32(nonce, 6, rollover)
    const sequence = readU16(bytes, start + 2)
    nonce[10] = sequence >> 8
    nonce[11] = sequence & 0xff
    for (let i = 0; i < nonce.length; i++) nonce[i] = (nonce[i] as number) ^ (this.#salt[i] as number)
    const body = start + headerLength
    return this.#cryptography.aesGcm(
      this.#cipherKey,
      nonce,
      bytes.subarray(start, body),
      bytes.subarray(body, end - GCM_TAG_BYTES),
      bytes.subarray(end - GCM_TAG_BYTES, end),
    )
  }

  /** RFC 3711 §4.3.3: AES-CM of zeros from (label · 2^48 XOR salt) · 2^16; GCM's 96-bit salt is padded on the right (RFC 7714 §11). */
  #derive(label: number, length: number): Uint8Array {
    const keyBytes = this.#suite?.keyBytes ?? 0
    const counter = new Uint8Array(16)
    counter.set(this.#attribute.keyAndSalt.subarray(keyBytes))
    counter[LABEL_OFFSET] = (counter[LABEL_OFFSET] as number) ^ label
    return this.#cryptography.aesCm(this.#attribute.keyAndSalt.subarray(0, keyBytes), counter, length)
  }
}

const writeU32 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value >>> 24
  bytes[at + 1] = (value >>> 16) & 0xff
  bytes[at + 2] = (value >>> 8) & 0xff
  bytes[at + 3] = value & 0xff
}

/** A key that verified a packet. */
export interface KeyProof {
  readonly key: SrtpKey
  readonly rollover: number
  /** A tag of 4 bytes can match by chance: a second packet must agree. */
  readonly weak: boolean
}

const WEAK_TAG_BYTES = 4

/** Tries keys in order on one whole packet, each with the rollover counters below `rollovers`; null if none verifies it. */
export const proveStream = (
  keys: readonly SrtpKey[],
  bytes: Uint8Array,
  start: number,
  end: number,
  rollovers: number,
): KeyProof | null => {
  for (const key of keys) {
    for (let rollover = 0; rollover < rollovers; rollover++) {
      if (key.verifyRtp(bytes, start, end, rollover)) return { key, rollover, weak: key.tagBytes <= WEAK_TAG_BYTES }
    }
  }
  return null
}

/** Identity of a key for reuse detection: an HMAC under a random key of this start, so that it says nothing of the key itself. */
export const keyIdentity = (cryptography: Cryptography, runKey: Uint8Array, keyAndSalt: Uint8Array): string =>
  [...cryptography.hmacSha1(runKey, [keyAndSalt]).subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
