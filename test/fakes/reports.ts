/** Reports as an engine would give them, made up: what outputs are tested with, so that a change of the engine's words changes nothing here. */
import type { CallReport, Finding, MediaReport, PhoneReport, SummaryReport } from '../../src/core/index.ts'

export const finding = (overrides: Partial<Finding> = {}): Finding => ({
  id: 'media-clear',
  severity: 'high',
  title: 'Voice is not encrypted',
  seen: '11.1 s of sound in 2 streams without encryption.',
  meaning: 'Anyone on this wire can record the call and listen to it.',
  advice: 'Switch SRTP on in the phone and the switch, and make it mandatory.',
  spec: 'RFC 3550 §9.1',
  frames: [5, 6],
  ...overrides,
})

export const stream = (overrides: Partial<MediaReport> = {}): MediaReport => ({
  source: '192.0.2.10:16384',
  destination: '192.0.2.20:16400',
  ssrc: '0x2c9adc06',
  media: 'audio',
  payloadType: 0,
  codec: 'PCMU',
  claim: 'RTP/AVP',
  protection: 'clear',
  keying: 'none',
  profile: null,
  keyExposure: 'none',
  packets: 555,
  lost: 0,
  slices: [{ fromSeconds: 0.02, toSeconds: 11.1, packets: 555, protection: 'clear' }],
  evidence: [{ name: 'excess-length', detail: '0 bytes in 554 pairs', frames: [5] }],
  ...overrides,
})

/** The same stream the other way. */
export const reversed = (one: MediaReport, overrides: Partial<MediaReport> = {}): MediaReport => ({
  ...one,
  source: one.destination,
  destination: one.source,
  ssrc: '0x8dd9740d',
  ...overrides,
})

const NOTHING_LEARNED: CallReport['exposure'] = {
  parties: [],
  extensionNumbers: 0,
  externalNumbers: 0,
  dialledNumber: false,
  callerId: false,
  usernames: 0,
  authentications: [],
  addresses: [],
  networkLayout: [],
  userAgents: [],
  times: false,
  codecs: [],
  mediaPorts: [],
  audio: [],
  dtmfDigits: 0,
  textMessages: 0,
  videoSeconds: 0,
  faxSeconds: 0,
  mediaKeys: 0,
}

/** Plain SIP over UDP, plain PCMU both ways. */
export const exposedCall = (overrides: Partial<CallReport> = {}): CallReport => ({
  type: 'call',
  id: 'c-1',
  callIds: ['01bb4cda2f704910'],
  grade: 'exposed',
  reasons: ['media-clear'],
  incomplete: [],
  startedAt: '2026-11-22T10:00:00.000000Z',
  endedAt: '2026-11-22T10:00:11.100000Z',
  durationSeconds: 11.1,
  state: 'ended',
  from: '••••••••123',
  to: '•42',
  signalling: {
    protection: 'plain',
    transport: 'udp',
    tls: null,
    legs: [
      {
        callId: '01bb4cda2f704910',
        transport: 'udp',
        client: '192.0.2.10:5060',
        server: '192.0.2.20:5060',
        state: 'ended',
        ladder: [
          { atSeconds: 0, sender: 'client', text: 'INVITE with SDP', frame: 1 },
          { atSeconds: 0.05, sender: 'server', text: '200 (INVITE) with SDP', frame: 4 },
        ],
      },
    ],
  },
  claims: [{ offered: ['RTP/AVP'], answered: ['RTP/AVP'] }],
  media: [stream(), reversed(stream())],
  rtcp: [
    {
      source: '192.0.2.10:16385',
      destination: '192.0.2.20:16401',
      ssrc: '0x2c9adc06',
      protection: 'clear',
      packets: 3,
    },
  ],
  findings: [
    finding(),
    finding({
      id: 'signalling-plain',
      severity: 'medium',
      title: 'Signalling is readable',
      seen: '6 readable SIP messages.',
      frames: [1],
    }),
  ],
  exposure: {
    ...NOTHING_LEARNED,
    parties: [
      { role: 'caller', value: '••••••••123' },
      { role: 'callee', value: '•42' },
    ],
    extensionNumbers: 1,
    externalNumbers: 1,
    dialledNumber: true,
    callerId: true,
    authentications: [{ realm: 'example.com', algorithm: 'MD5', qop: false, count: 2 }],
    addresses: ['192.0.2.10', '192.0.2.20'],
    userAgents: ['Example Phone 1.0'],
    times: true,
    codecs: ['PCMU'],
    mediaPorts: [16384, 16400],
    audio: [
      {
        source: '192.0.2.10:16384',
        destination: '192.0.2.20:16400',
        codec: 'PCMU',
        seconds: 11.1,
        decodable: true,
        lostPercent: 0.5,
      },
    ],
    dtmfDigits: 4,
  },
  ...overrides,
})

/** SIP in TLS 1.3, SRTP both ways. */
export const protectedCall = (overrides: Partial<CallReport> = {}): CallReport => {
  const srtp = stream({
    claim: null,
    protection: 'encrypted',
    keying: 'unknown',
    slices: [{ fromSeconds: 0.1, toSeconds: 62, packets: 3100, protection: 'encrypted' }],
    packets: 3100,
    lost: 12,
    evidence: [{ name: 'srtcp', detail: 'same SSRC and direction', frames: [] }],
  })
  return exposedCall({
    id: 'c-2',
    callIds: [],
    grade: 'protected',
    reasons: [],
    durationSeconds: 62,
    from: null,
    to: null,
    signalling: {
      protection: 'tls',
      transport: 'tls',
      tls: {
        version: 'TLS 1.3',
        suite: 'TLS_AES_256_GCM_SHA384',
        alpn: null,
        sni: 'sip.example.com',
        forwardSecrecy: true,
        handshake: 'completed',
        certificate: null,
      },
      legs: [],
    },
    claims: [],
    media: [srtp, reversed(srtp)],
    rtcp: [],
    findings: [],
    exposure: { ...NOTHING_LEARNED, addresses: ['192.0.2.10', '192.0.2.20'] },
    ...overrides,
  })
}

