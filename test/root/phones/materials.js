// @ts-check
/** What the phones need: something to say, and certificates of an authority of this run. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const RATE = 8000
const SECONDS = 60

/** Syllables of a gliding pitch with pauses: a WAV file (RIFF, 16 bit, mono). @param {string} path @param {number} pitch hertz */
export function writeSpeech(path, pitch) {
  const samples = new Int16Array(RATE * SECONDS)
  let phase = 0
  for (let i = 0; i < samples.length; i++) {
    const syllable = Math.max(0, Math.sin((2 * Math.PI * 3 * i) / RATE)) * (Math.sin(i / RATE) > -0.6 ? 1 : 0)
    phase += (2 * Math.PI * pitch * (1 + 0.2 * Math.sin(i / 1900))) / RATE
    samples[i] = Math.round(
      9000 * syllable * (Math.sin(phase) + 0.5 * Math.sin(2.01 * phase)) + 30 * Math.sin(i * 12.9898),
    )
  }
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples.byteLength, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(RATE, 24)
  header.writeUInt32LE(RATE * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples.byteLength, 40)
  writeFileSync(path, Buffer.concat([header, Buffer.from(samples.buffer)]))
}

/** @param {string} folder @param {string[]} args */
const openssl = (folder, ...args) =>
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })

/** OpenSSL configuration that allows one version of TLS only. @param {string} version @param {string} suites */
const versionOnly = (version, suites) =>
  `openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = default\n[default]\nMinProtocol = ${version}\nMaxProtocol = ${version}\nCipherString = ${suites}\n`

/** Writes `good.pem`, `self-signed.pem` (each certificate and key), `tls12.cnf`, `tls13.cnf`. @param {string} folder */
export function writeCertificates(folder) {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl(
    folder,
    'req',
    '-x509',
    ...key,
    '-days',
    '30',
    '-subj',
    '/CN=Example CA',
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
  )
  openssl(folder, 'req', ...key, '-subj', '/CN=pbx.example.com', '-keyout', 'good.key', '-out', 'good.csr')
  writeFileSync(join(folder, 'good.ext'), 'subjectAltName=DNS:pbx.example.com\n')
  const sign =
    'x509 -req -in good.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -sha256 -extfile good.ext -out good.crt'
  openssl(folder, ...sign.split(' '))
  openssl(
    folder,
    'req',
    '-x509',
    ...key,
    '-days',
    '30',
    '-subj',
    '/CN=pbx.example.com',
    '-keyout',
    'self-signed.key',
    '-out',
    'self-signed.crt',
  )
  for (const name of ['good', 'self-signed'])
    execFileSync('sh', ['-c', `cat ${name}.crt ${name}.key > ${name}.pem`], { cwd: folder })
  writeFileSync(join(folder, 'tls12.cnf'), versionOnly('TLSv1.2', 'DEFAULT'))
  writeFileSync(join(folder, 'tls13.cnf'), versionOnly('TLSv1.3', 'DEFAULT'))
}
