/** The facts of a connection as they begin, and the names of versions; shared by TLS and DTLS. */
import type { TlsFacts } from './tls-facts.ts'

/** ProtocolVersion values (RFC 8446 §4.1.2, RFC 9147 §5.3). */
const VERSIONS: ReadonlyMap<number, string> = new Map([
  [0x0300, 'SSL 3.0'],
  [0x0301, 'TLS 1.0'],
  [0x0302, 'TLS 1.1'],
  [0x0303, 'TLS 1.2'],
  [0x0304, 'TLS 1.3'],
  [0xfeff, 'DTLS 1.0'],
  [0xfefd, 'DTLS 1.2'],
  [0xfefc, 'DTLS 1.3'],
])

/** Text of a version number, null if unknown. */
export const versionText = (version: number): string | null => VERSIONS.get(version) ?? null

/** True for TLS 1.3 and DTLS 1.3, whose handshake is encrypted behind the ServerHello. */
export const isModern = (version: number): boolean => version === 0x0304 || version === 0xfefc

/** What the version bytes of a record tell: 1.0 and 1.1 show themselves, 0303 is 1.2 or 1.3 (RFC 8446 §5.1). */
export const recordVersionText = (version: number): string | null =>
  version === 0x0303 ? null : versionText(version)

/** Facts of a connection of which nothing is known. */
export const emptyFacts = (datagram: boolean): TlsFacts => ({
  datagram,
  handshake: 'unseen',
  version: null,
  suite: null,
  suiteStrength: null,
  forwardSecrecy: null,
  alpnOffered: [],
  alpn: null,
  sni: null,
  resumed: false,
  certificate: null,
  clientCertificate: null,
  srtpProfilesOffered: [],
  srtpProfile: null,
  clientDirection: null,
  clientHelloFrame: 0,
  serverHelloFrame: 0,
  completedFrame: 0,
  completedAt: null,
  fatalAlert: null,
  applicationBytes: [0, 0],
  applicationAt: [null, null],
  recordBytes: [0, 0],
  looksRandom: null,
})
