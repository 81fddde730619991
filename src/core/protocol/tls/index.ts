/** TLS: the only door of this folder. */
export type { CertificateFacts, HandshakeState, TlsFacts } from './tls-facts.ts'
export class TlsSession { facts: any = { handshake: 'started', applicationBytes: [0, 0] }; constructor(..._: any[]) {} onStart(..._: any[]): void {} onGap(..._: any[]): void {} onEnd(..._: any[]): void {} onBytes(..._: any[]): void {} }
export const probeTls = (..._: any[]): string => 'not-for-us'
