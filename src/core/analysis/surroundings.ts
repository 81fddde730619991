/** What both analyzers are given at their making. */
import type { Cryptography } from '../base/cryptography.ts'
import type { OnWeird } from '../base/weird.ts'
import type { FlowTable } from '../flow/index.ts'
import type { StreamTable } from '../protocol/rtp/index.ts'
import type { AnalysisSink } from './analysis-sink.ts'

/** See the head of this file. */
export interface AnalysisSurroundings {
  readonly flows: FlowTable
  readonly streams: StreamTable
  readonly sink: AnalysisSink
  readonly cryptography: Cryptography
  /** Per-start seed of identities and hashes. */
  readonly seed: number
  readonly onWeird: OnWeird
  /** Rises with each announcement of media: flows looked up in vain are looked up again. */
  readonly announcements: () => number
}
