/** Builds CallFacts for tests of judgement: sane defaults, every fact changeable. Times are seconds after the start of the call. */
import { micros, SECOND, type Micros } from '../../src/core/base/clock.ts'
import type { Endpoint } from '../../src/core/base/endpoint.ts'
import type {
  CallFacts,
  LegFacts,
  ObservationName,
  ReadableKey,
  RtcpFacts,
  SectionFacts,
  SignallingConnection,
  SliceFacts,
  StreamFacts,
} from '../../src/core/call/index.ts'
import type { MediaDescription } from '../../src/core/protocol/sdp/index.ts'
import type { NameAddress } from '../../src/core/protocol/sip/index.ts'
import type { CertificateFacts, TlsFacts } from '../../src/core/protocol/tls/index.ts'
import type { ZrtpFacts } from '../../src/core/protocol/zrtp/zrtp-facts.ts'

/** 2026-11-22T10:00:00Z. */
export const START = micros(1_795_341_600 * SECOND)

/** A moment of the call. */
export const after = (seconds: number): Micros => micros(START + Math.round(seconds * SECOND))

export const PHONE: Endpoint = { address: '192.0.2.10', port: 16_816 }
export const OTHER: Endpoint = { address: '192.0.2.20', port: 16_738 }
const PHONE_SIP: Endpoint = { address: '192.0.2.10', port: 5060 }
const SERVER_SIP: Endpoint = { address: '192.0.2.20', port: 5060 }

/** A writable copy type for the fluent builder. */
type Writable<T> = { -readonly [K in keyof T]: T[K] }

export const sliceFacts = (change: Partial<SliceFacts> = {}): SliceFacts => {
  const protection = change.protection ?? 'encrypted'
  const plain = protection === 'clear' || protection === 'auth-only'
  return {
    from: after(1),
    to: after(11),
    firstFrame: 20,
    packets: 500,
    protection,
    payload: plain ? 'plain' : protection === 'undecided' ? null : 'random',
    excess: protection === 'encrypted' ? 10 : null,
    evidence: [],
    ...change,
  }
}

export const streamFacts = (change: Partial<StreamFacts> = {}): StreamFacts => {
  const protection = change.protection ?? 'encrypted'
  return {
    source: PHONE,
    destination: OTHER,
    ssrc: 0x2c9adc06,
    media: 'audio',
    payloadType: 0,
    codec: 'PCMU',
    clockRate: 8000,
    decodable: true,
    claim: null,
    protection,
    keying: protection === 'clear' ? 'none' : 'unknown',
    profile: null,
    keyExposure: 'none',
    keyFrames: [],
    tagBytes: protection === 'encrypted' ? 10 : null,
    packets: 500,
    payloadBytes: 85_000,
    lost: 0,
    firstAt: after(1),
    lastAt: after(11),
    firstFrame: 20,
    lastFrame: 1_020,
    slices: [sliceFacts({ protection })],
    clearBeforeKeys: null,
    plainEvents: { frames: [], count: 0 },
    eventCount: 0,
    audioLevel: { frames: [], count: 0 },
    ambiguous: { frames: [], count: 0 },
    holes: 0,
    multicast: false,
    twoTimePad: { frames: [], count: 0 },
    ...change,
  }
}

/** The same stream the other way round. */
export const reverseOf = (stream: StreamFacts): StreamFacts => ({
  ...stream,
  source: stream.destination,
  destination: stream.source,
  ssrc: 0x51ab77e0,
})

export const certificateFacts = (change: Partial<CertificateFacts> = {}): CertificateFacts => ({
  subject: 'sip.example.com',
  issuer: 'Example CA',
  names: ['sip.example.com'],
  notBefore: START / SECOND - 30 * 86_400,
  notAfter: START / SECOND + 300 * 86_400,
  keyType: 'rsa',
  keyBits: 2048,
  signatureHash: 'sha256',
  selfSigned: false,
  der: new Uint8Array(0),
  ...change,
})

