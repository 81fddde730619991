/** Plays a capture into an engine at a pace: the frames of each step, then the time, then what the engine says. */
import { readCapture } from '../../capture/index.ts'
import { micros, type Engine, type EngineEvent, type Micros } from '../../core/index.ts'

/** Step of wall time while there is waiting, and of capture time while there is none; in milliseconds. */
const STEP = 50

interface Frame {
  readonly at: Micros
  readonly bytes: Uint8Array
  readonly wireLength: number
  readonly linkType: number
}

/** A small capture as a whole. */
export interface LoadedCapture {
  readonly frames: readonly Frame[]
  readonly seconds: number
}

/** Reads a capture into memory: for bundled ones only, which are small. */
export const loadCapture = async (path: string): Promise<LoadedCapture> => {
  const frames: Frame[] = []
  await readCapture(path, {
    onFrame: (at, bytes, start, end, wireLength, linkType) => {
      frames.push({ at, bytes: bytes.slice(start, end), wireLength, linkType })
    },
  })
  const [first, last] = [frames[0], frames[frames.length - 1]]
  return { frames, seconds: first === undefined || last === undefined ? 0 : (last.at - first.at) / 1e6 }
}

/** How a capture is played. */
export interface Playing {
  readonly engine: Engine
  /** Capture time per wall time; Infinity: no waiting. */
  readonly speed: number
  readonly signal: AbortSignal
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly sleep: (milliseconds: number) => Promise<void>
  readonly onEvent: (event: EngineEvent) => void
  /** After each step, with the capture time played in seconds. */
  readonly onStep: (position: number) => void
}

/** Plays to the end, closes every call and drains; an aborted signal ends it early. */
export const playCapture = async (capture: LoadedCapture, playing: Playing): Promise<void> => {
  const { engine, speed, signal, sleep, onEvent, onStep } = playing
  const startAt = capture.frames[0]?.at ?? micros(0)
  const startedAt = performance.now()
  let next = 0
  let position = 0
  while (next < capture.frames.length && !signal.aborted) {
    if (speed !== Infinity) await sleep(STEP)
    position = speed === Infinity ? position + STEP / 1000 : ((performance.now() - startedAt) / 1000) * speed
    const until = micros(startAt + position * 1e6)
    for (
      let frame = capture.frames[next];
      frame !== undefined && frame.at <= until;
      frame = capture.frames[++next]
    ) {
      engine.onFrame(frame.at, frame.bytes, 0, frame.bytes.length, frame.wireLength, frame.linkType)
    }
    engine.onTick(until)
    while (engine.drain(onEvent)) continue
    onStep(Math.min(position, capture.seconds))
  }
  engine.finish()
  while (engine.drain(onEvent)) continue
  onStep(Math.min(position, capture.seconds))
}
