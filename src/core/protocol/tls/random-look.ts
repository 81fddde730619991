/** Whether record bytes look like ciphertext: how evenly their nibbles fall from 512 bytes on, and whole bytes from 1,280 on. */
import { uniformTail } from '../../base/tail-probability.ts'

const ENOUGH = 512
const LIMIT = 16384
/** −log10 p from which the bytes are structured. */
const STRUCTURED = 4

/** See the head of this file. */
export class RandomLook {
  readonly #bytes = new Int32Array(256)
  readonly #high = new Int32Array(16)
  readonly #low = new Int32Array(16)
  #total = 0
  #nextLook = ENOUGH

  /** Adds bytes; true or false when there is something new to say, else null. Looks at 512, 1,024 … 16,384 bytes. */
  add(bytes: Uint8Array, start: number, end: number): boolean | null {
    if (this.#total >= LIMIT) return null
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number
      this.#bytes[byte] = (this.#bytes[byte] as number) + 1
      this.#high[byte >> 4] = (this.#high[byte >> 4] as number) + 1
      this.#low[byte & 15] = (this.#low[byte & 15] as number) + 1
    }
    this.#total += Math.max(0, end - start)
    if (this.#total < this.#nextLook) return null
    while (this.#nextLook <= this.#total) this.#nextLook *= 2
    return [this.#bytes, this.#high, this.#low].every(
      (counts) => uniformTail(counts, this.#total) < STRUCTURED,
    )
  }
}
