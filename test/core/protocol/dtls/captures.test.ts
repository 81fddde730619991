/** DTLS of phones, browsers and openssl: versions, suites, profiles and certificates against the labels, and what damage may do. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { nodeCryptography } from '../../../../src/app/node-cryptography.ts'
import {
  fingerprintMatches,
  PROTECTION_PROFILES,
  protectionProfileName,
} from '../../../../src/core/protocol/dtls/index.ts'
import { hasOpenssl, recordDtls, withIdentity } from '../../../tools/dtls-recorder.ts'
import { seededRandom } from '../../../tools/mutations.ts'
import { describeIfShared } from '../../../tools/shared.ts'
import {
  dtlsConnectionOf,
  dtlsConnectionsOf,
  dtlsPiecesOf,
  isSameSuite,
  snapshotOf,
  type Connection,
  type Piece,
} from '../../../tools/tls-connections.ts'

const SEED = 20261123
const CASE = join(import.meta.dirname, '..', '..', '..', 'cases', 'sip-udp-dtls-srtp', 'capture.pcap')

/** The a=fingerprint lines of a capture, read the simple way. */
const fingerprintsOf = (path: string): { algorithm: string; digest: Uint8Array }[] =>
  [
    ...readFileSync(path)
      .toString('latin1')
      .matchAll(/a=fingerprint:(\S+) ([0-9A-Fa-f:]+)/g),
  ].map(([, algorithm, digits]) => ({
    algorithm: algorithm!.toLowerCase(),
    digest: Uint8Array.from(Buffer.from(digits!.replaceAll(':', ''), 'hex')),
  }))

describe('two phones (case of the project)', () => {
  test('RTP and RTCP ports: completed, profile 1, certificates that the SDP announced', async () => {
    const connections = await dtlsConnectionsOf(CASE)
    expect(connections.length).toBe(2)
    const announced = fingerprintsOf(CASE)
    expect(announced.length).toBeGreaterThan(0)
    for (const { facts, weird } of connections) {
      expect(facts).toMatchObject({
        handshake: 'completed',
        version: 'DTLS 1.2',
        suite: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
        srtpProfile: 1,
      })
      expect(weird).toEqual([])
      for (const one of [facts.certificate, facts.clientCertificate]) {
        expect(one?.selfSigned).toBe(true)
        const matches = announced.map((fingerprint) =>
          fingerprintMatches(one!.der, fingerprint, nodeCryptography),
        )
        expect(matches).toContain(true)
      }
    }
  })

  const flows = async (): Promise<Piece[][]> => (await dtlsPiecesOf(CASE)).map(({ pieces }) => pieces)

  test('every datagram lost alone: completed only with both hellos, ChangeCipherSpecs and Finisheds', async () => {
    for (const pieces of await flows()) {
      const whole = dtlsConnectionOf(pieces)
      const completion = pieces.findIndex(({ frame }) => frame === whole.facts.completedFrame)
      expect(completion).toBeGreaterThan(1)
      for (let missing = 0; missing < pieces.length; missing++) {
        const { facts } = dtlsConnectionOf(pieces.filter((_, i) => i !== missing))
        if (facts.handshake !== 'completed') continue
        expect(facts.suite).toBe(whole.facts.suite)
        expect([facts.clientHelloFrame > 0, facts.serverHelloFrame > 0]).toEqual([true, true])
      }
      // Nothing that ends before the last Finished is complete.
      for (let end = 0; end < completion; end++)
        expect(dtlsConnectionOf(pieces.slice(0, end)).facts.handshake).not.toBe('completed')
    }
  })

  test('repeated and swapped datagrams give the same', async () => {
    const random = seededRandom(SEED)
    for (const pieces of await flows()) {
      const { recordBytes: _a, applicationBytes: _b, ...whole } = snapshotOf(dtlsConnectionOf(pieces).facts)
      const twice = pieces.flatMap((piece) => (random() < 0.5 ? [piece, piece] : [piece]))
      expect(dtlsConnectionOf(twice).facts).toMatchObject(whole)
    }
  })

  test('1,500 damaged runs: nothing throws, and no other profile completes', async () => {
    const random = seededRandom(SEED)
    const pick = (bound: number): number => Math.floor(random() * bound)
    const [pieces] = await flows()
    for (let run = 0; run < 1500; run++) {
      const damaged = pieces!.map((piece): Piece => ({ ...piece, bytes: Uint8Array.from(piece.bytes) }))
      for (let i = 0; i <= pick(3); i++) {
        const victim = damaged[pick(damaged.length)]!
        if (pick(3) === 0) victim.bytes = victim.bytes.slice(0, pick(victim.bytes.length + 1))
        else if (victim.bytes.length > 0) victim.bytes[pick(victim.bytes.length)] = pick(256)
      }
      const { facts } = dtlsConnectionOf(damaged)
      if (facts.handshake === 'completed')
        expect(facts.srtpProfilesOffered).toEqual(
          expect.arrayContaining([facts.srtpProfile ?? facts.srtpProfilesOffered[0]]),
        )
    }
  })
})

