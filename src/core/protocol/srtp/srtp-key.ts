/**
 * One readable SRTP master key: derives its session keys (RFC 3711 §4.3, RFC 6188 §3, RFC 7714 §11) and tells whether a captured packet was
 * protected with it. It decrypts nothing: a tag that verifies is proof enough, and no audio ever comes to be.
 */
import { copyBytes, readU32 } from '../../base/bytes.ts'
import type { Cryptography } from '../../base/cryptography.ts'
import { isCryptex, rtpHeaderLength } from '../rtp/index.ts'
import { findCryptoSuite, type CryptoAttribute, type CryptoSuite } from '../sdp/index.ts'

/** Labels of RFC 3711 §4.3.2. */
const LABEL = {
  rtpCipher: 0,
  rtpAuthentication: 1,
  rtpSalt: 2,
  rtcpCipher: 3,
  rtcpAuthentication: 4,
  rtcpSalt: 5,
} as const
type Label = (typeof LABEL)[keyof typeof LABEL]

const AUTHENTICATION_KEY_BYTES = 20
const GCM_SALT_BYTES = 12
const LABEL_OFFSET = 7
const RTP_HEADER = 12
const EXTENSION_HEADER = 4
/** Header and SSRC of the first RTCP packet: what SRTCP leaves readable (RFC 3711 §3.4). */
const RTCP_HEADER = 8
const INDEX_BYTES = 4
const ENCRYPTED = 0x80

/** See the head of this file. Derivations happen on first use and are kept. */
export class SrtpKey {
  /** Bytes of the RTP authentication tag; 0 if the suite is unknown. */
  readonly tagBytes: number
  readonly #cryptography: Cryptography
  readonly #master: Uint8Array
  readonly #mki: Uint8Array
  /** Null if nothing can be verified: unknown or ARIA suite, key of another length, no authentication. */
  readonly #suite: CryptoSuite | null
  readonly #isSrtcpAuthenticatedOnly: boolean
  readonly #sessionKeys: (Uint8Array | null)[] = [null, null, null, null, null, null]
  #wiped = false

  /** Keeps copies of the attribute's bytes. */
  constructor(cryptography: Cryptography, attribute: CryptoAttribute) {
    const suite = findCryptoSuite(attribute.suite) ?? null
    this.#cryptography = cryptography
    this.#master = copyBytes(attribute.keyAndSalt, 0, attribute.keyAndSalt.length)
    this.#mki = copyBytes(attribute.mki, 0, attribute.mki.length)
    this.#isSrtcpAuthenticatedOnly = attribute.unencryptedSrtcp
    this.tagBytes = suite?.rtpTagBytes ?? 0
    this.#suite = suite !== null && canVerify(suite, attribute) ? suite : null
  }

