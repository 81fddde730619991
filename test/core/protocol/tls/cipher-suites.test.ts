import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { CIPHER_SUITES, findCipherSuite, type CipherSuite } from '../../../../src/core/protocol/tls/index.ts'

const suite = (name: string): CipherSuite => CIPHER_SUITES.find((one) => one.name === name)!

describe('the table', () => {
  test('rises without doubles, every name once or in a draft', () => {
    const ids = CIPHER_SUITES.map(({ id }) => id)
    expect(ids).toEqual([...ids].sort((a, b) => a - b))
    expect(new Set(ids).size).toBe(ids.length)
    const twice = CIPHER_SUITES.filter(
      ({ name }, i) => CIPHER_SUITES.findIndex((one) => one.name === name) !== i,
    )
    // draft-agl-tls-chacha20poly1305 had other numbers for the same names.
    expect(twice.map(({ name }) => name).every((name) => name.includes('CHACHA20'))).toBe(true)
  })

  test('covers the blocks of the registry', () => {
    const holes = (from: number, to: number, ...but: number[]): number[] =>
      Array.from({ length: to - from + 1 }, (_, i) => from + i).filter(
        (id) => !but.includes(id) && findCipherSuite(id) === undefined,
      )
    // 001C and 001D were Fortezza's.
    expect(holes(0x0000, 0x0046, 0x1c, 0x1d)).toEqual([])
    expect(holes(0x0067, 0x006d)).toEqual([])
    expect(holes(0x0084, 0x00c7)).toEqual([])
    expect(holes(0x1301, 0x1307)).toEqual([])
    expect(holes(0xc001, 0xc0b5)).toEqual([])
    expect(holes(0xc100, 0xc106)).toEqual([])
    expect(holes(0xcca8, 0xccae)).toEqual([])
    expect(holes(0xd001, 0xd005, 0xd004)).toEqual([])
  })

  test('signalling values are no suites: nobody can choose them', () => {
    expect(findCipherSuite(0x00ff)).toBeUndefined()
    expect(findCipherSuite(0x5600)).toBeUndefined()
    expect(findCipherSuite(0x0a0a)).toBeUndefined()
  })

  test('agrees with openssl on every suite that it knows', () => {
    const { status, stdout } = spawnSync(
      'openssl',
      ['ciphers', '-V', '-stdname', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'],
      { encoding: 'utf8' },
    )
    if (status !== 0) {
      process.stderr.write('skip: cipher suites of openssl (no openssl here)\n')
      return
    }
    let compared = 0
    for (const line of stdout.split('\n')) {
      const [number, , name] = line.trim().split(/\s+/)
      if (number === undefined || name === undefined || !number.startsWith('0x')) continue
      expect(findCipherSuite(Number.parseInt(number.replaceAll('0x', '').replace(',', ''), 16))?.name).toBe(
        name,
      )
      compared++
    }
    expect(compared).toBeGreaterThan(60)
  })
})

describe('what a name says', () => {
  test.each([
    ['TLS_AES_256_GCM_SHA384', 'strong', true],
    ['TLS_CHACHA20_POLY1305_SHA256', 'strong', true],
    ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'strong', true],
    ['TLS_DHE_RSA_WITH_AES_256_CBC_SHA', 'strong', true],
    ['TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256', 'strong', false],
    ['TLS_DH_RSA_WITH_AES_128_CBC_SHA', 'strong', false],
    ['TLS_RSA_WITH_AES_128_CBC_SHA', 'strong', false],
    ['TLS_PSK_WITH_AES_128_CCM_8', 'strong', false],
    ['TLS_PSK_DHE_WITH_AES_128_CCM_8', 'strong', true],
    ['TLS_ECJPAKE_WITH_AES_128_CCM_8', 'strong', true],
    ['TLS_RSA_WITH_RC4_128_SHA', 'weak', false],
    ['TLS_RSA_WITH_3DES_EDE_CBC_SHA', 'weak', false],
    ['TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA', 'weak', true],
    ['TLS_RSA_WITH_IDEA_CBC_SHA', 'weak', false],
    ['TLS_DH_anon_WITH_AES_128_CBC_SHA', 'weak', false],
    ['TLS_ECDH_anon_WITH_AES_256_CBC_SHA', 'weak', false],
    ['TLS_RSA_WITH_NULL_SHA256', 'plain', false],
    ['TLS_ECDHE_ECDSA_WITH_NULL_SHA', 'plain', true],
    ['TLS_NULL_WITH_NULL_NULL', 'plain', false],
    ['TLS_RSA_WITH_DES_CBC_SHA', 'plain', false],
    ['TLS_RSA_EXPORT_WITH_RC4_40_MD5', 'plain', false],
    ['TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5', 'plain', false],
    ['TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA', 'plain', true],
    ['TLS_KRB5_EXPORT_WITH_DES_CBC_40_SHA', 'plain', false],
    ['TLS_SHA256_SHA256', 'plain', true],
    ['TLS_SHA384_SHA384', 'plain', true],
  ])('%s: %s, forward secrecy %s', (name, strength, forwardSecrecy) => {
    expect(suite(name)).toMatchObject({ strength, forwardSecrecy })
  })

  test('by rule, over the whole registry', () => {
    for (const { name, strength, isNull, macBytes } of CIPHER_SUITES) {
      const readable = name.includes('NULL') || /^TLS_SHA(256|384)_/.test(name)
      const breakable = name.includes('EXPORT') || /_DES_CBC|DES40/.test(name)
      const doubtful = /RC4|3DES|_anon_|IDEA|RC2|_MD5$/.test(name)
      expect([name, isNull]).toEqual([name, readable])
      expect([name, strength]).toEqual([name, readable || breakable ? 'plain' : doubtful ? 'weak' : 'strong'])
      if (isNull && name !== 'TLS_NULL_WITH_NULL_NULL') expect([name, macBytes > 0]).toEqual([name, true])
    }
  })

  test.each([
    ['TLS_RSA_WITH_NULL_MD5', 16],
    ['TLS_RSA_WITH_NULL_SHA', 20],
    ['TLS_RSA_WITH_NULL_SHA256', 32],
    ['TLS_PSK_WITH_NULL_SHA384', 48],
    ['TLS_SHA256_SHA256', 32],
    ['TLS_SHA384_SHA384', 48],
  ])('%s: MAC of %s bytes', (name, bytes) => {
    expect(suite(name).macBytes).toBe(bytes)
  })
})
