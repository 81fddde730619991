/**
 * A message as a line of at most MAX_LINE bytes. A report that does not fit gives up what matters least, step by step, until it does: its grade,
 * reasons and worst findings always come through.
 */
import { SEVERITIES, type CallReport, type Finding, type SummaryReport } from '../../core/index.ts'
import { MAX_LINE, type BoxMessage, type CallMessage, type EngineMessage } from './messages.ts'

const LINE_END = '\n'
const FEW = 16
const FEWEST = 6
const SHORT = 160

const lineOf = (message: EngineMessage | BoxMessage): Uint8Array =>
  Buffer.from(`${JSON.stringify(message)}${LINE_END}`, 'utf8')

const fits = (line: Uint8Array): boolean => line.length - LINE_END.length <= MAX_LINE

const short = (value: string): string => (value.length > SHORT ? `${value.slice(0, SHORT - 1)}…` : value)

const bySeverity = (a: Finding, b: Finding): number =>
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)

const worst = (findings: readonly Finding[]): Finding[] =>
  [...findings]
    .sort(bySeverity)
    .slice(0, FEWEST)
    .map((one) => ({
      ...one,
      title: short(one.title),
      seen: short(one.seen),
      meaning: short(one.meaning),
      advice: short(one.advice),
      spec: short(one.spec),
    }))

type Step<R> = (report: R) => R

const withoutLadders: Step<CallReport> = (report) => ({
  ...report,
  signalling: {
    ...report.signalling,
    legs: report.signalling.legs.slice(0, FEW).map((leg) => ({ ...leg, ladder: [] })),
  },
})

const withoutEvidence: Step<CallReport> = (report) => ({
  ...report,
  media: report.media.map((stream) => ({ ...stream, evidence: [], slices: stream.slices.slice(0, FEW) })),
})

const withFewStreams: Step<CallReport> = (report) => ({
  ...report,
  claims: report.claims.slice(0, FEW),
  rtcp: report.rtcp.slice(0, FEW),
  media: report.media.slice(0, FEW).map((stream) => ({ ...stream, slices: [] })),
})

const withLittleExposure: Step<CallReport> = (report) => {
  const { exposure } = report
  return {
    ...report,
    exposure: {
      ...exposure,
      parties: exposure.parties.slice(0, FEW),
      authentications: exposure.authentications.slice(0, FEW),
      addresses: exposure.addresses.slice(0, FEW),
      networkLayout: exposure.networkLayout.slice(0, FEW),
      userAgents: exposure.userAgents.slice(0, FEW),
      mediaPorts: exposure.mediaPorts.slice(0, FEW),
      audio: exposure.audio.slice(0, FEW),
    },
  }
}

/** Nothing but the verdict: fits whatever was on the wire, because each of its texts is cut. */
const bare: Step<CallReport> = (report) => ({
  ...report,
  callIds: report.callIds.slice(0, FEWEST).map(short),
  reasons: report.reasons.slice(0, FEW).map(short),
  from: report.from === null ? null : short(report.from),
  to: report.to === null ? null : short(report.to),
  signalling: { ...report.signalling, tls: null, legs: [] },
  claims: [],
  media: [],
  rtcp: [],
  findings: worst(report.findings),
  exposure: {
    ...report.exposure,
    parties: [],
    authentications: [],
    addresses: [],
    networkLayout: [],
    userAgents: [],
    codecs: [],
    mediaPorts: [],
    audio: [],
  },
})

const CALL_STEPS: readonly Step<CallReport>[] = [
  withoutLadders,
  withoutEvidence,
  withFewStreams,
  withLittleExposure,
  bare,
]

const withoutStreams: Step<SummaryReport> = (report) => ({
  ...report,
  otherMedia: [],
  otherMediaOmitted: report.otherMediaOmitted + report.otherMedia.length,
})

const WIRE_STEPS: readonly Step<SummaryReport>[] = [
  (report) => ({
    ...report,
    otherMedia: report.otherMedia.map((stream) => ({ ...stream, evidence: [], slices: [] })),
  }),
  withoutStreams,
  (report) => ({ ...report, findings: worst(report.findings) }),
]

/** A line, and whether its report was shortened. */
export interface EncodedLine {
  readonly bytes: Uint8Array
  readonly isShortened: boolean
}

/** A call as a line. */
export const encodeCall = (message: CallMessage): EncodedLine => {
  let bytes = lineOf(message)
  if (fits(bytes)) return { bytes, isShortened: false }
  let report = message.report
  for (const step of CALL_STEPS) {
    report = step(report)
    bytes = lineOf({ ...message, report })
    if (fits(bytes)) break
  }
  return { bytes, isShortened: true }
}

/** The totals as a line. */
export const encodeWire = (run: string, report: SummaryReport): Uint8Array => {
  let shorter = report
  let bytes = lineOf({ type: 'wire', run, report })
  for (const step of WIRE_STEPS) {
    if (fits(bytes)) break
    shorter = step(shorter)
    bytes = lineOf({ type: 'wire', run, report: shorter })
  }
  return bytes
}

/** Any other message, all of which are small; a phone's longest are its findings. */
export const encodeMessage = (message: Exclude<EngineMessage, CallMessage> | BoxMessage): Uint8Array => {
  const bytes = lineOf(message)
  if (fits(bytes) || message.type !== 'phone') return bytes
  return lineOf({ ...message, report: { ...message.report, findings: worst(message.report.findings) } })
}
