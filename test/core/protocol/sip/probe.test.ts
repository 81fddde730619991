import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { probeSip } from '../../../../src/core/protocol/sip/index.ts'
import { bytesOf, invite } from './sip-bytes.ts'

const probe = (text: string): string => {
  const bytes = bytesOf(text)
  return probeSip(bytes, 0, bytes.length)
}

describe('probeSip', () => {
  test.each([
    'INVITE sip:a@example.com SIP/2.0\r\n',
    'INVITE  sip:a@example.com  SIP/2.0  \r\n',
    "!interesting-Method0123456789_*+`.%indeed'~ sip:x SIP/2.0\n",
    '\r\n\r\nSIP/2.0 200 OK\r\n',
    'SIP/2.0 100 \r\n',
    'OPTIONS tel:+447700900123 sip/2.0\r\n',
    'REGISTER sip:example.com SIP/2.0',
  ])('certain: %j', (text) => {
    expect(probe(text)).toBe('certain')
  })

  test.each([
    'INVITE sip:a@exam',
    'INVITE ',
    'INV',
    'SIP/2.0',
    'SIP/',
    'SIP/2.0 ',
    '\r\n\r\n',
    'OPTIONS sip:x SIP/7.0\r\n',
    'SIP/3.1 200 OK\r\n',
  ])('unsure: %j', (text) => {
    expect(probe(text)).toBe('unsure')
  })

  test.each([
    '',
    'GET / HTTP/1.1\r\nHost: example.com\r\n\r\n',
    'HTTP/1.1 200 OK\r\n',
    'DESCRIBE rtsp://example.com RTSP/1.0\r\n',
    'SSH-2.0-OpenSSH\r\n',
    'EHLO example.com\r\n',
    'INVITE\r\n',
    'SIP/2.0X',
    'hello world, this is text without any line end and it goes on',
    '\x80\x00\x12\x34',
    '\x16\x03\x01\x02\x00',
    '\x00\x01\x00\x00\x21\x12\xa4\x42',
    '\x81\x85abcd',
    '\0\0\0\0',
    'd7:command4:pinge',
  ])('not for us: %j', (text) => {
    expect(probe(text)).toBe('not-for-us')
  })

  test('every prefix of a message is at least unsure', () => {
    const text = invite()
    for (let end = 1; end < 60; end++) expect(probe(text.slice(0, end))).not.toBe('not-for-us')
  })

  test('random bytes are never certain', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 200 }), (bytes) => {
        expect(probeSip(bytes, 0, bytes.length)).not.toBe('certain')
      }),
      { seed: 7983, numRuns: 2_000 },
    )
  })

  test('media leaves at the first byte: the length of the datagram costs nothing', () => {
    const time = (length: number): number => {
      const rtp = new Uint8Array(length).fill(0x41)
      rtp[0] = 0x80
      let best = Infinity
      for (let run = 0; run < 5; run++) {
        const begin = performance.now()
        for (let i = 0; i < 20_000; i++)
          if (probeSip(rtp, 0, length) !== 'not-for-us') throw new Error('RTP taken for SIP')
        best = Math.min(best, performance.now() - begin)
      }
      return best
    }
    time(172)
    // 65,000 bytes scanned 20,000 times would be over a second.
    expect(time(65_000)).toBeLessThan(10 * time(172) + 20)
  })
})
