/** The panel as a whole: the lights never wait, the button turns pages, and what is drawn is what the display gets. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import jsqr from 'jsqr'
import {
  awaitPress,
  chaseLights,
  noButton,
  noLeds,
  noScreen,
  OledScreen,
  PAGES,
  Panel,
  parsePins,
  renderPng,
  renderScreen,
  renderTerminal,
  showTestPictures,
  TerminalFace,
  toPanelCall,
  type Bitmap,
  type Button,
  type Leds,
  type Lights,
  type PanelListener,
  type PartState,
  type Screen,
} from '../../../src/output/panel/index.ts'
import type { Edge } from '../../../src/output/panel/button/press.ts'
import { contrastAt, shiftAt } from '../../../src/output/panel/screen/display-care.ts'
import { isLit, shifted } from '../../../src/output/panel/screen/bitmap.ts'
import { cut, toGlyphs } from '../../../src/output/panel/screen/screen-text.ts'
import { BusWithDisplay, DisplayModel } from '../../fakes/display.ts'
import { FakePanelClock, settle } from '../../fakes/panel-clock.ts'
import { exposedCall, HOSTILE } from '../../fakes/reports.ts'
import { parsePng } from '../../tools/golden-picture.ts'
import { callOf, idle, NOW, SHOWN, viewOf, withCalls } from './states.ts'

const GOOD = (part: PartState['part']): PartState => ({ part, kind: 'good', sentence: `${part} here.` })

class SeenLeds implements Leds {
  readonly state = GOOD('leds')
  lights: Lights | null = null
  isClosed = false
  show(lights: Lights): void {
    this.lights = lights
  }
  close(): void {
    this.isClosed = true
  }
}

class SeenScreen implements Screen {
  readonly height = 64
  readonly state = GOOD('screen')
  bitmap: Bitmap | null = null
  contrast = -1
  shown = 0
  show(bitmap: Bitmap, contrast: number): void {
    this.bitmap = bitmap
    this.contrast = contrast
    this.shown++
  }
  tick(): void {
    // Nothing is sent.
  }
  close(): Promise<void> {
    return Promise.resolve()
  }
}

class PressedButton implements Button {
  readonly state = GOOD('button')
  edges: Edge[] = []
  poll(): readonly Edge[] {
    return this.edges.splice(0)
  }
  close(): void {
    this.edges = []
  }
}

interface PanelAround {
  readonly panel: Panel
  readonly leds: SeenLeds
  readonly button: PressedButton
  readonly heard: string[]
}

const panelOn = (screen: Screen): PanelAround => {
  const [leds, button] = [new SeenLeds(), new PressedButton()]
  const heard: string[] = []
  const listener: PanelListener = {
    onSurvey: () => heard.push('survey'),
    onPowerOff: () => heard.push('power-off'),
    onPage: (page) => heard.push(page),
  }
  return { panel: new Panel({ leds, screen, button, listener }), leds, button, heard }
}

const newPanel = (): PanelAround & { readonly screen: SeenScreen } => {
  const screen = new SeenScreen()
  return { ...panelOn(screen), screen }
}

const dotsOf = (bitmap: Bitmap | null): string => (bitmap === null ? '' : renderTerminal(bitmap).join('\n'))

describe('the panel', () => {
  test('a change is on the lights before update() returns, also while the bus hangs', async () => {
    const clock = new FakePanelClock()
    const bus = new BusWithDisplay(new DisplayModel('ssd1306', 64))
    bus.isHanging = true
    const oled = new OledScreen({
      bus: 1,
      address: 60,
      clock,
      height: 64,
      controller: 'ssd1306',
      openBus: bus.open,
    })
    const { panel, leds } = panelOn(oled)
    for (let second = 0; second < 40; second++) {
      clock.advance(1000)
      const now = NOW + clock.time
      const grade = second % 2 === 0 ? 'protected' : 'exposed'
      panel.update({ ...withCalls(callOf(grade)), at: now }, now)
      expect(leds.lights).toMatchObject({
        red: second % 2 === 0 ? 'off' : 'on',
        green: second % 2 === 0 ? 'on' : 'off',
      })
      panel.tick(now)
      await settle(3)
    }
    expect(panel.parts.find(({ part }) => part === 'screen')?.sentence).toContain('stuck')
    bus.release()
  })

  test('no news for more than three seconds is a fault, without anybody saying so', () => {
    const { panel, leds } = newPanel()
    panel.update(withCalls(callOf('protected')), NOW)
    expect(leds.lights?.green).toBe('on')
    panel.tick(NOW + 3250)
    expect(panel.lamp(NOW + 3250)).toBe('fault')
    expect(leds.lights?.green).toBe('off')
  })

  test('short presses go through the pages; after a minute the first is back', () => {
    const { panel, button, heard } = newPanel()
    panel.update(idle, NOW)
    for (let press = 0; press < 5; press++) {
      button.edges = ['press', 'release']
      panel.tick(NOW)
    }
    expect(heard).toEqual([...PAGES.slice(1), 'verdict'])
    panel.showPage('health', NOW)
    panel.tick(NOW + 59_999)
    expect(panel.page).toBe('health')
    panel.tick(NOW + 60_000)
    expect(panel.page).toBe('verdict')
  })

  test('a long press asks for a survey, a very long one for the end; what is meant is on the screen meanwhile', () => {
    const { panel, button, heard, screen } = newPanel()
    const hold = (milliseconds: number): void => {
      button.edges = ['press']
      for (let now = NOW; now < NOW + milliseconds; now += 250) panel.tick(now)
      button.edges = ['release']
      panel.tick(NOW + milliseconds)
    }
    panel.update(idle, NOW)
    hold(3500)
    expect(heard).toEqual(['survey'])
    hold(8500)
    expect(heard).toEqual(['survey', 'power-off'])
    button.edges = ['press']
    panel.tick(NOW)
    panel.tick(NOW + 1200)
    const golden = SHOWN['held-survey']!
    expect(dotsOf(screen.bitmap)).toBe(
      dotsOf(shifted(renderScreen(golden.state, viewOf(golden), 64), ...shiftAt(NOW + 1200))),
    )
  })

  test('nothing is drawn while nothing changes, and the picture wanders', () => {
    const { panel, screen } = newPanel()
    panel.update(idle, 0)
    for (let now = 0; now < 1900; now += 250) panel.tick(now)
    expect(screen.shown).toBe(1)
    const places = new Set<string>()
    for (let now = 0; now < 240_000; now += 30_000) {
      panel.update({ ...idle, at: now }, now)
      places.add(dotsOf(screen.bitmap))
    }
    expect(places.size).toBe(4)
  })

  test('all lights blink for ten seconds when somebody looks for it', () => {
    const { panel, leds } = newPanel()
    panel.update(idle, 0)
    panel.identify(0)
    expect(leds.lights).toEqual({ red: 'on', amber: 'on', green: 'on' })
    expect(panel.lamp(9999)).toBe('identify')
    expect(panel.lamp(10_000)).not.toBe('identify')
  })

  test('closing leaves nothing that says anything; parts that are not there are no fault', async () => {
    const { panel, leds } = newPanel()
    await panel.close()
    expect(leds.isClosed).toBe(true)
    const bare = new Panel({
      leds: noLeds('none'),
      screen: noScreen('none'),
      button: noButton('none'),
      listener: { onSurvey: () => undefined, onPowerOff: () => undefined, onPage: () => undefined },
    })
    bare.update(idle, NOW)
    bare.tick(NOW)
    expect(bare.parts.map(({ kind }) => kind)).toEqual(['absent', 'absent', 'absent'])
    await bare.close()
  })
})

describe('pictures', () => {
  test.each([64, 32] as const)('a phone reads the code of page five from %d rows', (height) => {
    const bitmap = renderScreen(idle, viewOf({ state: idle, page: 'reach' }), height)
    const [scale, rim] = [4, 16]
    const size = height * scale + 2 * rim
    const pixels = new Uint8ClampedArray(size * size * 4)
    for (let at = 0; at < size * size; at++) {
      const [x, y] = [at % size, Math.floor(at / size)]
      const isRim = x < rim || y < rim || x >= size - rim || y >= size - rim
      const lit = isRim || isLit(bitmap, Math.floor((x - rim) / scale), Math.floor((y - rim) / scale))
      pixels.set([lit ? 255 : 0, lit ? 255 : 0, lit ? 255 : 0, 255], at * 4)
    }
    expect(jsqr.default(pixels, size, size)?.data).toBe(idle.reach.url)
  })

  test('a PNG holds the same dots at any scale', () => {
    const bitmap = renderScreen(idle, viewOf({ state: idle }), 64)
    for (const scale of [1, 2, 4])
      expect(dotsOf(parsePng(renderPng(bitmap, scale), scale))).toBe(dotsOf(bitmap))
  })

  test('the terminal shows the dots of the display, in half blocks, and the lights', () => {
    const written: string[] = []
    const face = new TerminalFace({ write: (text) => written.push(text) }, 64)
    const bitmap = renderScreen(SHOWN['verdict-open']!.state, viewOf(SHOWN['verdict-open']!), 64)
    face.leds.show({ red: 'on', amber: 'off', green: 'off' }, 0)
    face.screen.show(bitmap, 0)
    face.screen.show(bitmap, 0)
    expect(written).toHaveLength(2)
    // eslint-disable-next-line no-control-regex
    const lines = written[1]!.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, '').split('\r\n')
    expect(lines[0]).toBe('● red  ○ amber  ○ green')
    expect(lines.slice(1)).toEqual(renderTerminal(bitmap))
    expect(lines.slice(1).every((line) => line.length === 128)).toBe(true)
  })

  test('what wanders leaves at the edge and nowhere else', () => {
    const bitmap = renderScreen(idle, viewOf({ state: idle }), 64)
    const moved = shifted(bitmap, 1, 1)
    for (let y = 0; y < 64; y++) {
      for (let x = 0; x < 128; x++) expect(isLit(moved, x, y)).toBe(isLit(bitmap, x - 1, y - 1))
    }
    expect(shiftAt(0)).toEqual([0, 0])
  })

  test('it is dim at night, and bright where nobody knows the hour', () => {
    const dim = Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => contrastAt(hour) < 0x10)
    expect(dim).toEqual([0, 1, 2, 3, 4, 5, 6, 22, 23])
    expect(contrastAt(null)).toBe(contrastAt(12))
    expect(contrastAt(NaN)).toBe(contrastAt(12))
    expect(contrastAt(3, { from: 1, to: 4 })).not.toBe(contrastAt(5, { from: 1, to: 4 }))
  })
})

describe('texts', () => {
  test.each([
    ['plain', 'plain'],
    ['Grüße, Zoë & Łódź', 'Grüsse, Zoe & Lódz'.replace('ó', 'o')],
    ['a\u001b[31mb\u202ec\u0000', 'a?[31mb?c?'],
    ['漢字†', '???'],
    ['e\u0301', 'e'],
  ])('%j', (text, glyphs) => {
    expect(toGlyphs(text)).toBe(glyphs)
  })

  test('are cut with an ellipsis', () => {
    expect(cut('abcdef', 6)).toBe('abcdef')
    expect(cut('abcdefg', 6)).toBe('abcde…')
    expect(cut('abc', 0)).toBe('')
    expect(cut('€'.repeat(3) + '\u0000', 3)).toBe('€€…')
  })

  test.each(Object.entries(HOSTILE))('a hostile report becomes a call that can be drawn: %s', (_, text) => {
    const call = toPanelCall(exposedCall({ from: text, to: text, durationSeconds: 12 }), NOW)
    expect(call).toMatchObject({ grade: 'exposed', since: NOW - 12_000 })
    const state = withCalls(call)
    expect(renderScreen(state, viewOf({ state, page: 'calls' }), 64).bytes).toHaveLength(1024)
    expect(toGlyphs(text)).not.toContain('\u001b')
  })

  test('a call that is not judged yet has no grade', () => {
    expect(toPanelCall(exposedCall({ state: 'pending' }), NOW).grade).toBeNull()
  })
})

describe('pins', () => {
  const PINS = resolve(import.meta.dirname, '..', '..', '..', 'hardware', 'pins.json')
  const pins = JSON.parse(readFileSync(join(PINS), 'utf8')) as Record<string, unknown>

  test('the file of the project is right, and no pin is used twice', () => {
    const { oled, leds, button } = parsePins(pins)
    expect(oled.address).toBeGreaterThan(0x07)
    const used = [leds.red, leds.amber, leds.green, button]
    expect(new Set(used).size).toBe(used.length)
  })

  test.each([
    [null, 'the file'],
    [{ ...pins, oled: 5 }, 'oled'],
    [{ ...pins, leds: { red: 17, amber: 27 } }, 'leds.green'],
    [{ ...pins, button: '23' }, 'button'],
    [{ ...pins, button: 99 }, 'button'],
  ])('%#: what is wrong is named', (json, name) => {
    expect(() => parsePins(json)).toThrow(name)
  })
})

describe('what selftest is made of', () => {
  const run = async <Result>(clock: FakePanelClock, work: Promise<Result>): Promise<Result> => {
    const ended = { isOver: false }
    void work.finally(() => {
      ended.isOver = true
    })
    // Bounded: a step that never ends fails here and not by the test's time.
    for (let turn = 0; turn < 3000 && !ended.isOver; turn++) {
      await settle(1)
      clock.advance(50)
    }
    expect(ended).toEqual({ isOver: true })
    return work
  }

  test('each light by itself', async () => {
    const [clock, leds] = [new FakePanelClock(), new SeenLeds()]
    const seen: string[] = []
    const steps = await run(
      clock,
      chaseLights(leds, clock, (colour) => seen.push(`${colour} ${leds.lights?.[colour]}`)),
    )
    expect(seen).toEqual(['red on', 'amber on', 'green on'])
    expect(steps.map(({ ok }) => ok)).toEqual([true, true, true])
    expect(leds.lights).toEqual({ red: 'off', amber: 'off', green: 'off' })
    const none = await run(clock, chaseLights(noLeds('There are none.'), clock))
    expect(none[0]).toEqual({ ok: false, sentence: 'There are none.' })
  })

  test('pictures on a display, and without one', async () => {
    const clock = new FakePanelClock()
    const bus = new BusWithDisplay(new DisplayModel('ssd1306', 64))
    const open = (): OledScreen =>
      new OledScreen({ bus: 1, address: 60, clock, height: 64, controller: 'ssd1306', openBus: bus.open })
    expect(await run(clock, showTestPictures(open(), clock))).toMatchObject({ ok: true })
    bus.display = null
    const step = await run(clock, showTestPictures(open(), clock))
    expect(step.ok).toBe(false)
    expect(step.sentence).toContain('wires')
  })

  test('a press, none, and no button', async () => {
    const [clock, button] = [new FakePanelClock(), new PressedButton()]
    button.edges = ['press', 'release']
    expect(await run(clock, awaitPress(button, clock, 5000))).toMatchObject({ ok: true })
    expect((await run(clock, awaitPress(button, clock, 5000))).sentence).toContain('not pressed within 5 s')
    button.edges = ['press']
    expect((await run(clock, awaitPress(button, clock, 5000))).sentence).toContain('not let go')
    expect(await run(clock, awaitPress(noButton('None.'), clock, 5000))).toEqual({
      ok: false,
      sentence: 'None.',
    })
  })
})
