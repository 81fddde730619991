/** A call, its verdict and its exposure as the report that leaves the engine: here, and nowhere later, the parties are masked. */
import { micros, SECOND, type Micros } from './base/clock.ts'
import type { Endpoint } from './base/endpoint.ts'
import { formatEndpoint } from './base/ip-address.ts'
import { formatIsoTime } from './base/iso-time.ts'
import type {
  CallFacts,
  LegFacts,
  PhoneFacts,
  RtcpFacts,
  SignallingConnection,
  StreamFacts,
} from './call/index.ts'
import type { CallReport, MediaReport, PhoneReport, RtcpReport, TlsReport } from './engine-event.ts'
import { maskExposure, maskParty, partyOf, type Exposure, type PartiesMode } from './exposure/index.ts'
import { signallingProtectionOf, type Finding, type Verdict } from './verdict/index.ts'

const endpoint = ({ address, port }: Endpoint): string => formatEndpoint(address, port)

/** `0x` and eight hexadecimal digits of an unsigned number. */
const hexadecimal = (value: number): string => `0x${(value >>> 0).toString(16).padStart(8, '0')}`

const secondsBetween = (from: Micros, to: Micros): number => Math.max(0, to - from) / SECOND

/** One stream; times are seconds after `startedAt` (of the call, or of the stream itself where it belongs to none). */
export const toMediaReport = (stream: StreamFacts, startedAt: Micros): MediaReport => ({
  source: endpoint(stream.source),
  destination: endpoint(stream.destination),
  ssrc: stream.ssrc === null ? null : hexadecimal(stream.ssrc),
  media: stream.media,
  payloadType: stream.payloadType,
  codec: stream.codec,
  claim: stream.claim,
  protection: stream.protection,
  keying: stream.keying,
  profile: stream.profile,
  keyExposure: stream.keyExposure,
  packets: stream.packets,
  lost: stream.lost,
  slices: stream.slices.map((slice) => ({
    fromSeconds: secondsBetween(startedAt, slice.from),
    toSeconds: secondsBetween(startedAt, slice.to),
    packets: slice.packets,
    protection: slice.protection,
  })),
  evidence: stream.slices.flatMap((slice) => slice.evidence),
})

const toRtcpReport = ({ source, destination, ssrc, protection, packets }: RtcpFacts): RtcpReport => ({
  source: endpoint(source),
  destination: endpoint(destination),
  ssrc: hexadecimal(ssrc),
  protection,
  packets,
})

const toCertificateReport = ({ certificate }: SignallingConnection['facts']): TlsReport['certificate'] =>
  certificate === null
    ? null
    : {
        subject: certificate.subject,
        issuer: certificate.issuer,
        notAfter: formatIsoTime(micros(certificate.notAfter * SECOND)),
        key: certificate.keyBits > 0 ? `${certificate.keyType} ${certificate.keyBits}` : certificate.keyType,
        signatureHash: certificate.signatureHash,
        selfSigned: certificate.selfSigned,
      }

/** How bad a connection is, to show the worst of several. */
const badnessOf = ({ facts }: SignallingConnection): number => {
  const handshake = ['completed', 'unseen', 'started', 'failed', 'lost'].indexOf(facts.handshake)
  const suite = facts.suiteStrength === 'plain' ? 4 : facts.suiteStrength === 'weak' ? 2 : 0
  const old = facts.version === 'TLS 1.3' || facts.version === 'TLS 1.2' || facts.version === null ? 0 : 2
  return suite * 10 + old * 10 + (facts.forwardSecrecy === false ? 5 : 0) + handshake
}

const toTlsReport = (connections: readonly SignallingConnection[]): TlsReport | null => {
  const [worst] = [...connections].sort((a, b) => badnessOf(b) - badnessOf(a))
  if (worst === undefined) return null
  const { version, suite, alpn, sni, forwardSecrecy, handshake } = worst.facts
  return {
    version,
    suite,
    alpn,
    sni,
    forwardSecrecy,
    handshake,
    certificate: toCertificateReport(worst.facts),
  }
}

/** One row an exchange of a leg: the protos of its sections as offered and as answered. */
const toClaims = (legs: readonly LegFacts[]): CallReport['claims'] =>
  legs.flatMap((leg) => {
    const exchanges = new Map<number, { offered: string[]; answered: string[] }>()
    for (const { offerFrame, offered, answered } of leg.sections) {
      const exchange = exchanges.get(offerFrame) ?? { offered: [], answered: [] }
      exchanges.set(offerFrame, exchange)
      if (offered !== null) exchange.offered.push(offered.proto)
      if (answered !== null) exchange.answered.push(answered.proto)
    }
    return [...exchanges.values()]
  })

const stateOf = (facts: CallFacts, verdict: Verdict): CallReport['state'] => {
  if (facts.ended) return 'ended'
  return verdict.pending ? 'pending' : 'up'
}

const shownParty = (value: string | null, mode: PartiesMode): string | null => {
  if (value === null || mode === 'none') return null
  return maskParty(value, mode)
}

/** See the head of this file. `exposure` is unmasked, as exposureOf() gives it. Call-IDs are shown as they are. */
export const toCallReport = (
  facts: CallFacts,
  verdict: Verdict,
  exposure: Exposure,
  mode: PartiesMode,
): CallReport => {
  const { legs, signalling, startedAt } = facts
  const caller = partyOf(exposure.parties, 'caller')
  const callee = partyOf(exposure.parties, 'callee') ?? partyOf(exposure.parties, 'dialled')
  return {
    type: 'call',
    id: facts.id,
    callIds: [...new Set(legs.map(({ callId }) => callId))].filter((callId) => callId !== ''),
    grade: verdict.grade,
    reasons: verdict.reasons,
    incomplete: facts.incomplete,
    startedAt: formatIsoTime(startedAt),
    endedAt: formatIsoTime(facts.endedAt),
    durationSeconds: secondsBetween(startedAt, facts.endedAt),
    state: stateOf(facts, verdict),
    from: shownParty(caller, mode),
    to: shownParty(callee, mode),
    signalling: {
      protection: signallingProtectionOf(facts, verdict.findings),
      transport: signalling.transport,
      tls: toTlsReport(signalling.connections),
      legs: legs.map(({ callId, transport, client, server, state, ladder }) => ({
        callId,
        transport,
        client: endpoint(client),
        server: endpoint(server),
        state,
        ladder: ladder.map(({ at, sender, text, frame }) => ({
          atSeconds: secondsBetween(startedAt, at),
          sender,
          text,
          frame,
        })),
      })),
    },
    claims: toClaims(legs),
    media: facts.streams.map((stream) => toMediaReport(stream, startedAt)),
    rtcp: facts.rtcp.map(toRtcpReport),
    findings: verdict.findings,
    exposure: maskExposure(exposure, mode),
  }
}

/** A phone and what is wrong with it. */
export const toPhoneReport = (
  facts: PhoneFacts,
  findings: readonly Finding[],
  mode: PartiesMode,
): PhoneReport => ({
  type: 'phone',
  address: facts.address,
  user: shownParty(facts.user, mode),
  userAgent: facts.userAgents[0] ?? null,
  transports: facts.transports,
  findings,
})
