/** Makes the immutable CallFacts of a call: the last thing that the call layer does, and the only thing that judgement sees. */
import type { Micros } from '../base/clock.ts'
import { SECOND } from '../base/clock.ts'
import type { MediaStream } from '../protocol/rtp/index.ts'
import { sectionOf } from './attachment.ts'
import type { Attachment, Call, Leg, OpaqueMedia } from './call.ts'
import type {
  CallFacts,
  Incompleteness,
  LegFacts,
  RtcpFacts,
  SignallingConnection,
  SignallingProtection,
  StreamFacts,
  UndeterminedReason,
} from './call-facts.ts'
import { mediaOf, MIN_PACKETS } from './dominant-flow.ts'
import type { MediaKeys } from './media-keys.ts'
import type { RtcpSenders } from './rtcp-senders.ts'
import { destinationOf, sourceOf, toStreamFacts, type MediaSurroundings } from './stream-facts.ts'

/** Media time after which a call is judged; before it, it is pending (VERDICTS §1). */
const PENDING = 5 * SECOND
const INHERITABLE_SHARE = 0.02

/** What of the tracker the snapshot needs. */
export interface SnapshotSurroundings {
  readonly mediaKeys: MediaKeys
  readonly rtcp: RtcpSenders
  /** True if a host of this media showed readable SIP in this time that belongs to no other call's media. */
  hasPlainSignalling(hosts: readonly string[], from: Micros, to: Micros): boolean
}

const legFacts = ({
  call: _call,
  hop: _hop,
  pendingOffer: _offer,
  lastDescription: _last,
  ...leg
}: Leg): LegFacts => ({
  ...leg,
  ladder: [...leg.ladder],
  userAgents: [...leg.userAgents],
  assertedIdentities: [...leg.assertedIdentities],
  sections: leg.sections.map((section) => ({ ...section })),
  authentications: [...leg.authentications],
  vias: [...leg.vias],
  contacts: [...leg.contacts],
  recordRoutes: [...leg.recordRoutes],
})

/** UDPTL and the like as a clear stream without SSRC: T.38 is never encrypted without DTLS (VERDICTS §1). */
const opaqueStreamFacts = (media: OpaqueMedia): StreamFacts => ({
  source: media.source,
  destination: media.destination,
  ssrc: null,
  media: media.media,
  payloadType: null,
  codec: media.media === 'image' ? 'T38' : null,
  clockRate: 8000,
  decodable: true,
  claim: media.claim,
  protection: 'clear',
  keying: 'none',
  profile: null,
  keyExposure: 'none',
  keyFrames: [],
  tagBytes: null,
  packets: media.packets,
  payloadBytes: media.payloadBytes,
  lost: 0,
  firstAt: media.firstAt,
  lastAt: media.lastAt,
  firstFrame: media.firstFrame,
  lastFrame: media.lastFrame,
  slices: [
    {
      from: media.firstAt,
      to: media.lastAt,
      firstFrame: media.firstFrame,
      packets: media.packets,
      protection: 'clear',
      payload: 'plain',
      excess: null,
      evidence: [{ name: 'announced-plain-protocol', detail: media.claim, frames: [media.firstFrame] }],
    },
  ],
  clearBeforeKeys: null,
  plainEvents: { frames: [], count: 0 },
  eventCount: 0,
  audioLevel: { frames: [], count: 0 },
  ambiguous: { frames: [], count: 0 },
  holes: 0,
  multicast: false,
  twoTimePad: { frames: [], count: 0 },
})

/** Two streams under one key with one SSRC repeat the key stream (RFC 3711 §9.1). */
const markTwoTimePads = (streams: StreamFacts[], attachments: readonly Attachment[]): StreamFacts[] =>
  streams.map((stream, i) => {
    const mine = attachments[i]
    if (mine?.proof == null) return stream
    const twin = attachments.find(
      (other) =>
        other !== mine &&
        other.proof?.identity === mine.proof?.identity &&
        other.stream.ssrc === mine.stream.ssrc &&
        other.stream.direction !== mine.stream.direction,
    )
    return twin === undefined
      ? stream
      : { ...stream, twoTimePad: { frames: [stream.firstFrame, twin.stream.firstFrame], count: 2 } }
  })

