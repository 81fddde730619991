/** Fuzz target: datagrams of DTLS. Throws only if the session throws, breaks its bounds, or completes what only one end said. */
import { nodeCryptography } from '../../../src/app/node-cryptography.ts'
import { micros } from '../../../src/core/base/clock.ts'
import type { Direction } from '../../../src/core/base/endpoint.ts'
import { DtlsSession, probeDtls, protectionProfileName } from '../../../src/core/protocol/dtls/index.ts'

const MAX_DATAGRAMS = 64

const checkFacts = ({ facts }: DtlsSession, ends: ReadonlySet<number>): void => {
  const { handshake } = facts
  if ((facts.completedAt !== null) !== (handshake === 'completed')) throw new Error('completed at no time')
  if (handshake === 'completed') {
    if (ends.size < 2) throw new Error('completed by one end alone')
    if (facts.clientHelloFrame === 0 || facts.serverHelloFrame === 0)
      throw new Error('completed without both hellos')
    if (facts.suiteStrength === null) throw new Error('completed without a suite')
    if (facts.srtpProfile !== null && !facts.srtpProfilesOffered.includes(facts.srtpProfile))
      throw new Error('a profile that nobody offered')
  }
  if (facts.srtpProfilesOffered.length > 64) throw new Error('list too long')
  if (facts.srtpProfile !== null && protectionProfileName(facts.srtpProfile).length > 64)
    throw new Error('name too long')
  for (const one of [facts.certificate, facts.clientCertificate])
    if (one !== null && one.der.length > 16384) throw new Error('certificate too long')
}

/** Datagrams of: one byte (bit 0 direction), two bytes of length, the bytes. */
export const target = (bytes: Uint8Array): void => {
  const session = new DtlsSession(nodeCryptography, () => undefined)
  const ends = new Set<number>()
  let completed = false
  for (let at = 0, frame = 1; at + 3 <= bytes.length && frame <= MAX_DATAGRAMS; frame++) {
    const end = Math.min(
      bytes.length,
      at + 3 + (((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)),
    )
    const direction = ((bytes[at] as number) & 1) as Direction
    ends.add(direction)
    const lent = bytes.slice(at + 3, end)
    probeDtls(lent, 0, lent.length)
    session.onDatagram(direction, micros(frame), frame, lent, 0, lent.length)
    lent.fill(0)
    checkFacts(session, ends)
    if (completed && session.facts.handshake !== 'completed') throw new Error('what completed was taken back')
    completed = session.facts.handshake === 'completed'
    at = end
  }
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))
const u16 = (value: number): string => String.fromCharCode(value >> 8, value & 255)
const datagram = (direction: number, ...records: readonly string[]): string => {
  const all = records.join('')
  return String.fromCharCode(direction) + u16(all.length) + all
}
const record = (type: number, body: string, epoch = 0): string =>
  `${String.fromCharCode(type)}\xfe\xfd${u16(epoch)}\0\0\0\0\0\0${u16(body.length)}${body}`
const fragment = (type: number, sequence: number, body: string, from = 0, to = body.length): string =>
  record(
    22,
    `${String.fromCharCode(type)}\0${u16(body.length)}${u16(sequence)}\0${u16(from)}\0${u16(to - from)}${body.slice(from, to)}`,
  )
const noise = (length: number, step = 167): string =>
  Array.from({ length }, (_, i) => String.fromCharCode((i * step + 41) & 255)).join('')
const extension = (type: number, body: string): string => u16(type) + u16(body.length) + body
const withExtensions = (...parts: readonly string[]): string => u16(parts.join('').length) + parts.join('')

const SHARE = extension(51, '\0\x1d\0\x02ab')
const hello = (random: string, cookie: string, ...extensions: readonly string[]): string =>
  `\xfe\xfd${random}\0${String.fromCharCode(cookie.length)}${cookie}\0\x04\xc0\x2f\x13\x01\x01\0${withExtensions(extension(14, '\0\x04\0\x07\0\x01\0'), ...extensions)}`
const answer = (suite: string, ...extensions: readonly string[]): string =>
  `\xfe\xfd${noise(32, 99)}\0${suite}\0${withExtensions(...extensions)}`
const CHOICE = extension(14, '\0\x02\0\x01\0')
const CHANGE = record(20, '\x01')
const FINISHED = record(22, noise(48), 1)
const CHAIN = `\0\0\x93\0\0\x90${noise(0x90)}`
const protectedRecord = (length: number): string => `\x2e\0\x01${u16(length)}${noise(length)}`

const association = (random: string): string[] => [
  datagram(0, fragment(1, 0, hello(random, ''))),
  datagram(1, fragment(3, 0, '\xfe\xff\x04abcd')),
  datagram(0, fragment(1, 1, hello(random, 'abcd'))),
  datagram(
    1,
    fragment(2, 1, answer('\xc0\x2f', CHOICE)),
    fragment(11, 2, CHAIN, 60),
    fragment(11, 2, CHAIN, 0, 70),
    fragment(14, 3, ''),
  ),
  datagram(0, fragment(16, 2, noise(20)), CHANGE, FINISHED),
  datagram(1, CHANGE, FINISHED),
]
const MODERN = [extension(43, '\x02\xfe\xfc'), SHARE]

export const seeds: Uint8Array[] = [
  association(noise(32)),
  [...association(noise(32)), ...association(noise(32, 61))],
  [
    datagram(0, fragment(1, 0, hello(noise(32), '', ...MODERN))),
    datagram(1, fragment(2, 0, answer('\x13\x01', extension(43, '\xfe\xfc'), SHARE)), protectedRecord(90)),
    datagram(0, protectedRecord(61), protectedRecord(40)),
  ],
  [datagram(0, record(23, noise(40), 1)), datagram(1, record(21, '\x02\x28'))],
].map((parts) => latin1(parts.join('')))

export const grammar: string[] = [
  CHANGE,
  FINISHED,
  fragment(1, 0, hello(noise(32, 3), '')),
  fragment(2, 0, answer('\xc0\x2f', CHOICE)),
  fragment(14, 2, ''),
  protectedRecord(61),
  record(21, '\x02\x28'),
  '\x16\xfe\xfd\0\0',
  '\x16\xfe\xff\0\0',
  '\x16\xfe\xfd\0\x01',
  '\x0b\xff\xff\xff',
  '\x0b\0\x80\0\0\x01\0\0\0\0\0\x01',
  '\x3f',
  '\x30',
  '\0\x0e\0\x05\0\x02\0\x05\0',
  '\0\x2b\0\x02\xfe\xfc',
]

export const covers = ['src/core/protocol/dtls/']
