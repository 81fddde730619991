/** What the metrics are made from: everything that can be counted of the box. Null is `not known`, and then a metric is absent. */
import type { Grade } from '../../core/index.ts'

export interface MetricsState {
  /** When the box last vouched for all of this, milliseconds of its monotonic clock. */
  readonly at: number
  readonly version: string
  /** Seconds since the epoch. */
  readonly startedAt: number
  /** `good`, `blind` or `fault`, and a sentence for people. */
  readonly capture: { readonly state: 'good' | 'blind' | 'fault'; readonly sentence: string }
  /** Names of what the engine cannot see now: a closed set. */
  readonly blindness: readonly string[]
  readonly callsOpen: number
  /** Calls that ended since the start. */
  readonly callsEnded: Readonly<Record<Grade, number>>
  readonly receivedPackets: number | null
  readonly droppedPackets: number | null
  readonly interfaceDroppedPackets: number | null
  /** 0 to 1. */
  readonly ringFill: number | null
  readonly sampledSeconds: number | null
  /** Longest delay of the engine's event loop in the last second, in seconds. */
  readonly loopDelaySeconds: number | null
  readonly journal: { readonly isGood: boolean; readonly durableSeq: number | null }
  /** Null: no broker is used. */
  readonly broker: { readonly isConnected: boolean; readonly waiting: number } | null
  readonly isSurveyRunning: boolean
  readonly isClockTrusted: boolean
  readonly configFaults: number
  /** °C. */
  readonly temperature: number | null
  /** Of the box process. */
  readonly memoryBytes: number
  readonly cpuSeconds: number
}
