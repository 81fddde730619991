/** The rules at the head of tls-session.ts, one by one, on bytes that no library would send. */
import { describe, expect, test } from '@jest/globals'
import { micros } from '../../../../src/core/base/clock.ts'
import { nodeCryptography } from '../../../../src/app/node-cryptography.ts'
import { TlsSession } from '../../../../src/core/protocol/tls/index.ts'
import { ascii, concat, u16 } from '../../../tools/packet-builder.ts'
import { tlsConnectionOf, type Connection, type Piece } from '../../../tools/tls-connections.ts'
import { certificateDer } from '../../../tools/tls-recorder.ts'
import {
  alert,
  answer,
  certificate,
  CHANGE,
  clientHello,
  data,
  DONE,
  EARLY_DATA,
  finished,
  full12,
  hello,
  KEY_SHARE,
  KEYS,
  message,
  MODERN,
  MODERN_ANSWER,
  noise,
  pieces,
  PRE_SHARED_KEY,
  record,
  serverHello,
  type HelloFields,
  type Step,
} from './tls-bytes.ts'

const stateOf = (steps: readonly Piece[], synSeen = true): string =>
  tlsConnectionOf(steps, { synSeen }).facts.handshake

const more = (steps: readonly Piece[], ...next: readonly Step[]): Piece[] => [
  ...steps,
  ...pieces(...next).map((piece, i) => ({
    ...piece,
    frame: steps.length + i + 1,
    at: micros((steps.length + i + 1) * 1000),
  })),
]

