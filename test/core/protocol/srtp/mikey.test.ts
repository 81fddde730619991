import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createHmac } from 'node:crypto'
import { nodeCryptography } from '../../../../src/app/node-cryptography.ts'
import { parseMikey, SrtpKey, toCryptoAttributes } from '../../../../src/core/protocol/srtp/index.ts'
import { concat, u16 } from '../../../tools/packet-builder.ts'
import { SrtpProtector } from '../../../tools/srtp.ts'

const SEED = 20261123
const KEY = Uint8Array.from({ length: 16 }, (_, i) => 0x10 + i)
const SALT = Uint8Array.from({ length: 14 }, (_, i) => 0x80 + i)
const RAND = Uint8Array.from({ length: 16 }, (_, i) => 0xc0 + i)
const BUNDLE = [1, 2, 3, 4]

type Bytes = Uint8Array | readonly number[]
interface Payload {
  readonly type: number
  readonly body: Bytes
}

/** RFC 3830 §6.1: a message of one crypto session; each payload names the type of the next. */
const message = (payloads: readonly Payload[], dataType = 0, sessions = 1, mapType = 0): Uint8Array => {
  const types = [...payloads.map(({ type }) => type), 0]
  const map = mapType === 0 ? new Uint8Array(9 * sessions) : []
  const header = [1, dataType, types[0]!, 0, ...BUNDLE, sessions, mapType]
  return concat(header, map, ...payloads.map(({ body }, i) => concat([types[i + 1]!], body)))
}

const timestamp: Payload = { type: 5, body: [0, ...new Array<number>(8).fill(9)] }
const rand: Payload = { type: 11, body: [RAND.length, ...RAND] }
const policy = (...parameters: number[]): Payload => ({
  type: 10,
  body: [0, 0, ...u16(parameters.length), ...parameters],
})

interface KeyShape {
  readonly type: number
  readonly key?: Bytes
  readonly salt?: Bytes
  readonly validity?: readonly number[]
  readonly next?: number
}

const keyData = ({ type, key = KEY, salt, validity = [], next = 0 }: KeyShape): Uint8Array =>
  concat(
    [next, (type << 4) | (validity.length === 0 ? 0 : 1)],
    u16(key.length),
    key,
    salt === undefined ? [] : concat(u16(salt.length), salt),
    validity.length === 0 ? [] : [validity.length, ...validity],
  )

const kemac = (data: Bytes, encryption = 0): Payload => ({
  type: 1,
  body: concat([encryption], u16(data.length), data, [0]),
})

const withKey = (shape: KeyShape): Uint8Array => message([timestamp, rand, kemac(keyData(shape))])

describe('parseMikey', () => {
  test('reads a key and salt that stand in the clear', () => {
    const facts = parseMikey(withKey({ type: 3, salt: SALT, validity: [0, 0, 0, 7] }))!
    expect(facts.nullEncryption).toBe(true)
    expect(facts.keys.map(({ kind, key, salt, mki }) => [kind, key, salt, mki])).toEqual([
      ['tek', KEY, SALT, Uint8Array.from([0, 0, 0, 7])],
    ])
    expect([facts.dataType, facts.rand, facts.bundleId]).toEqual([0, RAND, Uint8Array.from(BUNDLE)])
  })

  test.each([
    ['TGK', 0, undefined, 'tgk'],
    ['TGK and salt', 1, SALT, 'tgk'],
    ['TEK', 2, undefined, 'tek'],
  ])('key type %s', (_, type, salt, kind) => {
    const facts = parseMikey(withKey({ type, ...(salt === undefined ? {} : { salt }) }))!
    expect(facts.keys.map((key) => [key.kind, key.salt.length])).toEqual([[kind, salt?.length ?? 0]])
  })

  test('walks over identities, certificates, policies and extensions', () => {
    const named = (type: number): Payload => ({ type, body: [0, ...u16(5), 1, 2, 3, 4, 5] })
    const facts = parseMikey(
      message([
        timestamp,
        rand,
        named(6),
        named(7),
        named(21),
        policy(1, 1, 32, 11, 1, 4),
        kemac(keyData({ type: 0 })),
      ]),
    )!
    expect(facts.nullEncryption).toBe(true)
    expect([...facts.policy]).toEqual([
      [1, 32],
      [11, 4],
    ])
  })

  test('reads several keys, a public-key message, and an empty map', () => {
    const two = concat(keyData({ type: 2, next: 20 }), keyData({ type: 3, salt: SALT }))
    expect(parseMikey(message([kemac(two)]))!.keys).toHaveLength(2)
    expect(parseMikey(message([kemac(keyData({ type: 2 }))], 2))!.nullEncryption).toBe(true)
    expect(parseMikey(message([kemac(keyData({ type: 2 }))], 0, 3, 1))!.nullEncryption).toBe(true)
  })

  test.each([
    ['AES-CM encrypts the key', message([rand, kemac(keyData({ type: 2 }), 1)])],
    ['AES key wrap does', message([rand, kemac(keyData({ type: 2 }), 2)])],
    ['NULL over nothing', message([rand, kemac([])])],
    ['the key of length 0', message([rand, kemac(keyData({ type: 2, key: [] }))])],
    ['a key type of the future', message([rand, kemac(keyData({ type: 9 }))])],
    ['the responder’s verification', message([rand, kemac(keyData({ type: 2 }))], 1)],
    ['no KEMAC', message([timestamp, rand])],
    [
      'a payload of unknown length before it',
      message([{ type: 99, body: [1] }, kemac(keyData({ type: 2 }))]),
    ],
    ['cut in the key', withKey({ type: 2 }).slice(0, -8)],
    ['a RAND past the end', message([{ type: 11, body: [255, 1, 2] }, kemac(keyData({ type: 2 }))])],
  ])('%s: no key is readable', (_, bytes) => {
    const facts = parseMikey(bytes)!
    expect([facts.nullEncryption, facts.keys]).toEqual([false, []])
  })

  test.each([
    ['nothing', new Uint8Array(0)],
    ['a cut header', withKey({ type: 2 }).slice(0, 9)],
    ['another version', concat([2], withKey({ type: 2 }).slice(1))],
  ])('%s is no message', (_, bytes) => {
    expect(parseMikey(bytes)).toBeNull()
  })

  test('keeps copies only, and a bounded number of them', () => {
    const bytes = withKey({ type: 3, salt: SALT })
    const facts = parseMikey(bytes)!
    bytes.fill(0)
    expect(facts.keys[0]!.key).toEqual(KEY)
    const many = concat(...Array.from({ length: 100 }, () => keyData({ type: 2, next: 20 })))
    expect(parseMikey(message([kemac(many)]))!.keys).toHaveLength(8)
    expect(parseMikey(message([kemac(keyData({ type: 2, key: new Uint8Array(500) }))]))!.keys).toHaveLength(0)
  })

  test('never throws, whatever the bytes', () => {
    const seed = withKey({ type: 3, salt: SALT, validity: [7] })
    fc.assert(
      fc.property(fc.nat(seed.length - 1), fc.nat(255), fc.nat(seed.length), (at, value, end) => {
        const bytes = seed.slice(0, end)
        if (at < end) bytes[at] = value
        const facts = parseMikey(bytes)
        if (facts === null) return
        expect(facts.keys.every(({ key }) => key.length > 0 && key.length <= 64)).toBe(true)
        expect(toCryptoAttributes(nodeCryptography, facts).length).toBeLessThanOrEqual(16)
      }),
      { seed: SEED, numRuns: 500 },
    )
  })
})

