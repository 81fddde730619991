/** TLS: the only door of this folder. What DTLS shares is exported too. */
export { parseCertificate } from './certificate.ts'
export { CIPHER_SUITES, findCipherSuite, type CipherSuite } from './cipher-suites-table.ts'
export { HANDSHAKE, maxHandshake, parseClientHello } from './handshake.ts'
export { HelloExchange, type HelloOutcome } from './hello-exchange.ts'
export { probeTls } from './probe.ts'
export { emptyFacts, versionText } from './session-facts.ts'
export type { CertificateFacts, HandshakeState, TlsFacts } from './tls-facts.ts'
export { TlsSession, type OnPlaintext, type TlsSessionOptions } from './tls-session.ts'
