/** Reports in a few words each: what tables, explanations and the terminal panel have in common. Pure; texts must be sanitised. */
import { GRADES, SEVERITIES, type CallReport, type Finding, type MediaReport } from '../../core/index.ts'
import { directionsOf } from './directions.ts'

type Protection = MediaReport['protection']

/** Media protections from good to bad. */
const PROTECTIONS: readonly Protection[] = [
  'encrypted',
  'probably-encrypted',
  'undecided',
  'contradictory',
  'auth-only',
  'clear',
]

const KEY_EXPOSURES: readonly MediaReport['keyExposure'][] = ['proven', 'readable', 'offered', 'none']

/** `1 call`, `2 calls`. */
export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${groupDigits(count)} ${count === 1 ? one : many}`

/** 1130 → `1,130`. By hand: the first use of a locale costs more time than judging a small capture. */
export const groupDigits = (count: number): string => {
  const digits = Math.trunc(count).toString()
  const groups = Array.from({ length: Math.ceil(digits.length / 3) }, (_, index) =>
    digits.slice(Math.max(0, digits.length - 3 * (index + 1)), digits.length - 3 * index),
  ).reverse()
  return groups.join(',')
}

/** `0.5 s`, `11.2 s`, `3:05 min`, `1:02:03 h`. */
export const durationOf = (seconds: number): string => {
  // Round first: 59.96 s is a minute.
  const tenths = Math.round(seconds * 10)
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`
  const whole = Math.round(seconds)
  const two = (value: number): string => value.toString().padStart(2, '0')
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes}:${two(whole % 60)} min`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)} h`
}

/** `plain UDP`, `TLS 1.3`, `weak TLS 1.0`, `unseen`, `tunnel`. */
export const signallingOf = ({ signalling: { protection, transport, tls } }: CallReport): string => {
  if (protection === 'unseen' || protection === 'tunnel') return protection
  const carrier = transport === null ? '' : transport.toUpperCase()
  if (protection === 'plain') return carrier === '' ? 'plain' : `plain ${carrier}`
  const version = tls?.version ?? 'TLS'
  const named = transport === 'wss' ? `${version} (WSS)` : version
  return protection === 'tls-weak' ? `weak ${named}` : named
}

/** The parties with an arrow; empty if nothing is known or may be shown. */
export const partiesOf = ({ from, to }: CallReport): string =>
  from === null && to === null ? '' : `${from ?? '?'} → ${to ?? '?'}`

/** Protection per direction: `↔ encrypted`, `→ clear ← encrypted`, `→ encrypted/clear`; `none` without media. */
export const mediaOf = (call: CallReport): string => {
  const { there, back } = directionsOf(call)
  const onward = protectionsOf(there)
  const backward = protectionsOf(back)
  if (onward === '' && backward === '') return 'none'
  if (onward === backward) return `↔ ${onward}`
  const parts = [onward === '' ? '' : `→ ${onward}`, backward === '' ? '' : `← ${backward}`]
  return parts.filter((part) => part !== '').join(' ')
}

/** A slice shorter than this (the moments before the keys) is for the findings and the explanation, not for a table. */
const LEAST_SLICE_SECONDS = 1

/** Each once, from good to bad: a change within the call shows as `encrypted/clear`. */
const protectionsOf = (streams: readonly MediaReport[]): string => {
  const found = new Set(
    streams.flatMap(({ protection, slices }) => [
      protection,
      ...slices.filter(isLong).map((slice) => slice.protection),
    ]),
  )
  return PROTECTIONS.filter((protection) => found.has(protection)).join('/')
}

const isLong = ({ fromSeconds, toSeconds }: MediaReport['slices'][number]): boolean =>
  toSeconds - fromSeconds >= LEAST_SLICE_SECONDS

/** Codecs, each once: `PCMU`, `opus, VP8`; `-` if unknown. */
export const codecsOf = ({ media }: CallReport): string => {
  const codecs = new Set(media.flatMap(({ codec }) => (codec === null ? [] : [codec])))
  return codecs.size === 0 ? '-' : [...codecs].join(', ')
}

const KEYING_WORDS: Readonly<Record<MediaReport['keying'], string>> = {
  sdes: 'SDES',
  dtls: 'DTLS',
  zrtp: 'ZRTP',
  mikey: 'MIKEY',
  unknown: 'unseen',
  none: 'none',
}

/** How the media keys were agreed, and whether they could be read: `DTLS`, `SDES proven`, `none`. */
export const keysOf = ({ media }: CallReport): string => {
  if (media.length === 0) return '-'
  const ways = new Set(media.map(({ keying }) => keying))
  // A stream without keys beside one with: both are worth naming.
  const named = [...ways].map((way) => KEYING_WORDS[way])
  const exposures = new Set(media.map(({ keyExposure }) => keyExposure))
  const worst = KEY_EXPOSURES.find((exposure) => exposures.has(exposure)) ?? 'none'
  return worst === 'none' ? named.join(', ') : `${named.join(', ')} ${worst}`
}

/** The finding that matters most: it decided the grade, if one did, else the most severe. */
export const worstFinding = ({
  findings,
  reasons,
}: Pick<CallReport, 'findings' | 'reasons'>): Finding | null =>
  bySeverity(findings.filter(({ id }) => reasons.includes(id)))[0] ?? bySeverity(findings)[0] ?? null

/** From high to info; those of one severity stay in their order. */
export const bySeverity = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))

/** Longest grade word: columns line up. */
export const GRADE_WIDTH = Math.max(...GRADES.map((grade) => grade.length))

/** Reasons of `undetermined` in a sentence each (VERDICTS: reasons). A reason that is a finding's id is not here. */
const REASON_WORDS: ReadonlyMap<string, string> = new Map([
  ['handshake-lost', 'A handshake was lost or damaged in the capture'],
  ['one-way', 'Only one direction of the media was seen'],
  ['capture-loss', 'Packets are missing from the capture'],
  ['tunnel', 'A tunnel hides what the hosts say'],
  ['too-short', 'Too few packets to tell'],
  ['contradictory', 'The evidence contradicts itself'],
  ['signalling-unseen', 'The signalling was not seen'],
  ['signalling-guessed', 'Only host and time suggest which connection is the signalling'],
  ['media-unseen', 'The call was answered and no media was seen'],
  ['statistics-only', 'It looks encrypted, and nothing else shows that it is'],
  ['ambiguous-stream', 'Two different packets claim one place'],
  ['truncated', 'The call was cut off before its end'],
  ['keying-unseen', 'It is encrypted, and how the keys were agreed was not seen'],
])

/** A reason in words; its own name if there are none. */
export const reasonOf = (reason: string, findings: readonly Finding[] = []): string =>
  REASON_WORDS.get(reason) ?? findings.find(({ id }) => id === reason)?.title ?? reason

/** Why this grade, in one line: the first reason of `undetermined`, else the worst finding. Green is explained by what was shown. */
export const whyOf = (call: CallReport): string => {
  const [first] = call.reasons
  if (call.grade === 'protected') return 'Both halves are shown to be encrypted'
  if (call.grade === 'undetermined' && first !== undefined) return reasonOf(first, call.findings)
  return worstFinding(call)?.title ?? (first === undefined ? '' : reasonOf(first, call.findings))
}