const streamsOf = (
  call: Call,
  around: MediaSurroundings,
  attachments: readonly Attachment[],
): StreamFacts[] => {
  const total = attachments.reduce((sum, { stream }) => sum + stream.packets, 0)
  const inheritable = total * INHERITABLE_SHARE
  const facts = attachments.map((attachment) =>
    toStreamFacts(
      attachment,
      around,
      call.keys.filter((key) => key.identity === attachment.proof?.identity),
      inheritable,
    ),
  )
  const inherited = inheritFromSiblings(facts, inheritable)
  return [...markTwoTimePads(inherited, attachments), ...call.opaqueMedia.map(opaqueStreamFacts)]
}

/** A stream too short to judge takes its sibling's protection: same 5-tuple, encrypted, same tag (VERDICTS §2.3, last row). */
const inheritFromSiblings = (facts: readonly StreamFacts[], inheritable: number): StreamFacts[] => {
  let left = inheritable
  return facts.map((stream) => {
    const short =
      stream.packets < 25 &&
      stream.slices.every((slice) => slice.payload === null && slice.protection === 'undecided')
    if (!short || stream.packets > left) return stream
    const sibling = facts.find(
      (other) =>
        other !== stream &&
        other.protection === 'encrypted' &&
        other.source.address === stream.source.address &&
        other.source.port === stream.source.port &&
        other.destination.port === stream.destination.port &&
        (stream.tagBytes === other.tagBytes || stream.tagBytes === null),
    )
    if (sibling === undefined || stream.slices.some((slice) => slice.excess === 0)) return stream
    left -= stream.packets
    return {
      ...stream,
      protection: 'encrypted',
      keying: sibling.keying,
      profile: sibling.profile,
      keyExposure: sibling.keyExposure,
      keyFrames: sibling.keyFrames,
      slices: stream.slices.map((slice) => ({ ...slice, protection: 'encrypted' as const })),
    }
  })
}

const rtcpOf = (attachments: readonly Attachment[], rtcp: RtcpSenders): RtcpFacts[] => {
  const facts: RtcpFacts[] = []
  for (const { stream } of attachments) {
    const found = rtcp.factsOf(stream.ssrc, sourceOf(stream).address, destinationOf(stream).address)
    if (found !== null && !facts.some((known) => known.ssrc === found.ssrc && known.source === found.source))
      facts.push(found)
  }
  return facts
}

/** A connection is weak by what was seen of it (VERDICTS §1 signalling protection). */
const connectionProtection = (connection: SignallingConnection): SignallingProtection => {
  const { facts } = connection
  if (facts.suiteStrength === 'plain') return 'plain'
  const old = facts.version === 'TLS 1.0' || facts.version === 'TLS 1.1' || facts.version === 'SSL 3.0'
  const weak = old || facts.suiteStrength === 'weak' || facts.forwardSecrecy === false
  return weak ? 'tls-weak' : 'tls'
}

const signallingOf = (call: Call, around: SnapshotSurroundings): CallFacts['signalling'] => {
  const transport = call.transport
  if (call.kind === 'sip') return { protection: 'plain', transport, connections: [], reasons: [] }
  const hosts = call.attachments.flatMap(({ stream }) => stream.flow.ends.map((end) => end.address))
  if (
    around.hasPlainSignalling(
      hosts,
      call.startedAt,
      endOf(
        call,
        call.attachments.map(({ stream }) => stream),
      ),
    )
  ) {
    return { protection: 'plain', transport: null, connections: call.connections, reasons: [] }
  }
  const { connections, connectionReasons } = call
  if (connections.length === 0) {
    return {
      protection: 'unseen',
      transport: null,
      connections,
      reasons: connectionReasons.length > 0 ? connectionReasons : ['signalling-unseen'],
    }
  }
  const order: readonly SignallingProtection[] = ['plain', 'unseen', 'tls-weak', 'tls']
  const protections = connections.map(connectionProtection)
  const worst = order.find((protection) => protections.includes(protection)) ?? 'unseen'
  return { protection: worst, transport, connections, reasons: connectionReasons }
}

/** True if media of some flow went one way only, and no readable SDP says that it should. */
const isOneWay = (attachments: readonly Attachment[]): boolean => {
  const judged = attachments.filter(({ stream }) => stream.packets >= MIN_PACKETS)
  return judged.some((attachment) => {
    const { stream } = attachment
    const section = sectionOf(attachment)
    const direction = section?.answered?.direction ?? section?.offered?.direction ?? 'sendrecv'
    if (direction !== 'sendrecv') return false
    return !judged.some((other) => answersTo(stream, other.stream))
  })
}

