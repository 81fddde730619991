/** `callseal top`: what it lists and in which order, what each key does, what it draws. */
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { PLAIN, widthOf } from '../../../src/output/text/index.ts'
import { keysIn, renderTop, TopModel, viewLines, type TopCounters } from '../../../src/output/top/index.ts'
import { exposedCall, HOSTILE, protectedCall, undeterminedCall } from '../../fakes/reports.ts'
import { expectGolden } from '../../tools/golden.ts'

const GOLDEN = join(import.meta.dirname, '..', 'golden')
const PAGE = { width: 80, paint: PLAIN }
const COUNTERS: TopCounters = {
  interface: 'phones0',
  source: 'ring',
  received: 123_456,
  dropped: 0,
  isSampling: false,
  blindness: [],
}

const filled = (): TopModel => {
  const model = new TopModel()
  model.onCounters(COUNTERS)
  model.onCall(protectedCall({ id: 'c-1', state: 'up' }))
  model.onCall(exposedCall({ id: 'c-2', state: 'up' }))
  model.onCall(undeterminedCall({ id: 'c-3', state: 'pending' }))
  model.onCall(exposedCall({ id: 'c-4', state: 'ended' }))
  return model
}

const press = (model: TopModel, input: string): void => {
  for (const key of keysIn(input)) model.onKey(key, 10)
}

describe('the list', () => {
  test('what is up comes first, the worst on top, then what is too early, then what ended', () => {
    expect(filled().calls.map(({ id }) => id)).toEqual(['c-2', 'c-1', 'c-3', 'c-4'])
    expect(filled().tally).toEqual([
      ['exposed', 1],
      ['protected', 1],
    ])
  })

  test('the mark moves, stays at the ends, and stays on its call when others come', () => {
    const model = filled()
    expect(model.chosen?.id).toBe('c-2')
    press(model, '\u001b[A')
    expect(model.chosen?.id).toBe('c-2')
    press(model, 'jj')
    expect(model.chosen?.id).toBe('c-3')
    model.onCall(exposedCall({ id: 'c-9', state: 'up' }))
    expect(model.chosen?.id).toBe('c-3')
    press(model, '\u001b[6~')
    expect(model.chosen?.id).toBe('c-4')
  })

  test('the filter goes through the words of the lamp and back to all', () => {
    const model = filled()
    const seen = ['OPEN', '?', 'PARTLY', 'PRIVATE', 'all'].map((word) => {
      press(model, 'f')
      expect(model.filter).toBe(word)
      return model.calls.map(({ id }) => id)
    })
    expect(seen).toEqual([['c-2', 'c-4'], ['c-3'], [], ['c-1'], ['c-2', 'c-1', 'c-3', 'c-4']])
  })

  test('while it is held nothing moves; afterwards everything is there', () => {
    const model = filled()
    press(model, 'p')
    model.onCall(exposedCall({ id: 'c-1', state: 'ended' }))
    expect(model.calls.find(({ id }) => id === 'c-1')?.grade).toBe('protected')
    press(model, 'p')
    expect(model.calls.find(({ id }) => id === 'c-1')).toMatchObject({ grade: 'exposed', state: 'ended' })
  })

  test('2,048 calls at most: ended ones go first, and it says so', () => {
    const model = filled()
    for (let i = 0; i < 2100; i++) model.onCall(protectedCall({ id: `n-${i}`, state: 'ended' }))
    expect(model.calls).toHaveLength(2048)
    expect(model.calls.map(({ id }) => id)).toEqual(expect.arrayContaining(['c-1', 'c-2', 'c-3']))
    expect(model.forgotten).toBe(56)
    expect(renderTop(model, PAGE, 24)[1]).toContain('56 older calls not kept')
  })

  test('an empty list takes every key', () => {
    const model = new TopModel()
    for (const key of keysIn('\r\u001bjkfps ')) expect(model.onKey(key, 10)).toEqual({ kind: 'none' })
    expect(model.chosen).toBeNull()
  })
})

describe('keys', () => {
  test('sequences that came in one piece, and what means nothing', () => {
    expect(keysIn('\u001b[A\u001b[B\u001bx\u0003')).toEqual(['up', 'down', 'back', 'quit'])
    expect(keysIn('zzz')).toEqual([])
  })

  test('save and quit are for the program', () => {
    const model = filled()
    expect(model.onKey('save', 10)).toMatchObject({ kind: 'save', report: { id: 'c-2' } })
    expect(model.onKey('quit', 10)).toEqual({ kind: 'quit' })
  })

  test('Enter shows the evidence, arrows scroll it no further than its end, Esc goes back', () => {
    const model = filled()
    press(model, '\r')
    expect(renderTop(model, PAGE, 24).join('\n')).toContain('→ INVITE with SDP')
    for (let i = 0; i < 500; i++) press(model, 'j')
    const lines = renderTop(model, PAGE, 24)
    expect(lines).toHaveLength(24)
    expect(lines.slice(3, -2).join('').trim()).not.toBe('')
    press(model, '\u001b')
    expect(model.isOpen).toBe(false)
  })
})

describe('the page', () => {
  test.each([
    [80, 24],
    [120, 40],
    [40, 8],
  ])('%i × %i is never exceeded', (width, height) => {
    const model = filled()
    model.onCall(exposedCall({ id: 'c-5', from: HOSTILE.clearScreen, to: HOSTILE.rightToLeft, state: 'up' }))
    model.onCounters({ ...COUNTERS, isSampling: true, blindness: ['capture-loss', 'one-direction'] })
    for (const input of ['', 'p', '\r']) {
      press(model, input)
      const lines = renderTop(model, { width, paint: PLAIN }, height)
      expect(lines.length).toBeLessThanOrEqual(height)
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
      expect(lines.join('')).not.toContain('\u001b')
    }
  })

  test('it looks like this', () => {
    expectGolden(join(GOLDEN, 'top-80.txt'), `${renderTop(filled(), PAGE, 14).join('\n')}\n`)
    expect(viewLines(14)).toBe(8)
  })

  test('before the engine answers it says so', () => {
    expect(renderTop(new TopModel(), PAGE, 10)[0]).toBe('Callseal  waiting for the engine')
  })

  test('without news from the engine the first line says that the page is old', () => {
    const model = filled()
    model.onHealth('silent')
    expect(renderTop(model, PAGE, 10)[0]).toBe('Callseal  NO NEWS: silent; what is below is old')
    model.onHealth('good')
    expect(renderTop(model, PAGE, 10)[0]).toContain('123,456 frames')
  })

  test('blindness is in the first line', () => {
    const model = filled()
    model.onCounters({ ...COUNTERS, blindness: ['link-down'] })
    expect(renderTop(model, PAGE, 10)[0]).toContain('CANNOT SEE: link-down')
  })
})