describe('openssl on the loopback', () => {
  const openssl = hasOpenssl()
  if (!openssl) process.stderr.write('skip: DTLS of openssl (no openssl here)\n')
  const run = openssl ? test : test.skip
  const certificates = withIdentity('rsa-2048')
  const record = async (server: string[], client: string[]): Promise<Connection & { said: string }> => {
    const { pieces, said } = await recordDtls([...certificates, ...server], client)
    expect(pieces.length).toBeGreaterThan(3)
    return { ...dtlsConnectionOf(pieces), said }
  }

  run(
    'DTLS 1.2 with use_srtp and a client certificate',
    async () => {
      const { facts, weird, said } = await record(
        ['-dtls1_2', '-use_srtp', 'SRTP_AES128_CM_SHA1_80', '-verify', '1'],
        ['-dtls1_2', '-use_srtp', 'SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80', ...withIdentity('ec-p256')],
      )
      expect(said).toContain('SRTP Extension negotiated, profile=SRTP_AES128_CM_SHA1_80')
      expect(facts).toMatchObject({
        handshake: 'completed',
        version: 'DTLS 1.2',
        srtpProfilesOffered: [7, 1],
        srtpProfile: 1,
        resumed: false,
      })
      expect(facts.certificate?.subject).toBe('pbx.example.com')
      expect(facts.clientCertificate?.subject).toBe('phone.example.com')
      expect(weird).toEqual([])
    },
    20_000,
  )

  run(
    'small datagrams, a cookie, no SRTP',
    async () => {
      const { facts, weird } = await record(
        ['-dtls1_2', '-mtu', '300', '-listen'],
        ['-dtls1_2', '-mtu', '300'],
      )
      expect(facts).toMatchObject({ handshake: 'completed', srtpProfile: null, srtpProfilesOffered: [] })
      expect(facts.certificate?.subject).toBe('pbx.example.com')
      expect(weird).toEqual([])
    },
    20_000,
  )

  run(
    'DTLS 1.0',
    async () => {
      const old = ['-dtls1', '-cipher', 'ALL:@SECLEVEL=0']
      expect((await record(old, old)).facts).toMatchObject({ handshake: 'completed', version: 'DTLS 1.0' })
    },
    20_000,
  )

  run(
    'no common suite: failed, with the alert',
    async () => {
      const { facts } = await record(
        ['-dtls1_2', '-cipher', 'AES256-SHA'],
        ['-dtls1_2', '-cipher', 'AES128-SHA'],
      )
      expect(facts).toMatchObject({ handshake: 'failed', fatalAlert: 40 })
    },
    20_000,
  )
})

interface LabLabel {
  readonly file: string
  readonly dtls: readonly {
    readonly server: string
    readonly version: string
    readonly cipher: string
    readonly srtpProfile: string
  }[]
}

