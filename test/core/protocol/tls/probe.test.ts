import { describe, expect, test } from '@jest/globals'
import { probeTls } from '../../../../src/core/protocol/tls/index.ts'
import { fillRandom, seededRandom } from '../../../tools/mutations.ts'
import { answer, CHANGE, data, finished, hello, message, noise, record } from './tls-bytes.ts'

const probe = (bytes: Uint8Array): string => probeTls(bytes, 0, bytes.length)

describe('probeTls', () => {
  test.each([
    ['ClientHello', hello(), 'certain'],
    ['ServerHello', answer(), 'certain'],
    ['Certificate', record(22, message(11, noise(300))), 'certain'],
    ['the head of a ClientHello alone', hello().subarray(0, 6), 'certain'],
    ['ClientHello of SSL 3.0', record(22, message(1, noise(40)), 0x0300), 'certain'],
    ['encrypted handshake message', finished(), 'unsure'],
    ['application data', data(), 'unsure'],
    ['ChangeCipherSpec', CHANGE, 'unsure'],
    ['five bytes', hello().subarray(0, 5), 'not-for-us'],
    ['nothing', new Uint8Array(0), 'not-for-us'],
    ['an empty record', record(23, []), 'not-for-us'],
    ['a record of 18,433 bytes', Uint8Array.of(23, 3, 3, 0x48, 0x01, 0), 'not-for-us'],
    ['version 3.4, which no record names', record(23, noise(20), 0x0304), 'not-for-us'],
    ['version 2', record(22, noise(20), 0x0200), 'not-for-us'],
    ['heartbeat', record(24, noise(20)), 'not-for-us'],
    ['SIP', Uint8Array.from(Buffer.from('INVITE sip:a@example.com SIP/2.0\r\n')), 'not-for-us'],
  ])('%s: %s', (_name, bytes, expected) => {
    expect(probe(bytes)).toBe(expected)
  })

  test('reads between start and end only', () => {
    const bytes = Uint8Array.from([...noise(7), ...hello(), ...noise(7)])
    expect(probeTls(bytes, 7, bytes.length - 7)).toBe('certain')
    expect(probeTls(bytes, 6, bytes.length)).toBe('not-for-us')
    expect(probeTls(bytes, 7, 12)).toBe('not-for-us')
  })

  test('chance: no certain in 100,000 random beginnings', () => {
    const random = seededRandom(20261123)
    const bytes = new Uint8Array(16)
    let certain = 0
    for (let run = 0; run < 100_000; run++) {
      fillRandom(bytes, random)
      if (probe(bytes) === 'certain') certain++
    }
    expect(certain).toBe(0)
  })
})
