/**
 * One line of the journal: a JSON object whose last member is `crc`, CRC-32 (as of zlib, IEEE 802.3) in eight hexadecimal digits of all bytes of the
 * line before `,"crc":`. `seq` rises by one from line to line over all files and starts; it is the order, for the clock may be wrong.
 */
import { crc32 } from 'node:zlib'
import type { CallReport, Finding } from '../../core/index.ts'

/** Parts of the box whose state is written down. */
export type PartName = 'engine' | 'capture' | 'journal' | 'broker' | 'panel' | 'configuration'

/** What is kept. Parties are masked before they come here. */
export type JournalBody =
  /** A call that is over. `run` and `id` name it as the state protocol does. */
  | {
      readonly kind: 'call'
      readonly run: string
      readonly id: string
      readonly revision: number
      readonly report: CallReport
    }
  /** Something bad was found in a call that is still up. */
  | { readonly kind: 'finding'; readonly run: string; readonly id: string; readonly finding: Finding }
  /** A part of the box became or ceased to be at fault. */
  | {
      readonly kind: 'health'
      readonly part: PartName
      readonly isFault: boolean
      readonly sentence: string
    }
  | { readonly kind: 'survey'; readonly action: 'start' | 'stop'; readonly name: string }
  | { readonly kind: 'start'; readonly version: string }
  | { readonly kind: 'stop' }

export type JournalKind = JournalBody['kind']

export interface RecordHead {
  readonly seq: number
  /** Wall clock, ISO 8601 with milliseconds, UTC. */
  readonly at: string
  /** Milliseconds of a clock that never steps, since an arbitrary moment of this boot. */
  readonly monotonic: number
  /** Names the boot of the machine. */
  readonly boot: string
  /** False: the wall clock may be years off. */
  readonly clockTrusted: boolean
}

export type JournalRecord = RecordHead & JournalBody

/** No line is longer, in bytes: of a call at most 64 KiB are told. A longer one is damage. */
export const LONGEST_LINE = 1 << 18

const CRC_DIGITS = 8
/** `,"crc":"xxxxxxxx"}` */
const TAIL = ',"crc":"'.length + CRC_DIGITS + '"}'.length

/** The line with its line end. */
export const encodeRecord = (record: JournalRecord): Buffer => {
  const head = JSON.stringify(record).slice(0, -1)
  const crc = crc32(head).toString(16).padStart(CRC_DIGITS, '0')
  return Buffer.from(`${head},"crc":"${crc}"}\n`)
}

/** A line without its end; null if it is not whole. What passes the check was written by encodeRecord(), of this release or another. */
export const decodeRecord = (line: Buffer): JournalRecord | null => {
  const end = line.length - TAIL
  if (end < 2) return null
  const crc = crc32(line.subarray(0, end)).toString(16).padStart(CRC_DIGITS, '0')
  if (line.toString('latin1', end) !== `,"crc":"${crc}"}`) return null
  const record = JSON.parse(`${line.toString('utf8', 0, end)}}`) as JournalRecord
  return Number.isSafeInteger(record.seq) && record.seq > 0 ? record : null
}
