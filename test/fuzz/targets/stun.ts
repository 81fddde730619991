/** Fuzz target: one datagram as STUN, TURN and ChannelData, layer by layer, and the same bytes as a TCP stream of both. */
import {
  channelPayload,
  decodeStun,
  isChannelData,
  probeStun,
  probeStunStream,
  StunMessage,
  StunStream,
} from '../../../src/core/protocol/stun/index.ts'

const MAX_HELD = 65_535 + 24
const MAX_DEPTH = 8
const message = new StunMessage()

const checkMessage = (start: number, end: number): void => {
  if (message.dataEnd > message.dataStart && (message.dataStart < start + 24 || message.dataEnd > end)) {
    throw new Error('DATA outside')
  }
  if (message.dataEnd - message.dataStart > message.dataLength)
    throw new Error('DATA longer than on the wire')
  const texts = [
    message.realm ?? '',
    message.software ?? '',
    message.peer?.address ?? '',
    message.mapped?.address ?? '',
  ]
  if (texts.some((text) => text.length > 128)) throw new Error('text too long')
  if (message.hasCredential && message.messageClass !== 0) throw new Error('a credential outside a request')
  if (message.isTurn && message.isClassic && message.relayed !== null)
    throw new Error('RFC 3489 has no relays')
  if (!message.isSameTransaction(message)) throw new Error('no transaction of its own')
  const ports = [message.peerPort, message.mappedPort, message.relayedPort, message.channelNumber]
  if (ports.some((port) => port < -1 || port > 0xffff)) throw new Error('number out of range')
}

/** Unwraps as the analyzer does. */
const unwrap = (bytes: Uint8Array, start: number, end: number, depth: number): void => {
  if (depth === MAX_DEPTH) return
  const probe = probeStun(bytes, start, end)
  const isStun = decodeStun(message, bytes, start, end)
  if (isStun && probe === 'not-for-us') throw new Error('parsed what the probe refused')
  if (isStun) {
    checkMessage(start, end)
    if (message.dataEnd > message.dataStart) unwrap(bytes, message.dataStart, message.dataEnd, depth + 1)
  } else if (isChannelData(bytes, start, end)) {
    const inner = channelPayload(bytes, start, end)
    if (inner.start < start || inner.end > end || inner.end < inner.start) throw new Error('channel outside')
    unwrap(bytes, inner.start, inner.end, depth + 1)
  }
}

/** The first byte says how the stream is cut: pieces of that many bytes (0: one piece), every 7th followed by a gap. */
export const target = (bytes: Uint8Array): void => {
  unwrap(bytes, 1, bytes.length, 0)
  probeStunStream(bytes, 1, bytes.length)
  const stream = new StunStream()
  const step = (bytes[0] ?? 0) === 0 ? Math.max(1, bytes.length) : (bytes[0] ?? 1)
  let delivered = 0
  for (let at = 1, piece = 1; at < bytes.length; at += step, piece++) {
    stream.onBytes(bytes, at, Math.min(bytes.length, at + step), (_unit, start, end) => {
      if (end <= start) throw new Error('empty message')
      delivered += end - start
    })
    if (stream.heldBytes > MAX_HELD) throw new Error('holds too much')
    if (piece % 7 === 0) stream.onGap()
  }
  if (delivered > bytes.length) throw new Error('delivered more than came')
}

const COOKIE = '\x21\x12\xa4\x42'
const ID = 'abcdefghijkl'
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))
const u16 = (value: number): string => String.fromCharCode(value >> 8, value & 255)
const stun = (type: number, body: string): string => u16(type) + u16(body.length) + COOKIE + ID + body
const attribute = (type: number, value: string): string =>
  u16(type) + u16(value.length) + value + '\0'.repeat((4 - (value.length % 4)) % 4)
const RTP = `\x80\0\0\x01\0\0\0\xa0\x11\x22\x33\x44${'\xd5'.repeat(20)}`
const channel = `\x40\x01${u16(RTP.length)}${RTP}`

export const seeds: Uint8Array[] = [
  `\0${stun(1, attribute(6, 'a:b') + attribute(0x24, '\x6e\0\x01\xff') + attribute(0x802a, '\0'.repeat(8)) + attribute(0x25, '') + attribute(8, 'x'.repeat(20)))}`,
  `\0${stun(0x101, attribute(0x20, '\0\x01\xa1\x47\xe1\x12\xa6\x43') + attribute(1, '\0\x01\0\x09\xc0\0\x02\x01') + attribute(0x8022, 'agent'))}`,
  `\0${stun(3, attribute(6, 'alice') + attribute(0x14, 'example.com') + attribute(0x15, 'nonce') + attribute(8, 'x'.repeat(20)))}`,
  `\0${stun(0x113, attribute(9, '\0\0\x04\x01Unauthorized') + attribute(0x14, 'r'))}`,
  `\0${stun(0x16, attribute(0x12, `\0\x02${'\0'.repeat(18)}`) + attribute(0x13, RTP))}`,
  `\0${stun(0x17, attribute(0x13, stun(0x16, attribute(0x13, channel))))}`,
  `\0${stun(9, attribute(0xc, '\x40\x01\0\0'))}`,
  `\0\0\x01\0\x08${'\x01'.repeat(16)}\0\x03\0\x04\0\0\0\x06`,
  `\0${channel}`,
  `\x05${stun(1, '')}${channel}${stun(0x16, attribute(0x13, RTP))}${channel}`,
].map(latin1)

export const grammar: string[] = [
  COOKIE,
  '\x21\x12',
  '\0\x01',
  '\x01\x01',
  '\0\x16',
  '\0\x17',
  '\0\x13',
  '\0\x12',
  '\0\x20',
  '\0\x14\0\x04test',
  '\0\x25\0\0',
  '\x80\x22',
  '\x40\0\0\x04',
  '\x4f\xff',
  '\xff\xff',
  '\xff\xfc',
  '\0\0',
  '\0\x08',
]

export const covers = ['src/core/protocol/stun/', 'src/core/base/framed-bytes.']
