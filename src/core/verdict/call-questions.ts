/** Questions about sections, connections, credentials and observations that several rules ask alike. */
import { parseAddress } from '../base/ip-address.ts'
import type { Endpoint } from '../base/endpoint.ts'
import type {
  CallFacts,
  LegFacts,
  ObservationName,
  SectionFacts,
  Sighting,
  SignallingConnection,
} from '../call/index.ts'
import type { CertificateFacts } from '../protocol/tls/index.ts'
import type { MediaDescription } from '../protocol/sdp/index.ts'

/** What the call layer noticed under that name, or null. */
export const observationOf = (facts: CallFacts, name: ObservationName): Sighting | null =>
  facts.observations.find((observation) => observation.name === name)?.seen ?? null

/** An m= section whose offer was answered and not refused (port 0, RFC 3264 §6). */
export interface AgreedSection {
  readonly leg: LegFacts
  readonly section: SectionFacts
  readonly offered: MediaDescription
  readonly answered: MediaDescription
}

/** Every agreed section of every leg, also those that a later exchange replaced: their media flowed too. */
export const agreedSections = (facts: CallFacts): AgreedSection[] => {
  const agreed: AgreedSection[] = []
  for (const leg of facts.legs) {
    for (const section of leg.sections) {
      const { offered, answered } = section
      if (offered === null || answered === null || offered.port === 0 || answered.port === 0) continue
      agreed.push({ leg, section, offered, answered })
    }
  }
  return agreed
}

/** The side that answered: the end of the leg that did not offer; null where the offerer is unknown. */
export const answererOf = ({ leg, section }: AgreedSection): Endpoint | null => {
  if (section.offerer === null) return null
  return section.offerer.address === leg.client.address && section.offerer.port === leg.client.port
    ? leg.server
    : leg.client
}

/** True for the secure profiles RTP/SAVP, RTP/SAVPF and what runs over TLS (RFC 3711, RFC 5124, RFC 5764). */
export const isSecureProto = (proto: string): boolean => proto.includes('SAVP')

/** The description names a way to keys: a=crypto, a=fingerprint, a=zrtp-hash or a=key-mgmt. */
export const offersKeys = (media: MediaDescription): boolean =>
  media.cryptoLines > 0 || media.fingerprints.length > 0 || media.zrtpHash || media.mikey !== null

/** TLS connections of the signalling whose server certificate was visible. */
export const visibleCertificates = (
  facts: CallFacts,
): { readonly connection: SignallingConnection; readonly certificate: CertificateFacts }[] =>
  facts.signalling.connections.flatMap((connection) => {
    const { certificate } = connection.facts
    return certificate === null ? [] : [{ connection, certificate }]
  })

/** Frames of a TLS or DTLS handshake. */
export const handshakeFrames = (facts: SignallingConnection['facts']): number[] => [
  facts.clientHelloFrame,
  facts.serverHelloFrame,
  facts.completedFrame,
]

/** RSA below 2048 bits, elliptic curves below 224 (NIST SP 800-131A); 0 bits is unknown, not short. */
export const hasShortKey = ({ keyType, keyBits }: CertificateFacts): boolean =>
  keyBits > 0 && ((keyType === 'rsa' && keyBits < 2048) || (keyType === 'ec' && keyBits < 224))

const withoutDot = (name: string): string => {
  const lower = name.toLowerCase()
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
}

/** RFC 6125 §6.4: letters without case; `*` stands for exactly one whole leftmost label, and at least two labels follow it. */
export const matchesName = (presented: string, wanted: string): boolean => {
  const pattern = withoutDot(presented)
  const name = withoutDot(wanted)
  if (!pattern.startsWith('*.')) return pattern === name
  const rest = pattern.slice(1)
  const dot = name.indexOf('.')
  return dot > 0 && name.slice(dot) === rest && rest.indexOf('.', 1) > 0
}

/** True if the certificate is for that host name: by its DNS names, or, without any, by its subject (RFC 6125 §6.4.4). */
export const isForName = (certificate: CertificateFacts, wanted: string): boolean => {
  const names = certificate.names.filter((name) => parseAddress(name) === '')
  return (names.length > 0 ? names : [certificate.subject]).some((name) => matchesName(name, wanted))
}

/** What of a readable digest its weaknesses depend on. `turn` tells a new request from a retransmission. */
export interface DigestUse {
  readonly algorithm: string
  readonly qop: boolean
  readonly nonceIdentity: string
  readonly nonceCount: string
  readonly turn: string
}

const isNonceReused = (uses: readonly DigestUse[]): boolean =>
  uses.some((a) =>
    uses.some(
      (b) =>
        a.nonceIdentity !== '' &&
        a.nonceIdentity === b.nonceIdentity &&
        a.nonceCount === b.nonceCount &&
        a.turn !== b.turn,
    ),
  )

/** What makes readable digests easier to guess or to replay (RFC 7616 §5, RFC 8760): `MD5`, `no qop`, `nonce used again`. */
export const digestWeaknesses = (uses: readonly DigestUse[]): string[] => {
  const found: string[] = []
  if (uses.some(({ algorithm }) => algorithm.startsWith('MD5'))) found.push('MD5')
  if (uses.some(({ qop }) => !qop)) found.push('no qop')
  if (isNonceReused(uses)) found.push('nonce used again')
  return found
}
