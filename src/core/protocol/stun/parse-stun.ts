/** Reads a STUN or TURN message (RFC 8489 §5 and §14, RFC 8656 §18, RFC 8445 §16, RFC 3489 §11), each attribute within its bounds. */
import { latin1, readI32, readU16 } from '../../base/bytes.ts'
import { ATTRIBUTE, HEADER_LENGTH, MAX_ATTRIBUTES, STUN_CLASS, STUN_METHOD } from './constants.ts'
import { probeStun } from './probe.ts'
import { StunMessage, WORDS } from './stun-message.ts'

const MAX_TEXT = 128
const FAMILY_IPV4 = 1
const FAMILY_IPV6 = 2
/** Second word of ::ffff:0:0/96. */
const MAPPED = 0xffff

/** Reads the value `bytes[at, end)`; false if it cannot be. */
type ReadAttribute = (message: StunMessage, bytes: Uint8Array, at: number, end: number) => boolean

/**
 * Fills the four words at `slot`; gives the port or -1. XOR-ed addresses are folded with the cookie and, for IPv6, the transaction id,
 * which are words 0–3 (RFC 8489 §14.2).
 */
const readAddress = (
  message: StunMessage,
  bytes: Uint8Array,
  at: number,
  end: number,
  slot: number,
  isXored: boolean,
): number => {
  const words = message.words
  const family = bytes[at + 1]
  const mask = (word: number): number => (isXored ? (words[word] as number) : 0)
  if (family === FAMILY_IPV4 && end - at === 8) {
    words[slot] = 0
    words[slot + 1] = 0
    words[slot + 2] = MAPPED
    words[slot + 3] = readI32(bytes, at + 4) ^ mask(0)
  } else if (family === FAMILY_IPV6 && end - at === 20) {
    for (let word = 0; word < 4; word++) words[slot + word] = readI32(bytes, at + 4 + 4 * word) ^ mask(word)
  } else return -1
  return readU16(bytes, at + 2) ^ (mask(0) >>> 16)
}

const ice: ReadAttribute = (message) => {
  message.hasIce = true
  return true
}

const integrity: ReadAttribute = (message) => {
  message.hasIntegrity = true
  return true
}

const username: ReadAttribute = (message) => {
  message.hasUsername = true
  return true
}

/** The first of each attribute counts (RFC 8489 §14). */
const READERS = new Map<number, ReadAttribute>([
  [
    ATTRIBUTE.mappedAddress,
    (message, bytes, at, end) => {
      if (message.mappedPort >= 0) return true
      message.mappedPort = readAddress(message, bytes, at, end, WORDS.mapped, false)
      return message.mappedPort >= 0
    },
  ],
  [
    ATTRIBUTE.xorMappedAddress,
    (message, bytes, at, end) => {
      message.mappedPort = readAddress(message, bytes, at, end, WORDS.mapped, true)
      return message.mappedPort >= 0
    },
  ],
  [
    ATTRIBUTE.xorPeerAddress,
    (message, bytes, at, end) => {
      if (message.peerPort >= 0) return true
      message.peerPort = readAddress(message, bytes, at, end, WORDS.peer, true)
      return message.peerPort >= 0
    },
  ],
  [
    ATTRIBUTE.xorRelayedAddress,
    (message, bytes, at, end) => {
      if (message.relayedPort >= 0) return true
      message.relayedPort = readAddress(message, bytes, at, end, WORDS.relayed, true)
      return message.relayedPort >= 0
    },
  ],
  [
    ATTRIBUTE.channelNumber,
    (message, bytes, at, end) => {
      if (end - at !== 4) return false
      message.channelNumber = readU16(bytes, at)
      return true
    },
  ],
  [
    ATTRIBUTE.errorCode,
    (message, bytes, at, end) => {
      if (end - at < 4) return false
      message.errorCode = ((bytes[at + 2] as number) & 7) * 100 + (bytes[at + 3] as number)
      return true
    },
  ],
  [
    ATTRIBUTE.realm,
    (message, bytes, at, end) => {
      message.realm ??= latin1(bytes, at, end, MAX_TEXT)
      return true
    },
  ],
  [
    ATTRIBUTE.software,
    (message, bytes, at, end) => {
      message.software ??= latin1(bytes, at, end, MAX_TEXT)
      return true
    },
  ],
  [ATTRIBUTE.username, username],
  [ATTRIBUTE.userHash, username],
  [ATTRIBUTE.messageIntegrity, integrity],
  [ATTRIBUTE.messageIntegritySha256, integrity],
  [ATTRIBUTE.priority, ice],
  [ATTRIBUTE.iceControlled, ice],
  [ATTRIBUTE.iceControlling, ice],
  [
    ATTRIBUTE.useCandidate,
    (message) => {
      message.useCandidate = true
      message.hasIce = true
      return true
    },
  ],
])

