/** Fuzz target: one session description. Throws only if the parser throws or breaks its bounds. */
import { parseDescription } from '../../../src/core/protocol/sdp/index.ts'

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))

/** Parses `bytes` as a description (latin-1). */
export const target = (bytes: Uint8Array): void => {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  const { media, origin } = parseDescription(text)
  if (media.length > 16 || origin.length > 128) throw new Error('too much')
  for (const section of media) {
    const ports = [section.port, section.rtcp.port, ...section.candidates.map((candidate) => candidate.port)]
    if (ports.some((port) => !(port >= 0 && port <= 65_535))) throw new Error('port out of range')
    if (section.crypto.length > 16 || section.candidates.length > 64 || section.ssrcs.length > 16)
      throw new Error('list too long')
    if (section.crypto.some((attribute) => attribute.keyAndSalt.length > 64 || attribute.mki.length > 128))
      throw new Error('key too long')
  }
}

const HEAD = 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n'

export const covers = ['src/core/protocol/sdp/']

export const seeds: Uint8Array[] = [
  `${HEAD}m=audio 5004 RTP/SAVP 0 101\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd|2^20|1:4 KDR=0\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n`,
  `${HEAD}a=group:BUNDLE 0\r\na=fingerprint:sha-1 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13\r\na=setup:actpass\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=rtcp-mux\r\na=candidate:1 1 udp 1 192.0.2.7 50000 typ host\r\na=ssrc:1 cname:x\r\na=extmap:1 urn:x\r\n`,
  `${HEAD}k=clear:x\r\na=key-mgmt:mikey AQAF\r\nm=image 4000/2 udptl t38\r\nc=IN IP6 ::ffff:192.0.2.1\r\na=rtcp:53020 IN IP6 2001:db8::1\r\na=ptime:20\r\na=inactive\r\n`,
].map(bytesOf)

export const grammar: string[] = [
  '\r\n',
  '\n',
  'm=',
  'm=audio ',
  ' RTP/SAVP ',
  'c=IN IP4 ',
  'c=IN IP6 ',
  'a=',
  'a=crypto:',
  'AES_CM_128_HMAC_SHA1_80',
  'AEAD_AES_256_GCM',
  ' inline:',
  '|2^31',
  '|1:4',
  ';',
  'UNENCRYPTED_SRTP',
  'KDR=',
  'FEC_KEY=',
  'a=acap:1 crypto:',
  'a=fingerprint:',
  'sha-256 ',
  'AB:',
  'a=rtpmap:',
  '/8000',
  'a=fmtp:',
  'a=rtcp:',
  'a=candidate:',
  'a=group:BUNDLE ',
  'a=key-mgmt:mikey ',
  'a=extmap:',
  'a=ssrc:',
  'a=mid:',
  'a=ptime:',
  'k=',
  'o=',
  '::',
  '::ffff:',
  '65536',
  '-1',
  '99999999999999999999',
  '/127',
]
