/**
 * Who is the client, and what the two hellos and the certificates settle; shared by TLS and DTLS. Rules:
 * - a ServerHello counts only if the other direction sent a ClientHello that offered what it chooses, and once more after a
 *   HelloRetryRequest; on a byte stream nothing else lets a second ClientHello come;
 * - what was said once is not taken back: a second ServerHello or Certificate of the same side must be the same bytes, or the exchange is
 *   contradictory (an endpoint that saw the other version would not go on, and we cannot know which one it saw).
 */
import { toHex } from '../../base/bytes.ts'
import type { Cryptography } from '../../base/cryptography.ts'
import type { Direction } from '../../base/endpoint.ts'
import type { OnWeird } from '../../base/weird.ts'
import { parseCertificate } from './certificate.ts'
import { findCipherSuite, type CipherSuite } from './cipher-suites-table.ts'
import { HANDSHAKE, leafOf, parseClientHello, parseServerHello, type Hello } from './handshake.ts'
import { isModern, versionText } from './session-facts.ts'
import type { TlsFacts } from './tls-facts.ts'

/** `taken`: believed; `again`: said before; `ignored`: decides nothing; `bad`: damaged, out of place or contradictory. */
export type HelloOutcome = 'taken' | 'again' | 'ignored' | 'bad'

const other = (direction: Direction): Direction => (direction === 0 ? 1 : 0)

/** See the head of this file. */
export class HelloExchange {
  facts: TlsFacts
  /** The chosen suite as the registry knows it. */
  suite: CipherSuite | null = null
  /** A ServerHello was believed. */
  chosen = false
  /** It chose 1.3: everything behind it is encrypted. */
  modern = false
  /** The client may send data before the ServerHello (RFC 8446 §4.2.10). */
  earlyData = false
  /** RFC 6066 §7 was agreed: the MAC of a record has 10 bytes. */
  truncatedHmac = false
  readonly #cryptography: Cryptography
  readonly #onWeird: OnWeird
  readonly #hellos: [Hello | null, Hello | null] = [null, null]
  readonly #digests = new Map<number, string>()
  #sessionIdEchoed = false
  /** Whether a HelloRetryRequest stands without the ClientHello that it asks for. */
  #retryOpen = false

  constructor(facts: TlsFacts, cryptography: Cryptography, onWeird: OnWeird) {
    this.facts = facts
    this.#cryptography = cryptography
    this.#onWeird = onWeird
  }

  /** Takes one whole message, with its body in `bytes[start, end)`. */
  onMessage(
    direction: Direction,
    frame: number,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): HelloOutcome {
    if (type === HANDSHAKE.clientHello) {
      return this.#onClientHello(direction, frame, parseClientHello(bytes, start, end, this.facts.datagram))
    }
    if (type === HANDSHAKE.serverHello) return this.#onServerHello(direction, frame, bytes, start, end)
    if (type === HANDSHAKE.certificate) return this.#onCertificate(direction, bytes, start, end)
    return 'ignored'
  }

  /** True if this direction said the ClientHello with this random. */
  knows(direction: Direction, random: string): boolean {
    return this.#hellos[direction]?.random === random
  }

  /** The server changed its cipher without having ended a full handshake: an abbreviated one (RFC 5246 §7.3, RFC 5077 §3.4). */
  onAbbreviated(): void {
    // A datagram may have been lost on its way to us: there the session id must agree.
    this.facts.resumed = this.facts.certificate === null && (this.#sessionIdEchoed || !this.facts.datagram)
  }

  #onClientHello(direction: Direction, frame: number, hello: Hello | null): HelloOutcome {
    if (hello === null) return 'bad'
    // Retransmitted, or with a cookie or another key share: the first three are the same handshake (RFC 6347 §4.2.1, RFC 8446 §4.1.2).
    if (this.chosen) return this.knows(direction, hello.random) ? 'again' : 'bad'
    const { facts } = this
    if (!facts.datagram && facts.clientDirection !== null && !this.#retryOpen) return 'bad'
    this.#hellos[direction] = hello
    this.#retryOpen = false
    facts.clientHelloFrame ||= frame
    if (facts.clientDirection === null || facts.clientDirection === direction)
      this.#takeOffer(direction, hello)
    return 'taken'
  }

  #takeOffer(direction: Direction, hello: Hello): void {
    this.facts.clientDirection = direction
    this.facts.alpnOffered = hello.alpn
    this.facts.sni = hello.serverName
    this.facts.srtpProfilesOffered = hello.srtpProfiles
    this.earlyData = hello.earlyData
  }

