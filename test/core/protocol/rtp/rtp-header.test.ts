import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isCryptex, rtpHeaderLength } from '../../../../src/core/protocol/rtp/rtp-header.ts'

const packet = (
  first: number,
  length: number,
  extension?: { at: number; profile: number; words: number },
): Uint8Array => {
  const bytes = new Uint8Array(length)
  bytes[0] = first
  if (extension !== undefined) {
    const { at, profile, words } = extension
    bytes.set([profile >> 8, profile & 0xff, words >> 8, words & 0xff].slice(0, Math.max(0, length - at)), at)
  }
  return bytes
}

describe('rtpHeaderLength', () => {
  test.each([
    ['no payload', packet(0x80, 12), 12],
    ['cut in the header', packet(0x80, 11), -1],
    ['nothing', new Uint8Array(0), -1],
    ['two CSRCs', packet(0x82, 40), 20],
    ['fifteen CSRCs in 20 bytes', packet(0x8f, 20), -1],
    ['fifteen CSRCs that just fit', packet(0x8f, 72), 72],
    ['padding does not count', packet(0xa0, 12), 12],
    ['an extension of no words', packet(0x90, 16, { at: 12, profile: 0xbede, words: 0 }), 16],
    ['an extension of two words behind a CSRC', packet(0x91, 60, { at: 16, profile: 0xbede, words: 2 }), 28],
    ['an extension past the end', packet(0x90, 60, { at: 12, profile: 0xbede, words: 12 }), -1],
    ['an extension of 65,535 words', packet(0x90, 60, { at: 12, profile: 0xbede, words: 0xffff }), -1],
    ['an extension header that is cut', packet(0x90, 15, { at: 12, profile: 0xbede, words: 0 }), -1],
  ])('%s', (_, bytes, expected) => {
    expect(rtpHeaderLength(bytes, 0, bytes.length)).toBe(expected)
  })

  test('never leads beyond the packet, wherever it stands', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(20), (bytes, before) => {
        const frame = new Uint8Array(before + bytes.length + 9).fill(0x91)
        frame.set(bytes, before)
        const length = rtpHeaderLength(frame, before, before + bytes.length)
        expect(length === -1 || (length >= 12 && length <= bytes.length)).toBe(true)
        expect(length).toBe(rtpHeaderLength(bytes, 0, bytes.length))
      }),
      { seed: 20261123, numRuns: 500 },
    )
  })
})

describe('isCryptex', () => {
  test.each([
    [0xc0de, true],
    [0xc2de, true],
    [0xbede, false],
    [0x1000, false],
  ])('profile %i: %s', (profile, expected) => {
    expect(isCryptex(packet(0x91, 40, { at: 16, profile, words: 1 }), 0)).toBe(expected)
  })
})
