/**
 * Judgement of what the kernel filter lets through: as of the whole wire in full mode, never wrong while sampling. That long calls get the same grades
 * is shown by test/long/sampled.test.ts.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { emptyScore, scoreStreams, type CaptureLabel } from '../../../scripts/lib/scoring.js'
import { filtered, judgeSampled } from '../../tools/filtered.ts'
import { judgeFrames, loadFrames, type Frame, type Judgement } from '../../tools/judge-frames.ts'
import { describeIfShared } from '../../tools/shared.ts'

const PORTS = { sip: [5060], tls: [5061], webSocket: [8080] }
const MINUTE = 60_000

/** Frame numbers count what came through. */
const withoutFrames = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (key === 'frames' || key === 'frame' ? undefined : inner)),
  )

/** What was said of signalling and key exchange. */
const signallingOf = ({ calls }: Judgement): unknown =>
  withoutFrames(
    calls.map(({ callIds, signalling, claims, from, to }) => ({ callIds, signalling, claims, from, to })),
  )

describeIfShared('captures of the lab through the kernel filter', (shared) => {
  const folder = join(shared, 'captures', 'lab')
  const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')) as CaptureLabel[]
  const each = async (look: (label: CaptureLabel, frames: Frame[]) => void): Promise<void> => {
    for (const label of labels) look(label, await loadFrames(join(folder, label.file)))
  }

  test(
    'full: every report as without a filter',
    async () => {
      await each(({ file }, frames) => {
        const whole = withoutFrames(judgeFrames(frames).calls)
        expect({ file, calls: withoutFrames(judgeFrames(filtered(frames, 'full', PORTS)).calls) }).toEqual({
          file,
          calls: whole,
        })
      })
    },
    MINUTE,
  )

  test(
    'sampled: no stream wrong, signalling and keys as unsampled',
    async () => {
      const score = emptyScore()
      const wrong: string[] = []
      await each((label, frames) => {
        const whole = judgeFrames(frames)
        const sampled = judgeSampled(filtered(frames, 'sampling', PORTS))
        const lines = scoreStreams(label.file, label.streams, sampled, score)
        wrong.push(...lines.filter((line) => line.includes(': wrong: ')))
        // Media of a few seconds may be too little to be a call by itself.
        if (sampled.calls.length === whole.calls.length)
          expect(signallingOf(sampled)).toEqual(signallingOf(whole))
      })
      expect(wrong).toEqual([])
      expect(score.right).toBeGreaterThan(100)
    },
    MINUTE,
  )
})
