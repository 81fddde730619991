/** One state of the box, as the panel and the broker are told of it. Pure. Never green by assumption: what is not known is null or a fault. */
import { GRADES, type Grade } from '../../core/index.ts'
import type { MetricsState } from '../../output/metrics/index.ts'
import type { BoxState } from '../../output/mqtt/index.ts'
import { ENDED_SHOWN, type DiskState, type PanelEngine, type PanelState } from '../../output/panel/index.ts'
import type { ConfigFault } from '../config/index.ts'
import type { EngineCounters } from '../state-protocol/index.ts'
import type { BoxMemory } from './box-memory.ts'
import { BLINDNESS_WORDS, HEALTH_WORDS } from './engine-words.ts'
import type { MachineSigns } from './machine-signs.ts'
import type { ShownSurvey } from './survey.ts'

/** Beside the memory: what other parts of the box know. Milliseconds. */
export interface BoxSides {
  readonly now: number
  readonly wall: number
  readonly signs: MachineSigns
  readonly megabitsPerSecond: number | null
  readonly disk: DiskState
  readonly broker: PanelState['broker']
  readonly survey: ShownSurvey | null
  readonly configFaults: readonly ConfigFault[]
  readonly powerOffAt: number | null
  /** Where a person finds more; null: nowhere. */
  readonly url: string | null
}

/** Before this release was made no clock was right. */
const RELEASED = Date.UTC(2026, 0, 1)
const MINUTES = 60

export const isClockTrusted = (counters: EngineCounters | null, wall: number): boolean =>
  wall >= RELEASED && (counters?.clock.trusted ?? true)

export const toPanelState = (memory: BoxMemory, sides: BoxSides): PanelState => {
  const { counters, countersBefore, lastCall, calls } = memory
  const { now, wall, signs, survey } = sides
  const isTrusted = isClockTrusted(counters, wall)
  return {
    at: now,
    engine: panelEngineOf(memory),
    blindness: counters?.blindness ?? [],
    calls,
    lastEnded: lastCall === null ? null : { grade: lastCall.report.grade, at: lastCall.at },
    survey: survey === null ? null : { ...survey, since: now - (wall - survey.startedAt) },
    ports: signs.ports,
    megabitsPerSecond: sides.megabitsPerSecond,
    ...countsOf(counters, countersBefore),
    broker: sides.broker,
    isClockTrusted: counters === null ? null : isTrusted,
    disk: sides.disk,
    reach: { addresses: signs.addresses, pin: null, url: sides.url },
    configFaults: sides.configFaults.map(({ path, where, sentence }) => ({
      key: path === '' ? where : path,
      why: sentence,
    })),
    powerOffAt: sides.powerOffAt,
    hour: isTrusted ? hourOf(new Date(wall)) : null,
  }
}

export const toBoxState = (memory: BoxMemory, sides: BoxSides): BoxState => {
  const { counters, calls, lastCall } = memory
  return {
    capture: captureOf(memory),
    shown: shownGrade(memory, sides.now),
    activeCalls: calls.length,
    today: { ...memory.today },
    lastVerdict:
      lastCall === null
        ? null
        : {
            callId: lastCall.callId,
            grade: lastCall.report.grade,
            reasons: lastCall.report.reasons,
            at: lastCall.report.endedAt,
          },
    survey: { isRunning: sides.survey?.isRunning ?? false, name: sides.survey?.name ?? null },
    receivedPackets: counters?.received ?? null,
    droppedPackets: counters?.dropped ?? null,
    cpuTemperature: sides.signs.temperature,
    clockTrusted: isClockTrusted(counters, sides.wall),
  }
}

/** Beside the sides: what only metrics want. */
export interface ProcessSides {
  readonly version: string
  /** Wall clock, milliseconds since the epoch. */
  readonly startedAt: number
  readonly durableSeq: number | null
  readonly brokerWaiting: number
  readonly memoryBytes: number
  readonly cpuSeconds: number
}

