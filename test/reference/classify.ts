/** The readable twin of classifyDatagram: RFC 7983 §7, RFC 9443 §3, RFC 5761 §4 in their own order, without tables. */

export type ClassName = 'other' | 'stun' | 'zrtp' | 'dtls' | 'turnChannel' | 'rtp' | 'rtcp' | 'text'

const isLetter = (octet: number): boolean => /[A-Za-z]/.test(String.fromCharCode(octet))

export const classifyReadably = (payload: Uint8Array): ClassName => {
  const first = payload[0]
  if (first === undefined) return 'other'
  const isLineEnd = first === 0x0a || first === 0x0d
  if (payload.length < 4) return isLineEnd ? 'text' : 'other'
  if (isLineEnd) return 'text'
  if (first >= 0 && first <= 3) return 'stun'
  if (first >= 16 && first <= 19) return 'zrtp'
  if (first >= 20 && first <= 63) return 'dtls'
  if (first >= 64 && first <= 79) {
    const length = new DataView(payload.buffer, payload.byteOffset).getUint16(2)
    const padding = payload.length - 4 - length
    if ([0, 1, 2, 3].includes(padding)) return 'turnChannel'
  }
  if (first >= 128 && first <= 191) {
    const second = payload[1] ?? 0
    const isRtcp = second >= 192 && second <= 223
    if (isRtcp) return payload.length >= 8 ? 'rtcp' : 'other'
    return payload.length >= 12 ? 'rtp' : 'other'
  }
  return isLetter(first) ? 'text' : 'other'
}
