import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { nodeCryptography } from '../../../../src/app/node-cryptography.ts'
import type { Cryptography } from '../../../../src/core/base/cryptography.ts'
import type { CryptoAttribute } from '../../../../src/core/protocol/sdp/index.ts'
import { keyIdentity, proveStream, SrtpKey } from '../../../../src/core/protocol/srtp/index.ts'
import { labDatagrams, labLabels, packetsOf } from '../../../tools/lab-streams.ts'
import { concat } from '../../../tools/packet-builder.ts'
import { describeIfShared } from '../../../tools/shared.ts'
import { SrtpProtector, type SrtpSuite } from '../../../tools/srtp.ts'

const SEED = 20261123
const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

const attributeOf = (
  suite: string,
  keyAndSalt: Uint8Array,
  more: Partial<CryptoAttribute> = {},
): CryptoAttribute => ({
  tag: 1,
  suite,
  keyAndSalt,
  mki: new Uint8Array(0),
  unencryptedSrtp: false,
  unencryptedSrtcp: false,
  unauthenticatedSrtp: false,
  ...more,
})

const keyOf = (...given: Parameters<typeof attributeOf>): SrtpKey =>
  new SrtpKey(nodeCryptography, attributeOf(...given))

/** Master key and salt of RFC 3711 B.3, of RFC 9335 A.2, and of libsrtp's test of AES-256. */
const CM_128 = hex('e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6')
const GCM_128 = hex('000102030405060708090a0b0c0d0e0f a0a1a2a3a4a5a6a7a8a9aaab')
const CM_256 = hex(
  'f0f04914b513f2763a1b1fa130f10e29 98f6f6e43e4309d1e622a0e332b9f1b6 3b04803de51ee7c96423ab5b78d2',
)

describe('the session keys', () => {
  test('are those of RFC 3711 B.3', () => {
    const derived: Uint8Array[] = []
    const spy: Cryptography = {
      ...nodeCryptography,
      aesCm: (key, counter, length) => {
        const bytes = nodeCryptography.aesCm(key, counter, length)
        derived.push(bytes.slice())
        return bytes
      },
      aesGcm: () => false,
    }
    const packet = new Uint8Array(60).fill(0x80)
    new SrtpKey(spy, attributeOf('AES_CM_128_HMAC_SHA1_80', CM_128)).verifyRtp(packet, 0, 60, 0)
    // The same master key and a salt of 96 bits: RFC 7714 §11 takes the salt as the left part of 112 bits.
    new SrtpKey(spy, attributeOf('AEAD_AES_128_GCM', CM_128.slice(0, 28))).verifyRtp(packet, 0, 60, 0)
    const authentication = Buffer.from(derived[0]!).toString('hex')
    expect(authentication).toBe('cebe321f6ff7716b6fd4ab49af256a156d38baa4')
    expect(derived.map(({ length }) => length)).toEqual([20, 12, 16])
  })

  test('are derived once', () => {
    let derivations = 0
    const spy: Cryptography = {
      ...nodeCryptography,
      aesCm: (...given) => {
        derivations++
        return nodeCryptography.aesCm(...given)
      },
    }
    const key = new SrtpKey(spy, attributeOf('AES_CM_128_HMAC_SHA1_80', CM_128))
    expect(derivations).toBe(0)
    for (let i = 0; i < 5; i++) key.verifyRtp(new Uint8Array(60).fill(0x80), 0, 60, i)
    expect(derivations).toBe(1)
  })
})

