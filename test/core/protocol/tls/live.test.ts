/** Handshakes that node's OpenSSL really made on the loopback: cut at every size, with gaps, and damaged. */
import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { seededRandom } from '../../../tools/mutations.ts'
import { concat } from '../../../tools/packet-builder.ts'
import { snapshotOf, tlsConnectionOf, type Piece } from '../../../tools/tls-connections.ts'
import { identity, listen, record, type Recording, type RecordOptions } from '../../../tools/tls-recorder.ts'

const SEED = 20261123
const WORDS = [
  'REGISTER sip:example.com SIP/2.0\r\n',
  'INVITE sip:07700900123@example.com SIP/2.0\r\n',
  'ACK',
  'BYE',
]
const OLD = { ciphers: 'ALL:@SECLEVEL=0', minVersion: 'TLSv1' } as const
const NULL = { ciphers: 'NULL-SHA256:@SECLEVEL=0', maxVersion: 'TLSv1.2' } as const
const ASK = { requestCert: true, rejectUnauthorized: false } as const

const SCENES: Record<string, RecordOptions> = {
  'TLS 1.3': { words: WORDS },
  'TLS 1.3, client certificate': { words: WORDS, server: ASK, client: identity('ec-p256') },
  'TLS 1.3, AES-128': { words: WORDS, client: { ciphers: 'TLS_AES_128_GCM_SHA256' } },
  'TLS 1.3, ChaCha20': { words: WORDS, client: { ciphers: 'TLS_CHACHA20_POLY1305_SHA256' } },
  'TLS 1.3, another group asked for': {
    words: WORDS,
    server: { ecdhCurve: 'P-384' },
    client: { ecdhCurve: 'X25519:P-384' },
  },
  'TLS 1.2': {
    words: WORDS,
    client: { maxVersion: 'TLSv1.2', servername: 'pbx.example.com', ALPNProtocols: ['sip/2'] },
    server: { ALPNProtocols: ['sip/2'] },
  },
  'TLS 1.2, ECDSA': { words: WORDS, server: identity('ec-p256'), client: { maxVersion: 'TLSv1.2' } },
  'TLS 1.2, no forward secrecy': {
    words: WORDS,
    client: { maxVersion: 'TLSv1.2', ciphers: 'AES256-GCM-SHA384' },
  },
  'TLS 1.2, client certificate': {
    words: WORDS,
    server: ASK,
    client: { maxVersion: 'TLSv1.2', ...identity('ec-p256') },
  },
  'TLS 1.1': { words: WORDS, server: OLD, client: { ...OLD, maxVersion: 'TLSv1.1' } },
  'TLS 1.0': { words: WORDS, server: OLD, client: { ...OLD, maxVersion: 'TLSv1' } },
  'NULL suite': { words: WORDS, server: NULL, client: NULL },
}
const names = Object.keys(SCENES)
const recordings = new Map<string, Recording>()

beforeAll(async () => {
  for (const [name, options] of Object.entries(SCENES)) recordings.set(name, await record(options))
}, 60_000)

const piecesOf = (name: string): Piece[] => recordings.get(name)!.pieces
const PROTOCOLS = new Map([
  ['TLSv1', 'TLS 1.0'],
  ['TLSv1.1', 'TLS 1.1'],
  ['TLSv1.2', 'TLS 1.2'],
  ['TLSv1.3', 'TLS 1.3'],
])

