import { X509Certificate, createPublicKey } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { nodeCryptography } from '../../../../src/app/node-cryptography.ts'
import { parseCertificate, type CertificateFacts } from '../../../../src/core/protocol/tls/index.ts'
import { seededRandom } from '../../../tools/mutations.ts'
import { concat } from '../../../tools/packet-builder.ts'
import { certificateDer } from '../../../tools/tls-recorder.ts'

const SEED = 20261123
const FIXTURES = [
  'ca',
  'rsa-1024',
  'rsa-2048',
  'rsa-pss',
  'ec-p256',
  'ec-p384',
  'ed25519',
  'same-name',
] as const

const parse = (der: Uint8Array): CertificateFacts | null =>
  parseCertificate(der, 0, der.length, nodeCryptography)

/** The common name in node's text of a name, one attribute a line. */
const commonName = (text: string): string => /^CN=(.*)$/m.exec(text)?.[1] ?? ''

/** DNS names and addresses of node's text, `DNS:a, IP Address:b`; IPv6 as the URL parser writes it. */
const namesOf = (text: string | undefined): string[] =>
  (text ?? '').split(', ').flatMap((name) => {
    if (name.startsWith('DNS:')) return [name.slice(4).toLowerCase()]
    if (!name.startsWith('IP Address:')) return []
    const address = name.slice(11)
    return [address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address]
  })

/** Compares with node's own reader. */
const expectAgreement = (der: Uint8Array): void => {
  const oracle = new X509Certificate(der)
  const facts = parse(der)!
  expect(facts.subject).toBe(commonName(oracle.subject))
  expect(facts.issuer).toBe(commonName(oracle.issuer))
  expect(facts.names).toEqual(namesOf(oracle.subjectAltName))
  expect(facts.notBefore).toBe(Date.parse(oracle.validFrom) / 1000)
  expect(facts.notAfter).toBe(Date.parse(oracle.validTo) / 1000)
  const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(
    oracle.publicKey.export({ type: 'spki', format: 'pem' }),
  )
  const types = new Map([
    ['rsa', 'rsa'],
    ['rsa-pss', 'rsa'],
    ['ec', 'ec'],
    ['ed25519', 'ed25519'],
  ])
  expect(facts.keyType).toBe(types.get(asymmetricKeyType!) ?? 'other')
  if (facts.keyType === 'rsa') expect(facts.keyBits).toBe(asymmetricKeyDetails!.modulusLength)
  const signed = oracle.issuer === oracle.subject && oracle.verify(oracle.publicKey)
  expect(facts.selfSigned).toBe(signed)
  expect(Buffer.from(facts.der).equals(oracle.raw)).toBe(true)
}

describe('fixtures', () => {
  test.each(FIXTURES)('%s: agrees with node', (name) => expectAgreement(certificateDer(name)))

  test.each<[string, Partial<CertificateFacts>]>([
    [
      'rsa-1024',
      {
        keyType: 'rsa',
        keyBits: 1024,
        signatureHash: 'sha1',
        selfSigned: false,
        subject: 'old.example.com',
        notBefore: 1546300800,
        notAfter: 1577836800,
      },
    ],
    [
      'rsa-2048',
      {
        keyType: 'rsa',
        keyBits: 2048,
        signatureHash: 'sha256',
        selfSigned: true,
        names: ['pbx.example.com', '*.example.com', '192.0.2.1', '2001:db8::1'],
      },
    ],
    ['rsa-pss', { keyType: 'rsa', keyBits: 2048, signatureHash: 'sha512', selfSigned: true }],
    [
      'ec-p256',
      {
        keyType: 'ec',
        keyBits: 256,
        signatureHash: 'sha256',
        selfSigned: false,
        issuer: 'Example Test CA',
        notBefore: 1709251199,
        notAfter: 4102444799,
      },
    ],
    ['ec-p384', { keyType: 'ec', keyBits: 384, signatureHash: 'sha384', selfSigned: true }],
    ['ed25519', { keyType: 'ed25519', keyBits: 256, signatureHash: 'ed25519', selfSigned: true }],
    ['same-name', { subject: 'Example Test CA', issuer: 'Example Test CA', selfSigned: false }],
  ])('%s', (name, expected) => {
    expect(parse(certificateDer(name))).toMatchObject(expected)
  })

  test('the copy is its own: the packet may change afterwards', () => {
    const der = certificateDer('rsa-2048')
    const packet = Buffer.from(concat([1, 2, 3], der, [4]))
    const facts = parseCertificate(packet, 3, 3 + der.length, nodeCryptography)!
    packet.fill(0)
    expect(facts.der).toEqual(der)
    expect(facts.der.buffer.byteLength).toBe(der.length)
  })
})

