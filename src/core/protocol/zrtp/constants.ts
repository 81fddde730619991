/** Numbers and names of RFC 6189. */

/** Octets 4–7 of every packet: "ZRTP" (§5). */
export const MAGIC_COOKIE = 0x5a525450
/** First octet: version 0, P and C clear, X set: what an RTP receiver drops (§5). */
export const FIRST_OCTET = 0x10
/** First octet of the fragments that libraries with post-quantum keys send; same cookie, other header. */
export const FRAGMENT_OCTET = 0x11
/** Header and SSRC before the message, checksum behind it (§5). */
export const HEADER_LENGTH = 12
export const CHECKSUM_LENGTH = 4
/** First two octets of every message (§5.1.1). */
export const PREAMBLE = 0x505a
/** Preamble, length and type. */
export const MESSAGE_HEADER = 12

/** Message types (§5.1.1), 8 octets each, padded with blanks. */
export const MESSAGE_TYPE = {
  hello: 'Hello   ',
  helloAck: 'HelloACK',
  commit: 'Commit  ',
  dhPart1: 'DHPart1 ',
  dhPart2: 'DHPart2 ',
  confirm1: 'Confirm1',
  confirm2: 'Confirm2',
  conf2Ack: 'Conf2ACK',
  error: 'Error   ',
  errorAck: 'ErrorACK',
  goClear: 'GoClear ',
  clearAck: 'ClearACK',
  sasRelay: 'SASrelay',
  relayAck: 'RelayACK',
  ping: 'Ping    ',
  pingAck: 'PingACK ',
} as const

/** One of MESSAGE_TYPE. */
export type MessageType = (typeof MESSAGE_TYPE)[keyof typeof MESSAGE_TYPE]

/** Least length in octets of the messages whose fields are read (§5.2, §5.4) or whose order counts (§5.5–§5.8). */
export const LEAST_LENGTH: ReadonlyMap<MessageType, number> = new Map([
  [MESSAGE_TYPE.hello, 88],
  [MESSAGE_TYPE.commit, 84],
  [MESSAGE_TYPE.dhPart1, 84],
  [MESSAGE_TYPE.dhPart2, 84],
  [MESSAGE_TYPE.confirm1, 76],
  [MESSAGE_TYPE.confirm2, 76],
])

/** Offsets within a message: client identifier of Hello (16 octets, §5.2); five names of 4 octets in Commit (§5.4). */
export const HELLO_CLIENT = 16
export const COMMIT_HASH = 56
export const COMMIT_CIPHER = 60
export const COMMIT_AUTH_TAG = 64
export const COMMIT_KEY_AGREEMENT = 68
export const COMMIT_SAS = 72
