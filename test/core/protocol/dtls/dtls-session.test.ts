/** The rules at the heads of dtls-session.ts and association.ts, one by one. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { micros } from '../../../../src/core/base/clock.ts'
import type { Direction } from '../../../../src/core/base/endpoint.ts'
import { probeDtls } from '../../../../src/core/protocol/dtls/index.ts'
import { FragmentGatherer } from '../../../../src/core/protocol/dtls/fragment-gatherer.ts'
import { concat, u16 } from '../../../tools/packet-builder.ts'
import { dtlsConnectionOf, type Connection, type Piece } from '../../../tools/tls-connections.ts'
import { certificateDer } from '../../../tools/tls-recorder.ts'
import {
  certificate,
  clientHello,
  datagram,
  fragments,
  KEY_SHARE,
  noise,
  serverHello,
  u24,
  type HelloFields,
} from '../tls/tls-bytes.ts'

const SEED = 20261123
type Step = readonly [Direction, ...(readonly Uint8Array[])]

/** Datagrams in order, a frame and a millisecond apart; the parts of a step share one datagram. */
const play = (...steps: readonly Step[]): Connection =>
  dtlsConnectionOf(
    steps.map(([direction, ...parts], i): Piece => ({
      direction,
      at: micros((i + 1) * 1000),
      frame: i + 1,
      bytes: concat(...parts),
    })),
  )

const V12 = 0xfefd
const hello = (fields: HelloFields = {}, sequence = 0): Uint8Array =>
  concat(...fragments(1, clientHello({ version: V12, isDatagram: true, ...fields }), sequence))
const answer = (fields: HelloFields = {}, sequence = 0): Uint8Array =>
  concat(...fragments(2, serverHello({ version: V12, ...fields }), sequence))
const chain = (name: 'rsa-2048' | 'ec-p256' | 'ed25519', sequence = 1): Uint8Array =>
  concat(...fragments(11, certificate(certificateDer(name)), sequence))
const DONE = concat(...fragments(14, new Uint8Array(0), 2))
const VERIFY = concat(...fragments(3, Uint8Array.from([0xfe, 0xff, 4, 1, 2, 3, 4]), 0))
const KEYS = concat(...fragments(16, noise(66), 2))
const CHANGE = datagram(20, [1])
const finished = (epoch = 1, length = 48): Uint8Array => datagram(22, noise(length), { epoch })
const alert = (level: number, description: number, epoch = 0): Uint8Array =>
  datagram(21, epoch === 0 ? [level, description] : noise(40), { epoch })

const OFFER = { srtp: [7, 1] }
const CHOICE = { srtp: [1] }
const FULL: readonly Step[] = [
  [0, hello(OFFER)],
  [1, answer(CHOICE), chain('rsa-2048'), DONE],
  [0, chain('ec-p256'), KEYS, CHANGE, finished()],
  [1, CHANGE, finished()],
]
const stateOf = (...steps: readonly Step[]): string => play(...steps).facts.handshake

