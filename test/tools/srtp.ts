/** Real SRTP and SRTCP protection (RFC 3711, AES_CM_128_HMAC_SHA1_80 and _32), so that key proofs have something true to prove. */
import { createCipheriv, createHmac } from 'node:crypto'
import { concat, u32 } from './packet-builder.ts'

export type SrtpSuite = 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32'

/** Labels of the key derivation (RFC 3711 §4.3.2). */
const LABEL = {
  encryption: 0,
  authentication: 1,
  salt: 2,
  controlEncryption: 3,
  controlAuthentication: 4,
  controlSalt: 5,
} as const

/** AES-CM key stream (§4.1.1): `length` bytes from the 16-byte counter block. */
export const aesCounter = (key: Uint8Array, counterBlock: Uint8Array, length: number): Uint8Array => {
  const cipher = createCipheriv('aes-128-ctr', key, counterBlock)
  return new Uint8Array(cipher.update(new Uint8Array(length)))
}

/** One session key (§4.3.1), key derivation rate 0. */
export const deriveKey = (
  masterKey: Uint8Array,
  masterSalt: Uint8Array,
  label: number,
  length: number,
): Uint8Array => {
  const block = concat(masterSalt, [0, 0])
  block[7]! ^= label
  return aesCounter(masterKey, block, length)
}

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, index) => byte ^ b[index]!)

/** One direction of one SSRC: packets must be given in order of their sequence numbers, wraps included. */
export class SrtpProtector {
  readonly #suite: SrtpSuite
  readonly #master: Uint8Array
  readonly #salt: Uint8Array
  readonly #mki: Uint8Array
  #rollover = 0
  #lastSequence = -1
  #controlIndex = 0

  /** `keyAndSalt`: 16 bytes of master key and 14 of salt, as inline: carries them in base64. */
  constructor(
    keyAndSalt: Uint8Array,
    suite: SrtpSuite = 'AES_CM_128_HMAC_SHA1_80',
    mki = new Uint8Array(0),
    rollover = 0,
  ) {
    this.#master = keyAndSalt.slice(0, 16)
    this.#salt = keyAndSalt.slice(16, 30)
    this.#suite = suite
    this.#mki = mki
    this.#rollover = rollover
  }

  /** Encrypts and authenticates an RTP packet without CSRC and extension. */
  protect(packet: Uint8Array): Uint8Array {
    const sequence = (packet[2]! << 8) | packet[3]!
    if (this.#lastSequence > 0xff00 && sequence < 0x00ff) this.#rollover++
    this.#lastSequence = sequence
    const index = [...u32(this.#rollover), packet[2]!, packet[3]!]
    const encrypted = this.#encrypt(packet, 12, packet.subarray(8, 12), index, LABEL.encryption, LABEL.salt)
    const tag = this.#tag(LABEL.authentication, concat(encrypted, u32(this.#rollover)))
    return concat(encrypted, this.#mki, tag.subarray(0, this.#suite.endsWith('_32') ? 4 : 10))
  }

  /** The same for a compound RTCP packet (§3.4): E bit and index, then the tag, which has 10 bytes in both suites (RFC 4568 §6.2). */
  protectControl(packet: Uint8Array): Uint8Array {
    this.#controlIndex++
    const index = [0, 0, ...u32(this.#controlIndex)]
    const encrypted = this.#encrypt(
      packet,
      8,
      packet.subarray(4, 8),
      index,
      LABEL.controlEncryption,
      LABEL.controlSalt,
    )
    const authenticated = concat(encrypted, u32((0x8000_0000 | this.#controlIndex) >>> 0))
    return concat(
      authenticated,
      this.#mki,
      this.#tag(LABEL.controlAuthentication, authenticated).subarray(0, 10),
    )
  }

  #encrypt(
    packet: Uint8Array,
    from: number,
    ssrc: Uint8Array,
    index: number[],
    keyLabel: number,
    saltLabel: number,
  ): Uint8Array {
    const key = deriveKey(this.#master, this.#salt, keyLabel, 16)
    const salt = concat(deriveKey(this.#master, this.#salt, saltLabel, 14), [0, 0])
    const counter = xor(salt, concat([0, 0, 0, 0], ssrc, index, [0, 0]))
    const body = packet.subarray(from)
    return concat(packet.subarray(0, from), xor(body, aesCounter(key, counter, body.length)))
  }

  #tag(label: number, bytes: Uint8Array): Uint8Array {
    return new Uint8Array(
      createHmac('sha1', deriveKey(this.#master, this.#salt, label, 20))
        .update(bytes)
        .digest(),
    )
  }
}
