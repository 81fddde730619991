/** The lamp's truth table, and what the three lights do for it: with the kernel's trigger, plainly, and on pins. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { GRADES, GRADE_TABLE } from '../../../src/core/index.ts'
import {
  lampOf,
  lightsOf,
  NOTHING_KNOWN,
  openLeds,
  verdictShown,
  type LampName,
  type PanelState,
} from '../../../src/output/panel/index.ts'
import { KernelLeds } from '../../../src/output/panel/led/kernel-leds.ts'
import { OnoffLeds } from '../../../src/output/panel/led/onoff-leds.ts'
import { COLOURS, DARK } from '../../../src/output/panel/led/lamps.ts'
import { writeKernelFile } from '../../../src/output/panel/sysfs.ts'
import { FakePanelClock } from '../../fakes/panel-clock.ts'
import { callOf, idle, NOW, pendingCall, SHOWN, withCalls } from './states.ts'

const fault = (reason: string): PanelState => ({
  ...withCalls(callOf('protected')),
  engine: { kind: 'fault', reason },
})
const blind = (...blindness: string[]): PanelState => ({ ...withCalls(callOf('protected')), blindness })
const ended = (seconds: number): PanelState => ({
  ...idle,
  lastEnded: { grade: 'protected', at: NOW - seconds * 1000 },
})

describe('which lamp', () => {
  test.each<[string, PanelState, LampName]>([
    ['nothing known', NOTHING_KNOWN, 'fault'],
    ['starting', { ...NOTHING_KNOWN, at: NOW }, 'listening'],
    [
      'starting, with calls of an earlier run',
      { ...withCalls(callOf('protected')), engine: { kind: 'starting' } },
      'listening',
    ],
    ['no call', idle, 'idle'],
    ['a call too early to tell', withCalls(pendingCall), 'listening'],
    ['too early to tell after a private call', { ...ended(1), calls: [pendingCall] }, 'listening'],
    ['a private call beside one too early to tell', withCalls(callOf('protected'), pendingCall), 'green'],
    ['a private call just ended', ended(59), 'green'],
    ['a private call ended a minute ago', ended(61), 'idle'],
    ['an open call just ended', { ...idle, lastEnded: { grade: 'exposed', at: NOW } }, 'red'],
    [
      'an open call ended, a private one is up',
      { ...withCalls(callOf('protected')), lastEnded: { grade: 'exposed', at: NOW } },
      'green',
    ],
    ['engine silent', fault('silent'), 'fault'],
    ['engine out of order in a way nobody knows', fault('toString'), 'fault'],
    ['link down', blind('link-down'), 'fault'],
    ['loss', blind('capture-loss'), 'fault'],
    ['blind in a way nobody knows', blind('__proto__'), 'fault'],
    ['no traffic', blind('no-traffic'), 'amber-blink'],
    ['no traffic, and no link', blind('no-traffic', 'link-down'), 'fault'],
    ['no traffic, and an open call', { ...withCalls(callOf('exposed')), blindness: ['no-traffic'] }, 'red'],
    [
      'a broker that fails is no matter of calls',
      { ...withCalls(callOf('protected')), broker: 'failing', disk: 'full' },
      'green',
    ],
  ])('%s', (_, state, lamp) => {
    expect(lampOf(state, NOW)).toBe(lamp)
  })

  test('for every set of two grades the worse one decides, and its word is on the screen', () => {
    for (const [index, worse] of GRADES.entries()) {
      for (const better of GRADES.slice(index)) {
        const state = withCalls(callOf(better), callOf(worse))
        expect(verdictShown(state, NOW)).toMatchObject({
          lamp: GRADE_TABLE[worse].lamp,
          word: GRADE_TABLE[worse].word,
        })
      }
    }
  })

  test('green needs a private call, a good engine, sight and news', () => {
    const state = withCalls(callOf('protected'))
    expect(lampOf(state, NOW)).toBe('green')
    expect(lampOf(state, NOW + 3000)).toBe('green')
    expect(lampOf(state, NOW + 3001)).toBe('fault')
    for (const { state: shown, now = NOW } of Object.values(SHOWN)) {
      if (lampOf(shown, now) !== 'green') continue
      expect(shown.engine.kind).toBe('good')
      expect(shown.blindness).toEqual([])
      expect(
        [...shown.calls, ...(shown.lastEnded === null ? [] : [shown.lastEnded])].map(({ grade }) => grade),
      ).toContain('protected')
    }
  })

  test('somebody looks for the box', () => {
    expect(lampOf(idle, NOW, NOW + 1)).toBe('identify')
    expect(lampOf(idle, NOW, NOW)).toBe('idle')
  })
})

/** Which lights are on in each quarter second of three seconds: r, a, g, upper case for more than a glimpse. */
const patternOf = (lamp: LampName): string =>
  Array.from({ length: 12 }, (_, step) => {
    const lights = lightsOf(lamp, step * 250)
    const on = COLOURS.filter((colour) => lights[colour] !== 'off')
    return (
      on
        .map((colour) => (lights[colour] === 'on' ? colour.charAt(0).toUpperCase() : colour.charAt(0)))
        .join('') || '.'
    )
  }).join(' ')

