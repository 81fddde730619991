import { describe, expect, test } from '@jest/globals'
import { checkTelephoneEvent, EventAgreement } from '../../../../src/core/protocol/rtp/telephone-event.ts'
import { cipherNoise } from '../../../tools/cipher-noise.ts'
import { labDatagrams, labLabels, packetsOf, payloadsOf } from '../../../tools/lab-streams.ts'
import { describeIfShared } from '../../../tools/shared.ts'

const look = (...bytes: number[]): string | null =>
  checkTelephoneEvent(Uint8Array.from(bytes), 0, bytes.length)
const tag = (length: number): number[] => new Array<number>(length).fill(0xa7)

describe('checkTelephoneEvent', () => {
  test.each([
    ['digit 1, begun', [1, 0x0a, 0, 0xa0], 'plain'],
    ['digit #, ended', [11, 0x8a, 3, 0x20], 'plain'],
    ['hook flash', [16, 0x3f, 0, 0], 'plain'],
    ['reserved bit set', [1, 0x4a, 0, 0xa0], null],
    ['no event of that code', [17, 0x0a, 0, 0xa0], null],
    ['longer than any first packet', [1, 0x0a, 0x3e, 0x81], null],
    ['a tag of 4', [0x91, 0x0a, 0, 0xa0, ...tag(4)], 'cipher'],
    ['a tag of 10', [1, 0x0a, 0, 0xa0, ...tag(10)], 'cipher'],
    ['a tag of 16', [0x91, 0x0a, 0, 0xa0, ...tag(16)], 'cipher'],
    ['two events in the clear', [1, 0x8a, 0, 0xa0, 2, 0x0a, 0, 0x50], null],
    ['five events in the clear', Array.from({ length: 5 }, (_, n) => [n, 0x8a, 0, 0xa0]).flat(), null],
    ['nothing', [], null],
    ['three bytes', [1, 0x0a, 0], null],
    ['twelve bytes', [1, 0x0a, 0, 0xa0, ...tag(8)], null],
  ])('%s', (_, bytes, expected) => {
    expect(look(...bytes)).toBe(expected)
  })

  test('reads its range only', () => {
    expect(checkTelephoneEvent(Uint8Array.from([0xff, 1, 0x0a, 0, 0xa0, 0xff]), 1, 5)).toBe('plain')
  })
})

describe('EventAgreement', () => {
  const packet = (...bytes: number[]) => Uint8Array.from(bytes)

  test('is reached by the second packet of an event, its end and its repetitions', () => {
    const agreement = new EventAgreement()
    const seen = [
      [160, packet(5, 0x0a, 0, 160)],
      [160, packet(5, 0x0a, 1, 64)],
      [160, packet(5, 0x8a, 1, 224)],
      [160, packet(5, 0x8a, 1, 224)],
      [9000, packet(5, 0x0a, 0, 160)],
    ] as const
    expect(seen.map(([timestamp, bytes]) => agreement.onPacket(timestamp, bytes, 0, 4))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
  })

  test.each([
    ['another timestamp', 161, packet(5, 0x0a, 1, 64)],
    ['another event', 160, packet(6, 0x0a, 1, 64)],
    ['another volume', 160, packet(5, 0x0b, 1, 64)],
    ['a shorter duration', 160, packet(5, 0x0a, 0, 159)],
    ['another length', 160, packet(5, 0x0a, 1, 64, 1, 1, 1, 1)],
  ])('not by %s', (_, timestamp, bytes) => {
    const agreement = new EventAgreement()
    agreement.onPacket(160, packet(5, 0x0a, 0, 160), 0, 4)
    expect(agreement.onPacket(timestamp, bytes, 0, bytes.length)).toBe(false)
  })

  test('not by the tags of empty packets, however many', () => {
    const noise = cipherNoise(1)(400_000)
    const agreement = new EventAgreement()
    let agreed = 0
    for (let at = 0; at < noise.length; at += 4) if (agreement.onPacket(7, noise, at, at + 4)) agreed++
    expect(agreed).toBe(0)
  })
})

describeIfShared('telephone-event of phones', (shared) => {
  test.each([
    ['s19_dtmf_rfc4733_rtp.pcap', 'plain'],
    ['s19_dtmf_rfc4733_srtp_tls.pcap', 'cipher'],
  ])('%s is all %s', async (file, expected) => {
    const datagrams = await labDatagrams(shared, file)
    const streams = labLabels(shared).find((label) => label.file === file)!.streams
    const payloads = streams.flatMap((stream) => payloadsOf(packetsOf(datagrams, stream), 101))
    expect(payloads.length).toBeGreaterThan(10)
    expect(new Set(payloads.map((bytes) => checkTelephoneEvent(bytes, 0, bytes.length)))).toEqual(
      new Set([expected]),
    )
  })
})
