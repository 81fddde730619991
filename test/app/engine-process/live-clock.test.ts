/** The engine's time while somebody sets the machine's clock. */
import { describe, expect, test } from '@jest/globals'
import { micros } from '../../../src/core/index.ts'
import { LiveClock } from '../../../src/app/engine-process/index.ts'

const NOON = Date.UTC(2026, 10, 23, 12) * 1000
const SECOND = 1_000_000
const YEAR = 365 * 86_400 * SECOND

const newClocks = (start = NOON) => {
  const state = { monotonic: 5 * SECOND, wall: start }
  const pass = (time: number): void => {
    state.monotonic += time
    state.wall += time
  }
  const clock = new LiveClock({ monotonic: () => state.monotonic, wall: () => state.wall })
  return { state, pass, clock }
}

describe('LiveClock', () => {
  test('runs with the monotonic clock from the wall time at its start', () => {
    const { clock, pass } = newClocks()
    pass(3 * SECOND)
    expect(clock.look()).toBe(NOON + 3 * SECOND)
    expect(clock.toEngineTime(micros(NOON + 2.5 * SECOND))).toBe(NOON + 2.5 * SECOND)
    expect(clock.steps).toBe(0)
  })

  test.each([
    ['forwards by years', 7 * YEAR],
    ['backwards by years', -7 * YEAR],
    ['by an hour', 3600 * SECOND],
    ['back by half a second', -SECOND / 2],
  ])('a clock set %s moves no frame, and is counted once', (_, step) => {
    const { clock, pass, state } = newClocks()
    pass(SECOND)
    clock.look()
    state.wall += step
    pass(SECOND / 10)
    // A frame from just before the step that is delivered after it, and one from after it.
    const before = clock.toEngineTime(micros(NOON + 1.05 * SECOND))
    const after = clock.toEngineTime(micros(NOON + 1.1 * SECOND + step))
    clock.look()
    expect(after).toBeLessThanOrEqual(NOON + 1.1 * SECOND)
    for (const at of [before, after]) {
      expect(at).toBeGreaterThanOrEqual(NOON + 0.5 * SECOND)
      expect(at).toBeLessThanOrEqual(NOON + 1.6 * SECOND)
    }
    pass(SECOND)
    expect(clock.look()).toBe(NOON + 2.1 * SECOND)
    expect(clock.toEngineTime(micros(state.wall - 1000))).toBe(NOON + 2.1 * SECOND - 1000)
    expect(clock.steps).toBe(1)
    expect(clock.wall).toBe(state.wall)
  })

  test('a clock that is slewed is followed without a step', () => {
    const { clock, pass, state } = newClocks()
    for (let i = 0; i < 1000; i++) {
      pass(SECOND / 5)
      state.wall += 100
      clock.look()
    }
    const at = clock.toEngineTime(micros(state.wall))
    expect(Math.abs(at - (NOON + 200 * SECOND))).toBeLessThan(2500)
    expect(clock.steps).toBe(0)
  })

  test('frames of a long stall keep their distances', () => {
    const { clock, pass, state } = newClocks()
    clock.look()
    pass(3 * SECOND)
    const times = [0.5, 1, 1.5, 2, 2.9].map((at) => clock.toEngineTime(micros(NOON + at * SECOND)) - NOON)
    expect(times).toEqual([0.5, 1, 1.5, 2, 2.9].map((at) => at * SECOND))
    expect(state.wall).toBe(NOON + 3 * SECOND)
  })

  test('a stamp that makes no sense came just now', () => {
    const { clock, pass } = newClocks()
    pass(SECOND)
    for (const stamp of [0, -1, NOON * 3, NaN, NOON - 60 * SECOND])
      expect(clock.toEngineTime(micros(stamp))).toBe(NOON + SECOND)
  })

  test('another run takes the wall clock of its time; a clock of 1970 is not trusted', () => {
    const { clock, pass, state } = newClocks(1000)
    pass(SECOND)
    clock.look()
    expect(clock.isTrusted).toBe(false)
    state.wall = NOON
    clock.look()
    expect(clock.isTrusted).toBe(true)
    expect(clock.now).toBeLessThan(2 * SECOND)
    clock.restart()
    expect(clock.now).toBe(NOON)
    expect(clock.toEngineTime(micros(NOON))).toBe(NOON)
    expect(clock.steps).toBe(1)
  })
})
