import { describe, expect, test } from '@jest/globals'
import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import {
  decodeAddress,
  formatAddress,
  formatEndpoint,
  parseAddress,
} from '../../../src/core/base/ip-address.ts'

describe('parseAddress', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.000.002.001', '192.0.2.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['2001:DB8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::ffff:192.0.2.2', '192.0.2.2'],
    ['::FFFF:c000:202', '192.0.2.2'],
    ['2001:db8::192.0.2.1', '2001:db8::c000:201'],
    ['fe80::1%eth0', 'fe80::1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('%s is %s', (text, canonical) => {
    expect(parseAddress(text)).toBe(canonical)
  })

  test.each([
    '',
    'example.com',
    '256.0.0.1',
    '1.2.3',
    '1.2.3.4.5',
    '1..2.3',
    '.1.2.3',
    '1.2.3.',
    '0001.2.3.4',
    '1.2.3.4 ',
    '2001:db8:::1',
    '2001:db8:::192.0.2.1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1::',
    ':1::2',
    ':1:2:3:4:5:6:7',
    '12345::',
    '[2001:db8::1',
    '[192.0.2.1]',
    '::192.0.2',
    '1:2:3:4:5:6:7:192.0.2.1',
    'g::',
    ':',
    ':::',
    '::1:',
    'a'.repeat(70),
    '1:2:3:4:5:6:7:',
    '192.0.2.1::',
    '::1.2.3.4:5',
  ])('%j is no address', (text) => {
    expect(parseAddress(text)).toBe('')
  })

  test('formatEndpoint puts IPv6 in brackets', () => {
    expect(formatEndpoint('192.0.2.1', 5004)).toBe('192.0.2.1:5004')
    expect(formatEndpoint('2001:db8::1', 5004)).toBe('[2001:db8::1]:5004')
  })

  test('property: every address survives text and back, and node agrees that it is one', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer(), fc.integer(), fc.integer(), fc.integer()),
        fc.nat(15),
        (words, zeroMask) => {
          const original = Int32Array.from(words, (word, i) => (zeroMask & (1 << i) ? 0 : word))
          const text = formatAddress(original, 0)
          const again = new Int32Array(4)
          expect(isIPv6(text) || isIPv4(text)).toBe(true)
          expect(decodeAddress(text, again, 0)).toBe(true)
          expect([...again]).toEqual([...original])
          expect(parseAddress(text)).toBe(text)
          if (isIPv6(text)) expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`)
        },
      ),
      { seed: 5952, numRuns: 500 },
    )
  })

  test('property: accepts no text that node rejects', () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('0123456789abcdef::::...[]%')),
      maxLength: 24,
    })
    fc.assert(
      fc.property(text, (value) => {
        if (parseAddress(value) === '') return
        const bare = value.startsWith('[') ? value.slice(1, -1) : value
        const noZeros = bare
          .split('.')
          .map((part) => (bare.includes(':') ? part : String(Number(part))))
          .join('.')
        const zone = noZeros.indexOf('%')
        expect(isIPv6(zone > 0 ? noZeros.slice(0, zone) : noZeros) || isIPv4(noZeros)).toBe(true)
      }),
      { seed: 4291, numRuns: 3000 },
    )
  })
})
