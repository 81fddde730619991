/** Whether record bytes look like ciphertext: a byte chi-square over at least 512 of them. */
import { chiSquareTail } from '../../base/tail-probability.ts'

const ENOUGH = 512
const LIMIT = 16384
/** −log10 p from which the bytes are structured. */
const STRUCTURED = 4

/** See the head of this file. */
export class RandomLook {
  readonly #nibbles = new Uint32Array(32)
  #bytes = 0
  #nextLook = ENOUGH

  /** Adds bytes; true or false when there is something new to say, else null. */
  add(bytes: Uint8Array, start: number, end: number): boolean | null {
    if (this.#bytes >= LIMIT) return null
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number
      this.#count(byte >> 4)
      this.#count(16 + (byte & 15))
    }
    this.#bytes += Math.max(0, end - start)
    if (this.#bytes < this.#nextLook) return null
    this.#nextLook = this.#bytes * 2
    return this.#score(0) < STRUCTURED && this.#score(16) < STRUCTURED
  }

  #count(bin: number): void {
    this.#nibbles[bin] = (this.#nibbles[bin] as number) + 1
  }

  #score(from: number): number {
    const expected = this.#bytes / 16
    let sum = 0
    for (let i = 0; i < 16; i++) sum += ((this.#nibbles[from + i] as number) - expected) ** 2 / expected
    return chiSquareTail(sum, 15)
  }
}
