/** What a passive listener can say of one ZRTP exchange (RFC 6189) on a media 5-tuple. */
import type { Micros } from '../../base/clock.ts'

/** One exchange; a live view that its session updates. */
export interface ZrtpFacts {
  /** Client identifiers from the Hello of direction 0 and 1 (at most 16 characters), null if none was seen. */
  readonly clients: [string | null, string | null]
  /** From the Commit: hash, cipher, auth tag, key agreement, SAS type (4 characters each), null before it. */
  hash: string | null
  cipher: string | null
  authTag: string | null
  keyAgreement: string | null
  sas: string | null
  /** Confirm1, Confirm2 and Conf2ACK were all seen, or Confirm2 was followed by media. */
  completedAt: Micros | null
  completedFrame: number
  /** Confirm2 seen; completion may still come by media. */
  confirmed: boolean
  /** GoClear or Error ended protection. */
  goClearAt: Micros | null
  goClearFrame: number
  firstFrame: number
}
