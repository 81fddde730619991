/** Stateless decoding: one frame to the offsets of its transport payload. */
export { decodeFrame } from './decode-frame.ts'
export { decodeTransport } from './decode-network.ts'
export { LINK_TYPES } from './link-types.ts'
export { DECODE_STATUS, IP_PROTOCOL, PacketLayers, type DecodeStatus } from './packet-layers.ts'