describe('handshake of TLS 1.2', () => {
  test('completes with ChangeCipherSpec and an encrypted message each way, not before', () => {
    const steps = full12()
    for (let count = 1; count < steps.length; count++) expect(stateOf(steps.slice(0, count))).toBe('started')
    const { facts, weird } = tlsConnectionOf(steps)
    expect(facts).toMatchObject({
      handshake: 'completed',
      version: 'TLS 1.2',
      suite: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      suiteStrength: 'strong',
      forwardSecrecy: true,
      resumed: false,
      clientDirection: 0,
      clientHelloFrame: 1,
      serverHelloFrame: 2,
      completedFrame: 4,
      completedAt: 4000,
      applicationBytes: [0, 0],
    })
    expect(weird).toEqual([])
  })

  test('the client is who says ClientHello, whatever the direction', () => {
    const steps = full12().map((piece) => ({
      ...piece,
      direction: piece.direction === 0 ? (1 as const) : (0 as const),
    }))
    expect(tlsConnectionOf(steps).facts).toMatchObject({ handshake: 'completed', clientDirection: 1 })
  })

  test('counts application data behind completion, each way with its time', () => {
    const { facts } = tlsConnectionOf(more(full12(), [0, data(300)], [1, data(40), data(50)], [0, data(7)]))
    expect(facts.applicationBytes).toEqual([307, 90])
    expect(facts.applicationAt).toEqual([7000, 6000])
  })

  test('False Start (RFC 7918): data before the server has finished is allowed, and not counted', () => {
    const steps = pieces(
      [0, hello()],
      [1, answer(), DONE],
      [0, KEYS, CHANGE, finished(), data(500)],
      [1, CHANGE, finished()],
    )
    expect(tlsConnectionOf(steps).facts).toMatchObject({ handshake: 'completed', applicationBytes: [0, 0] })
  })

  test.each<[string, Piece[]]>([
    ['the server sends data before the end', pieces([0, hello()], [1, answer(), DONE, data()])],
    [
      'the client sends data before its Finished',
      pieces([0, hello()], [1, answer(), DONE], [0, KEYS, data()]),
    ],
    [
      'a Finished too short to be one',
      pieces([0, hello()], [1, answer(), DONE], [0, KEYS, CHANGE, record(22, noise(31))]),
    ],
    ['ChangeCipherSpec before the key exchange', pieces([0, hello()], [1, answer(), DONE], [0, CHANGE])],
    ['two ChangeCipherSpecs', pieces([0, hello()], [1, answer(), DONE], [0, KEYS, CHANGE, CHANGE])],
    [
      'ChangeCipherSpec of two bytes',
      pieces([0, hello()], [1, answer(), DONE], [0, KEYS, record(20, [1, 1])]),
    ],
    [
      'ChangeCipherSpec inside a message',
      pieces([0, hello()], [1, answer(), record(22, [11, 0, 9]), CHANGE]),
    ],
    ['ChangeCipherSpec before the ServerHello', pieces([0, hello(), CHANGE], [1, answer()])],
    ['a ServerHello from the client', pieces([0, hello(), answer()])],
    ['a ClientHello from both ends', pieces([0, hello()], [1, hello()], [1, answer()], [0, answer()])],
    ['two ServerHellos', pieces([0, hello()], [1, answer(), answer({ suite: 0x009c })])],
    ['the same ServerHello twice', pieces([0, hello()], [1, answer(), answer()])],
    [
      'a ClientHello behind the ServerHello',
      pieces([0, hello()], [1, answer()], [0, hello({ random: noise(32, 5) })]),
    ],
    ['a suite that was not offered', pieces([0, hello()], [1, answer({ suite: 0x0035 })])],
    ['a version that was not offered', pieces([0, hello({ versions: [0x0304] })], [1, answer()])],
    [
      'a version above the one offered',
      pieces([0, hello({ version: 0x0301 })], [1, answer({ version: 0x0303 })]),
    ],
    [
      'a ClientHello whose lengths do not fit',
      pieces([0, record(22, message(1, clientHello().subarray(0, 44)))]),
    ],
    [
      'a ServerHello whose lengths do not fit',
      pieces([0, hello()], [1, record(22, message(2, serverHello().subarray(0, 36)))]),
    ],
    [
      'a message of 17 KiB',
      pieces([0, hello()], [1, answer(), record(22, concat([13, 0, 0x44, 0], noise(100)))]),
    ],
    [
      'a chain of 33 KiB',
      pieces([0, hello()], [1, answer(), record(22, concat([11, 0, 0x84, 0], noise(100)))]),
    ],
    ['bytes that are no record', pieces([0, hello()], [1, noise(40)])],
    [
      'two different Certificates',
      pieces(
        [0, hello()],
        [
          1,
          answer(),
          record(22, message(11, certificate(noise(50)))),
          record(22, message(11, certificate(noise(51)))),
        ],
      ),
    ],
  ])('%s: lost', (_name, steps) => {
    expect(stateOf(steps)).toBe('lost')
    // And what comes later cannot mend it.
    expect(
      stateOf(
        more(
          steps,
          [1, answer(), DONE],
          [0, KEYS, CHANGE, finished()],
          [1, CHANGE, finished()],
          [0, data()],
          [1, data()],
        ),
      ),
    ).toBe('lost')
  })

  test.each<[string, Piece[], number | null]>([
    ['a fatal alert of the server', pieces([0, hello()], [1, alert(2, 40)]), 40],
    ['a fatal alert of the client', pieces([0, hello()], [1, answer(), DONE], [0, alert(2, 48)]), 48],
    [
      'an encrypted alert before the end',
      pieces([0, hello()], [1, answer(), DONE], [0, KEYS, CHANGE, record(21, noise(40))]),
      null,
    ],
  ])('%s: failed', (_name, steps, description) => {
    const { facts } = tlsConnectionOf(steps)
    expect(facts).toMatchObject({ handshake: 'failed', fatalAlert: description, completedAt: null })
    expect(stateOf(more(steps, [1, CHANGE, finished()], [0, KEYS, CHANGE, finished()]))).toBe('failed')
  })

  test('a warning does not end it, and no alert ends what completed', () => {
    const steps = full12()
    const warned = [steps[0]!, ...pieces([1, alert(1, 112)]), ...steps.slice(1)]
    expect(stateOf(warned)).toBe('completed')
    expect(stateOf(more(steps, [1, alert(2, 80)], [0, record(21, noise(26))]))).toBe('completed')
  })

  test.each(['fin', 'rst'] as const)('%s before the end: failed; behind it: nothing', (reason) => {
    for (const [count, expected] of [
      [3, 'failed'],
      [4, 'completed'],
    ] as const) {
      const session = new TlsSession({
        cryptography: nodeCryptography,
        onWeird: () => undefined,
        onPlaintext: () => undefined,
      })
      session.onStart(true)
      for (const { direction, at, frame, bytes } of full12().slice(0, count))
        session.onBytes(direction, at, frame, bytes, 0, bytes.length)
      session.onEnd(0, reason)
      expect(session.facts.handshake).toBe(expected)
    }
  })

  test('a gap before completion: lost, at every place and in both directions', () => {
    const steps = more(full12(), [0, data()], [1, data()])
    for (const direction of [0, 1] as const) {
      for (let place = 0; place < 4; place++) {
        const session = new TlsSession({
          cryptography: nodeCryptography,
          onWeird: () => undefined,
          onPlaintext: () => undefined,
        })
        session.onStart(true)
        steps.forEach((piece, i) => {
          if (i === place) session.onGap(direction)
          session.onBytes(piece.direction, piece.at, piece.frame, piece.bytes, 0, piece.bytes.length)
        })
        expect(session.facts).toMatchObject({
          handshake: 'lost',
          completedAt: null,
          applicationBytes: [0, 0],
        })
      }
    }
  })

  test('a gap behind completion changes nothing, and data goes on', () => {
    const steps = more(full12(), [0, data(100)], [0, data(60)])
    const { facts } = tlsConnectionOf(steps, { gapBefore: 5 })
    expect(facts).toMatchObject({ handshake: 'completed', applicationBytes: [160, 0] })
  })

  test('resumption: the server changes its cipher without a full handshake', () => {
    const id = [...noise(32, 3)]
    const resumed = (choice: HelloFields, ticket: readonly Uint8Array[]): Connection =>
      tlsConnectionOf(
        pieces(
          [0, hello({ sessionId: id })],
          [1, answer(choice), ...ticket, CHANGE, finished()],
          [0, CHANGE, finished()],
        ),
      )
    const ticket = record(22, message(4, noise(180)))
    for (const choice of [{ sessionId: id }, {}]) {
      expect(resumed(choice, []).facts).toMatchObject({
        handshake: 'completed',
        resumed: true,
        certificate: null,
      })
      expect(resumed(choice, [ticket]).facts).toMatchObject({ handshake: 'completed', resumed: true })
    }
    // An echo alone is no resumption: some servers echo always.
    expect(tlsConnectionOf(full12({ sessionId: id }, { sessionId: id })).facts.resumed).toBe(false)
  })

  test('certificates of both ends; an empty one of the client is none', () => {
    const server = certificateDer('rsa-2048')
    const client = certificateDer('ec-p256')
    const mutual = (own: Uint8Array): Connection =>
      tlsConnectionOf(
        pieces(
          [0, hello()],
          [
            1,
            answer(),
            record(
              22,
              concat(message(11, certificate(server, client)), message(13, [1, 1, 0, 0]), message(14, [])),
            ),
          ],
          [0, record(22, message(11, own)), KEYS, CHANGE, finished()],
          [1, CHANGE, finished()],
        ),
      )
    const { facts } = mutual(certificate(client))
    expect(facts).toMatchObject({ handshake: 'completed', resumed: false })
    expect(facts.certificate).toMatchObject({ subject: 'pbx.example.com' })
    expect(facts.clientCertificate).toMatchObject({ subject: 'phone.example.com' })
    expect(facts.certificate?.der).toEqual(server)
    expect(mutual(certificate()).facts).toMatchObject({ handshake: 'completed', clientCertificate: null })
  })

  test('what was offered: names, protocols, no GREASE', () => {
    const { facts } = tlsConnectionOf(
      pieces([
        0,
        hello({
          sni: 'pbx.example.com',
          alpn: ['\x0a\x0a', 'sip/2', 'h2'],
          srtp: [7, 1],
          versions: [0x5a5a, 0x0303],
        }),
      ]),
    )
    expect(facts).toMatchObject({
      handshake: 'started',
      sni: 'pbx.example.com',
      alpnOffered: ['sip/2', 'h2'],
      srtpProfilesOffered: [7, 1],
      version: null,
      suite: null,
      forwardSecrecy: null,
    })
  })

  test('the chosen ALPN counts if it was offered', () => {
    expect(tlsConnectionOf(full12({ alpn: ['sip/2'] }, { alpn: ['sip/2'] })).facts.alpn).toBe('sip/2')
    expect(tlsConnectionOf(full12({ alpn: ['h2'] }, { alpn: ['sip/2'] })).facts.alpn).toBeNull()
  })

  test('an unregistered suite is weak, never strong', () => {
    const { facts } = tlsConnectionOf(full12({ suites: [0xfe42] }, { suite: 0xfe42 }))
    expect(facts).toMatchObject({
      handshake: 'completed',
      suite: '0xfe42',
      suiteStrength: 'weak',
      forwardSecrecy: false,
    })
  })

  test('a server that could do better says so', () => {
    const random = concat(noise(24, 9), ascii('DOWNGRD'), [1])
    expect(
      tlsConnectionOf(pieces([0, hello({ versions: [0x0304, 0x0303] })], [1, answer({ random })])).weird,
    ).toContain('tls_downgrade')
    expect(tlsConnectionOf(pieces([0, hello()], [1, answer({ random })])).weird).toEqual([])
  })

  test.each([
    [0x0300, 'SSL 3.0'],
    [0x0301, 'TLS 1.0'],
    [0x0302, 'TLS 1.1'],
  ])('version %s', (version, name) => {
    expect(tlsConnectionOf(full12({ suites: [0x002f] }, { version, suite: 0x002f })).facts).toMatchObject({
      handshake: 'completed',
      version: name,
      suite: 'TLS_RSA_WITH_AES_128_CBC_SHA',
      forwardSecrecy: false,
    })
  })
})

