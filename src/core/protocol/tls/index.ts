/** TLS: the only door of this folder. */
export { parseCertificate } from './certificate.ts'
export { CIPHER_SUITES, findCipherSuite, type CipherSuite } from './cipher-suites-table.ts'
export { HANDSHAKE, leafOf, parseClientHello, parseServerHello, type Hello } from './handshake.ts'
export { probeTls } from './probe.ts'
export { applyServerHello, emptyFacts, versionText } from './session-facts.ts'
export type { CertificateFacts, HandshakeState, TlsFacts } from './tls-facts.ts'
export { TlsSession, type TlsSessionOptions } from './tls-session.ts'