test.each<[LampName, string]>([
  ['red', 'R R R R R R R R R R R R'],
  ['amber', 'A A A A A A A A A A A A'],
  ['green', 'G G G G G G G G G G G G'],
  ['amber-blink', 'A A . . A A . . A A . .'],
  ['fault', 'R R A A R R A A R R A A'],
  ['idle', 'g . . . . . . . . . . .'],
  ['listening', 'a . . . a . . . a . . .'],
  ['identify', 'RAG . RAG . RAG . RAG . RAG . RAG .'],
  ['dark', '. . . . . . . . . . . .'],
])('what the lights do for %s', (lamp, pattern) => {
  expect(patternOf(lamp)).toBe(pattern)
})

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'callseal-leds-'))
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

const makeLeds = (trigger: string): void => {
  for (const colour of COLOURS) {
    const folder = join(root, `callseal:${colour}`)
    mkdirSync(folder)
    for (const file of ['brightness', 'activate', 'state']) writeFileSync(join(folder, file), '0\n')
    writeFileSync(join(folder, 'duration'), '0\n')
    writeFileSync(join(folder, 'trigger'), trigger)
  }
}
const read = (colour: string, file: string): string =>
  readFileSync(join(root, `callseal:${colour}`, file), 'utf8').trim()

describe("the kernel's lights", () => {
  const TRIGGERS = '[none] kbd-scrolllock timer transient'

  const open = (): { leds: KernelLeds; clock: FakePanelClock; writes: string[] } => {
    const clock = new FakePanelClock()
    const writes: string[] = []
    const leds = new KernelLeds({
      clock,
      root,
      write: (path, text) => {
        writes.push(`${path.slice(root.length + '/callseal:'.length)}=${text}`)
        writeKernelFile(path, text)
      },
    })
    return { leds, clock, writes }
  }

  test('a light that stays is armed anew each second, by 0 and then 1, and held 2.5 s', () => {
    makeLeds(TRIGGERS)
    const { leds, writes } = open()
    leds.show(lightsOf('green', 0), 0)
    expect(leds.state.kind).toBe('good')
    expect(writes.filter((line) => line.startsWith('green'))).toEqual([
      'green/trigger=transient',
      'green/activate=0',
      'green/duration=2500',
      'green/state=1',
      'green/activate=0',
      'green/activate=1',
    ])
    writes.length = 0
    for (let now = 250; now <= 3000; now += 250) leds.show(lightsOf('green', now), now)
    expect(writes).toEqual(Array.from({ length: 3 }, () => ['green/activate=0', 'green/activate=1']).flat())
    expect(read('green', 'activate')).toBe('1')
    expect(read('green', 'duration')).toBe('2500')
    expect(read('red', 'activate')).toBe('0')
  })

  test('the longest pause between two armings is shorter than the light is held', () => {
    makeLeds(TRIGGERS)
    const { leds, writes } = open()
    let armedAt = 0
    let longest = 0
    for (let now = 0; now < 60_000; now += 250) {
      const before = writes.length
      leds.show(lightsOf('green', now), now)
      if (!writes.slice(before).includes('green/activate=1')) continue
      longest = Math.max(longest, now - armedAt)
      armedAt = now
    }
    expect(longest).toBeLessThanOrEqual(1000)
  })

  test('another lamp puts the green light out in the same breath', () => {
    makeLeds(TRIGGERS)
    const { leds } = open()
    leds.show(lightsOf('green', 0), 0)
    leds.show(lightsOf('red', 1), 1)
    expect(read('green', 'activate')).toBe('0')
    expect(read('red', 'activate')).toBe('1')
    leds.close()
    expect(COLOURS.map((colour) => read(colour, 'activate'))).toEqual(['0', '0', '0'])
  })

  test('a glimpse is given once, as long as it says', () => {
    makeLeds(TRIGGERS)
    const { leds, writes } = open()
    for (let now = 0; now < 3000; now += 125) leds.show(lightsOf('idle', now), now)
    expect(writes.filter((line) => line === 'green/activate=1')).toHaveLength(1)
    expect(read('green', 'duration')).toBe('60')
  })

  test('a trigger that is chosen already is not chosen again', () => {
    makeLeds('none timer [transient]')
    const { leds, writes } = open()
    leds.show(DARK, 0)
    expect(writes.filter((line) => line.includes('trigger'))).toEqual([])
  })

  test('files of a trigger that are given to this program a moment later cost one retry, not one a light', () => {
    makeLeds(TRIGGERS)
    const given = new Set<string>()
    const leds = new KernelLeds({
      clock: new FakePanelClock(),
      root,
      write: (path, text) => {
        const [lamp = '', file = ''] = path.split('/').slice(-2)
        if (file !== 'trigger' && !given.has(lamp))
          throw Object.assign(new Error(`EACCES: ${path}`), { code: 'EACCES' })
        writeKernelFile(path, file === 'trigger' ? `none [${text}]` : text)
        if (file === 'trigger') queue.push(lamp)
      },
    })
    const queue: string[] = []
    leds.show(lightsOf('green', 0), 0)
    expect(leds.state.kind).toBe('failing')
    for (const lamp of queue) given.add(lamp)
    leds.show(lightsOf('green', 500), 500)
    expect(leds.state.kind).toBe('good')
    expect(read('green', 'activate')).toBe('1')
  })

  test('without the trigger they are switched plainly, and that is said', () => {
    makeLeds('[none] timer')
    const { leds, clock } = open()
    leds.show(lightsOf('idle', 0), 0)
    expect(leds.state).toMatchObject({ kind: 'limited' })
    expect(leds.state.sentence).toContain('ledtrig-transient')
    expect(read('green', 'brightness')).toBe('1')
    clock.advance(60)
    expect(read('green', 'brightness')).toBe('0')
  })

  test('files that go away are a state; when they are back, so are the lights', () => {
    makeLeds(TRIGGERS)
    const { leds } = open()
    leds.show(lightsOf('red', 0), 0)
    rmSync(join(root, 'callseal:red'), { recursive: true })
    leds.show(lightsOf('red', 1000), 1000)
    expect(leds.state).toMatchObject({ kind: 'failing' })
    expect(leds.state.sentence).toContain('ENOENT')
    expect(existsSync(join(root, 'callseal:red'))).toBe(false)
    for (const colour of ['amber', 'green']) rmSync(join(root, `callseal:${colour}`), { recursive: true })
    makeLeds(TRIGGERS)
    for (let now = 1250; now < 10_000; now += 250) leds.show(lightsOf('red', now), now)
    expect(leds.state.kind).toBe('good')
    expect(read('red', 'activate')).toBe('1')
  })
})

