/** What phones, switches and browsers really said: versions, suites and certificates against the labels of the captures. */
import { readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { CIPHER_SUITES } from '../../../../src/core/protocol/tls/index.ts'
import { describeIfShared } from '../../../tools/shared.ts'
import { isSameSuite, tlsConnectionsOf, type Connection } from '../../../tools/tls-connections.ts'

const CASES = join(import.meta.dirname, '..', '..', '..', 'cases')
const on = (connections: readonly Connection[], port: number): Connection[] =>
  connections.filter(({ ends }) => ends.some((end) => end.endsWith(`:${port}`)))

describe('cases of the project', () => {
  test('TLS 1.3 between two phones', async () => {
    const [connection] = on(await tlsConnectionsOf(join(CASES, 'sip-tls13-srtp', 'capture.pcap')), 5061)
    expect(connection?.facts).toMatchObject({
      handshake: 'completed',
      version: 'TLS 1.3',
      suite: 'TLS_AES_256_GCM_SHA384',
      forwardSecrecy: true,
      certificate: null,
    })
    expect(connection!.facts.applicationBytes.every((count) => count > 500)).toBe(true)
  })

  test('TLS 1.2 with a self-signed certificate', async () => {
    const [connection] = on(await tlsConnectionsOf(join(CASES, 'tls12-self-signed', 'capture.pcap')), 5061)
    expect(connection?.facts).toMatchObject({
      handshake: 'completed',
      version: 'TLS 1.2',
      suite: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
      suiteStrength: 'strong',
    })
    expect(connection?.facts.certificate).toMatchObject({
      subject: 'self-signed-pbx',
      selfSigned: true,
      keyType: 'rsa',
      signatureHash: 'sha256',
    })
  })

  test('older than the capture', async () => {
    const [connection] = on(
      await tlsConnectionsOf(join(CASES, 'tls-older-than-capture', 'capture.pcap')),
      5061,
    )
    expect(connection?.facts).toMatchObject({
      handshake: 'unseen',
      version: null,
      looksRandom: true,
      clientDirection: null,
    })
    expect(connection!.facts.applicationBytes.every((count) => count > 300)).toBe(true)
  })
})

interface LabLabel {
  readonly file: string
  readonly tls: readonly { readonly serverPort: number; readonly version: string; readonly cipher: string }[]
  readonly certificate: readonly string[]
}

/** Names of openssl to those of the registry. */
const standardNames = (): Map<string, string> => {
  const { stdout } = spawnSync('openssl', ['ciphers', '-V', '-stdname', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'], {
    encoding: 'utf8',
  })
  const rows = ((stdout as string | null) ?? '').split('\n').map((line) => line.trim().split(/\s+/))
  return new Map(
    rows.flatMap(([, , standard, , own]) =>
      standard !== undefined && own !== undefined ? [[own, standard] as const] : [],
    ),
  )
}

/** What the lab's names mean where there is no openssl. */
const LAB_NAMES = new Map([
  ['TLS_AES_256_GCM_SHA384', 'TLS_AES_256_GCM_SHA384'],
  ['ECDHE-ECDSA-AES256-GCM-SHA384', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
  ['ECDHE-RSA-AES256-GCM-SHA384', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
  ['ECDHE-RSA-AES256-SHA', 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA'],
  ['NULL-SHA256', 'TLS_RSA_WITH_NULL_SHA256'],
])

describeIfShared('TLS in the lab', (shared) => {
  const labels =
    shared === ''
      ? []
      : (JSON.parse(readFileSync(join(shared, 'captures/lab/labels.json'), 'utf8')) as LabLabel[])
  const labelled = labels.filter(({ tls }) => tls.length > 0)

  test('the names used here are those of openssl', () => {
    for (const [own, standard] of standardNames())
      if (LAB_NAMES.has(own)) expect(LAB_NAMES.get(own)).toBe(standard)
    expect([...LAB_NAMES.values()].every((name) => CIPHER_SUITES.some((suite) => suite.name === name))).toBe(
      true,
    )
  })

  test.each(labelled)('$file', async ({ file, tls }) => {
    const connections = await tlsConnectionsOf(join(shared, 'captures/lab', file))
    for (const { serverPort, version, cipher } of tls) {
      const found = on(connections, serverPort).filter(({ facts }) => facts.handshake === 'completed')
      expect(found.length).toBeGreaterThan(0)
      for (const { facts, weird } of found) {
        expect(facts.version?.replace(' ', '')).toBe(version)
        expect(facts.suite).toBe(LAB_NAMES.get(cipher))
        expect(weird).toEqual([])
      }
      // SIP went both ways on one of them at least, and we saw it as data.
      expect(found.some(({ facts }) => facts.applicationBytes[0] > 0 && facts.applicationBytes[1] > 0)).toBe(
        true,
      )
    }
  })

  test.each(labels.filter(({ certificate }) => certificate.length > 0))(
    'certificate of $file',
    async ({ file, certificate }) => {
      const connections = on(await tlsConnectionsOf(join(shared, 'captures/lab', file)), 5061)
      const [, names, subjects, times, algorithms] = certificate[0]!.split('\t')
      const shown = connections.map(({ facts }) => facts.certificate).filter((one) => one !== null)
      expect(shown.length).toBeGreaterThan(0)
      for (const one of shown) {
        // The label has the DNS names alone.
        expect(one.names.filter((name) => isIP(name) === 0)).toEqual(names === '' ? [] : [names])
        // "issuer O, issuer CN, …, subject CN": both are among the words; times are those of the leaf first.
        expect(subjects!.split(',')).toEqual(expect.arrayContaining([one.subject, one.issuer]))
        const [from, to] = times!
          .split(',')
          .map((text) => Date.parse(text.replace(' (UTC)', 'Z').replace(' ', 'T')) / 1000)
        expect([one.notBefore, one.notAfter]).toEqual([from, to])
        const sha1 = algorithms!.startsWith('1.2.840.113549.1.1.5')
        expect(one.signatureHash).toBe(sha1 ? 'sha1' : 'sha256')
        expect(one.keyType).toBe(algorithms!.split(',')[1] === '1.2.840.10045.2.1' ? 'ec' : 'rsa')
        expect(one.keyBits).toBe(sha1 ? 1024 : one.keyType === 'ec' ? 256 : 2048)
        expect(one.selfSigned).toBe(file.includes('selfsigned'))
      }
    },
  )

  test('the NULL suite: SIP is read both ways', async () => {
    const [connection] = on(
      await tlsConnectionsOf(join(shared, 'captures/lab/s21_tls12_null_cipher.pcap')),
      5061,
    )
    expect(connection?.facts).toMatchObject({ suiteStrength: 'plain', forwardSecrecy: false })
    expect(connection?.plaintext[0]).toMatch(/^INVITE sip:/)
    expect(connection?.plaintext[1]).toMatch(/^SIP\/2\.0 \d\d\d /)
    expect(connection?.plaintext[1]).toContain('SIP/2.0 200 OK')
  })

  test.each(['s22_late_tls_srtp_midcall.pcap', 's22_longlived_tls13_srtp_no_handshake.pcap'])(
    '%s: no handshake, never completed',
    async (file) => {
      const connections = on(await tlsConnectionsOf(join(shared, 'captures/lab', file)), 5061)
      expect(connections.length).toBeGreaterThan(0)
      for (const { facts } of connections) expect(['unseen']).toContain(facts.handshake)
    },
  )
})

interface PublicLabel {
  readonly file: string
  readonly tls:
    | readonly {
        readonly client: string
        readonly server: string
        readonly sni?: string | null
        readonly alpn?: readonly string[] | null
        readonly cipher?: string
        readonly version: string
        readonly handshakeSeen?: boolean
        readonly serverCertVisible?: boolean
        readonly clientCertificateEmpty?: boolean
      }[]
    | null
}

describeIfShared('TLS in public captures', (shared) => {
  const labels =
    shared === ''
      ? []
      : (JSON.parse(readFileSync(join(shared, 'captures/public/labels.json'), 'utf8')) as
          PublicLabel[] | { captures: PublicLabel[] })
  const all = Array.isArray(labels) ? labels : labels.captures
  const labelled = all.filter(({ tls }) => (tls ?? []).some(({ cipher }) => cipher !== undefined))

  test.each(labelled)('$file', async ({ file, tls }) => {
    const connections = await tlsConnectionsOf(join(shared, 'captures/public', file))
    let compared = 0
    for (const label of tls ?? []) {
      const found = connections.find(({ ends }) => ends.includes(label.client) && ends.includes(label.server))
      if (label.cipher === undefined || found === undefined || found.facts.suite === null) continue
      const { facts } = found
      compared++
      expect([label.client, facts.version?.replace(' ', '')]).toEqual([label.client, label.version])
      expect([label.cipher, facts.suite, isSameSuite(label.cipher, facts.suite)]).toEqual([
        label.cipher,
        facts.suite,
        true,
      ])
      expect(facts.sni).toBe(label.sni ?? null)
      expect(facts.alpnOffered).toEqual(label.alpn ?? [])
      if (facts.handshake === 'completed' && label.serverCertVisible === true)
        expect(facts.certificate?.der.length).toBeGreaterThan(200)
      if (label.clientCertificateEmpty === true) expect(facts.clientCertificate).toBeNull()
    }
    expect(compared).toBeGreaterThan(0)
  })
})