describe('handshake of TLS 1.3', () => {
  const FLIGHT = data(900)
  const CLIENT_FINISHED = data(53)
  const TICKET = data(250)
  /** RFC 8446 §4.1.3. */
  const RETRY = Uint8Array.from(
    Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex'),
  )
  const begun = (fields: HelloFields = {}, choice: HelloFields = {}): Piece[] =>
    pieces([0, hello({ ...MODERN, ...fields })], [1, answer({ ...MODERN_ANSWER, ...choice }), CHANGE, FLIGHT])

  test('completes with protected records both ways; nothing of the certificate or ALPN is seen', () => {
    expect(stateOf(begun())).toBe('started')
    const { facts, weird } = tlsConnectionOf(more(begun({ alpn: ['sip/2'] }), [0, CHANGE, CLIENT_FINISHED]))
    expect(facts).toMatchObject({
      handshake: 'completed',
      version: 'TLS 1.3',
      suite: 'TLS_AES_128_GCM_SHA256',
      forwardSecrecy: true,
      certificate: null,
      alpn: null,
      alpnOffered: ['sip/2'],
      completedFrame: 3,
    })
    expect(weird).toEqual([])
  })

  test('a bare handshake with two session tickets is no data, with and without a client certificate', () => {
    for (const flight of [
      [CLIENT_FINISHED],
      [data(25), CLIENT_FINISHED],
      [data(551), data(96), CLIENT_FINISHED],
    ]) {
      const steps = more(begun(), [0, CHANGE, ...flight], [1, TICKET, TICKET], [0, data(19)], [1, data(19)])
      expect(tlsConnectionOf(steps).facts).toMatchObject({
        handshake: 'completed',
        applicationBytes: [0, 0],
        applicationAt: [null, null],
      })
    }
  })

  test('data behind the flights counts both ways', () => {
    const steps = more(begun(), [0, CLIENT_FINISHED, data(700)], [1, TICKET, TICKET, data(320), data(500)])
    expect(tlsConnectionOf(steps).facts.applicationBytes).toEqual([700, 820])
  })

  test('a request that only tickets answer is no data both ways', () => {
    expect(
      tlsConnectionOf(more(begun(), [0, CLIENT_FINISHED, data(700)], [1, TICKET, TICKET])).facts
        .applicationBytes,
    ).toEqual([700, 0])
  })

  test('no key share behind a pre-shared key: no forward secrecy', () => {
    const offer = { extensions: [KEY_SHARE, PRE_SHARED_KEY] }
    const withShare = tlsConnectionOf(begun(offer, { extensions: [KEY_SHARE, PRE_SHARED_KEY] })).facts
    expect(withShare).toMatchObject({ forwardSecrecy: true, resumed: true })
    expect(tlsConnectionOf(begun(offer, { extensions: [PRE_SHARED_KEY] })).facts).toMatchObject({
      forwardSecrecy: false,
      resumed: true,
    })
    expect(stateOf(begun(offer, { extensions: [] }))).toBe('lost')
  })

  test('HelloRetryRequest: another ClientHello follows, relics in between', () => {
    const steps = pieces(
      [0, hello(MODERN)],
      [1, answer({ ...MODERN_ANSWER, random: RETRY }), CHANGE],
      [0, CHANGE, hello(MODERN)],
      [1, answer(MODERN_ANSWER), FLIGHT],
      [0, CLIENT_FINISHED],
    )
    expect(tlsConnectionOf(steps).facts).toMatchObject({
      handshake: 'completed',
      clientHelloFrame: 1,
      serverHelloFrame: 4,
    })
  })

  test('a HelloRetryRequest that nobody answers, or a ClientHello too many: lost', () => {
    const retry = answer({ ...MODERN_ANSWER, random: RETRY })
    expect(stateOf(pieces([0, hello(MODERN)], [1, retry, answer(MODERN_ANSWER)]))).toBe('lost')
    expect(stateOf(pieces([0, hello(MODERN)], [1, retry], [0, hello(MODERN), hello(MODERN)]))).toBe('lost')
    expect(stateOf(pieces([0, hello(MODERN), hello(MODERN)]))).toBe('lost')
  })

  test('what stands in the place of a Finished and is too short for it is an alert: failed', () => {
    expect(stateOf(more(begun(), [0, CHANGE, data(19)]))).toBe('failed')
    expect(stateOf(pieces([0, hello(MODERN)], [1, answer(MODERN_ANSWER), data(19)]))).toBe('failed')
    expect(stateOf(more(begun(), [0, alert(1, 42)]))).toBe('failed')
    // Level means nothing in 1.3; close_notify does not end a handshake by itself.
    expect(stateOf(more(begun(), [0, alert(1, 0)]))).toBe('started')
  })

  test('readable handshake behind the ServerHello: lost', () => {
    expect(stateOf(more(begun(), [1, record(22, message(11, certificate(noise(90))))]))).toBe('lost')
  })

  test('0-RTT (RFC 8446 §4.2.10) is neither handshake nor data', () => {
    const offer = { extensions: [KEY_SHARE, PRE_SHARED_KEY, EARLY_DATA] }
    const steps = pieces(
      [0, hello({ ...MODERN, ...offer }), CHANGE, data(400)],
      [1, answer(MODERN_ANSWER)],
      [0, data(300)],
      [1, FLIGHT],
    )
    expect(tlsConnectionOf(steps).facts).toMatchObject({ handshake: 'started', applicationBytes: [0, 0] })
    expect(tlsConnectionOf(more(steps, [0, data(60), CLIENT_FINISHED])).facts).toMatchObject({
      handshake: 'completed',
      applicationBytes: [0, 0],
    })
    // Without the extension, data before the ServerHello is out of place.
    expect(stateOf(pieces([0, hello(MODERN), data(400)], [1, answer(MODERN_ANSWER)]))).toBe('lost')
  })

  test.each([
    [0xc0b4, 'TLS_SHA256_SHA256', 32],
    [0xc0b5, 'TLS_SHA384_SHA384', 48],
  ])('integrity-only suite %s (RFC 9150): plain, and what it carries is told', (suite, name, mac) => {
    const open = (content: Uint8Array, type: number, padding = 0): Uint8Array =>
      record(23, concat(content, [type], new Uint8Array(padding), noise(mac)))
    const steps = more(
      pieces(
        [0, hello({ ...MODERN, suites: [suite] })],
        [
          1,
          answer({ ...MODERN_ANSWER, suite }),
          open(message(8, [0, 0]), 22),
          open(message(20, noise(mac)), 22),
        ],
      ),
      [0, open(message(20, noise(mac)), 22)],
      [1, open(message(4, noise(90)), 22)],
      [0, open(ascii('REGISTER sip:'), 23), open(ascii('example.com'), 23, 9)],
      [1, open(ascii('SIP/2.0 200 OK'), 23)],
    )
    const { facts, plaintext } = tlsConnectionOf(steps)
    expect(facts).toMatchObject({ handshake: 'completed', suite: name, suiteStrength: 'plain' })
    expect(plaintext).toEqual(['REGISTER sip:example.com', 'SIP/2.0 200 OK'])
    expect(facts.applicationBytes[0]).toBeGreaterThan(0)
    expect(facts.applicationBytes[1]).toBe(14 + 1 + mac)
  })
})

