/** Bounds of a SIP message: every one has an anomaly name, and reading goes on behind it. */

/** Bytes of a message, body included. */
export const MAX_MESSAGE = 65_536
/** Header lines; behind them only those that frame or identify the message are still read. */
export const MAX_HEADERS = 256
/** Bytes of one header with its folds. */
export const MAX_LINE = 8_192
/** Values kept of each list header. */
export const MAX_VIAS = 64
export const MAX_CONTACTS = 16
export const MAX_RECORD_ROUTES = 32
export const MAX_IDENTITIES = 8
export const MAX_AUTHENTICATIONS = 8
/** Leaf parts of a body, and how deep multiparts nest. */
export const MAX_PARTS = 16
export const MAX_DEPTH = 4
/** RFC 2046 §5.1.1 allows 70 characters; some stacks write more. */
export const MAX_BOUNDARY = 128
/** Largest value that we keep of a scalar header (RFC 3261 §20.19: 32 bits). */
export const MAX_SCALAR = 0xffffffff
