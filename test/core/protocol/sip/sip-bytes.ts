/** Builds SIP messages for tests: text in, latin-1 bytes out. */
import { parseSipMessage, type SipMessage } from '../../../../src/core/protocol/sip/index.ts'

export const SEED = 0x5eed

/** Latin-1 bytes of a text. */
export const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))

/** Parses one datagram. */
export const parse = (message: string | Uint8Array): SipMessage => {
  const bytes = typeof message === 'string' ? bytesOf(message) : message
  return parseSipMessage(bytes, 0, bytes.length, SEED)
}

/** An INVITE with these header lines added, CRLF line ends and the body behind a right Content-Length (unless a line names one). */
export const invite = (lines: readonly string[] = [], body = ''): string => {
  const named = lines.some((line) => line.toLowerCase().startsWith('content-length') || line.startsWith('l:'))
  return [
    'INVITE sip:07700900123@example.com SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKabc',
    'From: "Alice" <sip:alice@example.com>;tag=a1',
    'To: <sip:07700900123@example.com>',
    'Call-ID: call-1@192.0.2.10',
    'CSeq: 1 INVITE',
    ...lines,
    ...(named ? [] : [`Content-Length: ${body.length}`]),
    '',
    body,
  ].join('\r\n')
}

/** A small description. */
export const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.10',
  's=-',
  'c=IN IP4 192.0.2.10',
  't=0 0',
  'm=audio 5004 RTP/AVP 0',
  '',
].join('\r\n')
