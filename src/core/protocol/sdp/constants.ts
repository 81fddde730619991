/** Bounds of a session description: what an honest phone never needs and a hostile one may try. */

/** Characters of a line that are read. */
export const MAX_LINE = 8_192
/** m= sections that are kept; later ones are counted as one anomaly. */
export const MAX_MEDIA = 16
/** a=crypto keys a section. */
export const MAX_CRYPTO = 16
/** a=candidate lines a section. */
export const MAX_CANDIDATES = 64
/** Formats an m= line (there are 128 payload types), and rtpmap/fmtp records a section. */
export const MAX_FORMATS = 128
/** a=fingerprint lines a section. */
export const MAX_FINGERPRINTS = 8
/** a=extmap and a=ssrc values a section. */
export const MAX_EXTENSIONS = 16
export const MAX_SSRCS = 16
/** Identifiers in a=group:BUNDLE. */
export const MAX_BUNDLED = 32
/** Bytes of a MIKEY message. */
export const MAX_MIKEY = 8_192
/** Milliseconds a packet: beyond it a=ptime is nonsense. */
export const MAX_PACKET_TIME = 1_000

/** Digest lengths in bytes by hash function name (RFC 8122 §5). */
export const DIGEST_BYTES: ReadonlyMap<string, number> = new Map([
  ['md2', 16],
  ['md5', 16],
  ['sha-1', 20],
  ['sha-224', 28],
  ['sha-256', 32],
  ['sha-384', 48],
  ['sha-512', 64],
])
