/** Every topic of the box as a row, and the only place that makes their names. Nothing from the wire is ever part of a name. */

export interface TopicRow {
  /** Below `callseal/<box-id>/`; what stands in `<>` is filled in. */
  readonly path: string
  readonly retained: boolean
  readonly qos: 0 | 1
  /** Who publishes it. */
  readonly from: 'box' | 'client'
  readonly what: string
  /** Of the payload. */
  readonly shape: string
  /** Name and version of the shape: the MQTT 5 user property `schema`. */
  readonly schema: string
}

const JSON_1 = (name: string): string => `callseal.${name}/1`

/** The README's reference is printed from this. */
export const TOPIC_TABLE = {
  state: {
    path: 'bridge/state',
    retained: true,
    qos: 1,
    from: 'box',
    what: 'is the box connected; the broker itself says offline when the connection is lost',
    shape: '{"state": "online" | "offline"}',
    schema: JSON_1('state'),
  },
  info: {
    path: 'bridge/info',
    retained: true,
    qos: 1,
    from: 'box',
    what: 'what the box is',
    shape: '{id, name, model, version, latestVersion | null, startedAt, url | null}',
    schema: JSON_1('info'),
  },
  health: {
    path: 'bridge/health',
    retained: false,
    qos: 0,
    from: 'box',
    what: 'how the box is, when it connects and every 60 s',
    shape:
      '{at, uptimeSeconds, capture, sentence, clockTrusted, cpuTemperature | null, receivedPackets | null, droppedPackets | null, outbox {sentSeq, lastSeq, waiting, gaps}}',
    schema: JSON_1('health'),
  },
  status: {
    path: 'status',
    retained: true,
    qos: 1,
    from: 'box',
    what: 'what the lamp shows and what is counted; what is not known is null, never a good value',
    shape:
      '{lamp, capture: "good" | "blind" | "fault", sentence, unencryptedCall | null, activeCalls | null, callsToday | null, protectedShare | null, lastVerdict | null, survey {isRunning, name | null}}',
    schema: JSON_1('status'),
  },
  call: {
    path: 'call',
    retained: false,
    qos: 1,
    from: 'box',
    what: 'a call appeared, its verdict changed, or it is over; `seq` orders what comes from the journal and names repetitions',
    shape:
      '{type: "new" | "update" | "end", event_type, seq | null, id, at, before | null, after {grade, word, reasons}, isAlarm, from | null, to | null, startedAt, durationSeconds, signalling, transport | null, media [], incomplete [], findings []}',
    schema: JSON_1('call'),
  },
  finding: {
    path: 'finding',
    retained: false,
    qos: 1,
    from: 'box',
    what: 'something bad was found',
    shape: '{seq, at, callId | null, id, severity, title, seen, meaning, advice, spec}',
    schema: JSON_1('finding'),
  },
  gap: {
    path: 'gap',
    retained: false,
    qos: 1,
    from: 'box',
    what: 'records that can never be sent: the journal no longer has them, or the broker takes no such message',
    shape: '{fromSeq, toSeq}',
    schema: JSON_1('gap'),
  },
  phone: {
    path: 'phone/<phone-id>',
    retained: true,
    qos: 1,
    from: 'box',
    what: 'a phone, if asked for; its id is a keyed pseudonym that only this box can resolve',
    shape:
      '{id, user | null, userAgent | null, transports [], hasProblem, findings [{id, severity, title, advice}]}',
    schema: JSON_1('phone'),
  },
  display: {
    path: 'display',
    retained: true,
    qos: 1,
    from: 'box',
    what: 'the picture on the screen, if asked for',
    shape: 'PNG',
    schema: JSON_1('display'),
  },
  request: {
    path: 'bridge/request/<request>',
    retained: false,
    qos: 1,
    from: 'client',
    what: 'asks for something; a retained request is refused, for it would come again with each start',
    shape: '{transaction?, …} or empty',
    schema: JSON_1('request'),
  },
  response: {
    path: 'bridge/response/<request>',
    retained: false,
    qos: 1,
    from: 'box',
    what: 'what became of a request',
    shape: '{status: "ok" | "error", data | null, error | null, transaction | null}',
    schema: JSON_1('response'),
  },
} as const satisfies Record<string, TopicRow>

export type TopicName = keyof typeof TOPIC_TABLE

const BASE = 'callseal'

/** What may be part of a topic: nothing that means anything to MQTT or Home Assistant, and nothing long. */
export const isTopicId = (text: string): boolean => /^[a-z0-9_-]{1,48}$/.test(text)

/** `callseal/<box-id>/bridge/state`; `part` fills in what stands in `<>`. Throws if an id may not stand in a topic. */
export const topicOf = (boxId: string, name: TopicName, part = ''): string => {
  const { path } = TOPIC_TABLE[name]
  const at = path.indexOf('<')
  if (!isTopicId(boxId) || (at >= 0 && !isTopicId(part)))
    throw new Error(`"${boxId}", "${part}": an id holds 1 to 48 of a-z, 0-9, _ and - only`)
  return `${BASE}/${boxId}/${at < 0 ? path : `${path.slice(0, at)}${part}`}`
}

/** A filter that fits all topics of the box, or all that stand in `<>` of one row. */
export const filterOf = (boxId: string, name?: TopicName): string =>
  name === undefined ? `${BASE}/${boxId}/#` : topicOf(boxId, name, 'x').replace(/x$/, '+')
