/** What the engine says that it cannot see, from made-up counters; and when it looks at a sample only. */
import { describe, expect, test } from '@jest/globals'
import {
  BlindnessWatch,
  losesFrames,
  PressureControl,
  type SightSample,
} from '../../../src/app/engine-process/index.ts'

type Link = NonNullable<SightSample['link']>

const LINK: Link = { index: 3, isUp: true, isBridgePort: false, rxPackets: 1000, txPackets: 1000 }

/** A watch that is asked once a second. */
const newWatch = () => {
  const watch = new BlindnessWatch()
  let sample: SightSample = {
    at: 0,
    received: 0,
    dropped: 0,
    isFiltered: false,
    link: LINK,
    calls: { oneWay: 0, twoWay: 0 },
    clockSteps: 0,
    rebinds: 0,
  }
  /** Seconds pass, in each of which so much changes. */
  const pass = (
    seconds: number,
    { rx = 0, tx = 0, received = 0, ...change }: Partial<SightSample> & { rx?: number; tx?: number } = {},
  ): readonly string[] => {
    let names: readonly string[] = []
    for (let i = 0; i < seconds; i++) {
      const link = change.link === undefined || i > 0 ? sample.link : change.link
      sample = {
        ...sample,
        ...change,
        at: sample.at + 1000,
        received: sample.received + received,
        link: link && { ...link, rxPackets: link.rxPackets + rx, txPackets: link.txPackets + tx },
      }
      names = watch.onSample(sample)
    }
    return names
  }
  return { watch, pass }
}

describe('BlindnessWatch', () => {
  test('sees nothing wrong while all is well', () => {
    const { pass } = newWatch()
    for (let minute = 0; minute < 5; minute++) expect(pass(60, { rx: 50, tx: 50, received: 100 })).toEqual([])
  })

  test('the interface counts and nothing comes: deaf after five seconds, well again with the first frame', () => {
    const { watch, pass } = newWatch()
    pass(3, { rx: 50, received: 50 })
    expect(pass(4, { rx: 50 })).toEqual([])
    expect(pass(1, { rx: 50 })).toEqual(['deaf-socket'])
    expect(losesFrames(['deaf-socket'])).toBe(true)
    expect(pass(1, { rx: 50, received: 1 })).toEqual([])
    expect(watch.hasLostNow).toBe(false)
  })

  test('a quiet wire is not deaf; after a minute it is said to be quiet', () => {
    const { pass } = newWatch()
    pass(3, { rx: 50, received: 50 })
    expect(pass(59)).toEqual([])
    expect(pass(1)).toEqual(['no-traffic'])
    expect(losesFrames(['no-traffic'])).toBe(false)
  })

  test('behind a filter other traffic is no sign of deafness, another interface of the same name is', () => {
    const { pass } = newWatch()
    const filtered = { isFiltered: true, rx: 500 }
    pass(3, { ...filtered, received: 50 })
    expect(pass(30, filtered)).toEqual([])
    expect(pass(1, { ...filtered, link: { ...LINK, index: 9 } })).toEqual(['deaf-socket'])
    // The source noticed too, and is bound to the new one: what came in between is lost.
    expect(pass(1, { ...filtered, received: 1, rebinds: 1 })).toEqual(['capture-loss'])
    expect(pass(10, { ...filtered, received: 1 })).toEqual([])
  })

  test('behind a filter too something comes of many thousand frames', () => {
    const { pass } = newWatch()
    pass(3, { isFiltered: true, rx: 5000, received: 5 })
    expect(pass(4, { isFiltered: true, rx: 5000 })).toEqual([])
    expect(pass(1, { isFiltered: true, rx: 5000 })).toEqual(['deaf-socket'])
    expect(pass(1, { isFiltered: true, rx: 5000, received: 1 })).toEqual([])
  })

  test('a cable out, an adapter gone, and back', () => {
    const { pass } = newWatch()
    pass(2, { received: 5, rx: 5 })
    expect(pass(1, { link: { ...LINK, isUp: false } })).toEqual(['link-down'])
    expect(pass(1, { link: null })).toEqual(['interface-gone', 'capture-loss'])
    expect(losesFrames(['link-down'])).toBe(false)
    expect(losesFrames(['interface-gone'])).toBe(true)
    // The same index, and counters that begin anew; nobody says that all is well before the source had time to bind itself.
    expect(pass(1, { link: { ...LINK, rxPackets: 0, txPackets: 0 }, received: 1 })).toEqual(['capture-loss'])
    expect(pass(10, { link: { ...LINK, rxPackets: 0, txPackets: 0 }, received: 1 })).toEqual([])
  })

  test('a loss is shown for seven seconds, and belongs to its second', () => {
    const { watch, pass } = newWatch()
    pass(2, { received: 5, dropped: 7 })
    expect(pass(1, { received: 5, dropped: 8 })).toEqual(['capture-loss'])
    expect(watch.hasLostNow).toBe(true)
    expect(pass(1, { received: 5 })).toEqual(['capture-loss'])
    expect(watch.hasLostNow).toBe(false)
    expect(pass(5, { received: 5 })).toEqual(['capture-loss'])
    expect(pass(1, { received: 5 })).toEqual([])
  })

  test('drops from before the first look are not of now', () => {
    const { pass } = newWatch()
    expect(pass(1, { dropped: 1000, clockSteps: 4, rebinds: 2 })).toEqual([])
  })

  test('a clock that was set is shown for seven seconds', () => {
    const { pass } = newWatch()
    pass(1, { received: 1 })
    expect(pass(1, { received: 1, clockSteps: 1 })).toEqual(['clock-step'])
    expect(pass(6, { received: 1 })).toEqual(['clock-step'])
    expect(pass(1, { received: 1 })).toEqual([])
  })

  test.each([
    ['nothing goes out', { rx: 20, received: 20 }],
    ['nothing comes in', { tx: 20, received: 20 }],
  ])('a bridge port on which %s shows one direction', (_, traffic) => {
    const { pass } = newWatch()
    const link = { ...LINK, isBridgePort: true }
    pass(3, { link, rx: 20, tx: 20, received: 40 })
    expect(pass(9, traffic)).toEqual([])
    expect(pass(1, traffic)).toEqual(['one-direction'])
    expect(pass(1, { rx: 1, tx: 1, received: 2 })).toEqual([])
  })

  test('a mirror port only receives, and that is right', () => {
    const { pass } = newWatch()
    expect(pass(120, { rx: 100, received: 100 })).toEqual([])
  })

  test('several calls that are all heard one way show one direction; one may be on hold', () => {
    const { pass } = newWatch()
    const busy = { rx: 100, received: 100 }
    expect(pass(60, { ...busy, calls: { oneWay: 1, twoWay: 0 } })).toEqual([])
    expect(pass(60, { ...busy, calls: { oneWay: 5, twoWay: 1 } })).toEqual([])
    expect(pass(10, { ...busy, calls: { oneWay: 2, twoWay: 0 } })).toEqual([])
    expect(pass(1, busy)).toEqual(['one-direction'])
  })
})

