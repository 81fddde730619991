/** The one port that the core needs from outside: keyed checks and hashes, given by whoever assembles the engine. */
export interface Cryptography {
  /** HMAC-SHA1 (RFC 2104) of the concatenated `parts`: 20 bytes. */
  hmacSha1(key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array
  /** AES in counter mode (RFC 3711 §4.1.1) under a 16, 24 or 32 byte key: `length` bytes of key stream from the 16-byte counter block. */
  aesCm(key: Uint8Array, counterBlock: Uint8Array, length: number): Uint8Array
  /** AES-GCM (RFC 7714): true if the 16-byte `tag` authenticates `associated` and `ciphertext`. The plaintext is discarded. */
  aesGcm(
    key: Uint8Array,
    nonce: Uint8Array,
    associated: Uint8Array,
    ciphertext: Uint8Array,
    tag: Uint8Array,
  ): boolean
  /** Digest of `bytes`; `algorithm` as RFC 8122 names it. */
  sha(algorithm: 'sha-1' | 'sha-224' | 'sha-256' | 'sha-384' | 'sha-512', bytes: Uint8Array): Uint8Array
  /** True if the certificate's own key verifies its signature (DER in); undefined if it cannot be told. */
  isSelfSigned(der: Uint8Array): boolean | undefined
}
