/** What a leaf certificate shows a listener (RFC 5280 §4.1): names, validity, key, signature hash. Bounded; null if it is no certificate. */
import { copyBytes, latin1, toHex } from '../../base/bytes.ts'
import type { Cryptography } from '../../base/cryptography.ts'
import { formatAddress } from '../../base/ip-address.ts'
import { childrenOf, DER, readElement, type DerElement } from './der.ts'
import { timeOf } from './der-time.ts'
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
  ['2a864886f70d010103', 'md4'],
  ['2b0e03021d', 'sha1'],
  ['2a8648ce380403', 'sha1'],
  ['608648016503040302', 'sha256'],
  ['2b6570', 'ed25519'],
  ['2b6571', 'ed448'],
])

/** Hash identifiers inside RSASSA-PSS parameters (RFC 4055). */
const PSS_HASHES: ReadonlyMap<string, string> = new Map([
  ['2b0e03021a', 'sha1'],
  ['608648016503040204', 'sha224'],
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
  const der = copyBytes(bytes, start, end)
  const fields = fieldsOf(der)
  if (fields === null) return null
  const { issuer, validity, subject, key, rest, signature } = fields
  const [notBefore, notAfter] = childrenOf(der, validity)
  const extensions = rest.find((field) => field.tag === DER.context3)
  return {
    subject: commonNameOf(der, subject),
    issuer: commonNameOf(der, issuer),
    names: alternativeNamesOf(der, extensions),
    notBefore: timeOf(der, notBefore),
    notAfter: timeOf(der, notAfter),
    ...keyOf(der, key),
    signatureHash: signatureHashOf(der, signature),
    selfSigned: sameBytes(der, issuer, subject) && cryptography.isSelfSigned(der) === true,
    der,
  }
}

/** The elements of a Certificate that are read (RFC 5280 §4.1). */
interface CertificateFields {
  readonly issuer: DerElement
  readonly validity: DerElement
  readonly subject: DerElement
  readonly key: DerElement
  readonly rest: readonly DerElement[]
  readonly signature: DerElement
}

/** issuer, validity, subject, subjectPublicKeyInfo stand behind serial number and signature. */
const NAMED_FIELDS = 4
const FIELDS_BEFORE = 2

const fieldsOf = (der: Uint8Array): CertificateFields | null => {
  const outer = readElement(der, 0, der.length)
  const [body, signature] = outer?.tag === DER.sequence ? childrenOf(der, outer) : []
  if (signature === undefined || body?.tag !== DER.sequence) return null
  const fields = childrenOf(der, body)
  // The version stands first, or is missing in version 1.
  const first = (fields[0]?.tag === DER.context0 ? 1 : 0) + FIELDS_BEFORE
  const named = fields.slice(first, first + NAMED_FIELDS)
  if (named.length < NAMED_FIELDS) return null
  const [issuer, validity, subject, key] = named as [DerElement, DerElement, DerElement, DerElement]
  return { issuer, validity, subject, key, rest: fields.slice(first + NAMED_FIELDS), signature }
}

const oidOf = (der: Uint8Array, element: DerElement | undefined): string =>
  element?.tag === DER.oid ? toHex(der, element.start, element.end) : ''

const sameBytes = (der: Uint8Array, a: DerElement, b: DerElement): boolean => {
  if (a.end - a.start !== b.end - b.start) return false
  for (let i = 0; i < a.end - a.start; i++) if (der[a.start + i] !== der[b.start + i]) return false
  return true
}

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
