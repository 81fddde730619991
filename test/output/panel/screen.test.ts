/** What the screen shows: a golden picture for every page and state, in both sizes, and what must hold for all of them. */
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { renderScreen } from '../../../src/output/panel/index.ts'
import { expectGoldenPicture } from '../../tools/golden-picture.ts'
import { SHOWN, viewOf } from './states.ts'

const GOLDEN = join(import.meta.dirname, 'golden')
const HEIGHTS = [64, 32] as const

describe.each(HEIGHTS)('128 × %d', (height) => {
  test.each(Object.entries(SHOWN))('%s', (name, shown) => {
    const bitmap = renderScreen(shown.state, viewOf(shown), height)
    expect(bitmap.bytes).toHaveLength((128 * height) / 8)
    expectGoldenPicture(join(GOLDEN, `${name}-${height}.png`), bitmap)
  })
})
