/** Fuzz target: one MIKEY message. Throws only if the parser throws or breaks its bounds. */
import { nodeCryptography } from '../../../src/app/node-cryptography.ts'
import { parseMikey, toCryptoAttributes } from '../../../src/core/protocol/srtp/index.ts'

export const target = (bytes: Uint8Array): void => {
  const facts = parseMikey(bytes)
  if (facts === null) return
  if (facts.nullEncryption !== facts.keys.length > 0) throw new Error('keys and verdict differ')
  if (facts.keys.length > 8 || facts.sessions > 8 || facts.rand.length > 255) throw new Error('too much')
  for (const { key, salt, mki } of facts.keys) {
    if (key.length === 0 || Math.max(key.length, salt.length, mki.length) > 64) throw new Error('key length')
  }
  if (toCryptoAttributes(nodeCryptography, facts).length > 16) throw new Error('too many attributes')
}

const KEMAC = [
  0,
  0,
  0,
  36,
  0,
  0x31,
  0,
  16,
  ...new Array<number>(16).fill(7),
  0,
  14,
  ...new Array<number>(14).fill(8),
]
const SESSION = new Array<number>(9).fill(0)

export const seeds: Uint8Array[] = [
  [1, 0, 1, 0, 1, 2, 3, 4, 1, 0, ...SESSION, ...KEMAC, 0],
  [
    1,
    0,
    5,
    0,
    1,
    2,
    3,
    4,
    1,
    0,
    ...SESSION,
    11,
    2,
    0,
    0,
    0,
    1,
    10,
    4,
    1,
    2,
    3,
    4,
    1,
    0,
    0,
    0,
    3,
    1,
    1,
    32,
    ...KEMAC,
    0,
  ],
  [1, 2, 6, 0, 1, 2, 3, 4, 0, 1, 7, 0, 0, 2, 1, 1, 21, 0, 0, 1, 9, 1, 0, 0, 0, ...KEMAC, 0],
].map((bytes) => Uint8Array.from(bytes))

export const covers = ['src/core/protocol/srtp/mikey']

export const grammar: string[] = [
  '\x01\x00',
  '\x0b\x10',
  '\x0a\x00\x00',
  '\x00\x00\x00',
  '\xff\xff',
  '\x14\x30',
  '\x14\x20',
]