export const tlsFacts = (change: Partial<TlsFacts> = {}): TlsFacts => ({
  datagram: false,
  handshake: 'completed',
  version: 'TLS 1.2',
  suite: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  suiteStrength: 'strong',
  forwardSecrecy: true,
  alpnOffered: [],
  alpn: null,
  sni: 'sip.example.com',
  resumed: false,
  certificate: certificateFacts(),
  clientCertificate: null,
  srtpProfilesOffered: [],
  srtpProfile: null,
  clientDirection: 0,
  clientHelloFrame: 4,
  serverHelloFrame: 6,
  completedFrame: 9,
  completedAt: after(-2),
  fatalAlert: null,
  applicationBytes: [2_000, 2_000],
  applicationAt: [after(0), after(0)],
  recordBytes: [0, 0],
  looksRandom: null,
  ...change,
})

export const dtlsFacts = (change: Partial<TlsFacts> = {}): TlsFacts =>
  tlsFacts({
    datagram: true,
    version: 'DTLS 1.2',
    suite: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
    sni: null,
    certificate: certificateFacts({ selfSigned: true, keyType: 'ec', keyBits: 256 }),
    srtpProfile: 1,
    completedAt: after(0.9),
    ...change,
  })

export const zrtpFacts = (change: Partial<ZrtpFacts> = {}): ZrtpFacts => ({
  clients: ['Example', 'Example'],
  hash: 'S256',
  cipher: 'AES1',
  authTag: 'HS80',
  keyAgreement: 'X255',
  sas: 'B32 ',
  completedAt: after(0.9),
  completedFrame: 18,
  confirmed: true,
  goClearAt: null,
  goClearFrame: 0,
  firstFrame: 12,
  ...change,
})

export const nameAddress = (user: string, change: Partial<NameAddress> = {}): NameAddress => ({
  displayName: '',
  scheme: 'sip',
  user,
  host: 'example.com',
  port: 0,
  tag: '',
  ...change,
})

export const mediaDescription = (change: Partial<MediaDescription> = {}): MediaDescription => ({
  media: 'audio',
  port: 16_816,
  proto: 'RTP/AVP',
  formats: ['0'],
  address: '192.0.2.10',
  rtcp: { address: '192.0.2.10', port: 16_817 },
  rtcpMux: false,
  direction: 'sendrecv',
  payloadFormats: [],
  crypto: [],
  cryptoLines: 0,
  fingerprints: [],
  setup: '',
  zrtpHash: false,
  mikey: null,
  kLine: false,
  candidates: [],
  iceUfrag: false,
  mid: '',
  bundled: false,
  headerExtensions: [],
  packetTimeMillis: 0,
  ssrcs: [],
  label: '',
  ...change,
})

export const sectionFacts = (
  offered: Partial<MediaDescription> | null,
  answered: Partial<MediaDescription> | null,
  change: Partial<SectionFacts> = {},
): SectionFacts => ({
  index: 0,
  offered: offered === null ? null : mediaDescription(offered),
  answered: answered === null ? null : mediaDescription({ address: '192.0.2.20', port: 16_738, ...answered }),
  offerFrame: 3,
  answerFrame: 9,
  offerer: PHONE_SIP,
  superseded: false,
  ...change,
})

export const legFacts = (change: Partial<LegFacts> = {}): LegFacts => ({
  callId: 'a84b4c76e66710@192.0.2.10',
  transport: 'udp',
  client: PHONE_SIP,
  server: SERVER_SIP,
  from: nameAddress('1001', { displayName: 'Alice Example' }),
  to: nameAddress('07700900123'),
  requestUri: nameAddress('07700900123'),
  userAgents: ['Example Phone 1.2.3'],
  assertedIdentities: [],
  state: 'confirmed',
  statusCode: 200,
  messages: 7,
  ladder: [],
  firstFrame: 3,
  startedAt: START,
  answeredAt: after(0.8),
  endedAt: null,
  sections: [],
  authentications: [],
  vias: [],
  contacts: [],
  recordRoutes: [],
  sipsReadable: false,
  ...change,
})

export const authentication = (
  change: Partial<LegFacts['authentications'][number]> = {},
): LegFacts['authentications'][number] => ({
  header: 'authorization',
  scheme: 'digest',
  realm: 'example.com',
  username: '1001',
  algorithm: 'SHA-256',
  qop: true,
  nonceIdentity: 'n1',
  nonceCount: '00000001',
  frame: 5,
  method: 'INVITE',
  ...change,
})

