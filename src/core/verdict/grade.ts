/** The grades, from bad to good; the order is the order of badness (VERDICTS: call grade). */

export const GRADES = [
  'exposed',
  'audio-exposed',
  'undetermined',
  'metadata-exposed',
  'weak',
  'protected',
] as const
export type Grade = (typeof GRADES)[number]

/** What the lamp shows for a grade. */
export type Lamp = 'red' | 'amber-blink' | 'amber' | 'green'

/** One row a grade: the README's verdict table is printed from it. */
export const GRADE_TABLE: Readonly<
  Record<Grade, { readonly lamp: Lamp; readonly word: string; readonly when: string; readonly means: string }>
> = {
  exposed: {
    lamp: 'red',
    word: 'OPEN',
    when: 'any media is clear, authenticated only, or its key is readable, and the signalling or that key is readable',
    means: 'Anyone on this wire can hear the call and read who calls whom.',
  },
  'audio-exposed': {
    lamp: 'red',
    word: 'OPEN',
    when: 'any media is clear, whatever the signalling is (TLS, weak TLS, unseen, in a tunnel)',
    means: 'Anyone on this wire can hear the call.',
  },
  undetermined: {
    lamp: 'amber-blink',
    word: '?',
    when: 'a stream is undecided or contradicts itself, the signalling was not seen, or the capture was blind',
    means: 'The packets do not prove it either way. The reason is printed.',
  },
  'metadata-exposed': {
    lamp: 'amber',
    word: 'PARTLY',
    when: 'the signalling is readable; every stream is encrypted with observed DTLS or ZRTP keys, or there was no media',
    means: 'The voice is private; who called whom, when and from which phone is not.',
  },
  weak: {
    lamp: 'amber',
    word: 'PARTLY',
    when: 'both halves are encrypted, with old TLS, a bad certificate or another finding of severity medium or more',
    means: 'Private against a casual listener; mend what the findings name.',
  },
  protected: {
    lamp: 'green',
    word: 'PRIVATE',
    when: 'signalling in TLS, every stream encrypted in both directions, and no key readable',
    means: 'On this wire nobody else can read or hear the call.',
  },
}
