/**
 * Which protected records of TLS 1.3 are application data. The content type is hidden (RFC 8446 §5.2), so order and length must tell:
 * - the client's flight ends with its Finished, the one message whose length the suite gives: 4 bytes, a hash, the content type and the tag.
 *   A client without certificate sends it alone; with one, two records may come before it. Should all of them share one record, two records
 *   of data are taken for handshake, which errs on the careful side.
 * - the server's first two records behind the client's first one are taken for session tickets (OpenSSL's number; others send fewer): so a
 *   bare handshake with its tickets is never data from the server, let alone data both ways.
 * - a record with no more than two bytes of content is an alert, or a keep-alive that proves as little.
 */
import type { CipherSuite } from './cipher-suites-table.ts'

export type ProtectedKind = 'handshake' | 'alert' | 'data'

const MAX_FLIGHT = 3
const TICKETS = 2
const ALERT = 2
const CONTENT_TYPE = 1
const MESSAGE_HEADER = 4

const hashBytesOf = (name: string): number =>
  name.endsWith('SHA384') ? 48 : name.endsWith('SHA512') ? 64 : 32

/** See the head of this file. */
export class ProtectedRecords {
  readonly #finished: number
  readonly #alert: number
  #clientRecords = 0
  #clientFinished = false
  #tickets = 0

  /** `suite`: the chosen one, null if the registry has none. */
  constructor(suite: CipherSuite | null) {
    const name = suite?.name ?? ''
    const hash = hashBytesOf(name)
    // RFC 9150 §4: the tag of an integrity-only suite is a whole HMAC.
    const tag = suite?.isNull === true ? hash : name.includes('_CCM_8') ? 8 : 16
    this.#finished = MESSAGE_HEADER + hash + CONTENT_TYPE + tag
    this.#alert = ALERT + CONTENT_TYPE + tag
  }

  /** What a record with `length` bytes behind its header is. */
  onRecord(fromClient: boolean, length: number): ProtectedKind {
    if (length <= this.#alert) return 'alert'
    return fromClient ? this.#onClientRecord(length) : this.#onServerRecord()
  }

  #onClientRecord(length: number): ProtectedKind {
    if (this.#clientFinished) return 'data'
    this.#clientRecords++
    this.#clientFinished = length === this.#finished || this.#clientRecords === MAX_FLIGHT
    return 'handshake'
  }

  #onServerRecord(): ProtectedKind {
    if (this.#clientRecords === 0) return 'handshake'
    if (this.#tickets >= TICKETS) return 'data'
    this.#tickets++
    return 'handshake'
  }
}
