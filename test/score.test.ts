/** The labelled captures beside the checkout: all traps right, no stream called what it is not. `npm run score` prints the rest. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import {
  emptyScore,
  gradeMismatch,
  scoreStreams,
  type CaptureLabel,
  type PublicLabel,
} from '../scripts/lib/scoring.js'
import { judgeFrames, loadFrames } from './tools/judge-frames.ts'
import { describeIfShared } from './tools/shared.ts'

const MINUTES = 60_000

describeIfShared('labelled captures', (shared) => {
  const labelsOf = (set: string): unknown =>
    JSON.parse(readFileSync(join(shared, 'captures', set, 'labels.json'), 'utf8'))
  const judge = async (set: string, file: string) =>
    judgeFrames(await loadFrames(join(shared, 'captures', set, file)))

  test('traps: 9 of 9, no stream wrong', async () => {
    const score = emptyScore()
    const mismatches: string[] = []
    for (const label of labelsOf('traps') as CaptureLabel[]) {
      const judgement = await judge('traps', label.file)
      const grade = gradeMismatch(label, judgement)
      if (grade !== null) mismatches.push(grade)
      const lines = scoreStreams(label.file, label.streams, judgement, score)
      mismatches.push(...lines.filter((line) => line.includes(': wrong: ')))
    }
    expect(mismatches).toEqual([])
    expect(score.right + score.undecided).toBeGreaterThan(0)
  })

  test(
    'lab: no stream wrong',
    async () => {
      const score = emptyScore()
      const wrong: string[] = []
      for (const label of labelsOf('lab') as CaptureLabel[]) {
        const lines = scoreStreams(label.file, label.streams, await judge('lab', label.file), score)
        wrong.push(...lines.filter((line) => line.includes(': wrong: ')))
      }
      expect(wrong).toEqual([])
      expect(score.right).toBeGreaterThan(0)
    },
    2 * MINUTES,
  )

  test(
    'public: no stream wrong',
    async () => {
      const score = emptyScore()
      const wrong: string[] = []
      for (const label of labelsOf('public') as PublicLabel[]) {
        const streams = [...label.calls.flatMap((call) => call.media), ...label.streamsWithoutSignalling]
        const lines = scoreStreams(label.file, streams, await judge('public', label.file), score)
        wrong.push(...lines.filter((line) => line.includes(': wrong: ')))
      }
      expect(wrong).toEqual([])
      expect(score.right).toBeGreaterThan(0)
    },
    2 * MINUTES,
  )
})