describe('handshake of DTLS 1.2', () => {
  test('completes with ChangeCipherSpec and a later encrypted message each way', () => {
    for (let count = 1; count < FULL.length; count++) expect(stateOf(...FULL.slice(0, count))).toBe('started')
    const { facts, weird } = play(...FULL)
    expect(facts).toMatchObject({
      datagram: true,
      handshake: 'completed',
      version: 'DTLS 1.2',
      suite: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      clientDirection: 0,
      srtpProfilesOffered: [7, 1],
      srtpProfile: 1,
      clientHelloFrame: 1,
      serverHelloFrame: 2,
      completedFrame: 4,
      completedAt: 4000,
      resumed: false,
    })
    expect(facts.certificate?.der).toEqual(certificateDer('rsa-2048'))
    expect(facts.clientCertificate?.der).toEqual(certificateDer('ec-p256'))
    expect(weird).toEqual([])
  })

  test('HelloVerifyRequest and a second ClientHello with the cookie', () => {
    const steps: Step[] = [
      [0, hello(OFFER)],
      [1, VERIFY],
      [0, hello({ ...OFFER, cookie: [1, 2, 3, 4] }, 1)],
      [1, answer(CHOICE, 1), DONE],
      ...FULL.slice(2),
    ]
    expect(play(...steps).facts).toMatchObject({
      handshake: 'completed',
      clientHelloFrame: 1,
      srtpProfile: 1,
    })
  })

  test('retransmission of every flight changes nothing', () => {
    const { facts, weird } = play(...FULL.flatMap((step) => [step, step, step]))
    expect(facts).toMatchObject({ handshake: 'completed', srtpProfile: 1 })
    expect(weird).toEqual([])
  })

  test('resumption: no ServerHelloDone, and the session id of the client', () => {
    const id = [...noise(32, 4)]
    const abbreviated = (choice: HelloFields): Connection =>
      play([0, hello({ sessionId: id })], [1, answer(choice), CHANGE, finished()], [0, CHANGE, finished()])
    expect(abbreviated({ sessionId: id }).facts).toMatchObject({ handshake: 'completed', resumed: true })
    // Perhaps only our capture lacks the rest.
    expect(abbreviated({}).facts).toMatchObject({ handshake: 'completed', resumed: false })
  })

  test.each<[string, readonly Step[]]>([
    ['without the ClientHello', FULL.slice(1)],
    ['without the ServerHello', [FULL[0]!, ...FULL.slice(2)]],
    ['without the ChangeCipherSpec of the client', [FULL[0]!, FULL[1]!, [0, KEYS, finished()], FULL[3]!]],
    ['without the Finished of the server', [...FULL.slice(0, 3), [1, CHANGE]]],
    ['Finished before its ChangeCipherSpec', [...FULL.slice(0, 3), [1, finished(), CHANGE]]],
    ['a Finished in the clear', [...FULL.slice(0, 3), [1, CHANGE, finished(0)]]],
    ['a Finished of a later epoch', [...FULL.slice(0, 3), [1, CHANGE, finished(2)]]],
    ['a Finished too short to be one', [...FULL.slice(0, 3), [1, CHANGE, finished(1, 31)]]],
    [
      'a ChangeCipherSpec that is encrypted',
      [...FULL.slice(0, 3), [1, datagram(20, [1], { epoch: 1 }), finished()]],
    ],
    ['a ServerHello from the client', [[0, hello(OFFER), answer(CHOICE)], FULL[2]!, FULL[3]!]],
    ['everything from one end', FULL.map(([, ...parts]): Step => [0, ...parts])],
    ['a suite that was not offered', [FULL[0]!, [1, answer({ suite: 0x0035 })], FULL[2]!, FULL[3]!]],
    ['a profile that was not offered', [FULL[0]!, [1, answer({ srtp: [5] })], FULL[2]!, FULL[3]!]],
    ['a version that was not offered', [[0, hello({ version: 0xfeff })], [1, answer()], FULL[2]!, FULL[3]!]],
    ['a fatal alert', [...FULL.slice(0, 3), [1, alert(2, 40)], FULL[3]!]],
    ['an encrypted alert before the end', [...FULL.slice(0, 3), [0, alert(2, 0, 1)], FULL[3]!]],
    ['two ServerHellos that differ', [...FULL.slice(0, 2), [1, answer({ suite: 0x009c })], ...FULL.slice(2)]],
    ['two certificates that differ', [...FULL.slice(0, 2), [1, chain('ed25519')], ...FULL.slice(2)]],
  ])('%s: not completed', (_name, steps) => {
    expect(stateOf(...steps)).not.toBe('completed')
  })

  test('alerts: the fatal one is named, a warning ends nothing', () => {
    expect(play(...FULL.slice(0, 3), [1, alert(2, 42)]).facts).toMatchObject({
      handshake: 'failed',
      fatalAlert: 42,
    })
    expect(stateOf(...FULL.slice(0, 3), [1, alert(1, 0)], FULL[3]!)).toBe('completed')
    expect(stateOf(...FULL, [1, alert(2, 80)])).toBe('completed')
  })

  test('DTLS 1.0', () => {
    const version = 0xfeff
    const steps: Step[] = [
      [0, hello({ version })],
      [1, answer({ version, suite: 0x009c }), DONE],
      ...FULL.slice(2),
    ]
    expect(play(...steps).facts).toMatchObject({
      handshake: 'completed',
      version: 'DTLS 1.0',
      forwardSecrecy: false,
    })
  })

  test('data counts behind completion', () => {
    const said = datagram(23, noise(90), { epoch: 1 })
    expect(
      play(...FULL.slice(0, 3), [0, said], FULL[3]!, [0, said], [1, said, said]).facts.applicationBytes,
    ).toEqual([90, 180])
  })
})

