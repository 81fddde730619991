/** The kernel filter (src/capture/kernel-filter) once more, to be read: how many bytes of a frame are kept, 0 for none. */
import { KEPT, type FilterMode, type FilterPorts } from '../../src/capture/index.ts'

const VLAN_TAGS = [0x8100, 0x88a8, 0x9100]
const TUNNEL_PORTS = [1194, 4500]
/** H.323, MGCP, IAX2; SCCP and H.323 over TCP; TURN over TCP. */
const OTHER_UDP_PORTS = [1718, 1719, 2427, 2727, 4569]
const OTHER_TCP_PORTS = [1720, 2000, 3478]
const OPENED_PROTOCOLS = [0, 4, 41, 43, 44, 47, 51, 60, 135, 139, 140]
const TEXTS = (
  'ACK |BYE |CANC|INFO|INVI|MESS|NOTI|OPTI|PRAC|PUBL|REFE|REGI|SUBS|UPDA|SIP/|\r\n\r\n|' +
  'GET |HTTP|RTSP|DESC|SETU|PLAY|ANNO|RECO|MSRP'
).split('|')

/** Reading beyond the end makes the kernel drop the frame. */
class BeyondEnd extends Error {}

class Frame {
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  byte(at: number): number {
    const value = this.#bytes[at]
    if (value === undefined) throw new BeyondEnd()
    return value
  }

  half(at: number): number {
    return this.byte(at) * 256 + this.byte(at + 1)
  }

  word(at: number): number {
    return this.half(at) * 65536 + this.half(at + 2)
  }

  text(at: number): string {
    return String.fromCharCode(this.byte(at), this.byte(at + 1), this.byte(at + 2), this.byte(at + 3))
  }

  hasPort(at: number, ports: readonly number[]): boolean {
    return ports.includes(this.half(at)) || ports.includes(this.half(at + 2))
  }
}

/** Bytes of `bytes`, an Ethernet frame, that the filter of `mode` keeps. */
export const keptBytes = (bytes: Uint8Array, mode: FilterMode, ports: FilterPorts): number => {
  try {
    return Math.min(bytes.length, ofEthernet(new Frame(bytes), mode, ports))
  } catch (error) {
    if (error instanceof BeyondEnd) return 0
    throw error
  }
}

const ofEthernet = (frame: Frame, mode: FilterMode, ports: FilterPorts): number => {
  let at = 14
  while (VLAN_TAGS.includes(frame.half(at - 2))) {
    if (at === 22) return KEPT.whole
    at += 4
  }
  const type = frame.half(at - 2)
  if (type === 0x0800) return ofIpv4(frame, at, mode, ports)
  if (type === 0x86dd) return ofIpv6(frame, at, mode, ports)
  if (type === 0x8864) return ofPppoe(frame, at, mode, ports)
  if (type === 0x8847 || type === 0x8848) return KEPT.whole
  if (type >= 0x0600) return KEPT.glimpse
  return frame.word(at) === 0xaaaa0300 ? KEPT.whole : KEPT.glimpse
}

const ofPppoe = (frame: Frame, at: number, mode: FilterMode, ports: FilterPorts): number => {
  const protocol = frame.half(at + 6)
  if (protocol === 0x0021) return ofIpv4(frame, at + 8, mode, ports)
  if (protocol === 0x0057) return ofIpv6(frame, at + 8, mode, ports)
  if ([0x0053, 0x00fb, 0x00fd].includes(protocol)) return KEPT.tunnel
  const first = protocol >> 8
  return first % 2 === 1 || first === 2 ? KEPT.whole : KEPT.glimpse
}

const ofIpv4 = (frame: Frame, at: number, mode: FilterMode, ports: FilterPorts): number => {
  if (frame.byte(at) >> 4 !== 4) return KEPT.glimpse
  const isFragment = (frame.half(at + 6) & 0x3fff) !== 0
  const length = frame.half(at + 2)
  if (isFragment || length === 0) return KEPT.whole
  const protocol = frame.byte(at + 9)
  const headerLength = (frame.byte(at) & 15) * 4
  if (headerLength < 20) return KEPT.glimpse
  return ofTransport(frame, protocol, at + headerLength, at + length, mode, ports)
}

