/**
 * The grade of a call as the page says it (VERDICTS §1), slowly and one sentence at a time, over a call that is described in the page's own
 * words. The product judges CallFacts by a table; the tests prove that both agree on every combination.
 */

/** A call in the page's words. */
export interface DescribedCall {
  readonly signalling: 'plain' | 'tls' | 'tls-weak' | 'unseen' | 'tunnel'
  /** Of each of two opposite streams. */
  readonly media: readonly [DescribedStream, DescribedStream] | null
  readonly answered: boolean
  readonly oneWay: boolean
  readonly captureLoss: boolean
  readonly otherReason: boolean
  readonly findingOfMedium: boolean
}

export interface DescribedStream {
  readonly protection:
    'auth-only' | 'clear' | 'undecided' | 'contradictory' | 'encrypted' | 'probably-encrypted'
  readonly keyExposure: 'none' | 'offered' | 'readable' | 'proven'
  /** The DTLS or ZRTP exchange was observed. */
  readonly keyingObserved: boolean
}

/** The grade. */
export function gradeByPage(call: DescribedCall): string {
  const streams = call.media === null ? [] : [...call.media]

  // 1: any media clear/auth-only or key readable/proven …
  for (const stream of streams) {
    const keyReadable = stream.keyExposure === 'readable' || stream.keyExposure === 'proven'
    const open = stream.protection === 'clear' || stream.protection === 'auth-only' || keyReadable
    // … and signalling is plain or that stream's key is readable.
    if (open && (call.signalling === 'plain' || keyReadable)) return 'exposed'
  }
  // 1: the same, whatever else the signalling is.
  for (const stream of streams) {
    if (stream.protection === 'clear' || stream.protection === 'auth-only') return 'audio-exposed'
  }

  // 2: any stream undecided, probably-encrypted or contradictory; signalling unseen or tunnel; a blindness reason.
  for (const stream of streams) {
    if (stream.protection === 'undecided') return 'undetermined'
    if (stream.protection === 'probably-encrypted') return 'undetermined'
    if (stream.protection === 'contradictory') return 'undetermined'
  }
  if (call.signalling === 'unseen' || call.signalling === 'tunnel') return 'undetermined'
  if (call.oneWay || call.captureLoss || call.otherReason) return 'undetermined'

  if (streams.length === 0) {
    // A call never answered and without media is metadata-exposed when its SIP was readable.
    if (!call.answered && call.signalling === 'plain') return 'metadata-exposed'
    // Answered with a non-zero port and no media seen; and nothing that is known is no evidence for green.
    return 'undetermined'
  }

  // 3: signalling plain, every stream encrypted with observed DTLS/ZRTP keying; of unseen keying it is undetermined.
  if (call.signalling === 'plain') {
    for (const stream of streams) if (!stream.keyingObserved) return 'undetermined'
    return 'metadata-exposed'
  }

  // 4: signalling tls-weak, or a finding of severity medium or more.
  if (call.signalling === 'tls-weak' || call.findingOfMedium) return 'weak'

  // 5: signalling tls, every stream encrypted, no key readable.
  return 'protected'
}
