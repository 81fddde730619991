/** One call with all its evidence, frame by frame: `callseal read FILE --explain CALL`. Pure. */
import {
  GRADE_TABLE,
  type CallReport,
  type Exposure,
  type Finding,
  type MediaReport,
  type RtcpReport,
  type TlsReport,
} from '../../core/index.ts'
import type { Page } from './call-table.ts'
import { directionsOf } from './directions.ts'
import { wrap } from './display-width.ts'
import { explainExposure } from './exposure-text.ts'
import { sanitiseReport } from './sanitise.ts'
import { shownTime } from './summary-text.ts'
import { bySeverity, countOf, durationOf, groupDigits, partiesOf, reasonOf, signallingOf } from './words.ts'

const LABEL_WIDTH = 12

/** Gathers indented, wrapped lines. */
class Sheet {
  readonly #page: Page
  text = ''

  constructor(page: Page) {
    this.#page = page
  }

  heading(title: string): void {
    this.text += `\n${this.#page.paint.bold(title)}\n`
  }

  /** A label and its text; nothing for an empty text. */
  row(label: string, text: string, indent = 2): void {
    if (text === '') return
    const head = `${' '.repeat(indent)}${label.padEnd(LABEL_WIDTH)}`
    const rest = ' '.repeat(head.length)
    const lines = wrap(text, this.#page.width - head.length)
    this.text += lines.map((line, at) => `${at === 0 ? this.#page.paint.dim(head) : rest}${line}\n`).join('')
  }

  line(text: string): void {
    this.text += `${text}\n`
  }
}

/** Lines with their ends. */
export const explainCall = (report: CallReport, page: Page): string => {
  const call = sanitiseReport(report)
  const sheet = new Sheet(page)
  const { lamp, means } = GRADE_TABLE[call.grade]
  sheet.line(`${page.paint.bold(`Call ${call.id}`)}  ${page.paint.grade(call.grade, call.grade)}`)
  sheet.row('means', means)
  sheet.row(
    'because',
    call.reasons.map((reason) => `${reasonOf(reason, call.findings)} (${reason})`).join('; '),
  )
  sheet.row('lamp', lamp.replace('-blink', ', blinking'))
  sheet.row('time', `${shownTime(call.startedAt)}, ${durationOf(call.durationSeconds)}, ${call.state}`)
  sheet.row('parties', partiesOf(call))
  sheet.row('incomplete', call.incomplete.join(', '))
  explainSignalling(call, sheet)
  explainMedia(call, sheet)
  for (const finding of bySeverity(call.findings)) explainFinding(finding, sheet, page)
  explainExposureOf(call.exposure, sheet)
  return sheet.text
}

const explainSignalling = (call: CallReport, sheet: Sheet): void => {
  const { legs, tls } = call.signalling
  sheet.heading(`Signalling: ${signallingOf(call)}`)
  if (legs.length === 0) sheet.row('SIP', 'none was readable')
  for (const { callId, transport, client, server, state, ladder } of legs) {
    const carrier = transport === null ? '' : `, ${transport.toUpperCase()}`
    sheet.row('leg', `${client} → ${server}${carrier}, ${state}, Call-ID ${callId}`)
    for (const { atSeconds, sender, text, frame } of ladder)
      sheet.row(`${atSeconds.toFixed(2)} s`, `${sender === 'client' ? '→' : '←'} ${text} [frame ${frame}]`, 4)
  }
  if (tls !== null) sheet.row('TLS', tlsOf(tls))
  if (tls?.certificate != null) sheet.row('certificate', certificateOf(tls.certificate))
  for (const { offered, answered } of call.claims) {
    sheet.row('claim', `offered ${listOr(offered)}; answered ${listOr(answered)}`)
  }
}

const listOr = (texts: readonly string[]): string =>
  texts.length === 0 ? 'nothing that was seen' : texts.join(', ')

const tlsOf = ({ version, suite, alpn, sni, forwardSecrecy, handshake }: TlsReport): string => {
  const secrecy =
    forwardSecrecy === null ? 'forward secrecy unknown' : `${forwardSecrecy ? '' : 'no '}forward secrecy`
  const parts = [version ?? 'version unknown', suite ?? 'suite unknown', secrecy, `handshake ${handshake}`]
  if (alpn !== null) parts.push(`ALPN ${alpn}`)
  if (sni !== null) parts.push(`name ${sni}`)
  return parts.join(', ')
}

type Certificate = NonNullable<TlsReport['certificate']>

const certificateOf = ({
  subject,
  issuer,
  notAfter,
  key,
  signatureHash,
  selfSigned,
}: Certificate): string => {
  const signer = selfSigned ? 'self-signed' : `issued by ${issuer}`
  return `${subject}, ${signer}, key ${key}, ${signatureHash}, valid until ${notAfter.slice(0, 10)}`
}

const explainMedia = (call: CallReport, sheet: Sheet): void => {
  const { there, back } = directionsOf(call)
  sheet.heading(call.media.length === 0 ? 'Media: none' : 'Media')
  for (const stream of there) explainStream('→', stream, sheet)
  for (const stream of back) explainStream('←', stream, sheet)
  for (const rtcp of call.rtcp) sheet.row('RTCP', rtcpOf(rtcp))
}

const explainStream = (arrow: string, stream: MediaReport, sheet: Sheet): void => {
  const { source, destination, ssrc, media, codec, payloadType, claim } = stream
  const type = payloadType === null ? '' : ` (payload type ${payloadType})`
  const number = ssrc === null ? '' : `, SSRC ${ssrc}`
  sheet.line(`  ${arrow} ${source} → ${destination}`)
  sheet.row('carries', `${media} ${codec ?? 'of an unknown codec'}${type}${number}`, 4)
  sheet.row('is', `${stream.protection}, ${keyingOf(stream)}`, 4)
  sheet.row('claimed', claim ?? 'nothing that was seen', 4)
  sheet.row('packets', `${groupDigits(stream.packets)}, ${groupDigits(stream.lost)} lost on the way`, 4)
  for (const { fromSeconds, toSeconds, packets, protection } of stream.slices) {
    const span = `${fromSeconds.toFixed(2)}–${toSeconds.toFixed(2)} s`
    sheet.row('slice', `${span}: ${protection}, ${countOf(packets, 'packet')}`, 4)
  }
  for (const { name, detail, frames } of stream.evidence) {
    sheet.row('evidence', `${name}${detail === '' ? '' : `: ${detail}`}${framesOf(frames)}`, 4)
  }
}

const KEY_WORDS: Readonly<Record<MediaReport['keyExposure'], string>> = {
  none: '',
  offered: ', a key stood readable and was not used',
  readable: ', its key stood readable on this wire',
  proven: ', its key stood readable on this wire and opens these packets',
}

const keyingOf = ({ keying, profile, keyExposure }: MediaReport): string => {
  const way =
    keying === 'none'
      ? 'no keys'
      : keying === 'unknown'
        ? 'keys agreed unseen'
        : `keys by ${keying.toUpperCase()}`
  return `${way}${profile === null ? '' : ` (${profile})`}${KEY_WORDS[keyExposure]}`
}

const rtcpOf = ({ source, destination, ssrc, protection, packets }: RtcpReport): string =>
  `${source} → ${destination}, SSRC ${ssrc}: ${protection}, ${countOf(packets, 'packet')}`

const framesOf = (frames: readonly number[]): string =>
  frames.length === 0 ? '' : ` [${frames.length === 1 ? 'frame' : 'frames'} ${frames.join(', ')}]`

const explainFinding = (finding: Finding, sheet: Sheet, { paint }: Page): void => {
  const { id, severity, title, seen, meaning, advice, spec, frames } = finding
  sheet.line('')
  sheet.line(`${paint.severity(severity, severity)}  ${paint.bold(title)}  ${paint.dim(id)}`)
  sheet.row('seen', `${seen}${framesOf(frames)}`)
  sheet.row('meaning', meaning)
  sheet.row('advice', advice)
  sheet.row('source', spec)
}

const explainExposureOf = (exposure: Exposure, sheet: Sheet): void => {
  sheet.heading('What a listener on this wire learned')
  const rows = explainExposure(exposure)
  if (rows.length === 0) sheet.line('  nothing but that there was a call')
  for (const [label, text] of rows) sheet.row(label, text)
}
