/** What a leaf certificate shows a listener (RFC 5280 §4.1): names, validity, key, signature hash. Bounded; null if it is no certificate. */
import { latin1, toHex } from '../../base/bytes.ts'
import type { Cryptography } from '../../base/cryptography.ts'
import { formatAddress } from '../../base/ip-address.ts'
import { childrenOf, DER, readElement, type DerElement } from './der.ts'
import type { CertificateFacts } from './tls-facts.ts'

const MAX_DER = 16384
const MAX_NAMES = 16
const TEXT = 128

/** Object identifiers in hexadecimal of their DER content. */
const OID = {
  commonName: '550403',
  subjectAltName: '551d11',
  rsa: '2a864886f70d010101',
  rsaPss: '2a864886f70d01010a',
  ec: '2a8648ce3d0201',
  ed25519: '2b6570',
} as const

/** Signature algorithms (RFC 8017, RFC 5758, RFC 8410) to the hash they use. */
const SIGNATURE_HASHES: ReadonlyMap<string, string> = new Map([
  ['2a864886f70d010102', 'md2'],
  ['2a864886f70d010104', 'md5'],
  ['2a864886f70d010105', 'sha1'],
  ['2a864886f70d01010e', 'sha224'],
  ['2a864886f70d01010b', 'sha256'],
  ['2a864886f70d01010c', 'sha384'],
  ['2a864886f70d01010d', 'sha512'],
  ['2a8648ce3d0401', 'sha1'],
  ['2a8648ce3d040301', 'sha224'],
  ['2a8648ce3d040302', 'sha256'],
  ['2a8648ce3d040303', 'sha384'],
  ['2a8648ce3d040304', 'sha512'],
  ['2b6570', 'ed25519'],
])

/** Hash identifiers inside RSASSA-PSS parameters (RFC 4055). */
const PSS_HASHES: ReadonlyMap<string, string> = new Map([
  ['608648016503040201', 'sha256'],
  ['608648016503040202', 'sha384'],
  ['608648016503040203', 'sha512'],
])

/** Named curves to their size in bits (RFC 5480, RFC 5639). */
const CURVE_BITS: ReadonlyMap<string, number> = new Map([
  ['2a8648ce3d030101', 192],
  ['2b81040021', 224],
  ['2a8648ce3d030107', 256],
  ['2b8104000a', 256],
  ['2b81040022', 384],
  ['2b81040023', 521],
  ['2b2403030208010107', 256],
  ['2b240303020801010b', 384],
  ['2b240303020801010d', 512],
])

/** Parses the certificate in `bytes[start, end)`; the DER is copied. */
export const parseCertificate = (
  bytes: Uint8Array,
  start: number,
  end: number,
  cryptography: Cryptography,
): CertificateFacts | null => {
  if (end - start > MAX_DER) return null
  const der = bytes.slice(start, end)
  const outer = readElement(der, 0, der.length)
  if (outer?.tag !== DER.sequence) return null
  const [body, signature] = childrenOf(der, outer)
  if (body === undefined || signature === undefined || body.tag !== DER.sequence) return null
  const fields = childrenOf(der, body)
  const first = fields[0]?.tag === DER.context0 ? 1 : 0
  const [, , issuer, validity, subject, key] = fields.slice(first)
  if (issuer === undefined || validity === undefined || subject === undefined || key === undefined)
    return null
  const [notBefore, notAfter] = childrenOf(der, validity)
  const sameName = toHex(der, issuer.start, issuer.end) === toHex(der, subject.start, subject.end)
  return {
    subject: commonNameOf(der, subject),
    issuer: commonNameOf(der, issuer),
    names: alternativeNamesOf(
      der,
      fields.find((field) => field.tag === DER.context3),
    ),
    notBefore: timeOf(der, notBefore),
    notAfter: timeOf(der, notAfter),
    ...keyOf(der, key),
    signatureHash: signatureHashOf(der, signature),
    selfSigned: sameName && cryptography.isSelfSigned(der) === true,
    der,
  }
}

const oidOf = (der: Uint8Array, element: DerElement | undefined): string =>
  element?.tag === DER.oid ? toHex(der, element.start, element.end) : ''

const commonNameOf = (der: Uint8Array, name: DerElement): string => {
  for (const set of childrenOf(der, name)) {
    for (const attribute of childrenOf(der, set)) {
      const [type, value] = childrenOf(der, attribute)
      if (oidOf(der, type) === OID.commonName && value !== undefined)
        return latin1(der, value.start, value.end, TEXT)
    }
  }
  return ''
}