const ofIpv6 = (frame: Frame, at: number, mode: FilterMode, ports: FilterPorts): number => {
  if (frame.byte(at) >> 4 !== 6) return KEPT.glimpse
  const length = frame.half(at + 4)
  if (length === 0) return KEPT.whole
  return ofTransport(frame, frame.byte(at + 6), at + 40, at + 40 + length, mode, ports)
}

const ofTransport = (
  frame: Frame,
  protocol: number,
  at: number,
  end: number,
  mode: FilterMode,
  ports: FilterPorts,
): number => {
  if (protocol === 17) return ofUdp(frame, at, mode, ports)
  if (protocol === 6) return ofTcp(frame, at, end, ports)
  if (protocol === 50) return frame.byte(at + 7) % 32 === 0 ? KEPT.tunnel : KEPT.drop
  return OPENED_PROTOCOLS.includes(protocol) ? KEPT.whole : KEPT.glimpse
}

const isGlimpsed = (checksum: number): boolean => checksum % 1024 === 0x15a

const ofUdp = (frame: Frame, at: number, mode: FilterMode, { sip }: FilterPorts): number => {
  if (frame.hasPort(at, [...sip, ...OTHER_UDP_PORTS])) return KEPT.whole
  const isTunnel = frame.hasPort(at, TUNNEL_PORTS)
  const first = frame.byte(at + 8)
  if (first >= 128 && first < 192) return ofRtp(frame, at + 8, mode)
  if (isWhole(frame, at, first, isTunnel)) return KEPT.whole
  if (isTunnel) return frame.byte(at + 15) % 32 === 0 ? KEPT.tunnel : KEPT.drop
  return isGlimpsed(frame.half(at + 6)) ? KEPT.glimpse : KEPT.drop
}

const ofRtp = (frame: Frame, at: number, mode: FilterMode): number => {
  if (mode === 'full') return KEPT.whole
  const second = frame.byte(at + 1)
  if (second >= 192 && second < 224) return KEPT.whole
  const isMarked = second >= 128
  return isMarked || frame.half(at + 2) % 32 < 2 ? KEPT.sample : KEPT.drop
}

/** RFC 7983 §7, but for RTP and RTCP. */
const isWhole = (frame: Frame, at: number, first: number, isTunnel: boolean): boolean => {
  if (first < 4) return true
  if (first < 16) return first === 10 || first === 13
  if (first < 20) return frame.text(at + 12) === 'ZRTP'
  if (first < 32) return [0xfe, 0x01].includes(frame.byte(at + 9))
  if (first < 64) return !isTunnel
  if (first >= 192) return false
  if (first < 80) {
    const padding = frame.half(at + 4) - 8 - 4 - frame.half(at + 10)
    if (padding >= 0 && padding <= 3) return true
  }
  return isPrintable(frame.text(at + 8)) && isPrintable(frame.text(at + 12))
}

const isPrintable = (text: string): boolean =>
  Array.from(text).every((letter) => letter >= ' ' && letter <= '\x7f')

const ofTcp = (frame: Frame, at: number, end: number, { sip, tls, webSocket }: FilterPorts): number => {
  if (frame.hasPort(at, [...sip, ...tls, ...webSocket, ...OTHER_TCP_PORTS])) return KEPT.whole
  if ((frame.byte(at + 13) & 7) !== 0) return KEPT.whole
  const payload = at + (frame.byte(at + 12) >> 4) * 4
  if (payload < end && isStartOfOurs(frame, payload)) return KEPT.whole
  return isGlimpsed(frame.half(at + 16)) ? KEPT.glimpse : KEPT.drop
}

const isStartOfOurs = (frame: Frame, at: number): boolean => {
  if ([0x1603, 0x1403, 0x1503].includes(frame.half(at)) || TEXTS.includes(frame.text(at))) return true
  const framed = frame.byte(at + 2)
  const isDatagram = framed < 4 || (framed >= 20 && framed < 27) || (framed >= 128 && framed < 192)
  return frame.byte(at) < 6 && isDatagram
}
