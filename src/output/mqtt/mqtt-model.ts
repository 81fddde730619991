/** What is said to a broker, from what the box says: one function a topic. Pure. Never green by assumption: what is not known is null. */
import { GRADES, GRADE_TABLE, type Grade, type Lamp, type PhoneReport } from '../../core/index.ts'
import type { BoxIdentity, BoxState, CallNews, FindingNews, OutboxRecord, ToldVerdict } from './box-state.ts'
import { toMessage, type BrokerMessage, type Json } from './broker-message.ts'
import { TOPIC_TABLE, topicOf } from './topics.ts'

/** How far the outbox is. */
export interface OutboxCount {
  /** Everything up to here is with the broker. */
  readonly sentSeq: number
  readonly lastSeq: number
  /** Records that were told as a gap. */
  readonly gaps: number
}

const isRed = (grade: Grade): boolean => GRADE_TABLE[grade].lamp === 'red'

const toVerdict = ({ grade, reasons }: ToldVerdict): Json => ({
  grade,
  word: GRADE_TABLE[grade].word,
  reasons,
})

export const toState = (boxId: string, state: 'online' | 'offline'): BrokerMessage =>
  toMessage(boxId, 'state', { state })

export const toInfo = (identity: BoxIdentity): BrokerMessage =>
  toMessage(identity.id, 'info', { ...identity })

export const toHealth = (
  boxId: string,
  { capture, receivedPackets, droppedPackets, cpuTemperature, clockTrusted }: BoxState,
  outbox: OutboxCount,
  time: { readonly at: string; readonly uptimeSeconds: number },
): BrokerMessage =>
  toMessage(boxId, 'health', {
    ...time,
    capture: capture.state,
    sentence: capture.sentence,
    clockTrusted,
    cpuTemperature,
    receivedPackets,
    droppedPackets,
    outbox: { ...outbox, waiting: Math.max(0, outbox.lastSeq - outbox.sentSeq) },
  })

/** Red that was seen stays red whatever fails; nothing else is believed of a box that cannot see. */
export const lampOf = ({ capture, shown }: BoxState): Lamp | 'idle' | 'fault' => {
  if (shown !== null && isRed(shown)) return 'red'
  if (capture.state !== 'good') return 'fault'
  return shown === null ? 'idle' : GRADE_TABLE[shown].lamp
}

const hasUnencryptedCall = ({ capture, shown }: BoxState): boolean | null => {
  if (shown !== null && isRed(shown)) return true
  return capture.state !== 'good' || shown === 'undetermined' ? null : false
}

export const toStatus = (boxId: string, state: BoxState): BrokerMessage => {
  const isFault = state.capture.state === 'fault'
  const callsToday = GRADES.reduce((sum, grade) => sum + state.today[grade], 0)
  const share = callsToday === 0 ? null : Math.floor((1000 * state.today.protected) / callsToday) / 10
  const { lastVerdict } = state
  return toMessage(boxId, 'status', {
    lamp: lampOf(state),
    capture: state.capture.state,
    sentence: state.capture.sentence,
    unencryptedCall: hasUnencryptedCall(state),
    activeCalls: isFault ? null : state.activeCalls,
    callsToday,
    protectedShare: share,
    lastVerdict:
      lastVerdict === null
        ? null
        : { ...(toVerdict(lastVerdict) as object), callId: lastVerdict.callId, at: lastVerdict.at },
    survey: { ...state.survey },
  })
}

/** `seq` is null for what does not come from the journal: the end of the call does, and says it all again. */
export const toCall = (boxId: string, news: CallNews, seq: number | null, at: string): BrokerMessage => {
  const { type, id, before, report } = news
  return toMessage(boxId, 'call', {
    type,
    // By this name Home Assistant's event entity wants it, in the payload itself.
    event_type: type,
    seq,
    id,
    at,
    before: before === null ? null : toVerdict(before),
    after: toVerdict(report),
    isAlarm: isRed(report.grade) && (before === null || !isRed(before.grade)),
    from: report.from,
    to: report.to,
    startedAt: report.startedAt,
    durationSeconds: report.durationSeconds,
    signalling: report.signalling.protection,
    transport: report.signalling.transport,
    media: [...new Set(report.media.map(({ protection }) => protection))],
    incomplete: report.incomplete,
    findings: report.findings.map((finding) => finding.id),
  })
}

const toFinding = (
  boxId: string,
  { callId, finding }: FindingNews,
  seq: number,
  at: string,
): BrokerMessage => {
  const { id, severity, title, seen, meaning, advice, spec } = finding
  return toMessage(boxId, 'finding', { seq, at, callId, id, severity, title, seen, meaning, advice, spec })
}

/** Null: the record is of no concern to a broker. */
export const toRecordMessage = (boxId: string, record: OutboxRecord): BrokerMessage | null => {
  if (record.kind === 'call') return toCall(boxId, record, record.seq, record.at)
  return record.kind === 'finding' ? toFinding(boxId, record, record.seq, record.at) : null
}

export const toGap = (boxId: string, fromSeq: number, toSeq: number): BrokerMessage =>
  toMessage(boxId, 'gap', { fromSeq, toSeq })

/** The address is left out: whoever reads the broker is to know the pseudonym only. */
export const toPhone = (boxId: string, phoneId: string, report: PhoneReport): BrokerMessage => {
  const { user, userAgent, transports, findings } = report
  const hasProblem = findings.some(({ severity }) => severity === 'high' || severity === 'medium')
  const shown = findings.map(({ id, severity, title, advice }) => ({ id, severity, title, advice }))
  return toMessage(
    boxId,
    'phone',
    { id: phoneId, user, userAgent, transports, hasProblem, findings: shown },
    phoneId,
  )
}

export const toDisplay = (boxId: string, png: Buffer): BrokerMessage => ({
  topic: topicOf(boxId, 'display'),
  payload: png,
  qos: TOPIC_TABLE.display.qos,
  retain: TOPIC_TABLE.display.retained,
  contentType: 'image/png',
  schema: TOPIC_TABLE.display.schema,
  expirySeconds: null,
})
