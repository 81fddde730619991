/** A vote of packets on the codec of a dynamic payload type without rtpmap, by the shape of their payloads; ciphertext fits one only by chance. */
import { SHAPED_CODECS } from './codecs/index.ts'

const VOTES = 40
const SHARE = 0.95

/** See the head of this file. */
export class ShapeVote {
  /** Name of the codec, null if none has settled. */
  shape: string | null = null
  #tries = 0
  readonly #hits = new Uint8Array(SHAPED_CODECS.length)

  /** True while votes are wanted. */
  get isOpen(): boolean {
    return this.#tries < VOTES
  }

  /** One packet whose timestamp step is known. */
  vote(bytes: Uint8Array, start: number, end: number, timestampStep: number): void {
    this.#tries++
    for (const [i, codec] of SHAPED_CODECS.entries()) {
      if (codec.hasShape?.(bytes, start, end, timestampStep) === true)
        this.#hits[i] = (this.#hits[i] as number) + 1
    }
    if (this.isOpen) return
    const best = this.#hits.findIndex((hits) => hits >= SHARE * VOTES)
    this.shape = SHAPED_CODECS[best]?.name ?? null
  }
}
