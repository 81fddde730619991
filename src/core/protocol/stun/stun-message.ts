/** What a listener reads from one STUN or TURN message: a record that decodeStun fills anew. */
import type { Endpoint } from '../../base/endpoint.ts'
import { formatAddress } from '../../base/ip-address.ts'
import type { WeirdName } from '../../base/weird.ts'
import { STUN_CLASS, STUN_METHOD } from './constants.ts'

/** Where each address begins among the words. */
export const WORDS = { transaction: 0, mapped: 4, peer: 8, relayed: 12 } as const

/** See the head of this file. Nothing in it refers to the bytes it was read from, except offsets. */
export class StunMessage {
  /** Method (IANA "STUN Methods") and class (STUN_CLASS). */
  method = 0
  messageClass = 0
  /** RFC 3489: without magic cookie. */
  isClassic = false
  /** Fewer bytes were given than the length field names. */
  isCut = false
  /** Cookie and transaction id, then three addresses in the form of PacketLayers. */
  readonly words = new Int32Array(16)
  /** Ports of the addresses, -1 = the attribute is absent. */
  mappedPort = -1
  peerPort = -1
  relayedPort = -1
  /** What a Send or Data indication carries, as indices into the given bytes; equal if nothing. */
  dataStart = 0
  dataEnd = 0
  /** Length of that on the wire: more than `dataEnd - dataStart` if the capture cut it. */
  dataLength = 0
  /** Of ChannelBind, -1 = absent. */
  channelNumber = -1
  /** 300–699, 0 = none. */
  errorCode = 0
  hasUsername = false
  hasIntegrity = false
  useCandidate = false
  /** PRIORITY, USE-CANDIDATE, ICE-CONTROLLED or ICE-CONTROLLING is present (RFC 8445 §7.1). */
  hasIce = false
  /** At most 128 characters. */
  realm: string | null = null
  software: string | null = null
  /** First anomaly, null if there is none. */
  weird: WeirdName | null = null

  /** XOR-MAPPED-ADDRESS, else MAPPED-ADDRESS: how the server sees the client. */
  get mapped(): Endpoint | null {
    return this.#endpoint(WORDS.mapped, this.mappedPort)
  }

  /** First XOR-PEER-ADDRESS: whom the relay talks to on the client's behalf. */
  get peer(): Endpoint | null {
    return this.#endpoint(WORDS.peer, this.peerPort)
  }

  /** XOR-RELAYED-ADDRESS: where peers reach the client. */
  get relayed(): Endpoint | null {
    return this.#endpoint(WORDS.relayed, this.relayedPort)
  }

  /** A method of TURN (RFC 8656 §17, RFC 6062 §6.1). */
  get isTurn(): boolean {
    return (
      this.method >= STUN_METHOD.allocate && this.method <= STUN_METHOD.connectionAttempt && this.method !== 5
    )
  }

  /**
   * A request that shows a long-term credential at work (RFC 8489 §9.2): name, realm and an integrity code that can be guessed against
   * off line. ICE's short-term names have no realm and are worth nothing.
   */
  get hasCredential(): boolean {
    return (
      this.messageClass === STUN_CLASS.request &&
      !this.isClassic &&
      this.hasUsername &&
      this.hasIntegrity &&
      this.realm !== null
    )
  }

  /** True if both are of one transaction: the same cookie and transaction id. */
  isSameTransaction(other: StunMessage): boolean {
    return [0, 1, 2, 3].every((word) => this.words[word] === other.words[word])
  }

  #endpoint(at: number, port: number): Endpoint | null {
    return port < 0 ? null : { address: formatAddress(this.words, at), port }
  }

  /** Forgets everything. */
  clear(): void {
    this.method = 0
    this.messageClass = 0
    this.isClassic = false
    this.isCut = false
    this.words.fill(0)
    this.mappedPort = -1
    this.peerPort = -1
    this.relayedPort = -1
    this.dataStart = 0
    this.dataEnd = 0
    this.dataLength = 0
    this.channelNumber = -1
    this.errorCode = 0
    this.hasUsername = false
    this.hasIntegrity = false
    this.useCandidate = false
    this.hasIce = false
    this.realm = null
    this.software = null
    this.weird = null
  }
}
