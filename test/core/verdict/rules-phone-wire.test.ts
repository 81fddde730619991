/** Rules over one phone and over the wire, and the catalogue of all rules against the page's list. */
import { describe, expect, test } from '@jest/globals'
import type { PhoneFacts, WireFacts } from '../../../src/core/call/index.ts'
import {
  judgePhone,
  judgeWire,
  PHONE_RULES,
  RULE_CATALOGUE,
  RULES,
  WIRE_RULES,
} from '../../../src/core/verdict/index.ts'
import { authentication, START } from '../../tools/facts-builder.ts'
import { describeRules } from '../../tools/rule-examples.ts'

const NOTHING = { frames: [], count: 0 }
const SEEN = { frames: [12, 14], count: 2 }

const phone = (change: Partial<PhoneFacts> = {}): PhoneFacts => ({
  address: '192.0.2.10',
  user: '1001',
  userAgents: ['Example Phone 1.2.3'],
  transports: ['udp'],
  registrations: [],
  authentications: [],
  transportFallback: NOTHING,
  turnCredential: NOTHING,
  provisioning: NOTHING,
  ...change,
})

const login = (
  change: Partial<PhoneFacts['authentications'][number]> = {},
): PhoneFacts['authentications'][number] => ({
  ...authentication(),
  method: 'REGISTER',
  sequence: 2,
  ...change,
})

describeRules('phone', PHONE_RULES, {
  'digest-over-plain-register': {
    fires: [
      [
        'a login over UDP',
        phone({
          authentications: [login()],
          registrations: [
            {
              frame: 5,
              at: START,
              transport: 'udp',
              registrar: { address: '192.0.2.20', port: 5060 },
              authenticated: true,
              statusCode: 200,
            },
          ],
        }),
        '1 readable login from 192.0.2.10 over udp',
      ],
    ],
    silent: [
      ['a REGISTER without credentials', phone()],
      ['a call with credentials', phone({ authentications: [login({ method: 'INVITE' })] })],
      ['a challenge', phone({ authentications: [login({ header: 'www-authenticate' })] })],
    ],
  },
  'provisioning-readable': {
    fires: [['fetched', phone({ provisioning: SEEN }), '2 readable configuration packets']],
    silent: [['not', phone()]],
  },
  'sip-basic-auth': {
    fires: [['Basic', phone({ authentications: [login({ scheme: 'basic' })] })]],
    silent: [['digest', phone({ authentications: [login()] })]],
  },
  'digest-auth-readable': {
    fires: [
      ['MD5', phone({ authentications: [login({ algorithm: 'MD5' })] }), 'MD5'],
      ['MD5-sess', phone({ authentications: [login({ algorithm: 'MD5-SESS' })] }), 'MD5'],
      ['no qop', phone({ authentications: [login({ qop: false })] }), 'no qop'],
      [
        'nonce used again',
        phone({ authentications: [login(), login({ sequence: 3, frame: 50 })] }),
        'nonce used again',
      ],
    ],
    silent: [
      [
        'SHA-256, qop, fresh nonce',
        phone({ authentications: [login(), login({ sequence: 3, nonceIdentity: 'n2' })] }),
      ],
      [
        'the nonce count went on',
        phone({ authentications: [login(), login({ sequence: 3, nonceCount: '00000002' })] }),
      ],
      ['a retransmission', phone({ authentications: [login(), login({ frame: 6 })] })],
      ['none', phone()],
    ],
  },
  'transport-fallback': {
    fires: [['after TLS', phone({ transportFallback: SEEN }), '2 readable requests']],
    silent: [['not', phone()]],
  },
  'turn-credential-readable': {
    fires: [['TURN', phone({ turnCredential: SEEN })]],
    silent: [['not', phone()]],
  },
})

const wire = (change: Partial<WireFacts> = {}): WireFacts => ({
  unjudged: [],
  sipSources: [],
  provisioning: [],
  tunnels: [],
  turnCredential: NOTHING,
  keysOutsideSip: NOTHING,
  ...change,
})

const source = (change: Partial<WireFacts['sipSources'][number]> = {}): WireFacts['sipSources'][number] => ({
  address: '203.0.113.7',
  userAgents: ['Example Phone 1.2.3'],
  distinctTargets: 2,
  rejected: 1,
  peakPerSecond: 3,
  seen: SEEN,
  ...change,
})

