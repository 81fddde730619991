import { describe, expect, test } from '@jest/globals'
import { micros } from '../../../../src/core/base/clock.ts'
import { ExcessRun } from '../../../../src/core/protocol/rtp/excess-run.ts'
import { SliceList } from '../../../../src/core/protocol/rtp/slice-list.ts'
import { Slice } from '../../../../src/core/protocol/rtp/slice.ts'
import { cipherNoise } from '../../../tools/cipher-noise.ts'
import { concat } from '../../../tools/packet-builder.ts'

const sliceOf = (excesses: readonly number[], padded = false): Slice => {
  const slice = new Slice(micros(0), 1)
  for (const excess of excesses) slice.addExcess(excess, padded)
  return slice
}

const times = (count: number, excess: number): number[] => new Array<number>(count).fill(excess)

describe('the excess length of a slice', () => {
  test.each<[string, number[], number | null]>([
    ['nothing', [], null],
    ['three pairs', times(3, 10), null],
    ['four pairs', times(4, 10), 10],
    ['none', times(4, 0), 0],
    ['four of five', [...times(4, 10), 0], 10],
    ['exactly 80 %', [...times(8, 10), 1, 2], 10],
    ['below 80 %', [...times(7, 10), 0, 0], null],
    ['half and half', [...times(20, 10), ...times(20, 0)], null],
    ['the first wrong, the rest alike', [3, ...times(4, 10)], 10],
    ['one that overtakes', [...times(4, 0), ...times(40, 16)], 16],
    ['fewer bytes than the codec needs', times(4, -60), -60],
  ])('%s', (_, excesses, expected) => {
    expect(sliceOf(excesses).excess()).toBe(expected)
  })

  test('counts pairs whose excess has no place any more', () => {
    const slice = sliceOf([1, 2, 3, 4, 5, 6, 7, 8, ...times(31, 1)])
    expect([slice.pairs, slice.excess()]).toEqual([39, 1])
    expect(sliceOf([1, 2, 3, 4, 5, 6, 7, 8, 9, ...times(31, 1)]).excess()).toBe(1)
    expect(sliceOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...times(31, 1)]).excess()).toBeNull()
  })

  test('leads before it settles', () => {
    expect(sliceOf([]).leadingExcess()).toBeNull()
    expect(sliceOf([4]).leadingExcess()).toBe(4)
    expect(sliceOf([4, 10, 10]).leadingExcess()).toBe(10)
  })

  test('many pairs at once are as many one by one', () => {
    const slice = sliceOf(times(4, 10))
    slice.addExcess(10, false, 400)
    expect([slice.pairs, slice.excess(), slice.padded]).toEqual([404, 10, 0])
  })
})

describe('the tag that an excess proves', () => {
  test.each<[string, number[], number | null]>([
    ['unsettled', times(3, 10), null],
    ['SRTP with _80', times(4, 10), 10],
    ['SRTP with _32', times(4, 4), 4],
    ['GCM', times(4, 16), 16],
    ['none', times(4, 0), 0],
    ['too few bytes', times(4, -1), null],
    ['odd', times(4, 7), null],
    ['14 bytes without a look at their place', times(4, 14), null],
    ['longer than a tag', times(4, 100), null],
  ])('%s', (_, excesses, expected) => {
    expect(sliceOf(excesses).tagBytes()).toBe(expected)
  })

  test.each([4, 10, 16])('padding of %i bytes is no tag', (excess) => {
    expect(sliceOf(times(4, excess), true).tagBytes()).toBeNull()
    // Three of four padded packets may be chance under SRTP, where the bit and the last byte are ciphertext.
    const slice = sliceOf(times(3, excess), true)
    for (let i = 0; i < 7; i++) slice.addExcess(excess, false)
    expect(slice.tagBytes()).toBe(excess)
  })
})

