/** Fuzz target: a TCP stream of frames (RFC 4571), cut in pieces. Throws only if the stream throws or breaks its bounds. */
import { FramedRtpStream, probeFramedRtp } from '../../../src/core/protocol/framed-rtp/index.ts'

const MAX_HELD = 65_535 + 2

const collect = (bytes: Uint8Array, step: number, gaps: boolean): string => {
  const stream = new FramedRtpStream()
  let seen = ''
  let delivered = 0
  for (let at = 1, piece = 1; at < bytes.length; at += step, piece++) {
    stream.onBytes(bytes, at, Math.min(bytes.length, at + step), (_unit, start, end) => {
      if (end <= start) throw new Error('empty datagram')
      delivered += end - start
      seen += `${end - start} `
    })
    if (stream.heldBytes > MAX_HELD) throw new Error('holds too much')
    if (gaps && piece % 7 === 0) stream.onGap()
  }
  if (delivered > bytes.length) throw new Error('delivered more than came')
  return stream.isOpaque || seen.length > 1_000 ? 'long' : seen
}

/** True if no framing is lost when all comes at once: then it must not be lost in pieces either. */
const isClean = (bytes: Uint8Array): boolean => {
  const names: string[] = []
  const stream = new FramedRtpStream((name) => names.push(name))
  if (bytes.length > 1) stream.onBytes(bytes, 1, bytes.length, () => {})
  return names.length === 0
}

/** The first byte says how the rest is cut: pieces of that many bytes (0: one piece). What is delivered may not depend on it. */
export const target = (bytes: Uint8Array): void => {
  probeFramedRtp(bytes, 1, bytes.length)
  const step = (bytes[0] ?? 0) === 0 ? Math.max(1, bytes.length) : (bytes[0] ?? 1)
  collect(bytes, step, true)
  if (!isClean(bytes)) return
  if (collect(bytes, step, false) !== collect(bytes, Math.max(1, bytes.length), false)) {
    throw new Error('cuts change what is delivered')
  }
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))
const frame = (content: string): string =>
  String.fromCharCode(content.length >> 8, content.length & 255) + content
const rtp = (sequence: number): string =>
  `\x80\0\0${String.fromCharCode(sequence)}\0\0\0\xa0\x11\x22\x33\x44${'\xd5'.repeat(20)}`
const STUN = '\0\x01\0\0\x21\x12\xa4\x42abcdefghijkl'
const DTLS = `\x16\xfe\xfd${'\0'.repeat(8)}\0\x04abcd`
const RTCP = '\x80\xc9\0\x01\x11\x22\x33\x44'

export const seeds: Uint8Array[] = [
  `\0${frame(rtp(1))}${frame(rtp(2))}`,
  `\x03${frame(STUN)}${frame(DTLS)}${frame(rtp(1))}`,
  `\0${frame(DTLS + DTLS)}${frame('')}${frame(RTCP)}`,
  `\x07${frame(rtp(1))}${frame(RTCP)}${frame(rtp(2))}${frame('')}${frame(STUN)}`,
].map(latin1)

export const grammar: string[] = [
  '\0\x20',
  '\0\0',
  '\0\x14',
  '\xff\xff',
  '\x80\0',
  '\x80\xc9\0\x01',
  '\x16\xfe\xfd',
  '\x21\x12\xa4\x42',
  '\0\x01\0\0',
]

export const covers = [
  'src/core/protocol/framed-rtp/',
  'src/core/base/framed-bytes.',
  'src/core/flow/classify.',
]
