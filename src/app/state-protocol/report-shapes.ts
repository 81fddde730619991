/** The reports that cross the socket as shapes: the hand-written twin of output/report/report.schema.json, which a test holds it against. */
import {
  GRADES,
  SEVERITIES,
  type CallReport,
  type Counters,
  type Exposure,
  type Finding,
  type Grade,
  type MediaReport,
  type PhoneReport,
  type RtcpReport,
  type SummaryReport,
  type TlsReport,
} from '../../core/index.ts'
import {
  amount,
  choice,
  count,
  countsByName,
  flag,
  listOf,
  nullOr,
  oneOf,
  only,
  record,
  text,
  whole,
  type Shape,
} from './shape.ts'

type Member<T> = T extends readonly (infer U)[] ? U : never
type Signalling = CallReport['signalling']
type Leg = Member<Signalling['legs']>
type Transport = NonNullable<Signalling['transport']>

const TIME_LENGTH = '2026-11-22T10:00:00.000000Z'.length
const MAX_FRAMES = 16
const MAX_LADDER = 64

const time: Shape<string> = (value): value is string =>
  typeof value === 'string' && value.length === TIME_LENGTH && value.endsWith('Z') && Date.parse(value) >= 0

const grade = oneOf(GRADES)
const frames = listOf(whole(1), MAX_FRAMES)
const transport = nullOr(choice<Transport>({ udp: true, tcp: true, tls: true, ws: true, wss: true }))
const texts = listOf(text())

const protection = choice<MediaReport['protection']>({
  'auth-only': true,
  clear: true,
  undecided: true,
  contradictory: true,
  encrypted: true,
  'probably-encrypted': true,
})

const finding = record<Finding>({
  id: text(),
  severity: oneOf(SEVERITIES),
  title: text(),
  seen: text(),
  meaning: text(),
  advice: text(),
  spec: text(),
  frames,
})

const tls = record<TlsReport>({
  version: nullOr(text()),
  suite: nullOr(text()),
  alpn: nullOr(text()),
  sni: nullOr(text()),
  forwardSecrecy: nullOr(flag),
  handshake: choice<TlsReport['handshake']>({
    started: true,
    completed: true,
    failed: true,
    lost: true,
    unseen: true,
  }),
  certificate: nullOr(
    record<NonNullable<TlsReport['certificate']>>({
      subject: text(),
      issuer: text(),
      notAfter: text(),
      key: text(),
      signatureHash: text(),
      selfSigned: flag,
    }),
  ),
})

const media = record<MediaReport>({
  source: text(),
  destination: text(),
  ssrc: nullOr(text()),
  media: text(),
  payloadType: nullOr(count),
  codec: nullOr(text()),
  claim: nullOr(text()),
  protection,
  keying: choice<MediaReport['keying']>({
    sdes: true,
    dtls: true,
    zrtp: true,
    mikey: true,
    unknown: true,
    none: true,
  }),
  profile: nullOr(text()),
  keyExposure: choice<MediaReport['keyExposure']>({
    none: true,
    offered: true,
    readable: true,
    proven: true,
  }),
  packets: count,
  lost: count,
  slices: listOf(
    record<Member<MediaReport['slices']>>({
      fromSeconds: amount,
      toSeconds: amount,
      packets: count,
      protection,
    }),
  ),
  evidence: listOf(record<Member<MediaReport['evidence']>>({ name: text(), detail: text(), frames })),
})

const rtcp = record<RtcpReport>({
  source: text(),
  destination: text(),
  ssrc: text(),
  protection: choice<RtcpReport['protection']>({
    clear: true,
    encrypted: true,
    'auth-only': true,
    undecided: true,
  }),
  packets: count,
})

const exposure = record<Exposure>({
  parties: listOf(record<Member<Exposure['parties']>>({ role: text(), value: text() })),
  extensionNumbers: count,
  externalNumbers: count,
  dialledNumber: flag,
  callerId: flag,
  usernames: count,
  authentications: listOf(
    record<Member<Exposure['authentications']>>({ realm: text(), algorithm: text(), qop: flag, count }),
  ),
  addresses: texts,
  networkLayout: texts,
  userAgents: texts,
  times: flag,
  codecs: texts,
  mediaPorts: listOf(count),
  audio: listOf(
    record<Member<Exposure['audio']>>({
      source: text(),
      destination: text(),
      codec: text(),
      seconds: amount,
      decodable: flag,
      lostPercent: amount,
    }),
  ),
  dtmfDigits: count,
  textMessages: count,
  videoSeconds: amount,
  faxSeconds: amount,
  mediaKeys: count,
})

const leg = record<Leg>({
  callId: text(),
  transport,
  client: text(),
  server: text(),
  state: text(),
  ladder: listOf(
    record<Member<Leg['ladder']>>({
      atSeconds: amount,
      sender: choice<'client' | 'server'>({ client: true, server: true }),
      text: text(),
      frame: whole(1),
    }),
    MAX_LADDER,
  ),
})

/** One call. */
export const callReport = record<CallReport>({
  type: only('call'),
  id: text(64, 1),
  callIds: texts,
  grade,
  reasons: texts,
  incomplete: listOf(
    choice<Member<CallReport['incomplete']>>({
      'one-way': true,
      'capture-loss': true,
      sampled: true,
      truncated: true,
      'late-start': true,
    }),
  ),
  startedAt: time,
  endedAt: time,
  durationSeconds: amount,
  state: choice<CallReport['state']>({ pending: true, up: true, ended: true }),
  from: nullOr(text()),
  to: nullOr(text()),
  signalling: record<Signalling>({
    protection: choice<Signalling['protection']>({
      plain: true,
      tls: true,
      'tls-weak': true,
      unseen: true,
      tunnel: true,
    }),
    transport,
    tls: nullOr(tls),
    legs: listOf(leg),
  }),
  claims: listOf(record<Member<CallReport['claims']>>({ offered: texts, answered: texts })),
  media: listOf(media),
  rtcp: listOf(rtcp),
  findings: listOf(finding),
  exposure,
})

/** One phone. */
export const phoneReport = record<PhoneReport>({
  type: only('phone'),
  address: text(64, 1),
  user: nullOr(text()),
  userAgent: nullOr(text()),
  transports: texts,
  findings: listOf(finding),
})

const byGrade = (): { readonly [G in Grade]: Shape<number> } =>
  Object.fromEntries(GRADES.map((name) => [name, amount])) as Record<Grade, Shape<number>>

const counters = record<Counters>({
  frames: count,
  bytes: count,
  decoded: countsByName,
  weird: countsByName,
  evicted: countsByName,
  unjudged: countsByName,
  duplicates: count,
})

/** Everything that belongs to no call, and totals. */
export const summaryReport = record<SummaryReport>({
  type: only('summary'),
  calls: record<SummaryReport['calls']>(byGrade()),
  callSeconds: record<SummaryReport['callSeconds']>(byGrade()),
  otherMedia: listOf(media),
  otherMediaOmitted: count,
  findings: listOf(finding),
  counters,
  startedAt: nullOr(time),
  endedAt: nullOr(time),
})