export const toMetricsState = (memory: BoxMemory, sides: BoxSides, own: ProcessSides): MetricsState => {
  const { counters } = memory
  return {
    at: sides.now,
    version: own.version,
    startedAt: own.startedAt / 1000,
    capture: captureOf(memory),
    blindness: counters?.blindness ?? [],
    callsOpen: memory.openCount,
    callsEnded: memory.ended,
    ...countersOf(counters),
    journal: { isGood: sides.disk === 'good', durableSeq: own.durableSeq },
    broker:
      sides.broker === 'off'
        ? null
        : { isConnected: sides.broker === 'connected', waiting: own.brokerWaiting },
    isSurveyRunning: sides.survey?.isRunning ?? false,
    isClockTrusted: isClockTrusted(counters, sides.wall),
    configFaults: sides.configFaults.length,
    temperature: sides.signs.temperature,
    memoryBytes: own.memoryBytes,
    cpuSeconds: own.cpuSeconds,
  }
}

type EngineMetrics = Pick<
  MetricsState,
  | 'receivedPackets'
  | 'droppedPackets'
  | 'interfaceDroppedPackets'
  | 'ringFill'
  | 'sampledSeconds'
  | 'loopDelaySeconds'
>

const NO_COUNTERS: EngineMetrics = {
  receivedPackets: null,
  droppedPackets: null,
  interfaceDroppedPackets: null,
  ringFill: null,
  sampledSeconds: null,
  loopDelaySeconds: null,
}

const countersOf = (counters: EngineCounters | null): EngineMetrics =>
  counters === null
    ? NO_COUNTERS
    : {
        receivedPackets: counters.received,
        droppedPackets: counters.dropped,
        interfaceDroppedPackets: counters.interfaceDropped,
        ringFill: counters.fill,
        sampledSeconds: counters.sampledSeconds,
        loopDelaySeconds: counters.loopDelay.max / 1000,
      }

/** How capturing is, in a word and a sentence. */
export const captureOf = ({ health, counters }: BoxMemory): BoxState['capture'] => {
  if (health !== 'good' || counters === null)
    return { state: 'fault', sentence: HEALTH_WORDS[health === 'good' ? 'starting' : health] }
  const { source, blindness } = counters
  if (blindness.length > 0)
    return { state: 'blind', sentence: blindness.map((name) => BLINDNESS_WORDS[name]).join('; ') }
  return { state: 'good', sentence: `listens on ${source.interface}: ${source.reason}` }
}

/** Until the first counters came nobody knows what it cannot see. */
const panelEngineOf = ({ health, counters }: BoxMemory): PanelEngine => {
  if (health === 'good') return { kind: counters === null ? 'starting' : 'good' }
  return health === 'starting' ? { kind: health } : { kind: 'fault', reason: health }
}

/** The worst call that is up; else the one that ended last, for a while. A call that nobody knows yet hides what was. */
const shownGrade = ({ calls, lastCall }: BoxMemory, now: number): Grade | null => {
  const worst = GRADES.find((grade) => calls.some((call) => call.grade === grade))
  if (worst !== undefined) return worst
  if (calls.length > 0 || lastCall === null || now - lastCall.at > ENDED_SHOWN) return null
  return lastCall.report.grade
}

const countsOf = (
  now: EngineCounters | null,
  before: EngineCounters | null,
): Pick<PanelState, 'dropped' | 'droppedPerSecond' | 'filter'> => ({
  dropped: now?.dropped ?? null,
  droppedPerSecond: difference(now?.dropped, before?.dropped),
  filter: now?.filter ?? null,
})

const difference = (now: number | null | undefined, before: number | null | undefined): number | null =>
  typeof now === 'number' && typeof before === 'number' ? Math.max(0, now - before) : null

const hourOf = (time: Date): number => time.getHours() + time.getMinutes() / MINUTES
