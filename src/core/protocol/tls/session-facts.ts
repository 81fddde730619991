/** The facts of a connection as they begin, and what a ServerHello settles; shared by TLS and DTLS. */
import type { CipherSuite } from './cipher-suites-table.ts'
import type { Hello } from './handshake.ts'
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
const MODERN: readonly number[] = [0x0304, 0xfefc]

/** Text of a version number, null if unknown. */
export const versionText = (version: number): string | null => VERSIONS.get(version) ?? null

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

/** Takes what the server chose. use_srtp and ALPN are hidden from us in 1.3: what a ServerHello shows there would be no answer to them. */
export const applyServerHello = (facts: TlsFacts, hello: Hello, suite: CipherSuite | null): void => {
  const modern = MODERN.includes(hello.version)
  facts.version = versionText(hello.version)
  facts.suite = suite?.name ?? null
  facts.suiteStrength = suite?.strength ?? null
  // RFC 8446 §4.2.9: psk_ke without a key share has no forward secrecy.
  facts.forwardSecrecy = modern ? !(hello.preSharedKey && !hello.keyShare) : (suite?.forwardSecrecy ?? null)
  if (modern) return
  facts.alpn = hello.alpn[0] ?? null
  facts.srtpProfile = hello.srtpProfiles[0] ?? null
}
