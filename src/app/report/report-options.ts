/** The options of `callseal report`, checked. */
import { UsageError, type OptionValues } from '../commands/command.ts'

export interface ReportOptions {
  /** Milliseconds since the epoch; `to` is not part of it. */
  readonly from: number
  readonly to: number
  /** The name of a survey, empty for the last one; null: no survey was asked for. */
  readonly survey: string | null
  readonly form: 'text' | 'json' | 'csv'
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
const BACK = /^(\d{1,5})([mhd])$/u
const DATE = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?$/u

/** `2026-11-23`, `2026-11-23T10:00` (of this machine's zone), or back from now: `90m`, `24h`, `7d`. */
const toTime = (text: string, option: string, now: number): number => {
  const back = BACK.exec(text)
  if (back !== null) return now - Number(back[1]) * (UNITS[back[2] ?? ''] ?? NaN)
  const isDay = !text.includes(':')
  const time = DATE.test(text) ? Date.parse(isDay ? `${text}T00:00` : text.replace(' ', 'T')) : NaN
  if (Number.isNaN(time))
    throw new UsageError(
      `${option} takes 2026-11-23, 2026-11-23T10:00, or back from now 90m, 24h or 7d; not ${JSON.stringify(text)}`,
    )
  return time
}

/** `now` in milliseconds since the epoch. */
export const toReportOptions = (values: OptionValues, now: number): ReportOptions => {
  const { from, to, survey, json, csv } = values
  return {
    from: typeof from === 'string' ? toTime(from, '--from', now) : -Infinity,
    to: typeof to === 'string' ? toTime(to, '--to', now) : Infinity,
    survey: typeof survey === 'string' ? survey : survey === true ? '' : null,
    form: json === true ? 'json' : csv === true ? 'csv' : 'text',
  }
}
