/** Bounds and numbers of the WebSocket protocol (RFC 6455). */

/** Opcodes (RFC 6455 §11.8 registry, 2026-11). */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const
/** Bytes of one message that are put together: as much as a SIP message may have. */
export const MAX_MESSAGE = 65_536
/** A frame longer than this is no signalling: the direction is given up instead of counting bytes for hours. */
export const MAX_FRAME = 16 * 1_048_576
/** Bytes of an HTTP header section of the opening handshake. */
export const MAX_HANDSHAKE = 16_384
/** Payload of a control frame (RFC 6455 §5.5). */
export const MAX_CONTROL = 125
/** Pieces of a stream that may be neither handshake nor frame before the direction is given up. */
export const MAX_UNRECOGNISED = 16