// Packets of SSRC cafebabe with sixteen bytes of ab, as libsrtp's driver validates itself, and those of RFC 9335 appendix A.
const RTP_VECTORS: readonly (readonly [string, string, Uint8Array, string])[] = [
  [
    'AES-CM',
    'AES_CM_128_HMAC_SHA1_80',
    CM_128,
    '800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb',
  ],
  ['AES-CM, no payload', 'AES_CM_128_HMAC_SHA1_80', CM_128, '800f1234decafbadcafebabe773c2e1cd91d590d16e5'],
  [
    'NULL cipher',
    'NULL_HMAC_SHA1_80',
    CM_128,
    '800f1234decafbadcafebabeabababababababababababababababababa136270b679134ce9b',
  ],
  [
    'AES-CM 256',
    'AES_256_CM_HMAC_SHA1_80',
    CM_256,
    '800f1234decafbadcafebabef1d9de17ff251ff1aa007774b0b4b40da08d9d9a5b3a55d8873b',
  ],
  [
    'AES-CM 256 by its older name',
    'AES_CM_256_HMAC_SHA1_80',
    CM_256,
    '800f1234decafbadcafebabef1d9de17ff251ff1aa007774b0b4b40da08d9d9a5b3a55d8873b',
  ],
  [
    'encrypted extensions (RFC 6904)',
    'AES_CM_128_HMAC_SHA1_80',
    CM_128,
    '900f1234decafbadcafebabebede000617588a9270f4e15e1c220000c8309546a994f0bc547897004e55dc4ce79978d88ca4d215949d24025a46b3ca35c535a891c7',
  ],
  [
    'GCM',
    'AEAD_AES_128_GCM',
    GCM_128,
    '800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392',
  ],
  [
    'cryptex A.1.1',
    'AES_CM_128_HMAC_SHA1_80',
    CM_128,
    '900f1235decafbadcafebabec0de0001eb92365251c3e036f8de27e9c27ee3e0b4651d9fbc4218a70244522f34a5',
  ],
  [
    'cryptex A.1.3, CSRCs',
    'AES_CM_128_HMAC_SHA1_80',
    CM_128,
    '920f1238decafbadcafebabe8bb6e12b5cff16ddc0de000192838c8c09e58393e1de3a9a74734d6745671338c3acf11da2df8423bee0',
  ],
  [
    'cryptex A.2.1, GCM',
    'AEAD_AES_128_GCM',
    GCM_128,
    '900f1235decafbadcafebabec0de000139972dc9572c4d99e8fc355de743fb2e94f9d8ff54e72f4193bbc5c74ffab0fa9fa0fbeb',
  ],
  [
    'cryptex A.2.2, two-byte',
    'AEAD_AES_128_GCM',
    GCM_128,
    '900f1236decafbadcafebabec2de0001bb75a4c545cd1f413bdb7daa2b1e3263de313667c963249081b35a65f5cb6c88b394235f',
  ],
  [
    'cryptex A.2.3, CSRCs',
    'AEAD_AES_128_GCM',
    GCM_128,
    '920f1238decafbadcafebabe63bbccc4a7f695c4c0de00018ad7c71fac70a80c92866b4c6ba98546ef913586e95ffaaffe956885bb0647a8bc094ac8',
  ],
  [
    'cryptex A.2.5, empty',
    'AEAD_AES_128_GCM',
    GCM_128,
    '920f123adecafbadcafebabe15b6bb4337906fffc0de0000b7b964537a2b03ab7ba5389ce93317126b5d974df30c6884dcb651c5e120c1da',
  ],
]

