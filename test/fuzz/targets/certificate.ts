/** Fuzz target: one certificate. Throws only if the walker throws, keeps what it was lent or breaks its bounds. */
import type { Cryptography } from '../../../src/core/base/cryptography.ts'
import { parseCertificate } from '../../../src/core/protocol/tls/certificate.ts'

/** Says yes to everything: what is self-signed then follows from the names alone, and no input waits for a signature. */
const cryptography: Cryptography = {
  hmacSha1: () => new Uint8Array(20),
  aesCm: (_key, _counter, length) => new Uint8Array(length),
  aesGcm: () => false,
  sha: () => new Uint8Array(32),
  isSelfSigned: () => true,
}

/** The first and the last second that four digits of a year can say. */
const EARLIEST = -62_167_219_200
const LATEST = 253_402_300_800

export const target = (bytes: Uint8Array): void => {
  const facts = parseCertificate(bytes, 0, bytes.length, cryptography)
  if (facts === null) return
  const { subject, issuer, names, notBefore, notAfter, keyBits, der } = facts
  if ([subject, issuer, ...names].some((text) => text.length > 128)) throw new Error('text too long')
  if (names.length > 16) throw new Error('too many names')
  if ([notBefore, notAfter].some((time) => !(time >= EARLIEST && time <= LATEST))) throw new Error('no time')
  if (!Number.isInteger(keyBits) || keyBits < 0 || keyBits > 16384 * 8) throw new Error('no size of a key')
  if (der.length > 16384 || der.buffer === bytes.buffer) throw new Error('not a bounded copy')
  if (der.length !== bytes.length || der.some((byte, i) => byte !== bytes[i])) throw new Error('another copy')
}

const hex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/** Elements of DER: tag and content. */
const der = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const head = length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 255]
  return Uint8Array.from([...head, ...parts.flatMap((part) => [...part])])
}
const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))
const oid = (digits: string): Uint8Array => der(6, hex(digits))

const name = (common: string): Uint8Array =>
  der(0x30, der(0x31, der(0x30, oid('550403'), der(0x0c, ascii(common)))))
const algorithm = (digits: string, ...parameters: readonly Uint8Array[]): Uint8Array =>
  der(0x30, oid(digits), ...parameters)
const extensions = der(
  0xa3,
  der(
    0x30,
    der(
      0x30,
      oid('551d11'),
      der(
        4,
        der(
          0x30,
          der(0x82, ascii('pbx.example.com')),
          der(0x87, hex('c0000201')),
          der(0x87, hex('20010db8000000000000000000000001')),
        ),
      ),
    ),
  ),
)
const rsaKey = der(
  0x30,
  algorithm('2a864886f70d010101', der(5)),
  der(3, hex('00'), der(0x30, der(2, new Uint8Array(129).fill(0xc1, 1)), der(2, hex('010001')))),
)
const ecKey = der(
  0x30,
  algorithm('2a8648ce3d0201', oid('2a8648ce3d030107')),
  der(3, hex('0004'), new Uint8Array(64).fill(7)),
)
const certificate = (
  times: readonly [Uint8Array, Uint8Array],
  key: Uint8Array,
  signature: Uint8Array,
): Uint8Array =>
  der(
    0x30,
    der(
      0x30,
      der(0xa0, der(2, hex('02'))),
      der(2, hex('01')),
      signature,
      name('Example CA'),
      der(0x30, ...times),
      name('pbx.example.com'),
      key,
      extensions,
    ),
    signature,
    der(3, hex('00'), new Uint8Array(64).fill(9)),
  )

const UTC: readonly [Uint8Array, Uint8Array] = [
  der(0x17, ascii('260101000000Z')),
  der(0x17, ascii('361231235959Z')),
]
const GENERALIZED: readonly [Uint8Array, Uint8Array] = [
  der(0x18, ascii('20240229120000Z')),
  der(0x18, ascii('20991231235959Z')),
]
const PSS = algorithm('2a864886f70d01010a', der(0x30, der(0xa0, algorithm('608648016503040203', der(5)))))

export const seeds: Uint8Array[] = [
  certificate(UTC, rsaKey, algorithm('2a864886f70d01010b', der(5))),
  certificate(GENERALIZED, ecKey, algorithm('2a8648ce3d040302')),
  certificate(UTC, rsaKey, PSS),
]

export const grammar: string[] = [
  '\x30\x82',
  '\x30\x80',
  '\x30\x84\xff\xff\xff\xff',
  '\x30\x83\xff\xff\xff',
  '\x06\x03\x55\x04\x03',
  '\x06\x03\x55\x1d\x11',
  '\x17\x0d260101000000Z',
  '\x18\x0f99991231235959Z',
  '\x17\x0d000000000000Z',
  '\xa0\x03\x02\x01\x02',
  '\xa3\x82',
  '\x82\x0fpbx.example.com',
  '\x87\x04\xc0\x00\x02\x01',
  '\x03\x82\x01\x0f\x00',
  '\x1f\x81',
]

export const covers = [
  'src/core/protocol/tls/certificate.',
  'src/core/protocol/tls/der.',
  'src/core/protocol/tls/der-time.',
]