describeRules('wire', WIRE_RULES, {
  'provisioning-readable': {
    fires: [
      [
        'TFTP',
        wire({
          provisioning: [
            {
              protocol: 'tftp',
              client: { address: '192.0.2.10', port: 2048 },
              server: { address: '192.0.2.5', port: 69 },
              seen: SEEN,
            },
          ],
        }),
        'TFTP from 192.0.2.5:69 to 192.0.2.10',
      ],
    ],
    silent: [['none', wire()]],
  },
  'keys-outside-sip': { fires: [['HEP', wire({ keysOutsideSip: SEEN })]], silent: [['none', wire()]] },
  'turn-credential-readable': {
    fires: [['TURN', wire({ turnCredential: SEEN })]],
    silent: [['none', wire()]],
  },
  tunnel: {
    fires: [
      ['ESP', wire({ tunnels: [{ name: 'esp', ends: null, seen: SEEN }] }), 'esp: 2 packets'],
      [
        'WireGuard',
        wire({
          tunnels: [
            {
              name: 'wireguard',
              ends: [
                { address: '192.0.2.1', port: 51_820 },
                { address: '198.51.100.1', port: 51_820 },
              ],
              seen: SEEN,
            },
          ],
        }),
        'between 192.0.2.1 and 198.51.100.1',
      ],
    ],
    silent: [['none', wire()]],
  },
  flood: {
    fires: [
      [
        '100 a second',
        wire({ sipSources: [source({ peakPerSecond: 100 })] }),
        '203.0.113.7: up to 100 requests',
      ],
    ],
    silent: [['99 a second', wire({ sipSources: [source({ peakPerSecond: 99 })] })]],
  },
  'sip-scanner': {
    fires: [
      [
        'by its name',
        wire({ sipSources: [source({ userAgents: ['Friendly-Scanner'] })] }),
        'friendly-scanner',
      ],
      [
        'by what it tries',
        wire({ sipSources: [source({ distinctTargets: 40, rejected: 40 })] }),
        '40 extensions tried',
      ],
    ],
    silent: [
      ['a phone', wire({ sipSources: [source()] })],
      [
        'a proxy: many extensions, few refusals',
        wire({ sipSources: [source({ distinctTargets: 64, rejected: 5 })] }),
      ],
    ],
  },
  'unjudged-voip': {
    fires: [['SCCP', wire({ unjudged: [{ protocol: 'SCCP', seen: SEEN }] }), 'SCCP (2 packets)']],
    silent: [['none', wire()]],
  },
})

/** VERDICTS §3, word by word. */
const PAGE = {
  high: 'media-clear, video-clear, fax-clear, sdes-key-exposed, srtp-promised-rtp-sent, one-direction-clear, null-cipher, two-time-pad, fingerprint-mismatch, dtmf-readable, message-readable, digest-over-plain-register, provisioning-readable, keys-outside-sip, mikey-null, sdp-k-line, recording-clear, multicast-paging-clear, sip-basic-auth',
  medium:
    'signalling-plain, downgraded-answer, clear-before-keys, weak-tls-version, weak-cipher-suite, no-forward-secrecy, dtls-weak, certificate-expired, certificate-self-signed, certificate-name-mismatch, certificate-weak, unauthenticated-srtp, sdes-key-reused, digest-auth-readable, transport-fallback, optional-srtp-refused, osrtp-not-used, sips-not-kept, dialog-leak, turn-credential-readable, ambiguous-stream',
  low: 'short-auth-tag, rtcp-clear, audio-level-readable, dtmf-timing, weak-fingerprint-hash, tls-parameters-unseen, start-unseen, key-offered',
  info: 'tunnel, signalling-unseen, flood, sip-scanner, vbr-size-leak, zrtp-sas-unseen, unjudged-voip, network-loss',
} as const

describe('the catalogue', () => {
  test.each(Object.entries(PAGE))('has exactly the rules of the page: %s', (severity, list) => {
    const ids = list.split(', ')
    const own = RULE_CATALOGUE.filter((entry) => entry.severity === severity).map(({ id }) => id)
    expect([...new Set(own)].sort()).toEqual([...ids].sort())
    for (const rules of [RULES, PHONE_RULES, WIRE_RULES] as const) {
      const order = rules.filter((rule) => rule.severity === severity).map(({ id }) => ids.indexOf(id))
      expect(order).toEqual([...order].sort((a, b) => a - b))
    }
  })

  test('every rule has words for people', () => {
    for (const { id, title, meaning, advice, spec } of RULE_CATALOGUE) {
      expect({ id, long: title.length > 70 }).toEqual({ id, long: false })
      for (const text of [meaning, advice])
        expect({ id, ends: text.endsWith('.') }).toEqual({ id, ends: true })
      expect(spec.length).toBeGreaterThan(5)
    }
  })

  test('no id twice for one subject', () => {
    const keys = RULE_CATALOGUE.map(({ id, subject }) => `${subject} ${id}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('the findings of a quiet phone and wire are none', () => {
    expect(judgePhone(phone())).toEqual([])
    expect(judgeWire(wire())).toEqual([])
    expect(judgeWire(wire({ keysOutsideSip: { frames: [9, 9, 3, 0], count: 4 } }))[0]).toMatchObject({
      severity: 'high',
      frames: [3, 9],
    })
  })
})