describe('NULL suites of TLS 1.2', () => {
  test.each([
    [0x0001, 16],
    [0x0002, 20],
    [0x003b, 32],
    [0x00b1, 48],
  ])('0x%s: content without its MAC of %s bytes', (suite, mac) => {
    const said = record(23, concat(ascii('OPTIONS'), noise(mac)))
    const { facts, plaintext } = tlsConnectionOf(more(full12({ suites: [suite] }, { suite }), [0, said]))
    expect(facts).toMatchObject({ handshake: 'completed', suiteStrength: 'plain' })
    expect(plaintext).toEqual(['OPTIONS', ''])
  })

  test('truncated_hmac (RFC 6066): ten bytes', () => {
    const extensions = [[4, []]] as const
    const steps = more(full12({ suites: [0x0002], extensions }, { suite: 0x0002, extensions }), [
      1,
      record(23, concat(ascii('SIP/2.0'), noise(10))),
    ])
    expect(tlsConnectionOf(steps).plaintext).toEqual(['', 'SIP/2.0'])
  })

  test('is told although the handshake was damaged: what is readable is readable', () => {
    const steps = more(full12({ suites: [0x0002] }, { suite: 0x0002 }), [
      0,
      record(23, concat(ascii('BYE'), noise(20))),
    ])
    const { facts, plaintext } = tlsConnectionOf(steps, { gapBefore: 2 })
    expect(facts.handshake).toBe('lost')
    expect(plaintext).toEqual(['BYE', ''])
  })
})

