/**
 * Captures and the pcapng suite with two per cent of their bytes wrong, three hundred seeds: nothing throws, and no packet takes longer
 * than 50 ms (the best of three runs, since a machine may be busy with other things).
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from '@jest/globals'
import { readCapture } from '../../src/capture/index.ts'
import { capturesIn, caseCaptures } from '../tools/captures.ts'
import { loadFrames, testEngine, type Frame } from '../tools/judge-frames.ts'
import { seededRandom } from '../tools/mutations.ts'
import { SHARED } from '../tools/shared.ts'

const SEEDS = 300
const RATE = 0.02
const MOST_MILLISECONDS = 50
/** Of the largest captures only the beginning, so that each of the many is damaged as often. */
const MOST_FRAMES = 1_000
/** Every other seed leaves the file's own header whole: behind a damaged one nothing is read. */
const FILE_HEADER = 28
const { floor, log } = Math

const damage = (bytes: Uint8Array, random: () => number, from = 0): Uint8Array => {
  const damaged = bytes.slice()
  const step = log(1 - RATE)
  for (
    let at = from + floor(log(1 - random()) / step);
    at < damaged.length;
    at += 1 + floor(log(1 - random()) / step)
  ) {
    damaged[at] = floor(random() * 256)
  }
  return damaged
}

/** Milliseconds that each frame took, and the drain at the end as the last. */
const timesOf = (frames: readonly Frame[]): Float64Array => {
  const engine = testEngine()
  const times = new Float64Array(frames.length + 1)
  const { performance } = globalThis
  let before = performance.now()
  for (let i = 0; i < frames.length; i++) {
    const { at, bytes, wireLength, linkType } = frames[i] as Frame
    engine.onFrame(at, bytes, 0, bytes.length, wireLength, linkType)
    const now = performance.now()
    times[i] = now - before
    before = now
  }
  engine.finish()
  engine.drain(() => undefined)
  engine.summary()
  times[frames.length] = 0
  return times
}

const oneChunk = async function* (bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}

const slowFrames = (frames: readonly Frame[]): number[] => {
  let slow: number[] = []
  for (let run = 0; run < 3; run++) {
    const times = timesOf(frames)
    const now = [...times.keys()].filter((i) => (times[i] as number) > MOST_MILLISECONDS)
    slow = run === 0 ? now : slow.filter((i) => now.includes(i))
    if (slow.length === 0) return []
  }
  return slow
}

const files = SHARED === null ? [] : capturesIn(SHARED, 'torture')
const captures = SHARED === null ? caseCaptures() : [...capturesIn(SHARED, 'captures'), ...files]
if (SHARED === null)
  process.stderr.write('skip: torture of the pcapng suite (no shared captures beside this checkout)\n')

test(`${captures.length} captures: frames with wrong bytes`, async () => {
  let count = 0
  for (const path of captures) {
    const frames = (await loadFrames(path)).slice(0, MOST_FRAMES)
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = seededRandom(seed)
      const damaged = frames.map((frame) => ({ ...frame, bytes: damage(frame.bytes, random) }))
      const slow = slowFrames(damaged)
      count += damaged.length
      expect({ path: basename(path), seed, slow }).toEqual({ path: basename(path), seed, slow: [] })
    }
  }
  process.stdout.write(`torture: ${count} damaged frames of ${captures.length} captures, ${SEEDS} seeds\n`)
}, 3_600_000)

test(`${files.length} capture files: wrong bytes in the file itself`, async () => {
  let frames = 0
  for (const path of files) {
    const whole = new Uint8Array(readFileSync(path))
    for (let seed = 0; seed < SEEDS; seed++) {
      const engine = testEngine()
      await readCapture(oneChunk(damage(whole, seededRandom(seed), seed % 2 === 0 ? 0 : FILE_HEADER)), {
        onFrame: (at, bytes, start, end, wireLength, linkType) => {
          frames++
          engine.onFrame(at, bytes, start, end, wireLength, linkType)
        },
      })
      engine.finish()
      engine.drain(() => undefined)
    }
  }
  process.stdout.write(`torture: ${frames} frames read of ${files.length} damaged files, ${SEEDS} seeds\n`)
}, 3_600_000)