describe('hellos that somebody invents', () => {
  test('a ClientHello from the server’s end before the ServerHello: the real pair still completes', () => {
    const invented = hello({ random: noise(32, 77), srtp: [5] })
    const { facts } = play(FULL[0]!, [1, invented], ...FULL.slice(1))
    expect(facts).toMatchObject({
      handshake: 'completed',
      clientDirection: 0,
      srtpProfile: 1,
      srtpProfilesOffered: [7, 1],
    })
  })

  test('first: the real pair still completes, with the real client', () => {
    const { facts } = play([1, hello({ random: noise(32, 77) })], ...FULL)
    expect(facts).toMatchObject({ handshake: 'completed', clientDirection: 0, srtpProfile: 1 })
  })

  test('after completion nothing changes, however many', () => {
    const before = play(...FULL).facts
    const inventions = Array.from({ length: 50 }, (_, i): Step[] => [
      [(i & 1) as Direction, hello({ random: noise(32, 100 + i), srtp: [5] })],
      [((i + 1) & 1) as Direction, answer({ random: noise(32, 200 + i), srtp: [5] })],
    ]).flat()
    const { recordBytes: _a, ...after } = play(...FULL, ...inventions).facts
    expect(before).toMatchObject(after)
  })

  test('inventions alone never complete', () => {
    const shouts: Step[] = [
      [0, hello()],
      [1, hello()],
      [0, answer()],
      [1, answer()],
      [0, CHANGE, finished()],
    ]
    expect(stateOf(...shouts)).not.toBe('completed')
  })
})

describe('another association on the same ports', () => {
  const AGAIN: readonly Step[] = [
    [0, hello({ random: noise(32, 91), srtp: [7] })],
    [1, answer({ random: noise(32, 92), srtp: [7] }), chain('ed25519'), DONE],
    [0, chain('rsa-2048'), KEYS, CHANGE, finished()],
    [1, CHANGE, finished()],
  ]

  test('takes the place of the first when it completes, not before', () => {
    for (let count = 1; count < AGAIN.length; count++) {
      expect(play(...FULL, ...AGAIN.slice(0, count)).facts).toMatchObject({
        handshake: 'completed',
        srtpProfile: 1,
        completedFrame: 4,
      })
    }
    const { facts } = play(...FULL, ...AGAIN)
    expect(facts).toMatchObject({
      handshake: 'completed',
      srtpProfile: 7,
      completedFrame: 8,
      clientHelloFrame: 5,
    })
    expect(facts.certificate?.der).toEqual(certificateDer('ed25519'))
    expect(facts.clientCertificate?.der).toEqual(certificateDer('rsa-2048'))
  })

  test('the other end may be its client', () => {
    const turned = AGAIN.map(([direction, ...parts]): Step => [direction === 0 ? 1 : 0, ...parts])
    expect(play(...FULL, ...turned).facts).toMatchObject({ srtpProfile: 7, clientDirection: 1 })
  })

  test('begins anew after failure, loss, or a client that starts again in the middle', () => {
    for (const before of [
      [FULL[0]!, [1, alert(2, 40)] as Step],
      FULL.slice(1, 2),
      FULL.slice(0, 2),
      FULL.slice(0, 3),
    ]) {
      expect(play(...before, ...AGAIN).facts).toMatchObject({ handshake: 'completed', srtpProfile: 7 })
    }
  })

  test('the view stays the same object', () => {
    const connection = play(...FULL)
    expect(connection.facts).toBe(connection.facts)
    expect(play(...FULL, ...AGAIN).facts.recordBytes[0]).toBeGreaterThan(connection.facts.recordBytes[0])
  })
})

