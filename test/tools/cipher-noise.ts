/** Ciphertext by the megabyte, the same in each run: what statistics are calibrated on. */
import { createCipheriv } from 'node:crypto'

/** Gives the next `length` bytes of one AES-CTR key stream. */
export const cipherNoise = (seed: number): ((length: number) => Uint8Array) => {
  const cipher = createCipheriv(
    'aes-128-ctr',
    Buffer.alloc(16, seed & 0xff),
    Buffer.alloc(16, (seed >>> 8) & 0xff),
  )
  return (length) => new Uint8Array(cipher.update(new Uint8Array(length)))
}
