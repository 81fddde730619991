/** What is reported while a call is up, and when: nothing that time alone makes worse may wait for other news. */
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { CallReport, Micros } from '../../src/core/index.ts'
import { loadFrames, testEngine, type Frame } from '../tools/judge-frames.ts'

const SECOND = 1_000_000
const CAPTURE = join(import.meta.dirname, '../cases/sip-udp-rtp-plain/capture.pcap')

/** Between two ticks of a live engine. */
const TICK = SECOND / 5

/** When each grade was first reported, in seconds from the first frame; the first tick comes `phase` later than it could. */
const gradesInTime = (
  frames: readonly Frame[],
  interval: number,
  phase: number,
): Map<CallReport['grade'], number> => {
  const engine = testEngine({ changeInterval: interval })
  const grades = new Map<CallReport['grade'], number>()
  const start = frames[0]!.at
  let ticked = start + phase
  for (const { at, bytes, wireLength, linkType } of frames) {
    engine.onFrame(at, bytes, 0, bytes.length, wireLength, linkType)
    if (at - ticked < TICK) continue
    ticked = at
    engine.onTick(at)
    engine.drain((event) => {
      if (event.kind === 'phone-changed' || grades.has(event.report.grade)) return
      grades.set(event.report.grade, (at - start) / SECOND)
    })
  }
  return grades
}

describe('clear media turn red a second after they began', () => {
  // Frame 8 is the 200 OK, frame 11 the first of the media.
  test.each([
    ['looked at often', TICK, 0],
    ['looked at once a second', SECOND, 0],
    ['answered after two seconds', SECOND, 2 * SECOND],
    ['answered after forty seconds', TICK, 40 * SECOND],
  ])('%s', async (_, interval, ringing) => {
    const frames = await loadFrames(CAPTURE)
    const late = frames.map((frame, i) => (i < 7 ? frame : { ...frame, at: (frame.at + ringing) as Micros }))
    const media = (late[10]!.at - late[0]!.at) / SECOND
    for (let phase = 0; phase < TICK; phase += 10_000) {
      const told = gradesInTime(late, interval, phase).get('exposed')
      expect(told).toBeGreaterThan(media + 0.9)
      expect(told).toBeLessThan(media + 1 + (interval + 2 * TICK) / SECOND)
    }
  })
})