/** GeneralName choices dNSName [2] and iPAddress [7] (RFC 5280 §4.2.1.6). */
const alternativeNamesOf = (der: Uint8Array, wrapper: DerElement | undefined): string[] => {
  const list = wrapper === undefined ? undefined : childrenOf(der, wrapper)[0]
  if (list === undefined) return []
  for (const extension of childrenOf(der, list)) {
    const parts = childrenOf(der, extension)
    const value = parts[parts.length - 1]
    if (oidOf(der, parts[0]) !== OID.subjectAltName || value?.tag !== DER.octetString) continue
    const names = readElement(der, value.start, value.end)
    if (names === null) return []
    return childrenOf(der, names)
      .flatMap((name) => nameOf(der, name))
      .slice(0, MAX_NAMES)
  }
  return []
}

const nameOf = (der: Uint8Array, name: DerElement): string[] => {
  if (name.tag === 0x82) return [latin1(der, name.start, name.end, TEXT).toLowerCase()]
  if (name.tag !== 0x87) return []
  const words = new Int32Array(4)
  const length = name.end - name.start
  if (length === 4) words[2] = 0xffff
  else if (length !== 16) return []
  const offset = 16 - length
  for (let i = 0; i < length; i++) {
    const word = (offset + i) >> 2
    words[word] = ((words[word] as number) << 8) | (der[name.start + i] as number)
  }
  return [formatAddress(words, 0)]
}

const keyOf = (
  der: Uint8Array,
  element: DerElement,
): { keyType: CertificateFacts['keyType']; keyBits: number } => {
  const [algorithm, bits] = childrenOf(der, element)
  const [type, parameters] = algorithm === undefined ? [] : childrenOf(der, algorithm)
  const oid = oidOf(der, type)
  if (oid === OID.rsa || oid === OID.rsaPss) return { keyType: 'rsa', keyBits: modulusBits(der, bits) }
  if (oid === OID.ec) return { keyType: 'ec', keyBits: CURVE_BITS.get(oidOf(der, parameters)) ?? 0 }
  return oid === OID.ed25519 ? { keyType: 'ed25519', keyBits: 256 } : { keyType: 'other', keyBits: 0 }
}

/** RSAPublicKey inside the bit string (RFC 8017 §A.1.1). */
const modulusBits = (der: Uint8Array, bits: DerElement | undefined): number => {
  const key = bits?.tag === DER.bitString ? readElement(der, bits.start + 1, bits.end) : null
  const modulus = key === null ? undefined : childrenOf(der, key)[0]
  if (modulus?.tag !== DER.integer) return 0
  let at = modulus.start
  while (at < modulus.end && der[at] === 0) at++
  return at === modulus.end ? 0 : (modulus.end - at) * 8 - (Math.clz32(der[at] as number) - 24)
}

const signatureHashOf = (der: Uint8Array, element: DerElement): string => {
  const [type, parameters] = childrenOf(der, element)
  const oid = oidOf(der, type)
  if (oid !== OID.rsaPss) return SIGNATURE_HASHES.get(oid) ?? ''
  // hashAlgorithm [0]; absent = SHA-1 (RFC 4055 §3.1).
  const hash =
    parameters === undefined
      ? undefined
      : childrenOf(der, parameters).find((part) => part.tag === DER.context0)
  if (hash === undefined) return 'sha1'
  const algorithm = childrenOf(der, hash)[0]
  return PSS_HASHES.get(oidOf(der, algorithm === undefined ? undefined : childrenOf(der, algorithm)[0])) ?? ''
}

/** UTCTime and GeneralizedTime in Zulu (RFC 5280 §4.1.2.5) as seconds since the epoch; 0 if unreadable. */
const timeOf = (der: Uint8Array, element: DerElement | undefined): number => {
  if (element === undefined) return 0
  const digits: number[] = []
  for (let at = element.start; at < element.end; at++) {
    const digit = (der[at] as number) - 0x30
    if (digit >= 0 && digit <= 9) digits.push(digit)
  }
  const general = element.tag === DER.generalizedTime
  if ((!general && element.tag !== DER.utcTime) || digits.length < (general ? 14 : 12)) return 0
  const pair = (i: number): number => (digits[i] as number) * 10 + (digits[i + 1] as number)
  const short = pair(0)
  const year = general ? short * 100 + pair(2) : short + (short < 50 ? 2000 : 1900)
  const from = general ? 4 : 2
  const days = daysBefore(year, pair(from), pair(from + 2))
  return ((days * 24 + pair(from + 4)) * 60 + pair(from + 6)) * 60 + pair(from + 8)
}

/** Days from 1970-01-01 in the Gregorian calendar (H. Hinnant, "chrono-compatible low-level date algorithms"). */
const daysBefore = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return (
    era * 146097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719468
  )
}
