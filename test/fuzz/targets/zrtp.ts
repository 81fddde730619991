/** Fuzz target: a conversation of ZRTP datagrams. Throws only if probe or session throw, break their bounds or their order. */
import { micros } from '../../../src/core/base/clock.ts'
import { crc32c } from '../../../src/core/protocol/zrtp/crc32c.ts'
import { probeZrtp, ZrtpSession } from '../../../src/core/protocol/zrtp/index.ts'

const MAX_DATAGRAMS = 64

/** Seals a packet that an input left open: else chance would have to guess 32 bits for every datagram. */
const seal = (packet: Uint8Array): Uint8Array => {
  const content = packet.length - 4
  if (content < 16) return packet
  packet[14] = ((content - 12) / 4) >> 8
  packet[15] = ((content - 12) / 4) & 255
  const crc = crc32c(packet, 0, content)
  for (let i = 0; i < 4; i++) packet[content + i] = (crc >>> (8 * i)) & 255
  return packet
}

const checkFacts = ({ facts }: ZrtpSession, names: ReadonlySet<string>): void => {
  const texts = [...facts.clients, facts.hash, facts.cipher, facts.authTag, facts.keyAgreement, facts.sas]
  if (texts.some((text) => text !== null && text.length > 16)) throw new Error('text too long')
  if (facts.completedAt !== null && !facts.confirmed) throw new Error('completed without Confirm2')
  if (facts.completedAt !== null && facts.cipher === null) throw new Error('completed without Commit')
  if (facts.goClearAt !== null && facts.completedFrame > facts.goClearFrame)
    throw new Error('completed behind the end')
  if (facts.completedAt !== null && !names.has('both')) throw new Error('completed by one end alone')
}

/**
 * Datagrams of: one byte (bit 0 direction, bit 1 seal it, bit 2 media instead), one byte of length in words, the bytes.
 */
export const target = (bytes: Uint8Array): void => {
  const session = new ZrtpSession()
  const ends = new Set<string>()
  for (let at = 0, frame = 1; at + 2 <= bytes.length && frame <= MAX_DATAGRAMS; frame++) {
    const flags = bytes[at] as number
    const end = Math.min(bytes.length, at + 2 + 4 * (bytes[at + 1] as number))
    const packet = bytes.slice(at + 2, end)
    at = end
    if ((flags & 2) !== 0) seal(packet)
    ends.add(flags & 1 ? 'one' : 'other')
    if (ends.size === 2) ends.add('both')
    const sure = probeZrtp(packet, 0, packet.length)
    const before = JSON.stringify(session.facts)
    if ((flags & 4) !== 0) session.onMediaAfterConfirm2(micros(frame), frame)
    else session.onDatagram((flags & 1) as 0 | 1, micros(frame), frame, packet, 0, packet.length)
    if ((flags & 4) === 0 && sure !== 'certain' && JSON.stringify(session.facts) !== before) {
      throw new Error('an unsure datagram changed the facts')
    }
    checkFacts(session, ends)
  }
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))
const HEAD = '\x10\0\0\x01ZRTP\x11\x22\x33\x44\x50\x5a\0\0'
const datagram = (flags: number, type: string, body: number | string): string => {
  const content = typeof body === 'number' ? '\0'.repeat(body) : body
  const packet = `${HEAD}${type.padEnd(8)}${content}\0\0\0\0`
  return String.fromCharCode(flags, packet.length / 4) + packet
}
const HELLO = `1.10Phone${'\0'.repeat(11 + 56)}`
const COMMIT = `${'\0'.repeat(44)}S256AES1HS80DH3kB32 ${'\0'.repeat(40)}`
const exchange = [
  datagram(2, 'Hello', HELLO),
  datagram(3, 'HelloACK', 0),
  datagram(2, 'Commit', COMMIT),
  datagram(3, 'DHPart1', 76),
  datagram(2, 'DHPart2', 76),
  datagram(3, 'Confirm1', 64),
  datagram(2, 'Confirm2', 64),
]

export const seeds: Uint8Array[] = [
  [...exchange, datagram(3, 'Conf2ACK', 0)].join(''),
  [...exchange, datagram(5, '', 0), datagram(3, 'GoClear', 8), datagram(2, 'Commit', COMMIT)].join(''),
  [exchange[2], datagram(3, 'Commit', COMMIT), ...exchange.slice(3), datagram(3, 'Error', 4)].join(''),
  datagram(0, 'Hello', HELLO),
].map(latin1)

export const grammar: string[] = [
  ...exchange,
  datagram(3, 'Conf2ACK', 0),
  datagram(2, 'GoClear', 8),
  datagram(3, 'Error', 4),
  datagram(5, '', 0),
  'ZRTP',
  'Hello   ',
  'Commit  ',
  'DHPart1 ',
  'Confirm1',
  'Confirm2',
  'Conf2ACK',
  'GoClear ',
  'Error   ',
  '\x10\0',
  '\x11\0',
  '\x50\x5a',
]

export const covers = ['src/core/protocol/zrtp/']