const LAB_NAMES = new Map([
  ['ECDHE-RSA-AES256-GCM-SHA384', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
  ['ECDHE-RSA-CHACHA20-POLY1305', 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
  ['ECDHE-ECDSA-CHACHA20-POLY1305', 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'],
])

describeIfShared('DTLS in the lab', (shared) => {
  const read = <Label>(folder: string): Label[] =>
    JSON.parse(readFileSync(join(shared, 'captures', folder, 'labels.json'), 'utf8')) as Label[]
  const labels = shared === '' ? [] : read<LabLabel>('lab').filter(({ dtls }) => dtls.length > 0)

  test.each(labels)('$file', async ({ file, dtls }) => {
    const path = join(shared, 'captures/lab', file)
    const connections = await dtlsConnectionsOf(path)
    const announced = fingerprintsOf(path)
    for (const { server, version, cipher, srtpProfile } of dtls) {
      const found = connections.find(({ ends }) => ends.includes(server))
      expect(found?.weird).toEqual([])
      expect(found?.facts).toMatchObject({ handshake: 'completed', suite: LAB_NAMES.get(cipher) })
      expect(found?.facts.version?.replace(' ', '')).toBe(version)
      expect(protectionProfileName(found!.facts.srtpProfile!)).toBe(srtpProfile)
      expect(found?.ends[found.facts.clientDirection === 0 ? 1 : 0]).toBe(server)
      const shown = [found!.facts.certificate!, found!.facts.clientCertificate!]
      const matching = shown.filter(({ der }) =>
        announced.some((fingerprint) => fingerprintMatches(der, fingerprint, nodeCryptography) === true),
      )
      // Over WebSocket one of the two descriptions is masked, inside TLS both are.
      expect(matching.length).toBe(new Set(announced.map(({ digest }) => digest.join())).size)
    }
  })

  test('begun in mid-call: no handshake is invented', async () => {
    for (const { facts } of await dtlsConnectionsOf(
      join(shared, 'captures/lab/s23_late_dtls_srtp_only.pcap'),
    )) {
      expect(facts.handshake).not.toBe('completed')
    }
  })
})

interface Said {
  readonly cver?: string
  readonly sver?: string
  readonly suite?: string
  readonly sv?: string
  readonly use_srtp?: readonly string[]
}
interface PublicLabel {
  readonly file: string
  readonly dtls:
    | readonly {
        readonly src: string
        readonly dst: string
        readonly carriedIn: string
        readonly records: Record<string, number>
        readonly handshake: readonly Said[]
      }[]
    | null
}

describeIfShared('DTLS in public captures', (shared) => {
  const load = (file: string): Promise<Connection[]> =>
    dtlsConnectionsOf(join(shared, 'captures/public', file))
  const raw =
    shared === ''
      ? []
      : (JSON.parse(readFileSync(join(shared, 'captures/public/labels.json'), 'utf8')) as
          PublicLabel[] | { captures: PublicLabel[] })
  const labels = (Array.isArray(raw) ? raw : raw.captures).filter(({ dtls }) =>
    (dtls ?? []).some(
      ({ carriedIn, handshake }) => carriedIn === 'udp' && handshake.some(({ suite }) => suite !== undefined),
    ),
  )

  test.each(labels)('$file', async ({ file, dtls }) => {
    const connections = await load(file)
    let compared = 0
    for (const { src, dst, carriedIn, handshake } of dtls ?? []) {
      const said = handshake.findLast(({ suite }) => suite !== undefined)
      const found = connections.find(({ ends }) => ends.includes(src) && ends.includes(dst))
      if (carriedIn !== 'udp' || said === undefined || found === undefined || found.facts.suite === null)
        continue
      compared++
      const { facts } = found
      expect([said.suite, facts.suite, isSameSuite(said.suite!, facts.suite)]).toEqual([
        said.suite,
        facts.suite,
        true,
      ])
      const version = new Map([
        ['feff', 'DTLS 1.0'],
        ['fefd', 'DTLS 1.2'],
        ['fefc', 'DTLS 1.3'],
      ]).get(said.sv ?? said.sver!.slice(2))
      expect(facts.version).toBe(version)
      if (said.use_srtp !== undefined)
        expect(protectionProfileName(facts.srtpProfile!)).toBe(said.use_srtp[0])
      expect(facts.clientDirection === null ? '' : found.ends[facts.clientDirection]).toBe(dst)
    }
    expect(compared).toBeGreaterThan(0)
  })

  test('DTLS 1.2 with ECJPAKE: completed', async () => {
    const [one] = await load('arkime-wireshark-dtls12.pcap')
    expect(one?.facts).toMatchObject({
      handshake: 'completed',
      version: 'DTLS 1.2',
      suite: 'TLS_ECJPAKE_WITH_AES_128_CCM_8',
      certificate: null,
    })
  })

  test('DTLS 1.0 without forward secrecy: completed', async () => {
    const [one] = await load('ndpi-dtls2.pcap')
    expect(one?.facts).toMatchObject({
      handshake: 'completed',
      version: 'DTLS 1.0',
      suite: 'TLS_RSA_WITH_AES_256_CBC_SHA',
      forwardSecrecy: false,
      srtpProfile: null,
    })
    expect(one?.facts.certificate?.der.length).toBeGreaterThan(200)
  })

  test('DTLS 1.3 of wolfSSL: completed, a retry before it', async () => {
    const [one] = await load('zeek-dtls13-wolfssl.pcap')
    expect(one?.facts).toMatchObject({
      handshake: 'completed',
      version: 'DTLS 1.3',
      suite: 'TLS_AES_128_GCM_SHA256',
      certificate: null,
      srtpProfile: null,
    })
  })

  test('in the middle of sessions: never completed', async () => {
    const connections = await load('ndpi-dtls_mid_sessions.pcapng')
    expect(connections.length).toBeGreaterThan(1)
    for (const { facts, ends } of connections) {
      // One of them has the version that was written before there was a standard; the registry has no name for it.
      const version = ends.includes('199.186.151.155:443') ? null : 'DTLS 1.2'
      expect(facts).toMatchObject({ handshake: 'unseen', version, suite: null })
    }
  })
})

describe('protection profiles', () => {
  test('the registry: numbers, kinds and tags', () => {
    expect(PROTECTION_PROFILES.map(({ id }) => id)).toEqual([1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
    for (const { name, kind, tagBytes } of PROTECTION_PROFILES) {
      expect(kind).toBe(
        name.startsWith('DOUBLE')
          ? 'double'
          : name.includes('ARIA')
            ? 'aria'
            : name.includes('GCM')
              ? 'gcm'
              : name.includes('NULL')
                ? 'null'
                : 'cm',
      )
      expect(tagBytes).toBe(name.endsWith('_80') ? 10 : name.endsWith('_32') ? 4 : 16)
    }
    expect(protectionProfileName(0x0007)).toBe('SRTP_AEAD_AES_128_GCM')
    expect(protectionProfileName(0x1234)).toBe('0x1234')
  })
})

describe('fingerprints', () => {
  const der = Uint8Array.from(Buffer.from('abc'))
  const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, 'hex'))

  test.each([
    ['sha-1', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['sha-224', '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7'],
    ['sha-256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'sha-384',
      'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
    ],
    [
      'sha-512',
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    ],
  ])('%s', (algorithm, digits) => {
    const digest = hex(digits)
    expect(fingerprintMatches(der, { algorithm, digest }, nodeCryptography)).toBe(true)
    expect(fingerprintMatches(der, { algorithm, digest: digest.slice(1) }, nodeCryptography)).toBe(false)
    const longer = Uint8Array.from([...digest, 0])
    expect(fingerprintMatches(der, { algorithm, digest: longer }, nodeCryptography)).toBe(false)
    expect(fingerprintMatches(der, { algorithm, digest: new Uint8Array(0) }, nodeCryptography)).toBe(false)
    digest[0] = (digest[0] as number) ^ 1
    expect(fingerprintMatches(der, { algorithm, digest }, nodeCryptography)).toBe(false)
  })

  test.each(['md5', 'md2', 'SHA-256', 'sha256', '__proto__', ''])('%s cannot be told', (algorithm) => {
    expect(fingerprintMatches(der, { algorithm, digest: new Uint8Array(16) }, nodeCryptography)).toBeNull()
  })
})
