/** Numbers of STUN and TURN: IANA "STUN Parameters" (2026-11), RFC 8489, RFC 8656, RFC 8445, and the older RFC 3489. */

/** Fixed value of octets 4–7 since RFC 5389 (§6). */
export const MAGIC_COOKIE = 0x2112a442
/** Type, length, cookie, transaction id. */
export const HEADER_LENGTH = 20
/** More attributes than any real message has; bounds the work of one datagram of empty ones. */
export const MAX_ATTRIBUTES = 64

/** Class bits of the message type (RFC 8489 §5). */
export const STUN_CLASS = { request: 0, indication: 1, success: 2, error: 3 } as const

/** IANA "STUN Methods". */
export const STUN_METHOD = {
  binding: 0x001,
  sharedSecret: 0x002,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
  connect: 0x00a,
  connectionBind: 0x00b,
  connectionAttempt: 0x00c,
} as const

/** IANA "STUN Attributes", those that are read here. */
export const ATTRIBUTE = {
  mappedAddress: 0x0001,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  channelNumber: 0x000c,
  xorPeerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  xorRelayedAddress: 0x0016,
  messageIntegritySha256: 0x001c,
  userHash: 0x001e,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  software: 0x8022,
  iceControlled: 0x8029,
  iceControlling: 0x802a,
} as const

/** Message types of RFC 3489 §11.1: Binding and Shared Secret, each request, response and error. */
export const CLASSIC_TYPES: readonly number[] = [0x0001, 0x0101, 0x0111, 0x0002, 0x0102, 0x0112]
/** Attributes of RFC 3489 §11.2 are 1–11; early servers add 0x8020 (XOR-MAPPED-ADDRESS) and 0x8022 (SERVER). */
export const LAST_CLASSIC_ATTRIBUTE = 0x000b
export const CLASSIC_EXTRAS: readonly number[] = [0x8020, 0x8022]
