import { createCipheriv } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { nodeCryptography } from '../../src/app/node-cryptography.ts'
import type { Cryptography } from '../../src/core/index.ts'
import { certificateDer } from '../tools/tls-recorder.ts'

const aesCm: Cryptography['aesCm'] = (...given) => nodeCryptography.aesCm(...given)
const aesGcm: Cryptography['aesGcm'] = (...given) => nodeCryptography.aesGcm(...given)
const hmacSha1: Cryptography['hmacSha1'] = (...given) => nodeCryptography.hmacSha1(...given)
const isSelfSigned: Cryptography['isSelfSigned'] = (der) => nodeCryptography.isSelfSigned(der)
const sha: Cryptography['sha'] = (...given) => nodeCryptography.sha(...given)
const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'))
const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('HMAC-SHA1 (RFC 2202)', () => {
  test.each([
    ['1', new Uint8Array(20).fill(0x0b), ascii('Hi There'), 'b617318655057264e28bc0b6fb378c8ef146be00'],
    ['2', ascii('Jefe'), ascii('what do ya want for nothing?'), 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    [
      '3',
      new Uint8Array(20).fill(0xaa),
      new Uint8Array(50).fill(0xdd),
      '125d7342b9ac11cd91a39af48aa17b4f63f175d3',
    ],
    [
      '4',
      Uint8Array.from({ length: 25 }, (_, i) => i + 1),
      new Uint8Array(50).fill(0xcd),
      '4c9007f4026250c6bc8414f9bf50c86c2d7235da',
    ],
    [
      '5',
      new Uint8Array(20).fill(0x0c),
      ascii('Test With Truncation'),
      '4c1a03424b55e07fe7f27be1d58bb9324a9a5a04',
    ],
    [
      '6',
      new Uint8Array(80).fill(0xaa),
      ascii('Test Using Larger Than Block-Size Key - Hash Key First'),
      'aa4ae5e15272d00e95705637ce8a3b55ed402112',
    ],
    [
      '7',
      new Uint8Array(80).fill(0xaa),
      ascii('Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data'),
      'e8e99d0f45237d786d6bbaa7965c7808bbff1a91',
    ],
  ])('test case %s, in one part and in several', (_name, key, message, expected) => {
    expect(toHex(hmacSha1(key, [message]))).toBe(expected)
    expect(toHex(hmacSha1(key, [message.subarray(0, 3), new Uint8Array(0), message.subarray(3)]))).toBe(
      expected,
    )
  })
})

describe('AES counter mode', () => {
  test('key stream of RFC 3711 B.2, from the first block to the last', () => {
    const key = hex('2B7E151628AED2A6ABF7158809CF4F3C')
    const stream = aesCm(key, hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000'), 0xff02 * 16)
    expect(stream.length).toBe(0xff02 * 16)
    const block = (index: number): string => toHex(stream.subarray(index * 16, index * 16 + 16)).toUpperCase()
    expect(block(0x0000)).toBe('E03EAD0935C95E80E166B16DD92B4EB4')
    expect(block(0x0001)).toBe('D23513162B02D0F72A43A2FE4A5F97AB')
    expect(block(0x0002)).toBe('41E95B3BB0A2E8DD477901E4FCA894C0')
    expect(block(0xfeff)).toBe('EC8CDF7398607CB0F2D21675EA9EA1E4')
    expect(block(0xff00)).toBe('362B7C3C6773516318A077D7FC5073AE')
    expect(block(0xff01)).toBe('6A2CC3787889374FBEB4C81B17BA6C44')
  })

  test('session key of RFC 3711 B.3', () => {
    const master = hex('E1F97A0D3E018BE0D64FA32C06DE4139')
    expect(toHex(aesCm(master, hex('0EC675AD498AFEEBB6960B3AABE60000'), 16)).toUpperCase()).toBe(
      'C61E7A93744F39EE10734AFE3FF7A087',
    )
  })

  test.each([
    [24, '8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B'],
    [32, '603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4'],
  ])('SP 800-38A, key of %s bytes', (length, digits) => {
    const key = hex(digits)
    expect(key.length).toBe(length)
    const plain = hex('6bc1bee22e409f96e93d7e117393172a')
    const expected = length === 24 ? '1abc932417521ca24f2b0459fe7e6e0b' : '601ec313775789a5b7a7f504bbf3d228'
    const stream = aesCm(key, hex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'), 16)
    expect(toHex(stream.map((byte, i) => byte ^ plain[i]!))).toBe(expected)
  })

  test('length 0 and lengths that are no blocks', () => {
    const key = new Uint8Array(16)
    const counter = new Uint8Array(16)
    const long = aesCm(key, counter, 64)
    for (const length of [0, 1, 15, 17, 31])
      expect(toHex(aesCm(key, counter, length))).toBe(toHex(long.subarray(0, length)))
  })
})

describe('AES-GCM', () => {
  // McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B; NIST's validation uses the same.
  const key = hex('feffe9928665731c6d6a8f9467308308')
  const nonce = hex('cafebabefacedbaddecaf888')
  const associated = hex('feedfacedeadbeeffeedfacedeadbeefabaddad2')
  const ciphertext = hex(
    '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091',
  )
  const tag = hex('5bc94fbc3221a5db94fae95ae7121a47')

  test('test cases 1, 2 and 4', () => {
    expect(
      aesGcm(
        new Uint8Array(16),
        new Uint8Array(12),
        new Uint8Array(0),
        new Uint8Array(0),
        hex('58e2fccefa7e3061367f1d57a4e7455a'),
      ),
    ).toBe(true)
    expect(
      aesGcm(
        new Uint8Array(16),
        new Uint8Array(12),
        new Uint8Array(0),
        hex('0388dace60b6a392f328c2b971b2fe78'),
        hex('ab6e47d42cec13bdf53a67b21257bddf'),
      ),
    ).toBe(true)
    expect(aesGcm(key, nonce, associated, ciphertext, tag)).toBe(true)
  })

  test('test case 16: key of 32 bytes', () => {
    const long = hex('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308')
    const text = hex(
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662',
    )
    expect(aesGcm(long, nonce, associated, text, hex('76fc6ece0f4e1768cddf8853bb2d551b'))).toBe(true)
  })

  test('one bit wrong anywhere does not verify', () => {
    const parts = [key, nonce, associated, ciphertext, tag] as const
    for (let which = 0; which < parts.length; which++) {
      for (let bit = 0; bit < parts[which]!.length * 8; bit += 7) {
        const changed = parts.map((part) => Uint8Array.from(part)) as [
          Uint8Array,
          Uint8Array,
          Uint8Array,
          Uint8Array,
          Uint8Array,
        ]
        changed[which]![bit >> 3] = (changed[which]![bit >> 3] as number) ^ (1 << (bit & 7))
        expect(aesGcm(...changed)).toBe(false)
      }
    }
  })

  test('short tags, odd keys and no nonce do not verify, and do not throw', () => {
    const short = createCipheriv('aes-128-gcm', key, nonce, { authTagLength: 4 })
    short.setAAD(associated)
    short.update(ciphertext)
    short.final()
    for (const one of [
      short.getAuthTag(),
      tag.subarray(0, 12),
      tag.subarray(0, 3),
      new Uint8Array(0),
      new Uint8Array(17),
    ])
      expect(aesGcm(key, nonce, associated, ciphertext, one)).toBe(false)
    for (const length of [0, 1, 15, 17, 33, 64])
      expect(aesGcm(new Uint8Array(length), nonce, associated, ciphertext, tag)).toBe(false)
    expect(aesGcm(key, new Uint8Array(0), associated, ciphertext, tag)).toBe(false)
  })
})

describe('hashes (FIPS 180-4, "abc")', () => {
  test.each([
    ['sha-1', 'a9993e36'],
    ['sha-224', '23097d22'],
    ['sha-256', 'ba7816bf'],
    ['sha-384', 'cb00753f'],
    ['sha-512', 'ddaf35a1'],
  ] as const)('%s', (algorithm, beginning) => {
    expect(toHex(sha(algorithm, ascii('abc'))).slice(0, 8)).toBe(beginning)
  })
})

describe('isSelfSigned', () => {
  test.each([
    ['ca', true],
    ['rsa-2048', true],
    ['rsa-pss', true],
    ['ec-p384', true],
    ['ed25519', true],
    ['ec-p256', false],
    ['rsa-1024', false],
    ['same-name', false],
  ])('%s: %s', (name, expected) => {
    expect(isSelfSigned(certificateDer(name))).toBe(expected)
  })

  test('a signature that is wrong by one bit does not verify; what is no certificate cannot be told', () => {
    const der = certificateDer('rsa-2048')
    der[der.length - 1] = (der.at(-1) as number) ^ 1
    expect(isSelfSigned(der)).toBe(false)
    for (const bytes of [new Uint8Array(0), der.slice(0, 100), ascii('-----BEGIN CERTIFICATE-----')])
      expect(isSelfSigned(bytes)).toBeUndefined()
  })
})