export const readableKey = (change: Partial<ReadableKey> = {}): ReadableKey => ({
  suite: 'AES_CM_128_HMAC_SHA1_80',
  identity: 'k1',
  frame: 9,
  where: 'answer',
  keying: 'sdes',
  reused: false,
  ...change,
})

/** Fluent: `call().tls().talk().build()` is a call that deserves green. */
export class FactsBuilder {
  readonly #facts: Writable<CallFacts> = {
    id: 'c-1',
    kind: 'media-only',
    startedAt: START,
    endedAt: after(11.2),
    answered: false,
    ended: true,
    legs: [],
    signalling: { protection: 'unseen', transport: null, connections: [], reasons: [] },
    streams: [],
    rtcp: [],
    keys: [],
    dtls: [],
    zrtp: [],
    observations: [],
    reasons: [],
    incomplete: [],
    mediaUnseen: false,
    pending: false,
    clockTrusted: true,
  }

  /** SIP in TLS, with a certificate that fits. */
  tls(change: Partial<TlsFacts> = {}, connection: Partial<SignallingConnection> = {}): this {
    const { connections } = this.#facts.signalling
    const facts = tlsFacts(change)
    const weak =
      facts.version === 'TLS 1.0' || facts.suiteStrength === 'weak' || facts.forwardSecrecy === false
    return this.set({
      signalling: {
        protection: weak || this.#facts.signalling.protection === 'tls-weak' ? 'tls-weak' : 'tls',
        transport: 'tls',
        connections: [
          ...connections,
          {
            client: { address: '192.0.2.10', port: 49_152 },
            server: { address: '192.0.2.20', port: 5061 },
            facts,
            knownBy: 'port',
            webSocket: false,
            remembered: false,
            ...connection,
          },
        ],
        reasons: [],
      },
    })
  }

  /** A leg of readable SIP. */
  plain(change: Partial<LegFacts> = {}): this {
    const leg = legFacts(change)
    return this.set({
      kind: 'sip',
      answered: this.#facts.answered || leg.answeredAt !== null,
      legs: [...this.#facts.legs, leg],
      signalling: { protection: 'plain', transport: leg.transport, connections: [], reasons: [] },
    })
  }

  /** One stream. */
  stream(change: Partial<StreamFacts> = {}): this {
    return this.set({ answered: true, streams: [...this.#facts.streams, streamFacts(change)] })
  }

  /** Both directions alike. */
  talk(change: Partial<StreamFacts> = {}): this {
    const there = streamFacts(change)
    return this.set({ answered: true, streams: [...this.#facts.streams, there, reverseOf(there)] })
  }

  /** A completed DTLS-SRTP exchange on the 5-tuple of the default streams. */
  dtls(change: Partial<TlsFacts> = {}, fingerprintMismatch: boolean | null = null): this {
    return this.set({
      dtls: [...this.#facts.dtls, { facts: dtlsFacts(change), ends: [PHONE, OTHER], fingerprintMismatch }],
    })
  }

  /** A completed ZRTP exchange on the same 5-tuple. */
  zrtp(change: Partial<ZrtpFacts> = {}): this {
    return this.set({ zrtp: [...this.#facts.zrtp, { facts: zrtpFacts(change), ends: [PHONE, OTHER] }] })
  }

  rtcp(change: Partial<RtcpFacts> = {}): this {
    const rtcp: RtcpFacts = {
      source: { address: '192.0.2.10', port: 16_817 },
      destination: { address: '192.0.2.20', port: 16_739 },
      ssrc: 0x2c9adc06,
      protection: 'clear',
      packets: 3,
      frames: [40, 80, 120],
      ...change,
    }
    return this.set({ rtcp: [...this.#facts.rtcp, rtcp] })
  }

  key(change: Partial<ReadableKey> = {}): this {
    return this.set({ keys: [...this.#facts.keys, readableKey(change)] })
  }

  observe(name: ObservationName, count = 1): this {
    const seen = { frames: [30], count }
    return this.set({ observations: [...this.#facts.observations, { name, seen, detail: '' }] })
  }

  /** Anything else. */
  set(change: Partial<CallFacts>): this {
    Object.assign(this.#facts, change)
    return this
  }

  build(): CallFacts {
    return { ...this.#facts }
  }
}

/** A new call with nothing in it. */
export const call = (): FactsBuilder => new FactsBuilder()