describe('verifyRtp', () => {
  test.each(RTP_VECTORS)('%s', (_, suite, keyAndSalt, text) => {
    const packet = hex(text)
    const key = keyOf(suite, keyAndSalt)
    expect(key.verifyRtp(packet, 0, packet.length, 0)).toBe(true)
    // In the middle of a frame, and not with another counter, length or a single bit changed.
    const frame = concat(new Uint8Array(42).fill(0x77), packet, [1, 2, 3])
    expect(key.verifyRtp(frame, 42, 42 + packet.length, 0)).toBe(true)
    expect(key.verifyRtp(packet, 0, packet.length, 1)).toBe(false)
    expect(key.verifyRtp(frame, 42, 43 + packet.length, 0)).toBe(false)
    expect(key.verifyRtp(packet, 0, packet.length - 1, 0)).toBe(false)
    for (const at of [1, 2, 9, packet.length >> 1, packet.length - 1]) {
      const changed = packet.slice()
      changed[at]! ^= 4
      expect(key.verifyRtp(changed, 0, changed.length, 0)).toBe(false)
    }
  })

  test.each([
    ['AES_CM_128_HMAC_SHA1_80', 10],
    ['AES_CM_128_HMAC_SHA1_32', 4],
  ] as const)('%s through rollovers, with and without an MKI', (suite: SrtpSuite, tagBytes) => {
    for (const mki of [new Uint8Array(0), hex('07'), hex('00000001')]) {
      const key = keyOf(suite, CM_128, { mki })
      expect(key.tagBytes).toBe(tagBytes)
      for (const rollover of [0, 1, 7]) {
        const packet = concat(hex('8000ffff 00000001 12345678'), new Uint8Array(160).fill(0xd5))
        const secured = new SrtpProtector(CM_128, suite, mki, rollover).protect(packet)
        expect(key.verifyRtp(secured, 0, secured.length, rollover)).toBe(true)
        expect(key.verifyRtp(secured, 0, secured.length, rollover + 1)).toBe(false)
      }
    }
  })

  test('an MKI that is not the key’s is another key’s packet', () => {
    const secured = new SrtpProtector(CM_128, 'AES_CM_128_HMAC_SHA1_80', hex('07')).protect(
      concat(hex('80000001 00000001 12345678'), new Uint8Array(20)),
    )
    expect(
      keyOf('AES_CM_128_HMAC_SHA1_80', CM_128, { mki: hex('08') }).verifyRtp(secured, 0, secured.length, 0),
    ).toBe(false)
    expect(keyOf('AES_CM_128_HMAC_SHA1_80', CM_128).verifyRtp(secured, 0, secured.length, 0)).toBe(false)
  })

  test('a plain packet under UNENCRYPTED_SRTP verifies, UNAUTHENTICATED_SRTP never does', () => {
    const packet = hex(RTP_VECTORS[2]![3])
    const verifies = (more: Partial<CryptoAttribute>): boolean =>
      keyOf('AES_CM_128_HMAC_SHA1_80', CM_128, more).verifyRtp(packet, 0, packet.length, 0)
    expect(verifies({ unencryptedSrtp: true })).toBe(true)
    expect(verifies({ unauthenticatedSrtp: true })).toBe(false)
  })

  test.each([
    ['an unknown suite', 'SEED_CTR_128_HMAC_SHA1_80', CM_128],
    ['ARIA, which derives its keys otherwise', 'ARIA_128_CTR_HMAC_SHA1_80', CM_128],
    ['a key that is too short', 'AES_CM_128_HMAC_SHA1_80', CM_128.slice(1)],
    ['no key', 'AES_CM_128_HMAC_SHA1_80', new Uint8Array(0)],
  ])('%s verifies nothing', (_, suite, keyAndSalt) => {
    const packet = hex(RTP_VECTORS[0]![3])
    expect(keyOf(suite, keyAndSalt).verifyRtp(packet, 0, packet.length, 0)).toBe(false)
  })

  test('never throws, whatever the bytes', () => {
    const suites = ['AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_128_GCM', 'AEAD_AES_128_GCM_8'] as const
    const keys = suites.map((suite) =>
      keyOf(suite, suite.startsWith('AES') ? CM_128 : GCM_128, { mki: hex('01') }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 90 }), fc.nat(9), (bytes, before) => {
        const start = Math.min(before, bytes.length)
        for (const key of keys) {
          expect(key.verifyRtp(bytes, start, bytes.length, 0)).toBe(false)
          expect(key.verifyRtcp(bytes, start, bytes.length)).toBe(false)
        }
      }),
      { seed: SEED, numRuns: 300 },
    )
  })
})

