/** Captures as arrays of frames, and the whole engine over them: what most tests of judgement need. */
import { readCapture } from '../../src/capture/index.ts'
import { nodeCryptography } from '../../src/app/node-cryptography.ts'
import { Engine, type CallReport, type Micros, type SummaryReport } from '../../src/core/index.ts'

/** One frame, with its own copy of the bytes. */
export interface Frame {
  readonly at: Micros
  readonly bytes: Uint8Array
  readonly wireLength: number
  readonly linkType: number
}

/** Everything the engine said of some frames. */
export interface Judgement {
  readonly calls: readonly CallReport[]
  readonly summary: SummaryReport
}

/** Reads a whole capture file into frames. */
export const loadFrames = async (path: string): Promise<Frame[]> => {
  const frames: Frame[] = []
  await readCapture(path, {
    onFrame: (at, bytes, start, end, wireLength, linkType) => {
      frames.push({ at, bytes: bytes.slice(start, end), wireLength, linkType })
    },
  })
  return frames
}

/** An engine as the tests use it: fixed seeds, full parties, reports at the end only. */
export const testEngine = (overrides: Partial<ConstructorParameters<typeof Engine>[0]> = {}): Engine =>
  new Engine({
    cryptography: nodeCryptography,
    randomSeed: 0x5eed,
    runKey: new Uint8Array(32).fill(7),
    parties: 'full',
    clockTrusted: true,
    changeInterval: Infinity,
    ...overrides,
  })

/** Judges frames in one go. */
export const judgeFrames = (frames: readonly Frame[], engine: Engine = testEngine()): Judgement => {
  for (const { at, bytes, wireLength, linkType } of frames) {
    engine.onFrame(at, bytes, 0, bytes.length, wireLength, linkType)
  }
  engine.finish()
  const calls: CallReport[] = []
  engine.drain((event) => {
    if (event.kind === 'call-closed') calls.push(event.report)
  })
  return { calls, summary: engine.summary() }
}
