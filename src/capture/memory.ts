/** Frames from an array: the source for tests and for whoever already has them. */
import type { Micros } from '../core/index.ts'
import type { FrameSink, FrameSource, FrameSourceStatistics } from './frame-source.ts'

/** One frame with its capture time; without `wireLength` nothing was cut, without `linkType` it is Ethernet. */
export interface MemoryFrame {
  readonly at: Micros
  readonly bytes: Uint8Array
  readonly wireLength?: number
  readonly linkType?: number
}

export class MemorySource implements FrameSource {
  readonly name = 'memory'
  readonly #frames: readonly MemoryFrame[]
  #isStopped = false
  #received = 0

  constructor(frames: readonly MemoryFrame[]) {
    this.#frames = frames
  }

  /** Delivers all frames before it returns; a sink that calls stop() hears no more. */
  start(sink: FrameSink): Promise<void> {
    for (const frame of this.#frames) {
      if (this.#isStopped) break
      this.#received++
      const { bytes, linkType = 1, wireLength = bytes.length } = frame
      sink.onFrame(frame.at, bytes, 0, bytes.length, wireLength, linkType)
    }
    return Promise.resolve()
  }

  stop(): void {
    this.#isStopped = true
  }

  listenAnew(): void {
    // There is no interface.
  }

  useFilter(): boolean {
    return false
  }

  statistics(): FrameSourceStatistics {
    const received = this.#received
    return { received, dropped: null, interfaceDropped: null, freezes: null, fill: null, filter: null }
  }
}
