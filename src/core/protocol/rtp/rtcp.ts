/** RTCP that parses from end to end is plain; SRTCP shows its index behind the ciphertext (RFC 3550 §6.1, RFC 3711 §3.4, RFC 7714 §9). */
import { readU16, readU32 } from '../../base/bytes.ts'

/** RTCP packet types of RFC 5761 §4. */
const FIRST_TYPE = 192
const LAST_TYPE = 223
const MIN_LENGTH = 4
/** Offsets of the E‖index word from the end: behind it a tag of 10, of 4, or (GCM) nothing. */
const INDEX_OFFSETS = [14, 8, 4] as const
const MAX_INDEX = 2 ** 16

/**
 * `compound` if the whole of `bytes[start, end)` is a chain of RTCP packets whose lengths fit exactly, reduced-size (RFC 5506) included;
 * random bytes pass with less than one in two million.
 */
export const parseRtcp = (bytes: Uint8Array, start: number, end: number): 'compound' | 'not' => {
  let at = start
  while (at + MIN_LENGTH <= end) {
    const type = bytes[at + 1] as number
    if ((bytes[at] as number) >> 6 !== 2 || type < FIRST_TYPE || type > LAST_TYPE) return 'not'
    at += 4 * (readU16(bytes, at + 2) + 1)
  }
  return at === end && end > start ? 'compound' : 'not'
}

/** Follows the SRTCP index of one sender: two packets whose index rises by one at the same place are proof. */
export class SrtcpTracker {
  /** `encrypted`: E=1; `auth-only`: E=0; `undecided` until proven. */
  state: 'encrypted' | 'auth-only' | 'undecided' = 'undecided'
  /** Bytes behind the index word, of the proven place. */
  tagBytes = 0
  readonly #last = new Float64Array(INDEX_OFFSETS.length).fill(-1)

  /** One packet that is not plain RTCP. */
  onPacket(bytes: Uint8Array, start: number, end: number): void {
    if (this.state === 'encrypted') return
    for (const [i, offset] of INDEX_OFFSETS.entries()) {
      if (end - start < 8 + offset) continue
      const word = readU32(bytes, end - offset)
      const index = word % 2 ** 31
      const last = this.#last[i] as number
      if (index < MAX_INDEX && last >= 0 && word - last >= 1 && word - last <= 2) {
        this.state = word >= 2 ** 31 ? 'encrypted' : 'auth-only'
        this.tagBytes = offset - 4
      }
      this.#last[i] = index < MAX_INDEX ? word : -1
    }
  }
}