describe('PressureControl', () => {
  const feel = (pressure: PressureControl, at: number, fill: number | null, dropped = 0) =>
    pressure.onSample({ at: at * 1000, fill, dropped })

  test('a full ring or a drop asks for sampling, ten calm seconds for everything', () => {
    const pressure = new PressureControl()
    expect(feel(pressure, 0, 0.5)).toBeNull()
    expect(feel(pressure, 1, 0.51)).toBe('sampling')
    for (let at = 2; at <= 10; at++) expect(feel(pressure, at, 0.1)).toBeNull()
    expect(feel(pressure, 11, 0.1)).toBe('full')
    expect(feel(pressure, 21, 0.1, 1)).toBe('sampling')
  })

  test('it stays with sampling while the pressure lasts', () => {
    const pressure = new PressureControl()
    feel(pressure, 0, 0, 0)
    expect(feel(pressure, 1, null, 5)).toBe('sampling')
    for (let at = 2; at < 60; at++) expect(feel(pressure, at, 0.9, 5 + at)).toBeNull()
    for (let at = 60; at < 69; at++) expect(feel(pressure, at, 0, 64)).toBeNull()
    expect(feel(pressure, 69, 0, 64)).toBe('full')
  })

  test('it never changes its mind twice within ten seconds', () => {
    const pressure = new PressureControl()
    const changes: number[] = []
    for (let at = 0; at < 300; at++) if (feel(pressure, at, at % 3 === 0 ? 0.9 : 0) !== null) changes.push(at)
    for (let at = 300; at < 600; at++)
      if (feel(pressure, at, at % 13 === 0 ? 0.9 : 0) !== null) changes.push(at)
    expect(changes.length).toBeGreaterThan(4)
    changes.slice(1).forEach((at, index) => expect(at - changes[index]!).toBeGreaterThanOrEqual(10))
  })

  test('drops from before the first look are not of now', () => {
    expect(feel(new PressureControl(), 0, 0, 5000)).toBeNull()
  })

  test('a source that cannot is not asked again', () => {
    const pressure = new PressureControl()
    expect(feel(pressure, 0, 1)).toBe('sampling')
    pressure.onRefused()
    expect(pressure.mode).toBe('full')
    for (let at = 1; at < 60; at++) expect(feel(pressure, at, 1)).toBeNull()
  })
})
