/**
 * What one slice of a stream is: the first matching row of the table in VERDICTS §1 (media protection). Statistics alone never make a slice
 * `encrypted`; without cipher evidence the best is `probably-encrypted`, which no grade takes for protected.
 */
import type { Slice } from '../protocol/rtp/index.ts'
import type { MediaProtection } from './call-facts.ts'

/** Below this a plain telephone-event could be chance: a second one is not. */
const EVENTS_PROOF = 2
/** Cipher-length events that stand as evidence for a dynamic codec. */
const CIPHER_EVENTS_PROOF = 4

/** Without cipher evidence a random look counts for something only from here. */
const PROBABLY_PACKETS = 100

/** What surrounds a slice. */
export interface SliceContext {
  /** The codec's payload size follows from the timestamp step. */
  readonly knownSize: boolean
  /** A DTLS-SRTP or ZRTP exchange completed on this 5-tuple before the slice began. */
  readonly keysCompleted: boolean
  /** Such an exchange completed only after the slice began: there were no keys yet. */
  readonly beforeKeys: boolean
  /** SRTCP of the same SSRC and direction was recognised. */
  readonly srtcp: boolean
  /** The DTLS certificate does not match the fingerprint in readable SDP. */
  readonly fingerprintMismatch: boolean
  /** A readable key verified packets of the stream: a tag, whatever the statistics say. */
  readonly proven: boolean
  /** The key exchange chose a NULL cipher (DTLS profiles 5 and 6, UNENCRYPTED_SRTP with a verified tag). */
  readonly nullCipher: boolean
}

/** True if a deterministic row or the statistics proved the payload plain. */
export const isPlain = (slice: Slice): boolean =>
  slice.payload === 'plain' || slice.plainEvents >= EVENTS_PROOF

/** Cipher evidence: what a cipher leaves behind and a codec does not. */
export const hasCipherEvidence = (slice: Slice, context: SliceContext): boolean =>
  (slice.tagBytes() ?? 0) > 0 ||
  context.keysCompleted ||
  context.srtcp ||
  context.proven ||
  slice.cryptex >= EVENTS_PROOF ||
  slice.cipherEvents >= CIPHER_EVENTS_PROOF

/** Random where nothing can have made it so, or a cipher where none was agreed, or somebody else's certificate. */
const isContradictory = (slice: Slice, context: SliceContext): boolean =>
  (context.knownSize && slice.excess() === 0) || context.fingerprintMismatch || context.nullCipher

/** See the head of this file. */
export const protectionOf = (slice: Slice, context: SliceContext): MediaProtection => {
  if (isPlain(slice)) return (slice.tagBytes() ?? 0) > 0 || context.proven ? 'auth-only' : 'clear'
  if (slice.payload !== 'random') return 'undecided'
  if (isContradictory(slice, context)) return 'contradictory'
  if (hasCipherEvidence(slice, context)) return 'encrypted'
  return context.knownSize || slice.packets < PROBABLY_PACKETS ? 'undecided' : 'probably-encrypted'
}
