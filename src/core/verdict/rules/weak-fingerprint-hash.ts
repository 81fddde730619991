/** weak-fingerprint-hash: every fingerprint of a description uses SHA-1 or MD5. */
import type { CallFacts } from '../../call/index.ts'
import { agreedSections } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { listOf } from '../words.ts'

const WEAK_HASHES: readonly string[] = ['sha-1', 'sha1', 'md5', 'md2']

/** See the head of this file. */
export const weakFingerprintHash: Rule<CallFacts> = {
  id: 'weak-fingerprint-hash',
  severity: 'low',
  spec: 'RFC 8122 §5; RFC 8827 §6.5',
  title: 'Old hash in the fingerprint',
  meaning:
    'The certificate of the media is announced with SHA-1 or MD5 only; such a hash can be imitated with much effort.',
  advice: 'Update the sender so that a=fingerprint uses sha-256.',
  check: (facts) => {
    const agreed = agreedSections(facts).flatMap(({ section, offered, answered }) => [
      { media: offered, frame: section.offerFrame },
      { media: answered, frame: section.answerFrame },
    ])
    const weak = agreed.filter(
      ({ media: { fingerprints } }) =>
        fingerprints.length > 0 && fingerprints.every(({ algorithm }) => WEAK_HASHES.includes(algorithm)),
    )
    if (weak.length === 0) return null
    const hashes = weak.flatMap(({ media }) => media.fingerprints.map(({ algorithm }) => algorithm))
    return { frames: weak.map(({ frame }) => frame), seen: `a=fingerprint with ${listOf(hashes)} only.` }
  },
}
