/**
 * The engine's look at itself once a second: how much came and was lost, whether it sees what the interface sees, whether it keeps up. Makes the
 * counters, steers the sampling, and says when verdicts of this moment are uncertain.
 */
import type { FrameSource, FrameSourceStatistics } from '../../capture/index.ts'
import type { CallReport } from '../../core/index.ts'
import type { BlindnessName, EngineCounters } from '../state-protocol/index.ts'
import { BlindnessWatch, losesFrames, type SightSample } from './blindness.ts'
import type { InterfaceTotals } from './interface-totals.ts'
import type { LoopDelay } from './loop-delay.ts'
import { PressureControl } from './pressure.ts'

export interface SelfWatchOptions {
  readonly source: FrameSource
  readonly readLink: () => InterfaceTotals | null
  readonly readLoopDelay: () => LoopDelay
}

/** What the watch is told of the rest at each look. */
export interface Surroundings {
  /** Milliseconds of a clock that never steps. */
  readonly at: number
  readonly clockSteps: number
  readonly openCalls: Iterable<CallReport>
}

/** The part of the counters that this watch knows. */
export type Sight = Pick<
  EngineCounters,
  | 'received'
  | 'dropped'
  | 'interfaceDropped'
  | 'freezes'
  | 'fill'
  | 'filter'
  | 'sampledSeconds'
  | 'link'
  | 'blindness'
  | 'loopDelay'
> & {
  /** Calls that are up now were seen incompletely. */
  readonly hasLoss: boolean
}

/** Frames that this program should have had: a freeze is the ring's word that there were more than it could count. */
const lossOf = ({ dropped, interfaceDropped, freezes }: FrameSourceStatistics): number =>
  (dropped ?? 0) + (interfaceDropped ?? 0) + (freezes ?? 0)

const waysOf = (calls: Iterable<CallReport>): SightSample['calls'] => {
  const ways = { oneWay: 0, twoWay: 0 }
  for (const { state, incomplete, media } of calls) {
    if (state !== 'up' || media.length === 0) continue
    if (incomplete.includes('one-way')) ways.oneWay++
    else ways.twoWay++
  }
  return ways
}

/** Milliseconds. */
const MEND_INTERVAL = 5000

/** See the head of this file. */
export class SelfWatch {
  readonly #options: SelfWatchOptions
  readonly #blindness = new BlindnessWatch()
  readonly #pressure = new PressureControl()
  #sampledSeconds = 0
  #mendedAt = -Infinity

  constructor(options: SelfWatchOptions) {
    this.#options = options
  }

  /** Call it once a second. */
  look({ at, clockSteps, openCalls }: Surroundings): Sight {
    const { source, readLink, readLoopDelay } = this.#options
    const statistics = source.statistics()
    const link = readLink()
    const filter = this.#steer(at, statistics)
    const blindness = this.#blindness.onSample({
      at,
      received: statistics.received,
      dropped: lossOf(statistics),
      isFiltered: statistics.filter !== null,
      link,
      calls: waysOf(openCalls),
      clockSteps,
      rebinds: statistics.rebinds ?? 0,
    })
    this.#mend(at, blindness)
    const { received, dropped, interfaceDropped, freezes, fill } = statistics
    return {
      received,
      dropped,
      interfaceDropped,
      freezes,
      fill: fill === null ? null : Math.min(1, Math.max(0, fill)),
      filter,
      sampledSeconds: this.#sampledSeconds,
      link: link === null ? null : { isUp: link.isUp, rxPackets: link.rxPackets, txPackets: link.txPackets },
      blindness,
      loopDelay: readLoopDelay(),
      hasLoss: this.#hasLoss(blindness),
    }
  }

  /** What was lost is shown for a while; only the calls of that second were touched by it. */
  #hasLoss(blindness: readonly BlindnessName[]): boolean {
    return this.#blindness.hasLostNow || losesFrames(blindness.filter((name) => name !== 'capture-loss'))
  }

  /** A socket that stays deaf though its interface is the same is opened to it anew, and again after a while if that was no help. */
  #mend(at: number, blindness: readonly BlindnessName[]): void {
    if (!blindness.includes('deaf-socket') || at - this.#mendedAt < MEND_INTERVAL) return
    this.#mendedAt = at
    this.#options.source.listenAnew()
  }

  /** The filter that is in force from now on. */
  #steer(at: number, statistics: FrameSourceStatistics): FrameSourceStatistics['filter'] {
    if (statistics.filter === 'sampling') this.#sampledSeconds++
    const dropped = (statistics.dropped ?? 0) + (statistics.freezes ?? 0)
    const mode = this.#pressure.onSample({ at, fill: statistics.fill, dropped })
    if (mode === null) return statistics.filter
    if (this.#options.source.useFilter(mode)) return mode
    this.#pressure.onRefused()
    return statistics.filter
  }
}
