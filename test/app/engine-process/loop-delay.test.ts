import { expect, test } from '@jest/globals'
import { LoopDelayWatch } from '../../../src/app/engine-process/loop-delay.ts'

test('a timer that comes late tells how long the event loop was held up', () => {
  const watch = new LoopDelayWatch(200)
  for (const now of [0, 200_000, 400_000, 600_500]) watch.onTimer(now)
  expect(watch.take()).toEqual({ mean: 0.2, max: 0.5 })
  watch.onTimer(3_800_500)
  watch.onTimer(3_900_000)
  expect(watch.take()).toEqual({ mean: 1500, max: 3000 })
  expect(watch.take()).toEqual({ mean: 0, max: 0 })
})
