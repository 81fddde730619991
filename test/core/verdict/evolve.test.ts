/** A grade in time: it only gets worse, except that undetermined resolves. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { evolveGrade, GRADES, judge, type Verdict } from '../../../src/core/verdict/index.ts'
import { call, sliceFacts, type FactsBuilder } from '../../tools/facts-builder.ts'

const verdict = (builder: FactsBuilder): Verdict => judge(builder.build())

const protectedCall = verdict(call().tls().talk())
const weakCall = verdict(call().tls({ version: 'TLS 1.0' }).talk())
const metadata = verdict(call().plain({ answeredAt: null }))
const metadataWithMedia = verdict(call().plain().talk({ keying: 'zrtp' }).zrtp())
const exposed = verdict(call().plain().talk({ protection: 'clear' }))
const audioExposed = verdict(call().tls().talk({ protection: 'clear' }))
const unsure = verdict(call().tls().talk({ protection: 'undecided' }))
const oneWay = verdict(
  call()
    .tls()
    .talk()
    .set({ incomplete: ['one-way'] }),
)
const blind = verdict(
  call()
    .tls()
    .talk()
    .set({ incomplete: ['capture-loss'] }),
)
const waiting = verdict(call().tls().talk({ protection: 'undecided' }).set({ pending: true, ended: false }))

/** The last of a sequence. */
const evolve = (...verdicts: readonly Verdict[]): Verdict => {
  let last: Verdict | null = null
  for (const next of verdicts) last = evolveGrade(last, next)
  if (last === null) throw new Error('no verdict')
  return last
}

describe('evolveGrade', () => {
  test('the first verdict is the verdict', () => {
    expect(evolve(protectedCall)).toBe(protectedCall)
    expect(evolve(waiting)).toMatchObject({ pending: true, lamp: null })
  })

  test('worse is taken at once', () => {
    expect(evolve(protectedCall, weakCall).grade).toBe('weak')
    expect(evolve(protectedCall, audioExposed).grade).toBe('audio-exposed')
    expect(evolve(audioExposed, exposed).grade).toBe('exposed')
    expect(evolve(protectedCall, oneWay)).toMatchObject({ grade: 'undetermined', lamp: 'amber-blink' })
  })

  test('red stays red, and keeps the finding that made it so', () => {
    const last = evolve(audioExposed, protectedCall)
    expect(last).toMatchObject({
      grade: 'audio-exposed',
      lamp: 'red',
      reasons: ['media-clear'],
      pending: false,
    })
    expect(last.findings.map(({ id }) => id)).toContain('media-clear')
    expect(evolve(exposed, audioExposed).grade).toBe('exposed')
    expect(evolve(audioExposed, blind).grade).toBe('audio-exposed')
    expect(evolve(exposed, waiting).grade).toBe('exposed')
    expect(evolve(exposed, unsure, protectedCall).grade).toBe('exposed')
  })

  test('weak never becomes protected', () => {
    const last = evolve(weakCall, protectedCall)
    expect(last).toMatchObject({ grade: 'weak', lamp: 'amber', reasons: ['weak-tls-version'] })
    expect(last.findings.map(({ id }) => id)).toContain('weak-tls-version')
  })

  test('undetermined resolves, but not above what was certain before', () => {
    expect(evolve(unsure, protectedCall).grade).toBe('protected')
    expect(evolve(protectedCall, oneWay, protectedCall).grade).toBe('protected')
    expect(evolve(weakCall, oneWay, protectedCall).grade).toBe('weak')
    expect(evolve(metadata, unsure, protectedCall)).toMatchObject({
      grade: 'metadata-exposed',
      reasons: ['signalling-plain'],
    })
    expect(evolve(unsure, exposed).grade).toBe('exposed')
  })

  test('a call that went blind stays so unless it turns red', () => {
    const last = evolve(protectedCall, blind, protectedCall)
    expect(last).toMatchObject({ grade: 'undetermined', lamp: 'amber-blink' })
    expect(last.reasons).toContain('capture-loss')
    expect(evolve(protectedCall, blind, protectedCall, weakCall, protectedCall).grade).toBe('undetermined')
    expect(evolve(protectedCall, blind, audioExposed).grade).toBe('audio-exposed')
    expect(evolve(blind, unsure, protectedCall).reasons).toEqual(['capture-loss'])
    expect(evolve(blind, unsure).reasons).toEqual(['capture-loss', 'statistics-only'])
  })

  test('pending keeps an amber grade, and no green one', () => {
    const kept = evolve(metadata, waiting)
    expect(kept).toMatchObject({ grade: 'metadata-exposed', lamp: 'amber', pending: true })
    expect(evolve(metadata, waiting, exposed)).toMatchObject({ grade: 'exposed', pending: false })
    expect(evolve(metadata, waiting, unsure)).toMatchObject({
      grade: 'undetermined',
      lamp: 'amber-blink',
      pending: false,
    })
    expect(evolve(metadata, waiting, metadataWithMedia)).toMatchObject({
      grade: 'metadata-exposed',
      pending: false,
    })
    expect(evolve(protectedCall, waiting)).toMatchObject({
      grade: 'undetermined',
      lamp: 'amber-blink',
      pending: false,
    })
    expect(evolve(waiting, waiting, protectedCall).grade).toBe('protected')
  })

  test('in any sequence the certain grades never rise', () => {
    const all = [
      protectedCall,
      weakCall,
      metadata,
      metadataWithMedia,
      exposed,
      audioExposed,
      unsure,
      oneWay,
      blind,
      waiting,
      verdict(
        call()
          .tls()
          .talk({ slices: [sliceFacts(), sliceFacts({ protection: 'clear' })] }),
      ),
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...all), { minLength: 1, maxLength: 12 }), (sequence) => {
        let last: Verdict | null = null
        let worst: number = GRADES.length
        let wentBlind = false
        for (const next of sequence) {
          last = evolveGrade(last, next)
          const rank = GRADES.indexOf(last.grade)
          if (last.grade !== 'undetermined') {
            expect(rank).toBeLessThanOrEqual(worst)
            worst = rank
          }
          if (wentBlind) expect(['undetermined', 'audio-exposed', 'exposed']).toContain(last.grade)
          wentBlind ||= next === blind && !last.pending
          expect(last.lamp === null).toBe(last.pending && last.grade === 'undetermined')
        }
      }),
      { seed: 20_261_122, numRuns: 500 },
    )
  })
})
