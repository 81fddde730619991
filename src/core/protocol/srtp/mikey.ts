/**
 * MIKEY in SDP (RFC 3830, RFC 4567), as far as one question needs: does the message carry its keys unencrypted, and which are they? Bounded:
 * at most 16 payloads and 8 keys of at most 64 bytes; everything kept is a copy.
 */
import { copyBytes, readU16 } from '../../base/bytes.ts'

const VERSION = 1
const COMMON_HEADER = 10
/** Data types (§6.1) whose KEMAC carries keys: pre-shared key and public key, the initiator's messages. */
const KEY_DATA_TYPES: readonly number[] = [0, 2]
/** Crypto session map types (§6.1.1; RFC 4563 §4): nine bytes a session, or none. */
const SRTP_MAP = 0
const CRYPTO_SESSION_BYTES = 9
/** Payload types (§6.1). */
const KEMAC = 1
const TIMESTAMP = 5
const ID = 6
const CERTIFICATE = 7
const SECURITY_POLICY = 10
const RAND = 11
const EXTENSION = 21
const COUNTER_TIMESTAMP = 2
const NULL_ENCRYPTION = 0
const LAST_PAYLOAD = 0
/** Key types (§6.13): TGK, TGK and salt, TEK, TEK and salt. */
const SALTED_TYPES: readonly number[] = [1, 3]
const LAST_KEY_TYPE = 3
const VALIDITY = { spi: 1, interval: 2 } as const
/** SRTP's parameters in a security policy (§6.10.1). */
const SRTP_POLICY = 0
const MAX_PAYLOADS = 16
const MAX_KEYS = 8
const MAX_KEY_BYTES = 64
const MAX_SESSIONS = 8
const EMPTY: Uint8Array = new Uint8Array(0)

/** One key data sub-payload (§6.13). */
export interface MikeyKey {
  /** A traffic-generating key still has to be derived from; a traffic-encrypting key is the SRTP master key itself. */
  readonly kind: 'tgk' | 'tek'
  readonly key: Uint8Array
  /** Empty if the message gives none. */
  readonly salt: Uint8Array
  /** Its SPI, which is the MKI of the packets; empty if none. */
  readonly mki: Uint8Array
}

/** What a MIKEY message shows. */
export interface MikeyFacts {
  readonly dataType: number
  /** The key data are not encrypted: whoever reads the message has the keys. */
  readonly nullEncryption: boolean
  /** The keys that stand readable in it. */
  readonly keys: readonly MikeyKey[]
  readonly sessions: number
  /** Four bytes. */
  readonly bundleId: Uint8Array
  readonly rand: Uint8Array
  /** One-byte values of the first SRTP policy by parameter type (§6.10.1). */
  readonly policy: ReadonlyMap<number, number>
}

/** Reads a message; null if it is none. Walks to the KEMAC payload over payloads whose length it knows. */
export const parseMikey = (bytes: Uint8Array): MikeyFacts | null => {
  if (bytes.length < COMMON_HEADER || bytes[0] !== VERSION) return null
  const sessions = bytes[8] as number
  const rest = readPayloads(
    bytes,
    COMMON_HEADER + (bytes[9] === SRTP_MAP ? CRYPTO_SESSION_BYTES * sessions : 0),
  )
  return {
    dataType: bytes[1] as number,
    nullEncryption: rest.keys.length > 0,
    sessions: Math.max(1, Math.min(MAX_SESSIONS, sessions)),
    bundleId: copyBytes(bytes, 4, 8),
    ...rest,
  }
}

