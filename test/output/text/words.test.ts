import { describe, expect, test } from '@jest/globals'
import {
  durationOf,
  groupDigits,
  keysOf,
  mediaOf,
  partiesOf,
  signallingOf,
  whyOf,
} from '../../../src/output/text/index.ts'
import {
  exposedCall,
  finding,
  protectedCall,
  reversed,
  stream,
  undeterminedCall,
} from '../../fakes/reports.ts'

const clear = stream()
const srtp = stream({ protection: 'encrypted', slices: [] })

describe('a call in few words', () => {
  test.each([
    [0, '0.0 s'],
    [11.24, '11.2 s'],
    [59.94, '59.9 s'],
    [59.96, '1:00 min'],
    [185, '3:05 min'],
    [3599.6, '1:00:00 h'],
    [3725.4, '1:02:05 h'],
  ])('%d seconds: %s', (seconds, text) => {
    expect(durationOf(seconds)).toBe(text)
  })

  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1_234_567.9, '1,234,567'],
    [2 ** 53, '9,007,199,254,740,992'],
  ])('%d as %s', (count, text) => {
    expect(groupDigits(count)).toBe(text)
  })

  test('signalling', () => {
    expect(signallingOf(exposedCall())).toBe('plain UDP')
    expect(signallingOf(protectedCall())).toBe('TLS 1.3')
    expect(signallingOf(undeterminedCall())).toBe('weak TLS 1.0')
    const unseen = { protection: 'unseen', transport: null, tls: null, legs: [] } as const
    expect(signallingOf(exposedCall({ signalling: unseen }))).toBe('unseen')
    const hidden = { protection: 'tls', transport: 'wss', tls: null, legs: [] } as const
    expect(signallingOf(exposedCall({ signalling: hidden }))).toBe('TLS (WSS)')
  })

  test('parties: unknown ones are asked for, none are left out', () => {
    expect(partiesOf(exposedCall())).toBe('••••••••123 → •42')
    expect(partiesOf(exposedCall({ from: null }))).toBe('? → •42')
    expect(partiesOf(protectedCall())).toBe('')
  })

  test('keys and what is wrong with them', () => {
    expect(keysOf(exposedCall())).toBe('none')
    expect(keysOf(exposedCall({ media: [] }))).toBe('-')
    const proven = stream({ keying: 'sdes', keyExposure: 'proven' })
    const offered = stream({ keying: 'dtls', keyExposure: 'offered' })
    expect(keysOf(exposedCall({ media: [offered, proven] }))).toBe('DTLS, SDES proven')
  })

  test('why: of green what was shown, of doubt the reason, else the finding that decided', () => {
    expect(whyOf(protectedCall({ findings: [finding({ severity: 'low' })] }))).toBe(
      'Both halves are shown to be encrypted',
    )
    expect(whyOf(undeterminedCall())).toBe('Only one direction of the media was seen')
    const other = finding({ id: 'two-time-pad', title: 'The same key stream was used twice' })
    expect(whyOf(exposedCall({ findings: [other, finding()] }))).toBe('Voice is not encrypted')
  })
})

describe('media by direction', () => {
  test('both alike', () => {
    expect(mediaOf(exposedCall({ media: [clear, reversed(clear)] }))).toBe('↔ clear')
    expect(mediaOf(exposedCall({ media: [] }))).toBe('none')
  })

  test('the caller’s direction first, whichever was seen first', () => {
    expect(mediaOf(exposedCall({ media: [clear, reversed(srtp)] }))).toBe('→ clear ← encrypted')
    expect(mediaOf(exposedCall({ media: [reversed(srtp), clear] }))).toBe('→ clear ← encrypted')
    expect(mediaOf(exposedCall({ media: [reversed(srtp)] }))).toBe('← encrypted')
  })

  test('followed through a relay, whose ends are both in the capture', () => {
    const first = stream({ destination: '192.0.2.99:30000' })
    const second = stream({
      source: '192.0.2.99:30002',
      destination: '192.0.2.20:16400',
      protection: 'encrypted',
      slices: [],
    })
    const media = [second, reversed(second), first, reversed(first)]
    expect(mediaOf(exposedCall({ media }))).toBe('↔ encrypted/clear')
    expect(mediaOf(exposedCall({ media: [second, first] }))).toBe('→ encrypted/clear')
  })

  test('a phone that signals and sends from different addresses', () => {
    const there = stream({ source: '192.0.2.11:16654', destination: '192.0.2.20:16918' })
    const back = stream({
      source: '192.0.2.20:16918',
      destination: '192.0.2.10:16654',
      protection: 'encrypted',
      slices: [],
    })
    expect(mediaOf(exposedCall({ media: [there, back] }))).toBe('→ clear ← encrypted')
  })

  test('without signalling the first stream goes there', () => {
    const signalling = { protection: 'unseen', transport: null, tls: null, legs: [] } as const
    expect(mediaOf(exposedCall({ signalling, media: [reversed(clear), srtp] }))).toBe('→ clear ← encrypted')
  })

  test('a change within the call shows, the moments before the keys do not', () => {
    const slice = { fromSeconds: 0, toSeconds: 0.1, packets: 5, protection: 'clear' } as const
    const brief = stream({ protection: 'encrypted', slices: [slice] })
    const long = stream({ protection: 'encrypted', slices: [{ ...slice, toSeconds: 5 }] })
    expect(mediaOf(exposedCall({ media: [brief] }))).toBe('→ encrypted')
    expect(mediaOf(exposedCall({ media: [long] }))).toBe('→ encrypted/clear')
  })
})
