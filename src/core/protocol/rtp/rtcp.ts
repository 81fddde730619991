/** RTCP that parses from end to end is plain; SRTCP shows its index behind the ciphertext (RFC 3550 §6.1, RFC 3711 §3.4, RFC 7714 §9). */
import { readU16, readU32 } from '../../base/bytes.ts'

/** RTCP packet types of RFC 5761 §4. */
const FIRST_TYPE = 192
const LAST_TYPE = 223
const COMMON_HEADER = 4
/** Header and sender's SSRC, which SRTCP leaves readable. */
const CLEAR_BYTES = 8

/**
 * `compound` if the whole of `bytes[start, end)` is a chain of RTCP packets whose lengths fit exactly, reduced-size (RFC 5506) and
 * application packets (RFC 3550 §6.7, baresip's 16-byte PING) included; random bytes pass with less than one in two million. Nothing inside
 * a packet is believed, so a report block beyond the end or of length 0 cannot mislead it.
 */
export const parseRtcp = (bytes: Uint8Array, start: number, end: number): 'compound' | 'not' => {
  let at = start
  while (at + COMMON_HEADER <= end) {
    const type = bytes[at + 1] as number
    if ((bytes[at] as number) >> 6 !== 2 || type < FIRST_TYPE || type > LAST_TYPE) return 'not'
    at += 4 * (readU16(bytes, at + 2) + 1)
  }
  return at === end && end > start ? 'compound' : 'not'
}

interface IndexPlace {
  /** Bytes from the E‖index word to the end of the packet, the word included: an MKI and an HMAC tag follow it. */
  readonly offset: number
  readonly tagBytes: number
  /** Bytes of a GCM tag, which stands before the word (RFC 7714 §9.2). */
  readonly before: number
}

/**
 * Where the index word may stand, without an MKI first. Tag 10: all HMAC suites; 4: Linphone with _32, although RFC 4568 §6.2 keeps 10; 16:
 * GCM. MKIs of 1 and 4 bytes are those that products write.
 */
const PLACES: readonly IndexPlace[] = [
  { offset: 14, tagBytes: 10, before: 0 },
  { offset: 8, tagBytes: 4, before: 0 },
  { offset: 4, tagBytes: 16, before: 16 },
  { offset: 15, tagBytes: 10, before: 0 },
  { offset: 18, tagBytes: 10, before: 0 },
  { offset: 9, tagBytes: 4, before: 0 },
  { offset: 12, tagBytes: 4, before: 0 },
  { offset: 5, tagBytes: 16, before: 16 },
]
const ENCRYPTED = 2 ** 31
/** An index above this would mean four days of reports. */
const MAX_INDEX = 2 ** 16
/** Reports lost, or left out by sampling, between two that are seen. Two random words agree so with less than 10^-13. */
const MAX_STEP = 16

/** Follows the SRTCP index of one sender: two packets whose index rises at the same place are proof. */
export class SrtcpTracker {
  /** `encrypted`: E=1; `auth-only`: E=0 behind RTCP that parses; `undecided` until proven. */
  state: 'encrypted' | 'auth-only' | 'undecided' = 'undecided'
  /** Bytes of the authentication tag, once proven. */
  tagBytes = 0
  readonly #last = new Float64Array(PLACES.length).fill(-1)

  /** One whole packet of this sender that is not plain RTCP. Repeated packets do no harm. */
  onPacket(bytes: Uint8Array, start: number, end: number): void {
    if (this.state === 'encrypted') return
    for (let i = 0; i < PLACES.length; i++) {
      const place = PLACES[i] as IndexPlace
      const word = srtcpIndex(bytes, start, end, place)
      const last = this.#last[i] as number
      this.#last[i] = word
      if (word < 0 || last < 0 || word - last < 1 || word - last > MAX_STEP) continue
      this.state = word >= ENCRYPTED ? 'encrypted' : 'auth-only'
      this.tagBytes = place.tagBytes
      return
    }
  }
}

/** The E‖index word if the packet could be SRTCP with its index at `place`, else -1. */
const srtcpIndex = (bytes: Uint8Array, start: number, end: number, place: IndexPlace): number => {
  const at = end - place.offset
  const body = at - place.before
  if (body < start + CLEAR_BYTES) return -1
  const word = readU32(bytes, at)
  if (word % ENCRYPTED >= MAX_INDEX) return -1
  return word >= ENCRYPTED || parseRtcp(bytes, start, body) === 'compound' ? word : -1
}