describe('DTLS 1.3', () => {
  const MODERN = { versions: [0xfefc, 0xfefd], extensions: [KEY_SHARE], srtp: [7], suites: [0x1301] }
  const CHOSEN = { chosenVersion: 0xfefc, extensions: [KEY_SHARE], suite: 0x1301 }
  /** First byte 001CSLEE (RFC 9147 §4). */
  const unified = (epoch: number, length: number, flags = 0x0c): Uint8Array =>
    concat(
      [0x20 | flags | epoch],
      (flags & 0x08) !== 0 ? [0, 1] : [1],
      (flags & 0x04) !== 0 ? u16(length) : [],
      noise(length),
    )
  const BEGUN: readonly Step[] = [
    [0, hello(MODERN)],
    [1, answer(CHOSEN), unified(2, 300), unified(2, 90)],
  ]

  test('completes with protected records both ways behind the ServerHello', () => {
    expect(stateOf(...BEGUN)).toBe('started')
    const { facts } = play(...BEGUN, [0, unified(2, 61)])
    expect(facts).toMatchObject({
      handshake: 'completed',
      version: 'DTLS 1.3',
      suite: 'TLS_AES_128_GCM_SHA256',
      forwardSecrecy: true,
      certificate: null,
      srtpProfilesOffered: [7],
      srtpProfile: null,
      completedFrame: 3,
    })
  })

  test.each([
    ['0-RTT (epoch 1)', unified(1, 200)],
    ['a short record, as alerts and acknowledgements are', unified(2, 35)],
    ['an acknowledgement of one record', unified(2, 51)],
  ])('%s from the client completes nothing', (_name, bytes) => {
    expect(stateOf(...BEGUN, [0, bytes])).toBe('started')
  })

  test('protected records without a ServerHello that chose 1.3 say nothing', () => {
    expect(stateOf([0, hello(MODERN)], [1, unified(2, 300)], [0, unified(2, 61)])).toBe('started')
    expect(stateOf([0, hello(OFFER)], [1, answer(CHOICE)], [1, unified(2, 300)], [0, unified(2, 61)])).toBe(
      'started',
    )
  })

  test('headers short and long, with and without length, with connection id', () => {
    for (const flags of [0x00, 0x04, 0x08, 0x0c, 0x10, 0x1c]) {
      expect(stateOf(...BEGUN, [0, unified(2, 61, flags)])).toBe('completed')
    }
    const { facts, weird } = play(...BEGUN, [0, unified(2, 61), unified(3, 40), unified(3, 50)])
    expect(facts.applicationBytes[0]).toBe(90)
    expect(weird).toEqual([])
    expect(play(...BEGUN, [0, concat([0x2e, 0, 1], u16(900), noise(20))]).weird).toEqual(['dtls_bad_record'])
  })
})

describe('fragments', () => {
  const body = certificate(certificateDer('rsa-2048'))
  const withCertificate = (parts: readonly Uint8Array[]): Connection =>
    play(
      [0, hello(OFFER)],
      [1, answer(CHOICE)],
      ...parts.map((part): Step => [1, part]),
      [1, DONE],
      FULL[2]!,
      FULL[3]!,
    )

  test.each([1, 7, 100, 500, 2000])('of %s bytes, in order, backwards and twice', (size) => {
    const parts = fragments(11, body, 1, size)
    for (const order of [
      parts,
      [...parts].reverse(),
      [...parts, ...parts],
      parts.flatMap((part) => [part, part]),
    ]) {
      const { facts, weird } = withCertificate(order)
      expect(facts.handshake).toBe('completed')
      expect(facts.certificate?.der).toEqual(certificateDer('rsa-2048'))
      expect(weird).toEqual([])
    }
  })

  test('that overlap, of any cut (fast-check)', () => {
    const range = fc.tuple(fc.nat(body.length - 1), fc.integer({ min: 1, max: 400 }))
    fc.assert(
      fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
        const cover = Array.from({ length: Math.ceil(body.length / 150) }, (_, i): [number, number] => [
          i * 150,
          150,
        ])
        const parts = [...ranges, ...cover].map(([from, length]) => {
          const part = body.subarray(from, from + length)
          return datagram(22, concat([11], u24(body.length), u16(1), u24(from), u24(part.length), part))
        })
        expect(withCertificate(parts).facts.certificate?.der).toEqual(certificateDer('rsa-2048'))
      }),
      { seed: SEED, numRuns: 60 },
    )
  })

  test('two versions of a byte: lost', () => {
    const parts = fragments(11, body, 1, 300)
    const forged = Uint8Array.from(body)
    forged[100] = (forged[100] as number) ^ 1
    const { facts, weird } = withCertificate([
      parts[0]!,
      fragments(11, forged, 1, 300)[0]!,
      ...parts.slice(1),
    ])
    expect(facts.handshake).toBe('lost')
    expect(weird).toContain('dtls_contradiction')
  })

  test.each<[string, Uint8Array]>([
    ['past the end of its record', concat([11], u24(50), u16(1), u24(0), u24(50), noise(20))],
    ['past the end of its message', concat([11], u24(50), u16(1), u24(40), u24(20), noise(20))],
    ['of a message of 2^24 − 1 bytes', concat([11], u24(0xffffff), u16(1), u24(0), u24(20), noise(20))],
  ])('%s: counted, and nothing is held', (_name, part) => {
    const { facts, weird } = play([0, hello(OFFER)], [1, answer(CHOICE)], [1, datagram(22, part)])
    expect(weird).toEqual(['dtls_bad_fragment'])
    expect(facts.handshake).toBe('started')
  })

  test('what waits is bounded: 20,000 messages that never end', () => {
    const gatherer = new FragmentGatherer()
    for (let sequence = 0; sequence < 20_000; sequence++) {
      const header = {
        type: 11,
        sequence: sequence & 0xffff,
        length: 1 + ((sequence * 37) % 32_768),
        offset: 0,
      }
      gatherer.add(header, noise(1), 0, 1)
      expect(gatherer.heldBytes).toBeLessThanOrEqual(48 * 1024)
    }
    expect(gatherer.dropped).toBeGreaterThan(10_000)
    expect(gatherer.add({ type: 2, sequence: 1, length: 16_385, offset: 0 }, noise(1), 0, 1)).toBe('too-long')
  })
})

