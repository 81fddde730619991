/** Shapes of tunnel packets over UDP: types, fixed zeros and lengths. */
import { readU16, readU32 } from '../../base/bytes.ts'

/** Lengths by message type (WireGuard protocol, §5.4 of its paper): initiation, response, cookie reply. */
const WIREGUARD_LENGTH: readonly number[] = [0, 148, 92, 64]
const WIREGUARD_DATA = 4
/** Header, counter and tag around an empty packet. */
const WIREGUARD_LEAST = 32

/** Data is padded to 16 octets, but not beyond the tunnel's MTU, which is 1,280 at least with IPv6. */
const WIREGUARD_UNPADDED = 1_280

/** WireGuard: type 1–4, three reserved zeros, and a length that the type fixes. */
export const isWireGuard = (bytes: Uint8Array, start: number, end: number): boolean => {
  const length = end - start
  const type = bytes[start] as number
  if (length < WIREGUARD_LEAST || type < 1 || type > WIREGUARD_DATA) return false
  if (bytes[start + 1] !== 0 || bytes[start + 2] !== 0 || bytes[start + 3] !== 0) return false
  if (type !== WIREGUARD_DATA) return length === WIREGUARD_LENGTH[type]
  return (length & 15) === 0 || length > WIREGUARD_UNPADDED
}

/** OpenVPN's opcodes 1–11 stand in the upper five bits, the key id in the others; data packets are 6 and 9. */
const OPENVPN_DATA: readonly number[] = [6, 9]
const OPENVPN_LAST = 11
/** Opcode, session id, packet id array length, packet id. */
const OPENVPN_CONTROL_LEAST = 14
const OPENVPN_DATA_LEAST = 24

/** OpenVPN on its own port; on others its packets look like nothing in particular. */
export const isOpenVpn = (bytes: Uint8Array, start: number, end: number): boolean => {
  const opcode = (bytes[start] as number) >> 3
  if (opcode < 1 || opcode > OPENVPN_LAST) return false
  return end - start >= (OPENVPN_DATA.includes(opcode) ? OPENVPN_DATA_LEAST : OPENVPN_CONTROL_LEAST)
}

/** SPI, sequence number, and at least an IV or tag behind (RFC 4303 §2). */
const ESP_LEAST = 24
/** SPIs 1–255 are reserved (RFC 4303 §2.1). */
const FIRST_SPI = 256
const IKE_MARKER = 4
const IKE_HEADER = 28

/** IKE behind four zeros (RFC 3948 §2.2): its version is 1 or 2 and its length field fills the datagram. */
const isMarkedIke = (bytes: Uint8Array, start: number, end: number): boolean => {
  const version = bytes[start + IKE_MARKER + 17] as number
  return (
    end - start >= IKE_MARKER + IKE_HEADER &&
    (version === 0x10 || version === 0x20) &&
    readU32(bytes, start + IKE_MARKER + 24) === end - start - IKE_MARKER
  )
}

/** ESP in UDP (RFC 3948): ESP as it is, IKE behind a marker, or the one-octet keep-alive. */
export const isEspInUdp = (bytes: Uint8Array, start: number, end: number): boolean => {
  const length = end - start
  if (length === 1) return bytes[start] === 0xff
  const spi = readU32(bytes, start)
  if (spi === 0) return isMarkedIke(bytes, start, end)
  // RFC 4303 §2.4: everything is padded so that what follows is aligned to four octets, and IVs and tags are.
  return length >= ESP_LEAST && spi >= FIRST_SPI && (length & 3) === 0
}

const L2TP_TYPE = 0x80
const L2TP_LENGTH = 0x40
/** Bits that must be zero in every message, and version 2 (RFC 2661 §3.1). */
const L2TP_RESERVED = 0x34
const L2TP_SEQUENCE = 0x08

/** L2TP version 2 (RFC 2661 §3.1): flags as a control or a data message has them, and the length field if there is one. */
export const isL2tp = (bytes: Uint8Array, start: number, end: number): boolean => {
  if (end - start < 8) return false
  const flags = bytes[start] as number
  if ((flags & L2TP_RESERVED) !== 0 || bytes[start + 1] !== 2) return false
  const isControl = (flags & L2TP_TYPE) !== 0
  const hasLength = (flags & L2TP_LENGTH) !== 0
  if (isControl && (!hasLength || (flags & L2TP_SEQUENCE) === 0 || (flags & 3) !== 0)) return false
  return !hasLength || readU16(bytes, start + 2) === end - start
}