describe('what OpenSSL agreed is what the session says', () => {
  test.each(names)('%s', (name) => {
    const { protocol, cipher, error, pieces } = recordings.get(name)!
    expect(error).toBeNull()
    const { facts, weird } = tlsConnectionOf(pieces)
    expect(facts).toMatchObject({
      handshake: 'completed',
      version: PROTOCOLS.get(protocol!),
      suite: cipher,
      clientDirection: 0,
      resumed: false,
    })
    expect(weird).toEqual([])
    const said = WORDS.join('').length
    expect(facts.applicationBytes[0]).toBeGreaterThanOrEqual(said)
    // In 1.3 the server's first two records may be taken for tickets; there are four answers.
    expect(facts.applicationBytes[1]).toBeGreaterThan(0)
    expect(facts.applicationAt[0]).not.toBeNull()
  })

  test('names, protocols and certificates where they are visible', () => {
    const modern = tlsConnectionOf(piecesOf('TLS 1.3, client certificate')).facts
    expect([modern.certificate, modern.clientCertificate, modern.alpn]).toEqual([null, null, null])
    const { facts } = tlsConnectionOf(piecesOf('TLS 1.2'))
    expect(facts).toMatchObject({
      sni: 'pbx.example.com',
      alpnOffered: ['sip/2'],
      alpn: 'sip/2',
      clientCertificate: null,
    })
    expect(facts.certificate).toMatchObject({
      subject: 'pbx.example.com',
      keyType: 'rsa',
      keyBits: 2048,
      selfSigned: true,
    })
    const mutual = tlsConnectionOf(piecesOf('TLS 1.2, client certificate')).facts
    expect(mutual.clientCertificate).toMatchObject({
      subject: 'phone.example.com',
      keyType: 'ec',
      keyBits: 256,
      selfSigned: false,
    })
    expect(tlsConnectionOf(piecesOf('TLS 1.2, no forward secrecy')).facts.forwardSecrecy).toBe(false)
    expect(tlsConnectionOf(piecesOf('TLS 1.1')).facts.forwardSecrecy).toBe(true)
  })

  test('a NULL suite: every word is read, both ways', () => {
    const { facts, plaintext } = tlsConnectionOf(piecesOf('NULL suite'))
    expect(facts).toMatchObject({ suiteStrength: 'plain', suite: 'TLS_RSA_WITH_NULL_SHA256' })
    expect(plaintext).toEqual([WORDS.join(''), WORDS.join('')])
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('resumption in %s', async (maxVersion) => {
    const listener = await listen()
    const first = await record({ listener, client: { maxVersion } })
    const again = await record({ listener, client: { maxVersion, session: first.session! }, words: WORDS })
    listener.close()
    expect(again.reused).toBe(true)
    expect(tlsConnectionOf(first.pieces).facts.resumed).toBe(false)
    expect(tlsConnectionOf(again.pieces).facts).toMatchObject({
      handshake: 'completed',
      resumed: true,
      certificate: null,
    })
  })

  test.each<[string, RecordOptions]>([
    ['TLS 1.3', {}],
    ['TLS 1.3, client certificate', { server: ASK, client: identity('ec-p256') }],
    ['TLS 1.3, empty client certificate', { server: ASK }],
    ['TLS 1.2', { client: { maxVersion: 'TLSv1.2' } }],
  ])('a bare handshake has no application data: %s', async (_name, options) => {
    const { pieces, error } = await record(options)
    expect(error).toBeNull()
    expect(tlsConnectionOf(pieces).facts).toMatchObject({ handshake: 'completed', applicationBytes: [0, 0] })
  })

  test('no common version: failed, with the alert', async () => {
    const { pieces, error } = await record({
      client: { minVersion: 'TLSv1.3' },
      server: { maxVersion: 'TLSv1.2' },
    })
    expect(error).not.toBeNull()
    expect(tlsConnectionOf(pieces).facts).toMatchObject({ handshake: 'failed', fatalAlert: 70 })
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'a client that refuses the certificate: never completed (%s)',
    async (maxVersion) => {
      const { pieces, error } = await record({ client: { maxVersion, rejectUnauthorized: true } })
      expect(error).not.toBeNull()
      expect(tlsConnectionOf(pieces).facts.applicationBytes).toEqual([0, 0])
    },
  )
})

describe('however the bytes are cut', () => {
  test.each(names)('%s: the same facts at every size', (name) => {
    const whole = tlsConnectionOf(piecesOf(name))
    const longest = Math.max(...piecesOf(name).map(({ bytes }) => bytes.length))
    const sizes = [
      ...Array.from({ length: 24 }, (_, i) => i + 1),
      ...Array.from({ length: 16 }, (_, i) => 25 + i * 97),
    ]
    for (const size of sizes.filter((one) => one < longest)) {
      const cut = tlsConnectionOf(piecesOf(name), { size })
      expect(snapshotOf(cut.facts)).toEqual(snapshotOf(whole.facts))
      expect([cut.weird, cut.plaintext]).toEqual([whole.weird, whole.plaintext])
    }
  })

  test.each(names)('%s: all of one side’s run in one piece', (name) => {
    const joined: Piece[] = []
    for (const piece of piecesOf(name)) {
      const last = joined.at(-1)
      if (last?.direction === piece.direction)
        joined[joined.length - 1] = { ...last, bytes: concat(last.bytes, piece.bytes) }
      else joined.push(piece)
    }
    const {
      completedAt: _a,
      completedFrame: _b,
      applicationAt: _c,
      ...whole
    } = tlsConnectionOf(piecesOf(name)).facts
    expect(tlsConnectionOf(joined).facts).toMatchObject(snapshotOf(whole as never))
  })
})

/** Index of the piece that completes the handshake. */
const completionOf = (name: string): number => tlsConnectionOf(piecesOf(name)).facts.completedFrame - 1

describe('what is missing or damaged is never completed', () => {
  test.each(names)('%s: a gap before any piece up to completion', (name) => {
    for (let gapBefore = 0; gapBefore <= completionOf(name); gapBefore++) {
      for (const synSeen of [true, false]) {
        const { facts } = tlsConnectionOf(piecesOf(name), { gapBefore, synSeen })
        expect(facts.handshake).toBe('lost')
        expect(facts.completedAt).toBeNull()
      }
    }
  })

  test.each(names)('%s: any piece up to completion missing without a word', (name) => {
    const pieces = piecesOf(name)
    for (let missing = 0; missing <= completionOf(name); missing++) {
      const { facts } = tlsConnectionOf(pieces.filter((_, i) => i !== missing))
      // The server's flight may come in pieces of whole records: what is behind them still completes, but never without both hellos.
      if (facts.handshake === 'completed')
        expect([facts.clientHelloFrame > 0, facts.serverHelloFrame > 0]).toEqual([true, true])
    }
    expect(tlsConnectionOf(pieces.slice(1)).facts.handshake).toBe('lost')
    expect(tlsConnectionOf(pieces.filter((_, i) => i !== 1)).facts.handshake).not.toBe('completed')
  })

  test.each(names)('%s: one direction alone', (name) => {
    for (const direction of [0, 1] as const) {
      const { facts } = tlsConnectionOf(piecesOf(name).filter((piece) => piece.direction === direction))
      expect(facts.handshake).not.toBe('completed')
    }
  })

  test.each(names)('%s: the same direction for all', (name) => {
    const { facts } = tlsConnectionOf(piecesOf(name).map((piece) => ({ ...piece, direction: 0 as const })))
    expect(facts.handshake).not.toBe('completed')
  })

  test.each(names)(
    '%s: bytes flipped, cut out or put in, 150 times: nothing throws, nothing invents a stronger suite',
    (name) => {
      const random = seededRandom(SEED)
      const pick = (bound: number): number => Math.floor(random() * bound)
      const whole = tlsConnectionOf(piecesOf(name)).facts
      for (let run = 0; run < 150; run++) {
        const pieces = piecesOf(name).map((piece): Piece => ({
          ...piece,
          bytes: Uint8Array.from(piece.bytes),
        }))
        const victim = pieces[pick(pieces.length)]!
        const at = pick(victim.bytes.length)
        const kind = pick(3)
        if (kind === 0) victim.bytes[at] = pick(256)
        else if (kind === 1)
          victim.bytes = concat(victim.bytes.subarray(0, at), victim.bytes.subarray(at + 1 + pick(20)))
        else victim.bytes = concat(victim.bytes.subarray(0, at), [pick(256)], victim.bytes.subarray(at))
        const { facts } = tlsConnectionOf(pieces, { size: 1 + pick(1500) })
        if (facts.handshake !== 'completed') continue
        if (whole.suiteStrength === 'plain' && facts.suite === whole.suite)
          expect(facts.suiteStrength).toBe('plain')
        expect(facts.clientHelloFrame).toBeGreaterThan(0)
        expect(facts.serverHelloFrame).toBeGreaterThan(0)
      }
    },
  )

  test('random bytes in random pieces: no throw, no completion (fast-check)', () => {
    const step = fc.record({
      direction: fc.constantFrom(0 as const, 1 as const),
      bytes: fc.uint8Array({ maxLength: 600 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.boolean(), (steps, synSeen) => {
        const pieces = steps.map((one, i) => ({ ...one, at: (i + 1) as never, frame: i + 1 }))
        expect(tlsConnectionOf(pieces, { synSeen }).facts.handshake).not.toBe('completed')
      }),
      { seed: SEED, numRuns: 400 },
    )
  })
})