describe('connections older than the capture', () => {
  const late = (version: number, ...bodies: readonly Uint8Array[]): Connection =>
    tlsConnectionOf(
      pieces(...bodies.map((body, i) => [(i & 1) as 0 | 1, record(23, body, version)] as const)),
      { synSeen: false },
    )

  test.each([
    [0x0301, 'TLS 1.0'],
    [0x0302, 'TLS 1.1'],
    [0x0303, null],
  ])('record version %s', (version, expected) => {
    expect(late(version, noise(100)).facts).toMatchObject({
      handshake: 'unseen',
      version: expected,
      clientDirection: null,
    })
  })

  test('512 bytes of ciphertext decide, 511 do not', () => {
    expect(late(0x0303, noise(8 + 511)).facts.looksRandom).toBeNull()
    expect(late(0x0303, noise(8 + 512)).facts.looksRandom).toBe(true)
    expect(late(0x0303, noise(300), noise(300, 2)).facts).toMatchObject({
      looksRandom: true,
      applicationBytes: [300, 300],
    })
  })

  test.each<[string, Uint8Array]>([
    ['SIP', ascii('SIP/2.0 200 OK\r\nVia: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bK1\r\n'.repeat(12))],
    ['base64', ascii(Buffer.from(noise(600)).toString('base64'))],
    ['zeros', new Uint8Array(600)],
    ['PCMU', Uint8Array.from({ length: 2000 }, (_, i) => 0x7f ^ Math.round(20 * Math.sin(i / 5)))],
  ])('%s is no ciphertext', (_name, body) => {
    expect(late(0x0303, body).facts.looksRandom).toBe(false)
  })

  test('random bytes are called random in 2,000 of 2,000 connections, structured never', () => {
    let random = 0
    for (let seed = 1; seed <= 2000; seed++)
      if (late(0x0303, noise(700, seed * 7919)).facts.looksRandom === true) random++
    expect(random).toBeGreaterThanOrEqual(1998)
  })

  test('begins inside a record: found again, still older', () => {
    const cut = pieces([0, noise(77)], [0, data(600)], [1, record(23, noise(600, 2))])
    expect(tlsConnectionOf(cut, { synSeen: false }).facts).toMatchObject({
      handshake: 'unseen',
      looksRandom: true,
      applicationBytes: [600, 600],
    })
  })

  test('with its SYN in the capture it is not older but lost', () => {
    expect(stateOf(pieces([0, data()]), true)).toBe('lost')
    expect(stateOf(pieces([0, noise(40)]), true)).toBe('lost')
    expect(stateOf(pieces([1, answer()]), true)).toBe('lost')
  })

  test('a ServerHello first, or a ClientHello behind other records: lost', () => {
    expect(stateOf(pieces([1, answer()]), false)).toBe('lost')
    expect(stateOf(pieces([0, data()], [0, hello()]), false)).toBe('lost')
  })

  test('a gap before the ClientHello: whatever comes then is no evidence', () => {
    expect(tlsConnectionOf(full12(), { synSeen: false, gapBefore: 0 }).facts.handshake).toBe('lost')
  })

  test('a handshake seen whole counts without SYN', () => {
    expect(stateOf(full12(), false)).toBe('completed')
  })
})