const readPayloads = (bytes: Uint8Array, start: number): Pick<MikeyFacts, 'keys' | 'rand' | 'policy'> => {
  const policy = new Map<number, number>()
  let rand = EMPTY
  let next = bytes[2] as number
  let at = start
  for (let i = 0; i < MAX_PAYLOADS && at + 1 < bytes.length; i++) {
    if (next === KEMAC) {
      return { keys: KEY_DATA_TYPES.includes(bytes[1] as number) ? readKemac(bytes, at) : [], rand, policy }
    }
    const end = at + payloadLength(next, bytes, at)
    if (end === at || end > bytes.length) break
    if (next === RAND) rand = copyBytes(bytes, at + 2, end)
    if (next === SECURITY_POLICY && policy.size === 0) readPolicy(bytes, at, end, policy)
    next = bytes[at] as number
    at = end
  }
  return { keys: [], rand, policy }
}

/** Length of the payload at `at`, 0 if its type is not known. */
const payloadLength = (type: number, bytes: Uint8Array, at: number): number => {
  if (type === TIMESTAMP) return 2 + (bytes[at + 1] === COUNTER_TIMESTAMP ? 4 : 8)
  if (type === RAND) return 2 + (bytes[at + 1] as number)
  if (type === SECURITY_POLICY) return 5 + readU16(bytes, at + 3)
  return type === ID || type === CERTIFICATE || type === EXTENSION ? 4 + readU16(bytes, at + 2) : 0
}

const readPolicy = (bytes: Uint8Array, start: number, end: number, policy: Map<number, number>): void => {
  if (bytes[start + 2] !== SRTP_POLICY) return
  for (let at = start + 5; at + 2 < end; at += 2 + (bytes[at + 1] as number)) {
    if (bytes[at + 1] === 1) policy.set(bytes[at] as number, bytes[at + 2] as number)
  }
}

/** Keys of a KEMAC payload (§6.2) whose encryption is NULL; none if it encrypts, is empty or is cut. */
const readKemac = (bytes: Uint8Array, at: number): MikeyKey[] => {
  const end = at + 4 + readU16(bytes, at + 2)
  const keys: MikeyKey[] = []
  if (bytes[at + 1] !== NULL_ENCRYPTION || end > bytes.length) return keys
  for (let next = at + 4; next < end && keys.length < MAX_KEYS;) {
    const key = readKey(bytes, next, end)
    if (key === null) break
    if (key.key.length > 0) keys.push(key)
    if (bytes[next] === LAST_PAYLOAD) break
    next = key.end
  }
  return keys
}

/** Reads fields of one key data sub-payload (§6.13) one after another; after the first that passes the end nothing is read any more. */
class FieldReader {
  at: number
  isCut = false
  readonly #bytes: Uint8Array
  readonly #end: number

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes
    this.at = at
    this.#end = end
  }

  /** A copy of what follows its own length of one or two bytes; empty if it is longer than any key. */
  field(lengthBytes: 1 | 2): Uint8Array {
    const from = this.at + lengthBytes
    const length = lengthBytes === 1 ? (this.#bytes[this.at] as number) : readU16(this.#bytes, this.at)
    this.isCut ||= from > this.#end || from + length > this.#end
    if (this.isCut) return EMPTY
    this.at = from + length
    return length <= MAX_KEY_BYTES ? copyBytes(this.#bytes, from, this.at) : EMPTY
  }
}

/** One key data sub-payload and where it ends; `key` is empty if it is none that we could use, null if it is cut. */
const readKey = (
  bytes: Uint8Array,
  at: number,
  end: number,
): (MikeyKey & { readonly end: number }) | null => {
  const type = (bytes[at + 1] as number) >> 4
  const validity = (bytes[at + 1] as number) & 15
  const reader = new FieldReader(bytes, at + 2, end)
  const key = reader.field(2)
  const salt = SALTED_TYPES.includes(type) ? reader.field(2) : EMPTY
  const mki = validity === VALIDITY.spi ? reader.field(1) : EMPTY
  if (validity === VALIDITY.interval) {
    reader.field(1)
    reader.field(1)
  }
  if (reader.isCut) return null
  return {
    kind: type <= 1 ? 'tgk' : 'tek',
    key: type <= LAST_KEY_TYPE ? key : EMPTY,
    salt,
    mki,
    end: reader.at,
  }
}