describe('toCryptoAttributes', () => {
  const attributesOf = (bytes: Uint8Array) => toCryptoAttributes(nodeCryptography, parseMikey(bytes)!)

  test('a traffic-encrypting key with its salt proves a packet', () => {
    const mki = Uint8Array.from([7])
    const [attribute] = attributesOf(withKey({ type: 3, salt: SALT, validity: mki as unknown as number[] }))
    const packet = concat([0x80, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3, 4], new Uint8Array(160))
    const secured = new SrtpProtector(concat(KEY, SALT), 'AES_CM_128_HMAC_SHA1_80', mki).protect(packet)
    expect(new SrtpKey(nodeCryptography, attribute!).verifyRtp(secured, 0, secured.length, 0)).toBe(true)
  })

  test('a traffic-generating key is expanded by the PRF of RFC 3830 §4.1.2', () => {
    const hmac = (key: Uint8Array, ...parts: readonly Bytes[]) =>
      new Uint8Array(
        createHmac('sha1', key)
          .update(concat(...parts))
          .digest(),
      )
    const expand = (constant: Bytes, length: number): Uint8Array => {
      const label = concat(constant, [1], BUNDLE, RAND)
      const first = hmac(KEY, label)
      const second = hmac(KEY, first)
      return concat(hmac(KEY, first, label), hmac(KEY, second, label)).slice(0, length)
    }
    const [short] = attributesOf(withKey({ type: 0 }))
    expect(short!.keyAndSalt).toEqual(
      concat(expand([0x2a, 0xd0, 0x1c, 0x64], 16), expand([0x39, 0xa2, 0xc1, 0x4b], 14)),
    )
    const [long] = attributesOf(
      message([rand, policy(1, 1, 32, 11, 1, 4, 7, 1, 0), kemac(keyData({ type: 1, salt: SALT }))]),
    )
    expect([long!.suite, long!.unencryptedSrtp]).toEqual(['AES_256_CM_HMAC_SHA1_32', true])
    expect(long!.keyAndSalt).toEqual(concat(expand([0x2a, 0xd0, 0x1c, 0x64], 32), SALT))
  })

  test('a key of two blocks: both streams are added', () => {
    const key = Uint8Array.from({ length: 48 }, (_, i) => i)
    const [attribute] = attributesOf(withKey({ type: 1, key, salt: SALT }))
    const single = (block: Uint8Array) =>
      attributesOf(withKey({ type: 1, key: block, salt: SALT }))[0]!.keyAndSalt
    const [a, b] = [single(key.slice(0, 32)), single(key.slice(32))]
    expect(attribute!.keyAndSalt.slice(0, 16)).toEqual(a.slice(0, 16).map((byte, i) => byte ^ b[i]!))
  })

  test('each session of a generating key has its own key; an encrypting key without salt is useless', () => {
    const attributes = attributesOf(message([rand, kemac(keyData({ type: 0 }))], 0, 3))
    expect(new Set(attributes.map(({ keyAndSalt }) => keyAndSalt.join())).size).toBe(3)
    expect(attributesOf(withKey({ type: 2 }))).toEqual([])
  })
})