  #onServerHello(
    direction: Direction,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): HelloOutcome {
    const hello = parseServerHello(bytes, start, end)
    const offer = this.#hellos[other(direction)]
    if (hello === null || offer === null || !this.#isOffered(hello, offer)) return 'bad'
    if (hello.isRetry) {
      this.#retryOpen = true
      return 'ignored'
    }
    if (this.#retryOpen) return 'bad'
    const said = this.#sayOnce(direction, HANDSHAKE.serverHello, bytes, start, end)
    if (said !== 'taken') return said
    if (hello.isDowngrade && !isModern(hello.version) && offer.versions.some(isModern)) {
      this.#onWeird('tls_downgrade', frame)
    }
    this.#takeOffer(other(direction), offer)
    this.facts.serverHelloFrame = frame
    this.#takeChoice(hello, offer)
    return 'taken'
  }

  /** A choice that was not offered is damage or an invention: no client goes on with it (RFC 5246 §7.4.1.3, RFC 8446 §4.1.3). */
  #isOffered(hello: Hello, offer: Hello): boolean {
    const suite = hello.suites[0] as number
    if (!offer.suites.includes(suite)) return false
    const inList = offer.versions.length > 0 && offer.versions.includes(hello.version)
    // Without the list, all versions up to legacy_version are offered; those of DTLS count down.
    const newer = this.facts.datagram ? hello.version < offer.version : hello.version > offer.version
    if (!inList && (offer.versions.length > 0 || newer)) return false
    if (isModern(hello.version) && !hello.isRetry && !hello.keyShare && !hello.preSharedKey) return false
    return hello.srtpProfiles.every((profile) => offer.srtpProfiles.includes(profile))
  }

  /** use_srtp and ALPN are hidden in 1.3: what a ServerHello shows there would be no answer to them. */
  #takeChoice(hello: Hello, offer: Hello): void {
    const { facts } = this
    const id = hello.suites[0] as number
    this.suite = findCipherSuite(id) ?? null
    this.modern = isModern(hello.version)
    this.chosen = true
    this.truncatedHmac = hello.truncatedHmac
    this.#sessionIdEchoed = hello.sessionId !== '' && hello.sessionId === offer.sessionId
    facts.version = versionText(hello.version)
    this.#takeSuite(id, hello.keyShare)
    if (this.modern) {
      facts.resumed = hello.preSharedKey
      return
    }
    facts.alpn = hello.alpn.find((name) => offer.alpn.includes(name)) ?? null
    facts.srtpProfile = hello.srtpProfiles[0] ?? null
  }

  #takeSuite(id: number, keyShare: boolean): void {
    const { facts, suite } = this
    facts.suite = suite?.name ?? `0x${id.toString(16).padStart(4, '0')}`
    // Never green by assumption: nobody knows what an unregistered suite is worth.
    facts.suiteStrength = suite?.strength ?? 'weak'
    // RFC 8446 §4.2.9: psk_ke without a key share has no forward secrecy.
    facts.forwardSecrecy = this.modern ? keyShare : (suite?.forwardSecrecy ?? false)
  }

  /** An empty client Certificate is no mutual TLS (VERDICTS §2.6). */
  #onCertificate(direction: Direction, bytes: Uint8Array, start: number, end: number): HelloOutcome {
    if (!this.chosen || this.modern) return 'bad'
    const said = this.#sayOnce(direction, HANDSHAKE.certificate, bytes, start, end)
    const leaf = leafOf(bytes, start, end)
    if (said !== 'taken' || leaf === null) return said
    const certificate = parseCertificate(bytes, leaf.start, leaf.end, this.#cryptography)
    if (direction === this.facts.clientDirection) this.facts.clientCertificate = certificate
    else this.facts.certificate = certificate
    return 'taken'
  }

  #sayOnce(
    direction: Direction,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): 'taken' | 'again' | 'bad' {
    const digest = toHex(this.#cryptography.sha('sha-256', bytes.subarray(start, end)))
    const key = type * 2 + direction
    const before = this.#digests.get(key)
    if (before === undefined) this.#digests.set(key, digest)
    else return before === digest ? 'again' : 'bad'
    // Two servers: one of them is an invention.
    const twin = type === HANDSHAKE.serverHello && this.#digests.has(type * 2 + other(direction))
    return twin ? 'bad' : 'taken'
  }
}
