/** Fuzz target: a TLS connection. Throws only if the session throws, breaks its bounds, or says more than the records can show. */
import { nodeCryptography } from '../../../src/app/node-cryptography.ts'
import { micros } from '../../../src/core/base/clock.ts'
import type { Direction } from '../../../src/core/base/endpoint.ts'
import { probeTls, TlsSession, type TlsFacts } from '../../../src/core/protocol/tls/index.ts'

const MAX_PIECES = 64
const FINAL: readonly string[] = ['completed', 'failed', 'lost']

const checkFacts = (facts: TlsFacts, before: string, damaged: boolean): void => {
  const { handshake } = facts
  if (FINAL.includes(before) && handshake !== before) throw new Error(`${before} became ${handshake}`)
  if ((facts.completedAt !== null) !== (handshake === 'completed')) throw new Error('completed at no time')
  if (handshake === 'completed') {
    if (facts.clientDirection === null || facts.clientHelloFrame === 0 || facts.serverHelloFrame === 0)
      throw new Error('completed without both hellos')
    if (facts.suite === null || facts.suiteStrength === null) throw new Error('completed without a suite')
    if (damaged) throw new Error('completed over a gap')
  }
  const texts = [facts.sni, facts.alpn, facts.version, facts.suite, ...facts.alpnOffered]
  if (texts.some((text) => text !== null && text.length > 128)) throw new Error('text too long')
  if (facts.alpnOffered.length > 16 || facts.srtpProfilesOffered.length > 64) throw new Error('list too long')
}

/**
 * First byte: bit 0, the SYN was seen. Then pieces of: one byte (bit 0 direction, bit 1 a gap before it, bit 2 an end behind it), two bytes of
 * length, the bytes.
 */
export const target = (bytes: Uint8Array): void => {
  const session = new TlsSession({
    cryptography: nodeCryptography,
    onWeird: () => undefined,
    onPlaintext: (_direction, _at, _frame, lent, start, end) => {
      if (start >= end || end > lent.length) throw new Error('plaintext out of range')
    },
  })
  session.onStart(((bytes[0] ?? 0) & 1) === 1)
  let damaged = false
  for (let at = 1, frame = 1; at + 3 <= bytes.length && frame <= MAX_PIECES; frame++) {
    const flags = bytes[at] as number
    const end = Math.min(
      bytes.length,
      at + 3 + (((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)),
    )
    const direction = (flags & 1) as Direction
    const before = session.facts.handshake
    if ((flags & 2) !== 0) {
      damaged ||= before !== 'completed'
      session.onGap(direction)
    }
    probeTls(bytes, at + 3, end)
    const lent = bytes.slice(at + 3, end)
    session.onBytes(direction, micros(frame), frame, lent, 0, lent.length)
    lent.fill(0)
    if ((flags & 4) !== 0) session.onEnd(direction, 'rst')
    checkFacts(session.facts, before, damaged)
    at = end
  }
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))
const u16 = (value: number): string => String.fromCharCode(value >> 8, value & 255)
const piece = (flags: number, ...records: readonly string[]): string => {
  const all = records.join('')
  return String.fromCharCode(flags) + u16(all.length) + all
}
const record = (type: number, body: string): string =>
  `${String.fromCharCode(type)}\x03\x03${u16(body.length)}${body}`
const message = (type: number, body: string): string =>
  record(22, `${String.fromCharCode(type)}\0${u16(body.length)}${body}`)
/** Text that is as random as a seed may be: each byte once. */
const noise = (length: number): string =>
  Array.from({ length }, (_, i) => String.fromCharCode((i * 167 + 41) & 255)).join('')
const extension = (type: number, body: string): string => u16(type) + u16(body.length) + body
const withExtensions = (...parts: readonly string[]): string => u16(parts.join('').length) + parts.join('')

const SUITES = '\0\x08\xc0\x2f\x13\x01\0\x3b\xc0\xb4\x01\0'
const SHARE = extension(51, '\0\x1d\0\x02ab')
const OFFER = withExtensions(
  extension(43, '\x04\x03\x04\x03\x03'),
  SHARE,
  extension(0, '\0\x0e\0\0\x0bexample.com'),
  extension(16, '\0\x06\x05sip/2'),
)
const HELLO = message(1, `\x03\x03${noise(32)}\0${SUITES}${OFFER}`)
const OLD_HELLO = message(1, `\x03\x03${noise(32)}\0${SUITES}`)
const answer = (suite: string, extensions = ''): string =>
  message(2, `\x03\x03${noise(32)}\0${suite}\0${extensions}`)
const MODERN = withExtensions(extension(43, '\x03\x04'), SHARE)
const CHANGE = record(20, '\x01')
const FINISHED = record(22, noise(40))
const data = (length: number): string => record(23, noise(length))
const old = (suite: string): string[] => [
  piece(0, OLD_HELLO),
  piece(1, answer(suite), message(11, '\0\0\0'), message(14, '')),
  piece(0, message(16, noise(20)), CHANGE, FINISHED),
  piece(1, CHANGE, FINISHED),
  piece(0, data(60)),
  piece(1, data(90)),
]

export const seeds: Uint8Array[] = [
  ['\x01', ...old('\xc0\x2f')],
  ['\x01', ...old('\0\x3b')],
  ['\x01', piece(0, OLD_HELLO), piece(1, answer('\xc0\x2f'), CHANGE, FINISHED), piece(0, CHANGE, FINISHED)],
  [
    '\x01',
    piece(0, HELLO),
    piece(1, answer('\x13\x01', MODERN), CHANGE, data(90), data(53)),
    piece(0, CHANGE, data(53), data(70)),
    piece(1, data(99), data(98), data(97)),
  ],
  [
    '\x01',
    piece(0, HELLO),
    piece(1, answer('\xc0\xb4', MODERN), data(80)),
    piece(0, data(70), data(60)),
    piece(5, data(80)),
  ],
  ['\0', piece(0, data(300)), piece(1, data(300)), piece(2, data(90))],
  ['\x01', piece(0, HELLO), piece(5, record(21, '\x02\x28'))],
].map((parts) => latin1(parts.join('')))

export const grammar: string[] = [
  HELLO,
  OLD_HELLO,
  answer('\xc0\x2f'),
  answer('\x13\x01', MODERN),
  message(14, ''),
  CHANGE,
  FINISHED,
  data(53),
  data(19),
  record(21, '\x02\x28'),
  record(21, '\x01\0'),
  '\x16\x03\x03',
  '\x16\x03\x01',
  '\x17\x03\x03',
  '\x0b\0\x7f\xff',
  '\x02\xff\xff\xff',
  '\xcf\x21\xad\x74\xe5\x9a\x61\x11',
  '\0\x2a\0\0',
  '\0\x29\0\0',
  '\0\x04\0\0',
  '\0\x2b\0\x02\x03\x04',
]

export const covers = ['src/core/protocol/tls/']
