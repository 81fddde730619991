import { describe, expect, test } from '@jest/globals'
import {
  findKeyLines,
  findKeysOutsideSip,
  probeKeysOutsideSip,
} from '../../../../src/core/protocol/sip/index.ts'
import { expectLinear } from '../../../tools/linear-time.ts'
import { bytesOf, invite } from './sip-bytes.ts'

const KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd'
const LINE = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`
const BYTES = Uint8Array.from({ length: 30 }, (_, i) => i)

describe('findKeyLines', () => {
  test.each([
    ['a text body', `key follows\r\n${LINE}\r\n`],
    ['JSON', JSON.stringify({ sdp: `v=0\r\n${LINE}\r\na=x` })],
    ['JSON at the end', JSON.stringify({ sdp: LINE })],
    ['XML', `<sdp>${LINE}&#13;</sdp>`],
    ['rtpengine ng', `5_2 d7:command5:offer3:sdp99:v=0\r\n${LINE}\r\ne`],
    ['HEP with SIP in it', `HEP3\x02\x10\0\0${invite(['Content-Type: application/sdp'], LINE)}`],
  ])('in %s', (_name, text) => {
    const found = findKeyLines(text)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ tag: 1, suite: 'AES_CM_128_HMAC_SHA1_80', keyAndSalt: BYTES })
    const bytes = bytesOf(text)
    expect(probeKeysOutsideSip(bytes, 0, bytes.length)).toBe(true)
    expect(findKeysOutsideSip(bytes, 0, bytes.length)).toEqual(found)
  })

  test('none', () => {
    for (const text of ['', 'a=crypto', 'a=cryptoX:1', 'inline:AAAA', 'a=a=a=crypto;1']) {
      expect(findKeyLines(text)).toEqual([])
      expect(probeKeysOutsideSip(bytesOf(text), 0, text.length)).toBe(false)
    }
  })

  test('at most 16, and in linear time', () => {
    expect(findKeyLines(`${LINE}\r\n`.repeat(100))).toHaveLength(16)
    expectLinear(64_000, (size) => 'a=crypto:'.repeat(size / 9), findKeyLines)
    expectLinear(
      65_536,
      (size) => new Uint8Array(size).fill(97),
      (bytes) => probeKeysOutsideSip(bytes, 0, bytes.length),
    )
  })

  test('stays inside its range', () => {
    const bytes = bytesOf(LINE)
    expect(probeKeysOutsideSip(bytes, 0, 8)).toBe(false)
    expect(probeKeysOutsideSip(bytes, 1, bytes.length)).toBe(false)
  })
})
