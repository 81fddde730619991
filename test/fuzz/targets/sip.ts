/** Fuzz target: one datagram and one byte stream of SIP. Throws only if the parsers throw or break their bounds. */
import { micros } from '../../../src/core/base/clock.ts'
import {
  findKeysOutsideSip,
  parseSipMessage,
  probeSip,
  type SipMessage,
  SipStream,
} from '../../../src/core/protocol/sip/index.ts'

const SEED = 1

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))

const check = (message: SipMessage, available: number): void => {
  if (message.bytesUsed < 0 || message.bytesUsed > available) throw new Error('bytesUsed out of range')
  if (message.body.length > 16 || message.via.length > 64 || message.contacts.length > 16)
    throw new Error('list too long')
  const texts = [
    message.method,
    message.callId,
    message.userAgent,
    message.reasonPhrase,
    message.from?.user ?? '',
    message.to?.host ?? '',
  ]
  if (texts.some((text) => text.length > 128)) throw new Error('text too long')
}

/** Parses `bytes` as a datagram, and as a stream cut in two with a gap before the end. */
export const target = (bytes: Uint8Array): void => {
  probeSip(bytes, 0, bytes.length)
  check(parseSipMessage(bytes, 0, bytes.length, SEED), bytes.length)
  findKeysOutsideSip(bytes, 0, bytes.length)
  const stream = new SipStream(SEED)
  const onMessage = (message: SipMessage): void => {
    check(message, 65_536)
  }
  const middle = bytes.length >> 1
  stream.onBytes(micros(0), 1, bytes, 0, middle, onMessage)
  stream.onBytes(micros(1), 2, bytes, middle, bytes.length, onMessage)
  if (stream.heldBytes > 65_536) throw new Error('holds too much')
  stream.onGap(3, onMessage)
  stream.onBytes(micros(2), 4, bytes, 0, bytes.length, onMessage)
}

const SDP =
  'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 5004 RTP/AVP 0\r\n'
const HEAD =
  'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx;received=192.0.2.9\r\nFrom: "A" <sip:a@example.com>;tag=1\r\n' +
  'To: <sip:07700900123@example.com>\r\nCall-ID: c@192.0.2.1\r\nCSeq: 1 INVITE\r\n'

export const covers = ['src/core/protocol/sip/']

export const seeds: Uint8Array[] = [
  `INVITE sip:07700900123@example.com SIP/2.0\r\n${HEAD}Content-Type: application/sdp\r\nContent-Length: ${SDP.length}\r\n\r\n${SDP}`,
  `SIP/2.0 401 Unauthorized\r\n${HEAD}WWW-Authenticate: Digest realm="r", nonce="n", qop="auth", algorithm=MD5\r\nl: 0\r\n\r\n`,
  `INVITE sip:b@[2001:db8::1]:5060 SIP/2.0\r\n${HEAD}c: multipart/mixed;boundary="b"\r\n\r\n--b\r\nContent-Type: application/sdp\r\n\r\n${SDP}\r\n--b--\r\n`,
  `REFER sip:b@example.com SIP/2.0\r\nv:SIP/2.0/TCP h\r\nr:<sip:c@example.com?Replaces=a%3Bto-tag%3D1>\r\nm:*\r\n x\r\n\r\n`,
].map(bytesOf)

export const grammar: string[] = [
  '\r\n',
  '\n',
  '\r\n\r\n',
  '\r\n ',
  'INVITE ',
  'SIP/2.0',
  ' SIP/2.0\r\n',
  'Via: ',
  'v:',
  'From:',
  'To:',
  'i:',
  'CSeq: ',
  'l: ',
  'Content-Length: ',
  'Content-Type: ',
  'c: ',
  'multipart/mixed;boundary=',
  '--b',
  '--b--',
  'Contact: ',
  'm:',
  'Authorization: Digest ',
  'nonce="',
  'realm="',
  'tag=',
  'branch=',
  'z9hG4bK',
  '<sip:',
  '>',
  '"',
  '\\',
  ';',
  ',',
  ':',
  '@',
  '?',
  '%00',
  '[::1]',
  '-1',
  '0x10',
  '4294967301',
  '99999999999999999999',
  '__proto__',
  'a=crypto:1 ',
]
