/**
 * Every metric as a row, and their text in the exposition format of Prometheus (prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4).
 * Names after prometheus.io/docs/practices/naming: base units, `_total` for what only rises. Labels come from closed sets: no number, no name.
 * Pure.
 */
import { GRADES } from '../../core/index.ts'
import type { MetricsState } from './metrics-state.ts'

/** A value with its labels. */
interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface MetricRow {
  readonly name: string
  readonly type: 'gauge' | 'counter'
  readonly help: string
  /** None: it is not known now. */
  readonly samples: (state: MetricsState) => readonly Sample[]
}

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

const CAPTURE_STATES = ['good', 'blind', 'fault'] as const

const one = (value: number | boolean | null | undefined): readonly Sample[] =>
  value === null || value === undefined ? [] : [{ labels: {}, value: Number(value) }]

const row = (
  name: string,
  type: MetricRow['type'],
  help: string,
  value: (state: MetricsState) => number | boolean | null | undefined,
): MetricRow => ({ name: `callseal_${name}`, type, help, samples: (state) => one(value(state)) })

export const METRIC_TABLE: readonly MetricRow[] = [
  {
    name: 'callseal_build_info',
    type: 'gauge',
    help: 'Which release runs; always 1.',
    samples: ({ version }) => [{ labels: { version }, value: 1 }],
  },
  {
    name: 'callseal_capture_state',
    type: 'gauge',
    help: '1 for how capturing is: good, blind (not everything is seen) or fault (nothing is known).',
    samples: ({ capture }) =>
      CAPTURE_STATES.map((state) => ({ labels: { state }, value: Number(capture.state === state) })),
  },
  {
    name: 'callseal_blindness',
    type: 'gauge',
    help: '1 for each thing that cannot be seen now.',
    samples: ({ blindness }) => blindness.map((name) => ({ labels: { name }, value: 1 })),
  },
  {
    name: 'callseal_calls_total',
    type: 'counter',
    help: 'Calls that ended, by grade.',
    samples: ({ callsEnded }) => GRADES.map((grade) => ({ labels: { grade }, value: callsEnded[grade] })),
  },
  row(
    'calls_open',
    'gauge',
    'Calls that are up; absent when nothing is known of them.',
    ({ capture, callsOpen }) => (capture.state === 'fault' ? null : callsOpen),
  ),
  row(
    'packets_received_total',
    'counter',
    'Packets that the engine looked at.',
    (state) => state.receivedPackets,
  ),
  row(
    'packets_dropped_total',
    'counter',
    'Packets that the engine could not look at; no call was touched by it.',
    (state) => state.droppedPackets,
  ),
  row(
    'interface_packets_dropped_total',
    'counter',
    'Packets that the adapter could not deliver.',
    (state) => state.interfaceDroppedPackets,
  ),
  row(
    'ring_fill_ratio',
    'gauge',
    'Share of the packet ring that waits to be read.',
    (state) => state.ringFill,
  ),
  row(
    'sampled_seconds_total',
    'counter',
    'Seconds in which only a sample of the media was looked at.',
    (state) => state.sampledSeconds,
  ),
  row(
    'engine_loop_delay_seconds',
    'gauge',
    "Longest delay of the engine's event loop in the last second.",
    (state) => state.loopDelaySeconds,
  ),
  row('journal_good', 'gauge', '1 if what ends is kept.', ({ journal }) => journal.isGood),
  row(
    'journal_records_total',
    'counter',
    'Records that are on the disk, over all starts.',
    ({ journal }) => journal.durableSeq,
  ),
  row(
    'broker_connected',
    'gauge',
    '1 if the broker is connected; absent where none is used.',
    ({ broker }) => broker?.isConnected,
  ),
  row(
    'broker_waiting_records',
    'gauge',
    'Records that the broker does not have yet.',
    ({ broker }) => broker?.waiting,
  ),
  row('survey_running', 'gauge', '1 while a survey runs.', (state) => state.isSurveyRunning),
  row(
    'clock_trusted',
    'gauge',
    '1 if the wall clock is believed to be right.',
    (state) => state.isClockTrusted,
  ),
  row(
    'configuration_faults',
    'gauge',
    'Keys of the configuration that are wrong.',
    (state) => state.configFaults,
  ),
  row('cpu_temperature_celsius', 'gauge', 'Of the board.', (state) => state.temperature),
  row('process_resident_memory_bytes', 'gauge', 'Of the box process.', (state) => state.memoryBytes),
  row('process_cpu_seconds_total', 'counter', 'Of the box process.', (state) => state.cpuSeconds),
  row(
    'process_start_time_seconds',
    'gauge',
    'When the box process began, since the epoch.',
    (state) => state.startedAt,
  ),
]

const escapeLabel = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

const renderSample = (name: string, { labels, value }: Sample): string => {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`
}

/** The text of `/metrics`: rows of which nothing is known are left out whole. */
export const renderMetrics = (state: MetricsState): string =>
  METRIC_TABLE.map((metric) => ({ metric, samples: metric.samples(state) }))
    .filter(({ samples }) => samples.length > 0)
    .map(({ metric: { name, type, help }, samples }) => {
      const lines = samples.map((sample) => `${renderSample(name, sample)}\n`)
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
    })
    .join('')

/** Older than this, in milliseconds, nothing that the box said of itself holds. */
export const STALE_AFTER = 3000

/** What `/health` answers. Good only if everything is seen and kept, and was so a moment ago. */
export const healthOf = (
  state: MetricsState | null,
  now: number,
): { readonly isGood: boolean; readonly state: string; readonly sentence: string } => {
  if (state === null || now - state.at > STALE_AFTER)
    return { isGood: false, state: 'stale', sentence: 'the box has said nothing of itself for a while' }
  const { capture, journal, configFaults } = state
  if (capture.state !== 'good') return { isGood: false, ...capture }
  if (!journal.isGood)
    return { isGood: false, state: 'journal', sentence: 'what ends is not kept: see the log of the box' }
  if (configFaults > 0)
    return {
      isGood: false,
      state: 'configuration',
      sentence: 'the configuration is wrong: callseal config check',
    }
  return { isGood: true, ...capture }
}