describe('verifyRtcp', () => {
  test.each([
    [
      'AES-CM',
      'AES_CM_128_HMAC_SHA1_80',
      CM_128,
      '81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798',
    ],
    [
      'AES-CM _32, tag of 10',
      'AES_CM_128_HMAC_SHA1_32',
      CM_128,
      '81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798',
    ],
    [
      'AES-CM _32, tag of 4 as Linphone sends',
      'AES_CM_128_HMAC_SHA1_32',
      CM_128,
      '81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd',
    ],
    [
      'NULL cipher',
      'NULL_HMAC_SHA1_80',
      CM_128,
      '81c8000bcafebabeabababababababababababababababab00000001fe88c7fdfd37ebce615d',
    ],
    [
      'GCM',
      'AEAD_AES_128_GCM',
      GCM_128,
      '81c8000bcafebabec98b8b5df0392a55852b6c21ac8e7025c52c6fbea2b3b446ea31123ba88ce61e80000001',
    ],
  ])('%s', (_, suite, keyAndSalt, text) => {
    const packet = hex(text)
    const key = keyOf(suite, keyAndSalt)
    expect(key.verifyRtcp(packet, 0, packet.length)).toBe(true)
    for (const at of [5, packet.length - 1, packet.length >> 1]) {
      const changed = packet.slice()
      changed[at]! ^= 1
      expect(key.verifyRtcp(changed, 0, changed.length)).toBe(false)
    }
    expect(key.verifyRtcp(packet, 0, packet.length - 1)).toBe(false)
  })

  test('with an MKI', () => {
    const mki = hex('00000009')
    const report = concat(hex('80c80006 12345678'), new Uint8Array(20))
    const secured = new SrtpProtector(CM_128, 'AES_CM_128_HMAC_SHA1_80', mki).protectControl(report)
    expect(keyOf('AES_CM_128_HMAC_SHA1_80', CM_128, { mki }).verifyRtcp(secured, 0, secured.length)).toBe(
      true,
    )
    expect(keyOf('AES_CM_128_HMAC_SHA1_80', CM_128).verifyRtcp(secured, 0, secured.length)).toBe(false)
  })
})

describe('wipe', () => {
  test('leaves no key bytes and proves nothing any more', () => {
    const handed: Uint8Array[] = []
    const spy: Cryptography = {
      ...nodeCryptography,
      aesCm: (key, counter, length) => {
        const derived = nodeCryptography.aesCm(key, counter, length)
        handed.push(key, derived)
        return derived
      },
    }
    const packet = hex(RTP_VECTORS[0]![3])
    const given = CM_128.slice()
    const key = new SrtpKey(spy, attributeOf('AES_CM_128_HMAC_SHA1_80', given))
    expect(key.verifyRtp(packet, 0, packet.length, 0)).toBe(true)
    key.wipe()
    expect(handed.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true)
    expect(key.verifyRtp(packet, 0, packet.length, 0)).toBe(false)
    expect(given).toEqual(CM_128)
  })
})

describe('proveStream', () => {
  const packet = concat(hex('80000001 00000001 12345678'), new Uint8Array(160).fill(0xff))
  const wrong = keyOf('AES_CM_128_HMAC_SHA1_80', new Uint8Array(30))

  test('finds key and rollover, and says when one packet is not enough', () => {
    for (const [suite, weak] of [
      ['AES_CM_128_HMAC_SHA1_80', false],
      ['AES_CM_128_HMAC_SHA1_32', true],
    ] as const) {
      const right = keyOf(suite, CM_128)
      const secured = new SrtpProtector(CM_128, suite, undefined, 5).protect(packet)
      expect(proveStream([wrong, right], secured, 0, secured.length, 8)).toEqual({
        key: right,
        rollover: 5,
        weak,
      })
      expect(proveStream([wrong, right], secured, 0, secured.length, 5)).toBeNull()
      expect(proveStream([wrong], secured, 0, secured.length, 8)).toBeNull()
      expect(proveStream([], secured, 0, secured.length, 8)).toBeNull()
    }
  })
})

