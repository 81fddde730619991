/**
 * What the panel is drawn from: everything that the box knows and a person in front of it may want to. Pure. Times are milliseconds of one
 * monotonic clock, the one that the panel is ticked with. Texts may come from the wire: whatever draws them cleans them (screen-text.ts).
 */
import type { CallReport, Grade } from '../../core/index.ts'
import { mediaOf, sanitise, signallingOf } from '../text/index.ts'

/** A call that is up. */
export interface PanelCall {
  /** Null while it is too early to tell. */
  readonly grade: Grade | null
  /** Masked as the privacy setting says; null: unknown or not to be shown. */
  readonly from: string | null
  readonly to: string | null
  /** In a few words, as in `callseal top`: `plain UDP`, `TLS 1.3`. */
  readonly signalling: string
  /** `↔ encrypted`, `→ clear ← encrypted`. */
  readonly media: string
  /** When it began. */
  readonly since: number
}

/** The call that ended last and was judged. */
export interface EndedCall {
  readonly grade: Grade
  readonly at: number
}

/** How the engine is. The reason of a fault is a name: of the state protocol, or of whoever knows better. */
export type PanelEngine =
  { readonly kind: 'starting' | 'good' } | { readonly kind: 'fault'; readonly reason: string }

/** The survey that runs, or the last one. */
export interface PanelSurvey {
  readonly name: string
  readonly isRunning: boolean
  /** When it began, and what it lasted if it is over (seconds). */
  readonly since: number
  readonly seconds: number
  readonly totals: Readonly<Record<Grade, number>>
}

export type DiskState = 'good' | 'full' | 'read-only' | 'failing' | 'unknown'
export type BrokerState = 'off' | 'connected' | 'connecting' | 'failing'

/** See the head of this file. Null is `unknown` throughout. */
export interface PanelState {
  /** When the box last vouched for all of this: what is older than STALE_AFTER is not believed. */
  readonly at: number
  readonly engine: PanelEngine
  /** Names of what the engine cannot see now; empty: nothing. */
  readonly blindness: readonly string[]
  readonly calls: readonly PanelCall[]
  readonly lastEnded: EndedCall | null
  readonly survey: PanelSurvey | null
  readonly ports: readonly { readonly name: string; readonly isUp: boolean | null }[]
  readonly megabitsPerSecond: number | null
  /** Packets that the capture lost, in all and in the last second. */
  readonly dropped: number | null
  readonly droppedPerSecond: number | null
  readonly filter: 'full' | 'sampling' | null
  readonly broker: BrokerState
  readonly isClockTrusted: boolean | null
  readonly disk: DiskState
  /** How a person reaches this box from a phone or a computer. */
  readonly reach: {
    readonly addresses: readonly string[]
    readonly pin: string | null
    /** What the QR code says; null: there is no page. */
    readonly url: string | null
  }
  /** What is wrong in the configuration, by key; empty: nothing. */
  readonly configFaults: readonly { readonly key: string; readonly why: string }[]
  /** The machine goes off at this time; null: it does not. */
  readonly powerOffAt: number | null
  /** Hour of the day where the box stands, 0 to 24; null where the clock is not to be trusted. */
  readonly hour: number | null
}

/** The box tells the panel at least each second; after so many milliseconds without it, what was said last does not hold. */
export const STALE_AFTER = 3000

/** Before anything is known. */
export const NOTHING_KNOWN: PanelState = {
  at: 0,
  engine: { kind: 'starting' },
  blindness: [],
  calls: [],
  lastEnded: null,
  survey: null,
  ports: [],
  megabitsPerSecond: null,
  dropped: null,
  droppedPerSecond: null,
  filter: null,
  broker: 'off',
  isClockTrusted: null,
  disk: 'unknown',
  reach: { addresses: [], pin: null, url: null },
  configFaults: [],
  powerOffAt: null,
  hour: null,
}

/** A report of the engine as the panel shows it; `now` is when the report came. */
export const toPanelCall = (report: CallReport, now: number): PanelCall => ({
  grade: report.state === 'pending' ? null : report.grade,
  from: sanitiseParty(report.from),
  to: sanitiseParty(report.to),
  // Of the whole report only this is shown: to clean all of it would cost more than the rest of the box.
  signalling: sanitise(signallingOf(report)),
  media: sanitise(mediaOf(report)),
  since: now - report.durationSeconds * 1000,
})

const sanitiseParty = (party: string | null): string | null => (party === null ? null : sanitise(party))
