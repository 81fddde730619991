/** The core's Cryptography port on node:crypto. What the library refuses is answered with "does not verify", never thrown. */
import { createCipheriv, createDecipheriv, createHash, createHmac, X509Certificate } from 'node:crypto'
import type { Cryptography } from '../core/index.ts'

const GCM_BY_KEY_LENGTH: ReadonlyMap<number, 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm'> = new Map([
  [16, 'aes-128-gcm'],
  [24, 'aes-192-gcm'],
  [32, 'aes-256-gcm'],
])
const GCM_TAG = 16

const hmacSha1: Cryptography['hmacSha1'] = (key, parts) => {
  const hmac = createHmac('sha1', key)
  for (const part of parts) hmac.update(part)
  return hmac.digest()
}

const aesGcm: Cryptography['aesGcm'] = (key, nonce, associated, ciphertext, tag) => {
  const name = GCM_BY_KEY_LENGTH.get(key.length)
  if (name === undefined || tag.length !== GCM_TAG) return false
  try {
    const decipher = createDecipheriv(name, key, nonce, { authTagLength: tag.length })
    decipher.setAAD(associated)
    decipher.setAuthTag(tag)
    decipher.update(ciphertext).fill(0)
    decipher.final()
    return true
  } catch {
    return false // a tag that does not verify, or an empty nonce, is an answer and no error
  }
}

const isSelfSigned: Cryptography['isSelfSigned'] = (der) => {
  try {
    const certificate = new X509Certificate(der)
    return certificate.verify(certificate.publicKey)
  } catch {
    return undefined // damaged, or an algorithm that this OpenSSL does not have
  }
}

/** See the head of this file. */
export const nodeCryptography: Cryptography = {
  hmacSha1,
  aesCm: (key, counterBlock, length) =>
    createCipheriv(`aes-${String(key.length * 8)}-ctr`, key, counterBlock).update(new Uint8Array(length)),
  aesGcm,
  sha: (algorithm, bytes) => createHash(algorithm.replace('-', '')).update(bytes).digest(),
  isSelfSigned,
}
