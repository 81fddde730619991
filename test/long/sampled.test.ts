/** Calls of three minutes of which only a sample of the media comes through get the grades of the whole, and reports say that they were sampled. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { CaptureLabel } from '../../scripts/lib/scoring.js'
import { filtered, judgeSampled, stretched } from '../tools/filtered.ts'
import { judgeFrames, loadFrames, type Judgement } from '../tools/judge-frames.ts'
import { describeIfShared } from '../tools/shared.ts'

const PORTS = { sip: [5060], tls: [5061], webSocket: [8080] }

const gradesOf = ({ calls }: Judgement): string[] => calls.map(({ grade }) => grade).sort()

const encryptedIn =
  ({ streams }: CaptureLabel) =>
  (ssrc: number): boolean => {
    const kind = streams.find((stream) => Number(stream.ssrc) === ssrc)?.encryption ?? 'unknown'
    return !['none', 'unknown'].includes(kind) && !kind.includes('NULL')
  }

describeIfShared('captures of the lab, three minutes long, sampled', (shared) => {
  const folder = join(shared, 'captures', 'lab')
  const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')) as CaptureLabel[]

  test.each(labels)('$file', async (label) => {
    const frames = await loadFrames(join(folder, label.file))
    const long = filtered(stretched(frames, 180, encryptedIn(label)), 'sampling', PORTS)
    const sampled = judgeSampled(long)
    expect(gradesOf(sampled)).toEqual(gradesOf(judgeFrames(frames)))
    for (const call of sampled.calls) if (call.media.length > 0) expect(call.incomplete).toContain('sampled')
  })
})