/** True if the message may carry a datagram of another protocol: Send and Data indications only (RFC 8656 §11). */
const mayCarryData = (message: StunMessage): boolean =>
  message.messageClass === STUN_CLASS.indication &&
  (message.method === STUN_METHOD.send || message.method === STUN_METHOD.data)

const readData = (message: StunMessage, at: number, valueEnd: number, end: number): void => {
  if (message.dataLength > 0 || !mayCarryData(message)) return
  message.dataStart = at
  message.dataEnd = Math.min(valueEnd, end)
  message.dataLength = valueEnd - at
}

/** Reads one attribute whose value is `bytes[at, valueEnd)`, if all of it was captured; false if it cannot be. */
const readAttribute = (
  message: StunMessage,
  bytes: Uint8Array,
  type: number,
  at: number,
  valueEnd: number,
  end: number,
): boolean => {
  if (type === ATTRIBUTE.data) {
    readData(message, at, valueEnd, end)
    return true
  }
  return valueEnd > end || READERS.get(type)?.(message, bytes, at, valueEnd) !== false
}

/** Reads the attributes in `[start, stop)`, of which the bytes up to `end` were captured. */
const readAttributes = (
  message: StunMessage,
  bytes: Uint8Array,
  start: number,
  stop: number,
  end: number,
): void => {
  let at = start
  for (let count = 0; at < stop && at + 4 <= end; count++) {
    if (count === MAX_ATTRIBUTES) {
      message.weird ??= 'stun_too_many_attributes'
      return
    }
    const value = at + 4
    const valueEnd = value + readU16(bytes, at + 2)
    if (valueEnd > stop) {
      message.weird ??= 'stun_bad_attribute'
      return
    }
    if (!readAttribute(message, bytes, readU16(bytes, at), value, valueEnd, end))
      message.weird ??= 'stun_bad_attribute'
    at = value + ((valueEnd - value + 3) & ~3)
  }
}

/**
 * Fills `message` from the STUN message in `bytes[start, end)`; false, and `message` undefined, if it is none. What is wrong inside is
 * named in `message.weird`, and what could be read before it stays.
 */
export const decodeStun = (message: StunMessage, bytes: Uint8Array, start: number, end: number): boolean => {
  const probe = probeStun(bytes, start, end)
  if (probe === 'not-for-us' || end - start < HEADER_LENGTH) return false
  message.clear()
  const type = readU16(bytes, start)
  const stop = start + HEADER_LENGTH + readU16(bytes, start + 2)
  // RFC 8489 §5: the class bits C1 and C0 stand among those of the method.
  message.method = (type & 0x000f) | ((type & 0x00e0) >>> 1) | ((type & 0x3e00) >>> 2)
  message.messageClass = ((type & 0x0100) >>> 7) | ((type & 0x0010) >>> 4)
  message.isClassic = probe === 'unsure'
  message.isCut = stop > end
  for (let word = 0; word < 4; word++) message.words[word] = readI32(bytes, start + 4 + 4 * word)
  if (stop !== end) message.weird = 'stun_bad_length'
  readAttributes(message, bytes, start + HEADER_LENGTH, stop, end)
  return true
}

/** As decodeStun, into a new record; null if `bytes[start, end)` is no STUN message. */
export const parseStun = (bytes: Uint8Array, start: number, end: number): StunMessage | null => {
  const message = new StunMessage()
  return decodeStun(message, bytes, start, end) ? message : null
}