/** TLS 1.0 with an expired certificate; one direction looks encrypted, nothing more is known. */
export const undeterminedCall = (overrides: Partial<CallReport> = {}): CallReport =>
  protectedCall({
    id: 'c-3',
    grade: 'undetermined',
    reasons: ['one-way', 'statistics-only'],
    incomplete: ['one-way'],
    durationSeconds: 3725.4,
    signalling: {
      protection: 'tls-weak',
      transport: 'tls',
      tls: {
        version: 'TLS 1.0',
        suite: 'TLS_RSA_WITH_AES_128_CBC_SHA',
        alpn: null,
        sni: null,
        forwardSecrecy: false,
        handshake: 'completed',
        certificate: {
          subject: 'pbx.example.com',
          issuer: 'Example CA',
          notAfter: '2024-01-31T00:00:00.000000Z',
          key: 'rsa 1024',
          signatureHash: 'sha1',
          selfSigned: false,
        },
      },
      legs: [],
    },
    media: [
      stream({
        source: '[2001:db8::1]:5004',
        destination: '[2001:db8::2]:5004',
        codec: null,
        payloadType: 96,
        protection: 'probably-encrypted',
        keying: 'unknown',
        slices: [],
      }),
    ],
    findings: [
      finding({
        id: 'weak-tls-version',
        severity: 'medium',
        title: 'Old TLS version',
        seen: 'TLS 1.0.',
        frames: [],
      }),
    ],
    ...overrides,
  })

/** What an attacker would like a terminal to do: every text from the wire is one of these. */
export const HOSTILE = {
  clearScreen: '\u001b[2J\u001b[Hgreen',
  title: '\u001b]0;owned\u0007',
  c1: '\u009b31mred',
  utf8C1: '\u00c2\u009b31mred',
  rightToLeft: '\u202egnp.exe',
  zeroWidth: 'al\u200bice\u2060\ufeff',
  lineEnds: 'a\r\nb\u2028c\u0085d',
  surrogate: 'x\ud800y',
  tags: '\u{e0041}\u{e0042}',
  marks: `e${'\u0301'.repeat(60)}`,
  huge: 'A'.repeat(100_000),
} as const

/** A call whose every text is hostile. */
export const hostileCall = (): CallReport => {
  const [a, b, c, d] = [HOSTILE.clearScreen, HOSTILE.rightToLeft, HOSTILE.c1, HOSTILE.lineEnds]
  const call = exposedCall({ from: a, to: b, callIds: [HOSTILE.huge], reasons: [c] })
  return {
    ...call,
    signalling: {
      ...call.signalling,
      legs: call.signalling.legs.map((leg) => ({ ...leg, callId: HOSTILE.huge })),
    },
    claims: [{ offered: [HOSTILE.title], answered: [HOSTILE.zeroWidth] }],
    media: [
      stream({
        codec: HOSTILE.marks,
        claim: d,
        profile: HOSTILE.tags,
        evidence: [{ name: c, detail: a, frames: [1] }],
      }),
    ],
    findings: [
      finding({
        id: 'media-clear',
        title: HOSTILE.utf8C1,
        seen: d,
        meaning: HOSTILE.surrogate,
        advice: HOSTILE.title,
        spec: a,
      }),
    ],
    exposure: {
      ...call.exposure,
      parties: [{ role: 'caller', value: HOSTILE.huge }],
      userAgents: [a, b, c],
      networkLayout: [HOSTILE.tags],
      authentications: [{ realm: a, algorithm: b, qop: true, count: 1 }],
    },
  }
}

export const phone = (overrides: Partial<PhoneReport> = {}): PhoneReport => ({
  type: 'phone',
  address: '192.0.2.10',
  user: '•42',
  userAgent: 'Example Phone 1.0',
  transports: ['udp'],
  findings: [finding({ id: 'digest-over-plain-register', title: 'The phone logs in over readable SIP' })],
  ...overrides,
})

export const summary = (overrides: Partial<SummaryReport> = {}): SummaryReport => ({
  type: 'summary',
  calls: { exposed: 1, 'audio-exposed': 0, undetermined: 1, 'metadata-exposed': 0, weak: 0, protected: 1 },
  callSeconds: {
    exposed: 11.1,
    'audio-exposed': 0,
    undetermined: 3725.4,
    'metadata-exposed': 0,
    weak: 0,
    protected: 62,
  },
  otherMedia: [stream()],
  otherMediaOmitted: 2,
  findings: [
    finding({
      id: 'provisioning-readable',
      title: 'Phone passwords cross the wire in the clear',
      seen: 'A configuration file with SIP passwords was fetched by TFTP from 192.0.2.30.',
    }),
  ],
  counters: {
    frames: 12345,
    bytes: 2_345_678,
    decoded: { transport: 12300, notIp: 40, truncated: 5 },
    weird: { sip_bad_header: 3, tcp_gap: 12 },
    evicted: { calls: 7 },
    unjudged: { h323: 9 },
    duplicates: 2,
  },
  startedAt: '2026-11-22T10:00:00.000000Z',
  endedAt: '2026-11-22T11:02:05.400000Z',
  ...overrides,
})
