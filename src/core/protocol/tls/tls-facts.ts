/** What a passive listener can say of one TLS (RFC 5246, 8446) or DTLS (RFC 6347, 9147) connection. */
import type { Micros } from '../../base/clock.ts'

/** What a visible certificate shows (the leaf). */
export interface CertificateFacts {
  /** Subject and issuer common name, at most 128 characters. */
  readonly subject: string
  readonly issuer: string
  /** subjectAltName DNS names and IP addresses, at most 16. */
  readonly names: readonly string[]
  /** Validity in seconds since the epoch. */
  readonly notBefore: number
  readonly notAfter: number
  readonly keyType: 'rsa' | 'ec' | 'ed25519' | 'other'
  /** RSA modulus or curve size in bits, 0 if unknown. */
  readonly keyBits: number
  /** Signature hash, e.g. sha1, sha256; empty if unknown. */
  readonly signatureHash: string
  /** Issuer equals subject and its own key verifies it. */
  readonly selfSigned: boolean
  /** sha-1 and sha-256 fingerprints and the others of RFC 8122 are computed on demand from this copy of the leaf (≤ 16 KiB). */
  readonly der: Uint8Array
}

/** Where the handshake stands. */
export type HandshakeState =
  /** Begun, not finished yet. */
  | 'started'
  /** Finished: ChangeCipherSpec and an encrypted record each way, or (1.3) protected records both ways after ServerHello, no fatal alert. */
  | 'completed'
  /** A fatal alert, a reset, or it never went on. */
  | 'failed'
  /** Bytes of it are missing or damaged (gap, bad length): nothing can be concluded. */
  | 'lost'
  /** No handshake in the capture: the connection is older. */
  | 'unseen'

/** Everything known of one connection; a live view that its session updates. */
export interface TlsFacts {
  readonly datagram: boolean
  handshake: HandshakeState
  /** 'TLS 1.2', 'DTLS 1.2' …; null while unknown. For `unseen` from the record version: 'TLS 1.0', 'TLS 1.1' or null (1.2 or 1.3). */
  version: string | null
  /** IANA name of the chosen cipher suite, null while unknown. */
  suite: string | null
  /** Rating of the suite, from the table: null while unknown. `plain` = NULL or integrity only, EXPORT, single DES. */
  suiteStrength: 'plain' | 'weak' | 'strong' | null
  forwardSecrecy: boolean | null
  alpnOffered: readonly string[]
  /** Chosen ALPN where visible (TLS ≤ 1.2). */
  alpn: string | null
  sni: string | null
  /** The server resumed an earlier session (its certificate is not visible). */
  resumed: boolean
  /** Server's leaf certificate where visible (≤ 1.2), and the client's. */
  certificate: CertificateFacts | null
  clientCertificate: CertificateFacts | null
  /** use_srtp (RFC 5764): offered by the client; chosen by the server where visible. IANA protection profile numbers. */
  srtpProfilesOffered: readonly number[]
  srtpProfile: number | null
  /** Which direction the client talks in, null while unknown. */
  clientDirection: 0 | 1 | null
  /** Frames of ClientHello, ServerHello and of completion; 0 = not seen. */
  clientHelloFrame: number
  serverHelloFrame: number
  completedFrame: number
  completedAt: Micros | null
  fatalAlert: number | null
  /** Application data record bytes per direction (TLS 1.3: protected records after the handshake's flights), and the last time of each. */
  readonly applicationBytes: [number, number]
  readonly applicationAt: [Micros | null, Micros | null]
  /** For `unseen`: record bytes seen per direction and whether they test random (null = fewer than 512 bytes). */
  readonly recordBytes: [number, number]
  looksRandom: boolean | null
}
