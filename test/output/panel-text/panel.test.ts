/** The terminal panel: what it makes of events, what it draws, and that it leaves the terminal as it was. */
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { CallReport, EngineEvent } from '../../../src/core/index.ts'
import {
  PanelModel,
  renderChange,
  renderPanel,
  renderScene,
  TerminalPanel,
} from '../../../src/output/panel-text/index.ts'
import { PLAIN, widthOf } from '../../../src/output/text/index.ts'
import { exposedCall, HOSTILE, phone, protectedCall, undeterminedCall } from '../../fakes/reports.ts'
import { expectGolden } from '../../tools/golden.ts'

const GOLDEN = join(import.meta.dirname, '..', 'golden')
const SCENE = { title: 'Two calls', about: 'One private and one open.' }
const PLAYING = { number: 3, of: 13 }

const changed = (report: CallReport): EngineEvent => ({ kind: 'call-changed', report })
const closed = (report: CallReport): EngineEvent => ({ kind: 'call-closed', report })

const newModel = (): PanelModel => {
  const model = new PanelModel()
  model.onScene(SCENE, 11.2)
  return model
}

describe('what is worth a line', () => {
  test('a call is news once it is judged, and again when its grade or the reason changes', () => {
    const model = newModel()
    const pending = protectedCall({ state: 'pending', grade: 'undetermined', reasons: ['too-short'] })
    expect(model.onEvent(changed(pending))).toBeNull()
    expect(model.worst).toBeNull()
    expect(model.onEvent(changed(protectedCall()))).toMatchObject({
      before: null,
      call: { grade: 'protected' },
    })
    expect(model.onEvent(changed(protectedCall({ durationSeconds: 70 })))).toBeNull()
    const lost = undeterminedCall({ id: 'c-2' })
    expect(model.onEvent(changed(lost))).toMatchObject({
      before: 'protected',
      call: { grade: 'undetermined' },
    })
    const other = undeterminedCall({ id: 'c-2', reasons: ['capture-loss'] })
    expect(model.onEvent(closed(other))).toMatchObject({ before: 'undetermined' })
    expect(model.calls).toHaveLength(1)
  })

  test('phones are none', () => {
    expect(newModel().onEvent({ kind: 'phone-changed', report: phone() })).toBeNull()
  })

  test('as lines where nothing can be redrawn', () => {
    const model = newModel()
    const first = model.onEvent(closed(protectedCall()))!
    const second = model.onEvent(closed(exposedCall({ id: 'c-2' })))!
    expect(renderScene(SCENE, 3, 13, PLAIN)).toBe('[3/13] Two calls: One private and one open.')
    expect(renderChange(first, PLAIN)).toBe(
      '  62.0 s  c-2   PRIVATE  protected: Both halves are shown to be encrypted',
    )
    expect(renderChange(second, PLAIN)).toBe(
      '  11.1 s  c-2   OPEN     protected → exposed: Voice is not encrypted',
    )
  })
})

describe('the lamp', () => {
  test('shows the worst call of the scene, and the next scene begins dark', () => {
    const model = newModel()
    model.onEvent(changed(protectedCall()))
    expect(model.worst).toBe('protected')
    model.onEvent(changed(undeterminedCall()))
    expect(model.worst).toBe('undetermined')
    model.onEvent(changed(exposedCall()))
    expect(model.worst).toBe('exposed')
    model.onSceneEnd()
    model.onScene(SCENE, 1)
    expect(model.worst).toBeNull()
    expect(model.calls).toEqual([])
    expect(model.tally).toEqual([
      ['OPEN', 1],
      ['?', 1],
      ['PARTLY', 0],
      ['PRIVATE', 1],
    ])
  })
})

describe('the drawing', () => {
  const lively = (): PanelModel => {
    const model = newModel()
    model.onEvent(changed(exposedCall({ state: 'up' })))
    model.onEvent(closed(protectedCall()))
    model.position = 4
    return model
  }

  test.each([
    [80, 24],
    [120, 50],
  ])('at %i × %i', (width, height) => {
    const lines = renderPanel(lively(), PLAYING, { width, paint: PLAIN }, height)
    expectGolden(join(GOLDEN, `panel-${width}.txt`), `${lines.join('\n')}\n`)
    expect(lines.join('\n')).toContain('c-1')
    expect(lines.join('\n')).toContain('c-2')
  })

  test('before anything is judged it listens', () => {
    const lines = renderPanel(newModel(), PLAYING, { width: 80, paint: PLAIN }, 24)
    expect(lines.join('\n')).toContain('listening')
  })

  test('fits any terminal, however many calls and whatever stands in them', () => {
    const model = newModel()
    for (let call = 0; call < 40; call++) {
      model.onEvent(changed(exposedCall({ id: `c-${call}`, from: HOSTILE.clearScreen, to: HOSTILE.huge })))
    }
    for (const [width, height] of [
      [40, 10],
      [80, 24],
      [200, 60],
    ] as const) {
      const lines = renderPanel(model, PLAYING, { width, paint: PLAIN }, height)
      expect(lines.length).toBeLessThanOrEqual(height)
      for (const line of lines) {
        // eslint-disable-next-line no-control-regex
        expect(line).not.toMatch(/[\u0000-\u001f]/)
        if (width >= 80) expect(widthOf(line)).toBeLessThanOrEqual(width)
      }
    }
  })
})

describe('on the terminal', () => {
  const fake = () => {
    const written: string[] = []
    return { columns: 80, rows: 24, write: (text: string) => written.push(text), written }
  }

  test('the cursor and the screen come back, once', () => {
    const terminal = fake()
    const panel = new TerminalPanel(terminal)
    panel.draw(['one', 'two'])
    panel.draw(['three'])
    panel.close()
    panel.close()
    expect(terminal.written).toEqual([
      '\u001b[?1049h\u001b[?25l',
      '\u001b[Hone\u001b[K\r\ntwo\u001b[K\u001b[J',
      '\u001b[Hthree\u001b[K\u001b[J',
      '\u001b[?25h\u001b[?1049l',
    ])
  })

  test('a panel that never drew touches nothing', () => {
    const terminal = fake()
    new TerminalPanel(terminal).close()
    expect(terminal.written).toEqual([])
  })

  test('it does not stay on the list of things to do at exit', () => {
    const before = process.listenerCount('exit')
    const panel = new TerminalPanel(fake())
    panel.draw(['x'])
    expect(process.listenerCount('exit')).toBe(before + 1)
    panel.close()
    expect(process.listenerCount('exit')).toBe(before)
  })
})