describe('keyIdentity', () => {
  const runKey = new Uint8Array(32).fill(1)

  test('is the same for the same key in one run only', () => {
    const identity = keyIdentity(nodeCryptography, runKey, CM_128)
    expect(identity).toMatch(/^[0-9a-f]{16}$/)
    expect(keyIdentity(nodeCryptography, runKey, CM_128.slice())).toBe(identity)
    expect(keyIdentity(nodeCryptography, runKey, GCM_128)).not.toBe(identity)
    expect(keyIdentity(nodeCryptography, new Uint8Array(32).fill(2), CM_128)).not.toBe(identity)
  })
})

describeIfShared('keys of phones', (shared) => {
  const labels = labLabels(shared)
  /** Every key of every message, as `tag suite inline:key`; the one capture whose SDP hides its keys has them in its labels. */
  const linesOf = ({ sdp, streams }: (typeof labels)[number]): string[] => {
    const lines = sdp.flatMap(({ media }) => media.flatMap(({ cryptoLines }) => cryptoLines ?? []))
    const logged = streams.map(({ srtpSuite, keyMaterial }) => `1 ${srtpSuite} ${keyMaterial}`)
    return [...new Set(lines.length > 0 ? lines : logged)]
  }
  const toKey = (line: string): SrtpKey => {
    const [, suite = '', parameter = '', ...session] = line.split(' ')
    const keyAndSalt = new Uint8Array(Buffer.from(parameter.replace('inline:', '').split('|')[0]!, 'base64'))
    return keyOf(suite, keyAndSalt, { unencryptedSrtp: session.includes('UNENCRYPTED_SRTP') })
  }
  const cases = labels.filter(({ streams }) => streams.some(({ keyMaterial }) => keyMaterial !== undefined))

  test('there are some', () => {
    expect(cases.length).toBeGreaterThan(20)
  })

  test.each(cases.map((label) => [label.file, label] as const))('%s', async (_, label) => {
    const datagrams = await labDatagrams(shared, label.file)
    const lines = linesOf(label)
    const keys = lines.map(toKey)
    for (const stream of label.streams.filter(({ keyMaterial }) => keyMaterial !== undefined)) {
      const packets = packetsOf(datagrams, stream)
      expect(packets.length).toBeGreaterThan(100)
      const first = packets[0]!
      const proof = proveStream(keys, first, 0, first.length, 1)
      expect(proof).not.toBeNull()
      expect(lines[keys.indexOf(proof!.key)]).toContain(stream.keyMaterial)
      const verified = packets.filter((bytes) => proof!.key.verifyRtp(bytes, 0, bytes.length, 0)).length
      expect(verified).toBe(packets.length)
    }
  })

  test('and none of another call verifies', async () => {
    const [one, other] = [cases[0]!, cases.at(-1)!]
    const datagrams = await labDatagrams(shared, one.file)
    const first = packetsOf(datagrams, one.streams[0]!)[0]!
    expect(proveStream(linesOf(other).map(toKey), first, 0, first.length, 8)).toBeNull()
  })

  test('verify their reports too', async () => {
    for (const file of ['s04_tls13_srtp80.pcap', 's05_tls_srtp32.pcap']) {
      const keys = linesOf(labels.find((label) => label.file === file)!).map(toKey)
      const reports = (await labDatagrams(shared, file)).filter(
        ({ bytes }) => bytes.length > 20 && bytes[0]! >> 6 === 2 && bytes[1] === 200,
      )
      expect(reports.length).toBeGreaterThan(1)
      const verified = reports.filter(({ bytes }) =>
        keys.some((key) => key.verifyRtcp(bytes, 0, bytes.length)),
      )
      expect(verified.length).toBe(reports.length)
    }
  })
})
