/** Packets in a row whose excess length is not the slice's: three alike mean that the protection changed where the first of them stood. */
import type { Micros } from '../../base/clock.ts'

const PROOF = 3

/** See the head of this file. */
export class ExcessRun {
  /** Where the run began. */
  at = 0 as Micros
  frame = 0
  #excess = 0
  #length = 0

  /** True while a run is under way. */
  get isOpen(): boolean {
    return this.#length > 0
  }

  /** Packets that make the proof. */
  static readonly PROOF = PROOF

  /** One packet with another excess; true if it is the proof, and the run is over. */
  add(at: Micros, frame: number, excess: number): boolean {
    if (this.#length === 0 || this.#excess !== excess) {
      this.#length = 0
      this.#excess = excess
      this.at = at
      this.frame = frame
    }
    this.#length++
    if (this.#length < PROOF) return false
    this.#length = 0
    return true
  }

  /** A packet with the slice's own excess ends the run. */
  end(): void {
    this.#length = 0
  }
}