describe('in the middle of a connection', () => {
  test('encrypted records alone: unseen, with the version that the record names', () => {
    const said = datagram(23, noise(120), { epoch: 1 })
    expect(play([0, said], [1, said]).facts).toMatchObject({
      handshake: 'unseen',
      version: 'DTLS 1.2',
      clientDirection: null,
      applicationBytes: [120, 120],
      certificate: null,
    })
    expect(play([0, datagram(23, noise(120), { epoch: 1, version: 0xfeff })]).facts.version).toBe('DTLS 1.0')
  })

  test('a handshake whose beginning is missing: lost, and its certificate is nobody’s', () => {
    for (const first of [answer(CHOICE), chain('rsa-2048')]) {
      expect(play([1, first], FULL[2]!, FULL[3]!).facts).toMatchObject({
        handshake: 'lost',
        certificate: null,
        clientCertificate: null,
      })
    }
    expect(play(FULL[2]!, FULL[3]!).facts.handshake).not.toBe('completed')
  })
})

describe('probeDtls', () => {
  const probe = (bytes: Uint8Array): string => probeDtls(bytes, 0, bytes.length)

  test.each<[string, Uint8Array, string]>([
    ['ClientHello', hello(), 'certain'],
    ['a flight of several records', concat(answer(), DONE, CHANGE, finished()), 'certain'],
    ['ServerHello and protected records of 1.3', concat(answer(), [0x2e, 0, 1, 0, 4], noise(4)), 'certain'],
    ['a record and something else', concat(CHANGE, [1, 2, 3]), 'unsure'],
    ['a protected record of 1.3', concat([0x2e, 0, 1, 0, 40], noise(40)), 'unsure'],
    ['a short one', concat([0x2e, 0, 1], noise(8)), 'not-for-us'],
    ['a record that is cut', hello().subarray(0, 40), 'not-for-us'],
    ['another version', datagram(22, noise(30), { version: 0x0303 }), 'not-for-us'],
    ['content type 19', datagram(19, noise(30)), 'not-for-us'],
    ['STUN', concat([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42], noise(12)), 'not-for-us'],
    ['RTP', concat([0x80, 0, 0, 1], noise(168)), 'not-for-us'],
    ['nothing', new Uint8Array(0), 'not-for-us'],
  ])('%s: %s', (_name, bytes, expected) => {
    expect(probe(bytes)).toBe(expected)
  })
})

test('anything at all in any direction: no throw, no completion (fast-check)', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom(...FULL.slice(1).map(([, ...parts]) => concat(...parts))),
    fc
      .tuple(fc.constantFrom(20, 21, 22, 23), fc.uint8Array({ maxLength: 80 }), fc.nat(2))
      .map(([type, bytes, epoch]) => datagram(type, bytes, { epoch })),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom<Direction>(0, 1), piece), { maxLength: 14 }), (steps) => {
      // No ClientHello is among them.
      expect(stateOf(...steps.map(([direction, bytes]): Step => [direction, bytes]))).not.toBe('completed')
    }),
    { seed: SEED, numRuns: 500 },
  )
})
