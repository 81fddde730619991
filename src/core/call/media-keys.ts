/** DTLS-SRTP and ZRTP exchanges by media flow: when they completed, and whether the certificate is the one that SDP announced. */
import type { Cryptography } from '../base/cryptography.ts'
import type { Micros } from '../base/clock.ts'
import type { Flow } from '../base/endpoint.ts'
import { BoundedMap } from '../base/bounded-map.ts'
import { fingerprintMatches } from '../protocol/dtls/index.ts'
import type { Fingerprint } from '../protocol/sdp/index.ts'
import type { CertificateFacts, TlsFacts } from '../protocol/tls/index.ts'
import type { ZrtpFacts } from '../protocol/zrtp/index.ts'

const MAX_FLOWS = 4096

interface DtlsEntry {
  readonly flow: Flow
  readonly facts: TlsFacts
  completed: boolean
  fingerprintMismatch: boolean | null
}

interface ZrtpEntry {
  readonly flow: Flow
  readonly facts: ZrtpFacts
  completed: boolean
  cleared: boolean
}

/** See the head of this file. */
export class MediaKeys {
  readonly #dtls = new BoundedMap<number, DtlsEntry>(MAX_FLOWS)
  readonly #zrtp = new BoundedMap<number, ZrtpEntry>(MAX_FLOWS)
  readonly #cryptography: Cryptography

  constructor(cryptography: Cryptography) {
    this.#cryptography = cryptography
  }

  /** True if the exchange completed just now. */
  onDtls(flow: Flow, facts: TlsFacts): boolean {
    let entry = this.#dtls.get(flow.id)
    if (entry?.facts !== facts) {
      entry = { flow, facts, completed: false, fingerprintMismatch: null }
      this.#dtls.set(flow.id, entry)
    }
    if (entry.completed || facts.handshake !== 'completed') return false
    entry.completed = true
    return true
  }

  /** `completed` or `cleared` if that happened just now. */
  onZrtp(flow: Flow, facts: ZrtpFacts): 'completed' | 'cleared' | null {
    let entry = this.#zrtp.get(flow.id)
    if (entry?.facts !== facts) {
      entry = { flow, facts, completed: false, cleared: false }
      this.#zrtp.set(flow.id, entry)
    }
    if (!entry.completed && facts.completedAt !== null) {
      entry.completed = true
      return 'completed'
    }
    if (!entry.cleared && facts.goClearAt !== null) {
      entry.cleared = true
      return 'cleared'
    }
    return null
  }

  /** When a key exchange completed on the flow; null if none has. */
  completedAt(flow: Flow): Micros | null {
    const dtls = this.dtlsOf(flow)
    if (dtls?.completed === true) return dtls.facts.completedAt
    return this.zrtpOf(flow)?.completedAt ?? null
  }

  /**
   * Compares the visible certificates with the fingerprints of the two descriptions: each certificate must match one of the fingerprints
   * announced (RFC 5763 §5); nothing visible compares as null.
   */
  compareFingerprints(flow: Flow, announced: readonly Fingerprint[]): void {
    const entry = this.dtlsOf(flow)
    const usable = announced.filter((fingerprint) => fingerprint.usable)
    if (entry === undefined || usable.length === 0) return
    const certificates = [entry.facts.certificate, entry.facts.clientCertificate].filter(
      (certificate): certificate is CertificateFacts => certificate !== null,
    )
    if (certificates.length === 0) return
    entry.fingerprintMismatch = !certificates.every((certificate) =>
      usable.some(
        (fingerprint) => fingerprintMatches(certificate.der, fingerprint, this.#cryptography) === true,
      ),
    )
  }

  /** The exchange on this very flow: its slot may have been another flow's. */
  dtlsOf(flow: Flow): DtlsEntry | undefined {
    const entry = this.#dtls.get(flow.id)
    return entry?.flow === flow ? entry : undefined
  }

  zrtpOf(flow: Flow): ZrtpFacts | undefined {
    return this.#zrtpEntry(flow)?.facts
  }

  #zrtpEntry(flow: Flow): ZrtpEntry | undefined {
    const entry = this.#zrtp.get(flow.id)
    return entry?.flow === flow ? entry : undefined
  }

  forget(flow: number): void {
    this.#dtls.delete(flow)
    this.#zrtp.delete(flow)
  }
}