describe('an MKI before the tag', () => {
  const noise = cipherNoise(7)
  const watched = (count: number, tail: () => Uint8Array): Slice => {
    const slice = new Slice(micros(0), 1)
    for (let i = 0; i < count; i++) {
      const bytes = concat(noise(160), tail())
      slice.addExcess(bytes.length - 160, false)
      slice.watchTail(bytes, bytes.length, bytes.length - 160)
    }
    return slice
  }

  test.each([
    [1, 10, 10],
    [4, 10, 10],
    [1, 4, 4],
    [8, 16, 16],
    [1, 16, 16],
    [128 - 100, 10, 10],
  ])('MKI of %i bytes and a tag of %i', (mki, tag, expected) => {
    const name = noise(mki)
    expect(watched(8, () => concat(name, noise(tag))).tagBytes()).toBe(expected)
  })

  test('an MKI of 6 before a tag of 4 has the length of a tag of 10 and counts as one', () => {
    expect(watched(8, () => concat([1, 2, 3, 4, 5, 6], noise(4))).tagBytes()).toBe(10)
  })

  test('noise at its place is no MKI', () => {
    expect(watched(40, () => noise(14)).tagBytes()).toBeNull()
  })

  test('one packet with another MKI ends it', () => {
    let sent = 0
    expect(watched(40, () => concat([1, 2, 3, sent++ === 30 ? 5 : 4], noise(10))).tagBytes()).toBeNull()
  })

  test('bytes that never change are padding, no tag', () => {
    expect(watched(40, () => new Uint8Array(14)).tagBytes()).toBeNull()
  })

  test('needs four packets, and its tail is a copy', () => {
    expect(watched(3, () => concat([1], noise(10))).tagBytes()).toBeNull()
    const slice = new Slice(micros(0), 1)
    const bytes = concat(noise(160), [9], noise(10))
    for (let i = 0; i < 5; i++) {
      bytes.set(noise(10), 161)
      slice.addExcess(11, false)
      slice.watchTail(bytes, 171, 11)
    }
    expect(slice.tagBytes()).toBe(10)
  })

  test('is not looked for where it would be longer than 54 bytes', () => {
    expect(watched(8, () => concat(new Uint8Array(60), noise(10))).tagBytes()).toBeNull()
  })
})

describe('ExcessRun', () => {
  test('three alike in a row are proof, and name the first', () => {
    const run = new ExcessRun()
    expect(run.add(micros(5), 1, 10)).toBe(false)
    expect(run.add(micros(6), 2, 4)).toBe(false)
    expect(run.add(micros(7), 3, 4)).toBe(false)
    expect(run.isOpen).toBe(true)
    expect(run.add(micros(8), 4, 4)).toBe(true)
    expect([run.at, run.frame, run.isOpen]).toEqual([6, 2, false])
  })

  test('a packet of the old kind ends it', () => {
    const run = new ExcessRun()
    run.add(micros(1), 1, 4)
    run.add(micros(2), 2, 4)
    run.end()
    expect(run.add(micros(3), 3, 4)).toBe(false)
  })
})

describe('SliceList', () => {
  const filled = (plain: (n: number) => boolean): SliceList => {
    const list = new SliceList(micros(0), 1)
    for (let n = 0; n < 300; n++) {
      list.last.packets = 10
      if (plain(n)) list.last.decide('plain', '', n)
      list.open(micros(n * 10), n, micros(n * 10 + 5))
    }
    return list
  }

  test('keeps 256 slices and says that it forgot', () => {
    const list = filled(() => false)
    expect([list.all.length, list.overflowed]).toEqual([256, true])
  })

  test('forgets what is plain last', () => {
    const list = filled((n) => n % 3 === 0)
    expect(list.all.filter(({ payload }) => payload === 'plain')).toHaveLength(100)
  })

  test('never forgets the slice that has just ended: its packets may be moved', () => {
    const list = new SliceList(micros(0), 1)
    for (let n = 0; n < 256; n++) {
      list.last.decide('plain', '', n)
      list.last.packets = 10
      list.open(micros(n), n, micros(n))
    }
    const before = list.last
    before.packets = 10
    list.open(micros(999), 999, micros(999))
    list.movePackets(3, 1000)
    expect([before.packets, list.last.packets]).toEqual([7, 3])
    expect(list.all).toContain(before)
  })

  test('a slice that begins in the past shortens the one before it', () => {
    const list = new SliceList(micros(0), 1)
    list.last.to = micros(100)
    list.last.packets = 4
    list.last.afterKeys = true
    const next = list.open(micros(60), 4, micros(100))
    list.movePackets(99, 5)
    expect([list.all[0]?.to, list.all[0]?.packets]).toEqual([60, 0])
    expect(next).toMatchObject({
      from: 60,
      to: 100,
      firstFrame: 4,
      lastFrame: 5,
      packets: 4,
      afterKeys: true,
    })
  })
})