describe('made here by openssl', () => {
  const openssl = spawnSync('openssl', ['version'], { encoding: 'utf8' }).status === 0
  if (!openssl) process.stderr.write('skip: certificates made by openssl (no openssl here)\n')

  const make = (...options: string[]): Uint8Array => {
    const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
    try {
      const out = join(folder, 'out.der')
      const { status, stderr } = spawnSync(
        'openssl',
        [
          'req',
          '-x509',
          '-nodes',
          '-keyout',
          join(folder, 'key'),
          '-outform',
          'DER',
          '-out',
          out,
          ...options,
        ],
        { encoding: 'utf8' },
      )
      if (status !== 0) throw new Error(stderr)
      return new Uint8Array(readFileSync(out))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  const ec = (curve: string): string[] => ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${curve}`]

  const cases: [string, string[], Partial<CertificateFacts>][] = [
    [
      'P-521, SHA-512',
      [...ec('P-521'), '-sha512', '-subj', '/CN=a.example.com'],
      { keyBits: 521, signatureHash: 'sha512' },
    ],
    [
      'P-224',
      [...ec('P-224'), '-sha224', '-subj', '/CN=a.example.com'],
      { keyBits: 224, signatureHash: 'sha224' },
    ],
    ['brainpool', [...ec('brainpoolP384r1'), '-subj', '/CN=a.example.com'], { keyBits: 384 }],
    ['secp256k1', [...ec('secp256k1'), '-subj', '/CN=a.example.com'], { keyBits: 256 }],
    [
      'Ed448',
      ['-newkey', 'ed448', '-subj', '/CN=a.example.com'],
      { keyType: 'other', signatureHash: 'ed448' },
    ],
    [
      'RSA of 1,536 bits, MD5',
      ['-newkey', 'rsa:1536', '-md5', '-subj', '/CN=a.example.com'],
      { keyBits: 1536, signatureHash: 'md5' },
    ],
    ['no common name', [...ec('P-256'), '-subj', '/O=Example'], { subject: '', issuer: '' }],
    [
      'PSS without parameters is SHA-1',
      ['-newkey', 'rsa:2048', '-sha1', '-sigopt', 'rsa_padding_mode:pss', '-subj', '/CN=a.example.com'],
      { signatureHash: 'sha1' },
    ],
    ['a year of four digits', [...ec('P-256'), '-days', '100000', '-subj', '/CN=a.example.com'], {}],
    [
      '40 names',
      [
        ...ec('P-256'),
        '-subj',
        '/CN=a.example.com',
        '-addext',
        `subjectAltName=${Array.from({ length: 40 }, (_, i) => `DNS:n${i}.example.com`).join()}`,
      ],
      {},
    ],
  ]
  ;(openssl ? test : test.skip).each(cases)('%s', (name, options, expected) => {
    const der = make(...options)
    expect(parse(der)).toMatchObject(expected)
    if (name === '40 names')
      expect(parse(der)?.names).toEqual(Array.from({ length: 16 }, (_, i) => `n${i}.example.com`))
    else expectAgreement(der)
  })
})

/** Replaces the first validity time of a fixture by another of the same length. */
const withTime = (text: string): CertificateFacts | null => {
  const der = certificateDer('rsa-1024')
  const at = Buffer.from(der).indexOf('190101000000Z')
  der.set(Buffer.from(text), at)
  return parse(der)
}

describe('times', () => {
  test.each([
    ['700101000000Z', 0],
    ['700101000001Z', 1],
    ['500101000000Z', -631152000],
    ['491231235959Z', 2524607999],
    ['000229120000Z', 951825600],
    ['240229235959Z', 1709251199],
  ])('%s', (text, seconds) => {
    expect(withTime(text)?.notBefore).toBe(seconds)
  })

  test.each([
    '191301000000Z',
    '190001000000Z',
    '190132000000Z',
    '190100000000Z',
    '190101240000Z',
    '190101006000Z',
    '190101000061Z',
    '19010100000xZ',
    '1901010000+01',
    '190101000000z',
  ])('%s is none: 0', (text) => {
    expect(withTime(text)?.notBefore).toBe(0)
  })

  test('every day from 1950 to 2049 as the platform counts it', () => {
    for (let day = Date.UTC(1950, 0, 1); day < Date.UTC(2050, 0, 1); day += 7 * 86_400_000) {
      const text = new Date(day).toISOString()
      const digits = `${text.slice(2, 4)}${text.slice(5, 7)}${text.slice(8, 10)}000000Z`
      expect([text, withTime(digits)?.notBefore]).toEqual([text, day / 1000])
    }
  })
})

describe('hostile bytes', () => {
  test('cut at every byte: a certificate or null, never a throw', () => {
    for (const name of FIXTURES) {
      const der = certificateDer(name)
      for (let end = 0; end < der.length; end++) expect(parse(der.slice(0, end))).toBeNull()
    }
  })

  test('3,000 damaged certificates', () => {
    const random = seededRandom(SEED)
    const pick = (bound: number): number => Math.floor(random() * bound)
    let read = 0
    for (let run = 0; run < 3000; run++) {
      const der = certificateDer(FIXTURES[run % FIXTURES.length]!)
      for (let i = 0; i <= pick(4); i++) der[pick(der.length)] = pick(256)
      const facts = parse(der)
      if (facts === null) continue
      read++
      expect(facts.subject.length).toBeLessThanOrEqual(128)
      expect(facts.names.length).toBeLessThanOrEqual(16)
      expect(Number.isFinite(facts.notAfter)).toBe(true)
      expect(facts.keyBits).toBeLessThan(200_000)
      // The signature no longer fits, unless what changed was the signature's own header.
      if (facts.selfSigned)
        expect(new X509Certificate(facts.der).verify(new X509Certificate(facts.der).publicKey)).toBe(true)
    }
    expect(read).toBeGreaterThan(500)
  })

  test('anything at all (fast-check)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        parse(bytes)
        parse(concat([0x30, 0x82, bytes.length >> 8, bytes.length & 255], bytes))
      }),
      { seed: SEED, numRuns: 2000 },
    )
  })

  test('17 KiB are not looked at; PEM is no DER', () => {
    const der = certificateDer('rsa-2048')
    expect(parse(concat(der, new Uint8Array(17_000)))).toBeNull()
    expect(parse(Uint8Array.from(Buffer.from('-----BEGIN CERTIFICATE-----')))).toBeNull()
  })
})