describe('lights on pins', () => {
  const makeChips = (...chips: readonly (readonly [label: string, base: number])[]): void => {
    for (const [label, base] of chips) {
      const folder = join(root, `gpiochip${base}`)
      mkdirSync(folder)
      writeFileSync(join(folder, 'label'), `${label}\n`)
      writeFileSync(join(folder, 'base'), `${base}\n`)
    }
  }
  const PINS = { red: 17, amber: 27, green: 22 }

  const newOnoff = (): {
    levels: Map<number, number>
    package: ConstructorParameters<typeof OnoffLeds>[0]['onoff']
  } => {
    const levels = new Map<number, number>()
    class Gpio {
      readonly #line: number
      constructor(line: number) {
        this.#line = line
        levels.set(line, 0)
      }
      writeSync(value: number): void {
        levels.set(this.#line, value)
      }
      watch(): void {
        throw new Error('lights are not watched')
      }
      unexport(): void {
        levels.delete(this.#line)
      }
    }
    return { levels, package: { Gpio } }
  }

  test.each([
    ['pinctrl-bcm2835', 512],
    ['pinctrl-bcm2711', 512],
    ['pinctrl-rp1', 571],
  ])('%s: the pin counts from the base of its chip', (label, base) => {
    makeChips(['raspberrypi-exp-gpio', 504], [label, base])
    const onoff = newOnoff()
    const clock = new FakePanelClock()
    const leds = new OnoffLeds({ onoff: onoff.package, pins: PINS, clock, gpioRoot: root })
    leds.show(lightsOf('green', 0))
    expect([...onoff.levels]).toEqual([
      [base + 17, 0],
      [base + 27, 0],
      [base + 22, 1],
    ])
    expect(leds.state).toMatchObject({ kind: 'limited' })
    leds.show(lightsOf('idle', 3000))
    clock.advance(60)
    expect(onoff.levels.get(base + 22)).toBe(0)
    leds.close()
    expect(onoff.levels.size).toBe(0)
  })

  test('a machine without lights says where it looked', async () => {
    makeChips(['some-other-chip', 0])
    const leds = await openLeds({ pins: PINS, clock: new FakePanelClock(), ledsRoot: root, gpioRoot: root })
    expect(leds.state.kind).toBe('absent')
    expect(leds.state.sentence).toContain(root)
  })
})