describe('bounds', () => {
  test('16 KiB of one-byte records cost no quadratic time', () => {
    const certificateHead = concat([11], [0, 0x7f, 0], noise(1))
    const crumbs = concat(...Array.from({ length: 30_000 }, (_, i) => record(22, [i & 255])))
    const steps = pieces([0, hello()], [1, answer(), record(22, certificateHead), crumbs])
    const before = performance.now()
    expect(stateOf(steps)).toBe('started')
    expect(performance.now() - before).toBeLessThan(1500)
  })

  test('a record may have 2^14 + 2048 bytes, none more', () => {
    const big = record(23, noise(16384 + 2048))
    expect(tlsConnectionOf(more(full12(), [0, big])).facts.applicationBytes[0]).toBe(18_432)
    const bigger = concat([23, 3, 3], u16(18_433), noise(18_433))
    const { facts, weird } = tlsConnectionOf(more(full12(), [0, bigger]))
    expect(facts.applicationBytes[0]).toBe(0)
    expect(weird).toContain('tls_bad_record')
  })

  test('names are cut, lists are short', () => {
    const { facts } = tlsConnectionOf(
      pieces([
        0,
        hello({
          sni: 'a'.repeat(1000),
          alpn: Array.from({ length: 99 }, (_, i) => `p${i}`),
          srtp: Array.from({ length: 300 }, (_, i) => i + 1),
        }),
      ]),
    )
    expect(facts.sni?.length).toBe(128)
    expect(facts.alpnOffered.length).toBe(16)
    expect(facts.srtpProfilesOffered.length).toBe(64)
  })
})