  /** True if the whole RTP packet `bytes[start, end)` verifies under this key with the rollover counter `rollover` (RFC 3711 §3.3.1). */
  verifyRtp(bytes: Uint8Array, start: number, end: number, rollover: number): boolean {
    const suite = this.#suite
    if (this.#wiped || suite === null) return false
    const headerLength = rtpHeaderLength(bytes, start, end)
    if (headerLength < 0) return false
    if (suite.authentication === 'aead') return this.#verifyRtpGcm(bytes, start, end, headerLength, rollover)
    const authenticated = end - suite.rtpTagBytes - this.#mki.length
    if (authenticated < start + headerLength || !this.#hasMki(bytes, authenticated)) return false
    const parts = [bytes.subarray(start, authenticated), u32(rollover)]
    return this.#hasTag(LABEL.rtpAuthentication, parts, bytes, end, suite.rtpTagBytes)
  }

  /** True if the whole SRTCP packet `bytes[start, end)` verifies under this key; its index is in the packet (RFC 3711 §3.4). */
  verifyRtcp(bytes: Uint8Array, start: number, end: number): boolean {
    const suite = this.#suite
    if (this.#wiped || suite === null) return false
    if (suite.authentication === 'aead') return this.#verifyRtcpGcm(bytes, start, end)
    // Linphone shortens the SRTCP tag with the RTP one, against RFC 4568 §6.2.
    return (
      this.#verifyRtcpHmac(bytes, start, end, suite.rtcpTagBytes) ||
      (suite.rtpTagBytes !== suite.rtcpTagBytes && this.#verifyRtcpHmac(bytes, start, end, suite.rtpTagBytes))
    )
  }

  /** Forgets the key bytes; nothing verifies afterwards. */
  wipe(): void {
    this.#wiped = true
    for (const secret of [this.#master, ...this.#sessionKeys]) secret?.fill(0)
  }

  #verifyRtcpHmac(bytes: Uint8Array, start: number, end: number, tagBytes: number): boolean {
    const authenticated = end - tagBytes - this.#mki.length
    if (authenticated < start + RTCP_HEADER + INDEX_BYTES || !this.#hasMki(bytes, authenticated)) return false
    return this.#hasTag(
      LABEL.rtcpAuthentication,
      [bytes.subarray(start, authenticated)],
      bytes,
      end,
      tagBytes,
    )
  }

  /** RFC 7714 §8: nonce from SSRC, ROC and SEQ; header, CSRCs and extension are associated data; the MKI follows the tag. */
  #verifyRtpGcm(
    bytes: Uint8Array,
    start: number,
    end: number,
    headerLength: number,
    rollover: number,
  ): boolean {
    const tag = end - this.#mki.length - this.tagBytes
    const body = start + headerLength
    if (tag < body || !this.#hasMki(bytes, tag + this.tagBytes)) return false
    const nonce = new Uint8Array(GCM_SALT_BYTES)
    nonce.set(bytes.subarray(start + 8, start + RTP_HEADER), 2)
    nonce.set(u32(rollover), 6)
    nonce.set(bytes.subarray(start + 2, start + 4), 10)
    const clear = toClearAndSecret(bytes, start, body, tag)
    return this.#opensGcm(
      LABEL.rtpCipher,
      LABEL.rtpSalt,
      nonce,
      clear,
      bytes.subarray(tag, tag + this.tagBytes),
    )
  }

  /** RFC 7714 §9: nonce from SSRC and index; behind the tag stands E‖index, which is associated data as the header is, then the MKI. */
  #verifyRtcpGcm(bytes: Uint8Array, start: number, end: number): boolean {
    const indexAt = end - this.#mki.length - INDEX_BYTES
    const tag = indexAt - this.tagBytes
    if (tag < start + RTCP_HEADER || !this.#hasMki(bytes, indexAt + INDEX_BYTES)) return false
    const index = bytes.subarray(indexAt, indexAt + INDEX_BYTES)
    const isEncrypted = (bytes[indexAt] as number) >= ENCRYPTED && !this.#isSrtcpAuthenticatedOnly
    const body = isEncrypted ? start + RTCP_HEADER : tag
    const nonce = new Uint8Array(GCM_SALT_BYTES)
    nonce.set(bytes.subarray(start + 4, start + RTCP_HEADER), 2)
    nonce.set(u32(readU32(bytes, indexAt) & 0x7fffffff), 8)
    const parts = {
      associated: joined(bytes.subarray(start, body), index),
      ciphertext: bytes.subarray(body, tag),
    }
    return this.#opensGcm(LABEL.rtcpCipher, LABEL.rtcpSalt, nonce, parts, bytes.subarray(tag, indexAt))
  }

  #opensGcm(
    cipher: Label,
    saltLabel: Label,
    nonce: Uint8Array,
    parts: { readonly associated: Uint8Array; readonly ciphertext: Uint8Array },
    tag: Uint8Array,
  ): boolean {
    const salt = this.#sessionKey(saltLabel, GCM_SALT_BYTES)
    for (let i = 0; i < nonce.length; i++) nonce[i] = (nonce[i] as number) ^ (salt[i] as number)
    const key = this.#sessionKey(cipher, this.#suite?.keyBytes ?? 0)
    return this.#cryptography.aesGcm(key, nonce, parts.associated, parts.ciphertext, tag)
  }

  #hasTag(
    label: Label,
    parts: readonly Uint8Array[],
    bytes: Uint8Array,
    end: number,
    tagBytes: number,
  ): boolean {
    const tag = this.#cryptography.hmacSha1(this.#sessionKey(label, AUTHENTICATION_KEY_BYTES), parts)
    for (let i = 0; i < tagBytes; i++) if (tag[i] !== bytes[end - tagBytes + i]) return false
    return true
  }

  #hasMki(bytes: Uint8Array, at: number): boolean {
    for (let i = 0; i < this.#mki.length; i++) if (bytes[at + i] !== this.#mki[i]) return false
    return true
  }

  /** RFC 3711 §4.3.3: AES-CM of zeros from (label · 2^48 XOR salt) · 2^16; GCM's 96-bit salt is padded on the right (RFC 7714 §11). */
  #sessionKey(label: Label, length: number): Uint8Array {
    const known = this.#sessionKeys[label]
    if (known) return known
    const keyBytes = this.#suite?.keyBytes ?? 0
    const counter = new Uint8Array(16)
    counter.set(this.#master.subarray(keyBytes))
    counter[LABEL_OFFSET] = (counter[LABEL_OFFSET] as number) ^ label
    const derived = this.#cryptography.aesCm(this.#master.subarray(0, keyBytes), counter, length)
    this.#sessionKeys[label] = derived
    return derived
  }
}

/** ARIA suites derive with ARIA (RFC 8269 §3), which the port does not offer. */
const canVerify = (suite: CryptoSuite, attribute: CryptoAttribute): boolean =>
  suite.cipher !== 'aria-cm' &&
  suite.cipher !== 'aria-gcm' &&
  !attribute.unauthenticatedSrtp &&
  attribute.keyAndSalt.length === suite.keyBytes + suite.saltBytes

/**
 * Associated data and ciphertext of a GCM packet. With cryptex the fixed header and the extension's first word alone stay clear, and the CSRC
 * list and extension are encrypted with the payload (RFC 9335 §6.2: as if the word came before the CSRC list).
 */
const toClearAndSecret = (bytes: Uint8Array, start: number, body: number, tag: number) => {
  const first = bytes[start] as number
  if ((first & 0x10) === 0 || !isCryptex(bytes, start)) {
    return { associated: bytes.subarray(start, body), ciphertext: bytes.subarray(body, tag) }
  }
  const fixed = start + RTP_HEADER
  const extension = fixed + 4 * (first & 0x0f)
  const word = bytes.subarray(extension, extension + EXTENSION_HEADER)
  return {
    associated: joined(bytes.subarray(start, fixed), word),
    ciphertext: joined(bytes.subarray(fixed, extension), bytes.subarray(extension + EXTENSION_HEADER, tag)),
  }
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

const u32 = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff)

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
      if (key.verifyRtp(bytes, start, end, rollover))
        return { key, rollover, weak: key.tagBytes <= WEAK_TAG_BYTES }
    }
  }
  return null
}
