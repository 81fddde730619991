/** What the broker's side is told of the box: shapes only. Parties are masked before they come here. */
import type { CallReport, Finding, Grade } from '../../core/index.ts'

/** Who publishes. */
export interface BoxIdentity {
  /** 1 to 48 of a-z, 0-9, _ and -: part of every topic. */
  readonly id: string
  /** For people. */
  readonly name: string
  /** Of the machine, `Raspberry Pi 4 Model B`. */
  readonly model: string
  readonly version: string
  /** The newest release, if anybody knows. */
  readonly latestVersion: string | null
  /** ISO 8601. */
  readonly startedAt: string
  /** Of the web page, http or https. */
  readonly url: string | null
}

/** The box as it is now. */
export interface BoxState {
  readonly capture: {
    /** `blind`: listens, but cannot see everything. `fault`: nothing is known of what happens now. */
    readonly state: 'good' | 'blind' | 'fault'
    /** What is wrong, for people; or how it listens. */
    readonly sentence: string
  }
  /** The grade that the lamp stands for: the worst call that is up, or the one that ended last, for a while. Null: no call. */
  readonly shown: Grade | null
  readonly activeCalls: number
  /** Calls that ended since midnight. */
  readonly today: Readonly<Record<Grade, number>>
  readonly lastVerdict: {
    readonly callId: string
    readonly grade: Grade
    readonly reasons: readonly string[]
    /** ISO 8601. */
    readonly at: string
  } | null
  readonly survey: { readonly isRunning: boolean; readonly name: string | null }
  readonly receivedPackets: number | null
  readonly droppedPackets: number | null
  /** °C. */
  readonly cpuTemperature: number | null
  readonly clockTrusted: boolean
}

/** A verdict as it was. */
export interface ToldVerdict {
  readonly grade: Grade
  readonly reasons: readonly string[]
}

/** Something about a call. `id` names it among all calls of the box, over restarts of the engine. */
export interface CallNews {
  readonly kind: 'call'
  readonly type: 'new' | 'update' | 'end'
  readonly id: string
  /** What was said of it before; null: nothing, or it is not known. */
  readonly before: ToldVerdict | null
  readonly report: CallReport
}

export interface FindingNews {
  readonly kind: 'finding'
  /** Null: it belongs to no call. */
  readonly callId: string | null
  readonly finding: Finding
}

/** One record of the journal as far as it concerns a broker; `other` is not published. */
export type OutboxRecord = {
  /** Rises by one from record to record, over all starts. */
  readonly seq: number
  /** ISO 8601. */
  readonly at: string
} & (CallNews | FindingNews | { readonly kind: 'other' })