const answersTo = (stream: MediaStream, other: MediaStream): boolean =>
  (other.flow === stream.flow && other.direction !== stream.direction) ||
  (sourceOf(other).address === destinationOf(stream).address &&
    destinationOf(other).address === sourceOf(stream).address)

const incompletenessOf = (call: Call, attachments: readonly Attachment[]): Incompleteness[] => {
  const found: Incompleteness[] = []
  if (isOneWay(attachments)) found.push('one-way')
  if (call.captureLoss || attachments.some(({ stream }) => stream.sequences.holes > 0))
    found.push('capture-loss')
  if (call.sampled || attachments.some(({ stream }) => stream.sequences.wasSampled)) found.push('sampled')
  if (call.truncated || (call.kind === 'sip' && call.endedAt === null && call.closed)) found.push('truncated')
  if (call.lateStart) found.push('late-start')
  return found
}

const hasUnseenMedia = (call: Call, streams: readonly StreamFacts[]): boolean =>
  streams.length === 0 &&
  call.legs.some(
    (leg) =>
      leg.answeredAt !== null &&
      leg.sections.some(
        (section) => !section.superseded && (section.answered ?? section.offered)?.port !== 0,
      ),
  )

/** Key exchanges and RTCP, as the projection of a stream needs them. */
export const surroundingsOf = (
  around: Pick<SnapshotSurroundings, 'mediaKeys' | 'rtcp'>,
): MediaSurroundings => ({
  dtlsOf: (flow) => around.mediaKeys.dtlsOf(flow),
  zrtpOf: (flow) => around.mediaKeys.zrtpOf(flow),
  hasSrtcp: (ssrc, source, destination) => around.rtcp.isEncrypted(ssrc, source, destination),
})

/** See the head of this file. */
export const factsOf = (call: Call, around: SnapshotSurroundings, clockTrusted: boolean): CallFacts => {
  const media = surroundingsOf(around)
  const { attachments, isDoubtful } = mediaOf(call)
  const streams = streamsOf(call, media, attachments)
  const reasons: UndeterminedReason[] = []
  if (isDoubtful || streams.some((stream) => stream.ambiguous.count > 0)) reasons.push('ambiguous-stream')
  const flows = [...call.flows]
  const mediaTime = streams.reduce((sum, stream) => sum + (stream.lastAt - stream.firstAt), 0)
  return {
    id: call.id,
    kind: call.kind,
    startedAt: call.startedAt,
    endedAt: endOf(call, streams),
    answered: call.legs.some((leg) => leg.answeredAt !== null) || streams.length > 0,
    ended: call.closed || call.endedAt !== null,
    legs: call.legs.map(legFacts),
    signalling: signallingOf(call, around),
    streams,
    rtcp: rtcpOf(attachments, around.rtcp),
    keys: [...call.keys],
    dtls: flows.flatMap((flow) => {
      const entry = around.mediaKeys.dtlsOf(flow)
      return entry === undefined
        ? []
        : [
            {
              facts: { ...entry.facts },
              ends: entry.flow.ends,
              fingerprintMismatch: entry.fingerprintMismatch,
            },
          ]
    }),
    zrtp: flows.flatMap((flow) => {
      const facts = around.mediaKeys.zrtpOf(flow)
      return facts === undefined ? [] : [{ facts: { ...facts }, ends: flow.ends }]
    }),
    observations: [...call.observations].map(([name, { seen, detail }]) => ({
      name,
      seen: { frames: [...seen.frames], count: seen.count },
      detail,
    })),
    reasons,
    incomplete: incompletenessOf(call, attachments),
    mediaUnseen: hasUnseenMedia(call, streams),
    pending: !call.closed && mediaTime < PENDING,
    clockTrusted,
  }
}

/** The last that was seen of the call: of its media, or its end as it was said. */
const endOf = (call: Call, streams: readonly { readonly lastAt: Micros }[]): Micros => {
  let end = call.endedAt ?? call.lastAt
  for (const stream of streams) if (stream.lastAt > end) end = stream.lastAt
  return end
}
