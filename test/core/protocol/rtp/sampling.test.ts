import { describe, expect, test } from '@jest/globals'
import { SECOND, type Micros } from '../../../../src/core/base/clock.ts'
import { sampledWithin } from '../../../../src/core/protocol/rtp/sampling.ts'
import { Bench, PTIME, Sender } from './streams.ts'

/** Plays `count` packets, of which the sample comes through unless `isLost` says otherwise of a sequence number. */
const playSample = (
  bench: Bench,
  sender: Sender,
  count: number,
  isLost: (sequence: number) => boolean = () => false,
): void => {
  for (let i = 0; i < count; i++) {
    const { sequence } = sender
    const isMarked = sender.marker
    const packet = sender.next()
    if ((isMarked || sequence % 32 < 2) && !isLost(sequence)) bench.send(packet)
  }
}

const sampling = (): Bench => {
  const bench = new Bench()
  bench.table.expectSample((bench.now + 3600 * SECOND) as Micros)
  return bench
}

describe('sampled streams', () => {
  test('of each 32 numbers two come through', () => {
    expect(sampledWithin(1, 31)).toBe(1)
    expect(sampledWithin(0, 32)).toBe(2)
    expect(sampledWithin(32, 1)).toBe(1)
    expect(sampledWithin(2, 29)).toBe(0)
    expect(sampledWithin(65_505, 31)).toBe(1)
    expect(sampledWithin(0, 64)).toBe(4)
  })

  test('a stream is recognised and measured by its pairs, and nothing of it is lost', () => {
    const bench = sampling()
    playSample(bench, new Sender(bench, { sequence: 64 }), 3200)
    expect(bench.stream).toMatchObject({ packets: 200, lost: 0, sequences: { holes: 0 } })
    expect(bench.stream.slices.map((slice) => slice.excess())).toEqual([0])
  })

  test('what is missing of a pair is lost', () => {
    const bench = sampling()
    const isLost = (sequence: number): boolean => sequence % 320 === 1 || sequence % 320 === 32
    playSample(bench, new Sender(bench, { sequence: 64 }), 3200, isLost)
    expect(bench.stream).toMatchObject({ packets: 180, lost: 20, sequences: { holes: 0 } })
  })

  test('a stream begins with the marker bit, wherever its pairs are', () => {
    const bench = sampling()
    const sender = new Sender(bench, { sequence: 70 })
    sender.marker = true
    const begin = bench.now
    playSample(bench, sender, 320)
    expect(bench.stream).toMatchObject({ begins: true, packets: 21 })
    // The bench's time goes on before the packet is sent.
    expect(bench.stream.firstAt - begin).toBe(PTIME)
  })

  test('without sampling such steps are no stream', () => {
    const bench = new Bench()
    playSample(bench, new Sender(bench, { sequence: 64 }), 3200)
    expect(bench.opened).toEqual([])
  })
})
