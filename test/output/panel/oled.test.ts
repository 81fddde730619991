/** The display on its bus: a model of the controller rebuilds the golden pictures from the bytes; what they cost; and a display that goes and comes. */
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import {
  drawTestFrames,
  OledScreen,
  renderScreen,
  renderTerminal,
  testPictures,
  type Bitmap,
  type BusMode,
  type ControllerName,
  type Height,
} from '../../../src/output/panel/index.ts'
import { BusWithDisplay, DisplayModel } from '../../fakes/display.ts'
import { FakePanelClock, settle } from '../../fakes/panel-clock.ts'
import { readGoldenPicture } from '../../tools/golden-picture.ts'
import { NOW, SHOWN, viewOf } from './states.ts'

const GOLDEN = join(import.meta.dirname, 'golden')
const PLACE = { bus: 1, address: 0x3c }
const draw = (name: string, height: Height = 64): Bitmap =>
  renderScreen(SHOWN[name]!.state, viewOf(SHOWN[name]!), height)
const later = (name: string, milliseconds: number): Bitmap => {
  const { state, ...shown } = SHOWN[name]!
  return renderScreen(state, viewOf({ ...shown, state, now: NOW + milliseconds }), 64)
}
const dotsOf = (bitmap: Bitmap): string => renderTerminal(bitmap).join('\n')

interface Set {
  readonly clock: FakePanelClock
  readonly bus: BusWithDisplay
  readonly screen: OledScreen
}

const setUp = (
  controller: ControllerName,
  height: Height,
  isPlain = true,
  mode: BusMode | null = null,
): Set => {
  const clock = new FakePanelClock()
  const bus = new BusWithDisplay(new DisplayModel(controller, height))
  bus.isPlain = isPlain
  return {
    clock,
    bus,
    screen: new OledScreen({ ...PLACE, clock, height, controller, mode, openBus: bus.open }),
  }
}

/** Shows a picture and lets time go by a quarter second at a time, without waiting for anything that hangs. */
const tick = async ({ clock, screen }: Set, seconds: number, turns = 8): Promise<void> => {
  for (let passed = 0; passed < seconds; passed += 0.25) {
    screen.tick()
    await settle(turns)
    clock.advance(250)
  }
}

const present = async (set: Set, bitmap: Bitmap, contrast = 0x8f): Promise<void> => {
  set.clock.advance(250)
  set.screen.show(bitmap, contrast)
  set.screen.tick()
  await set.screen.idle()
}

const CASES: readonly (readonly [ControllerName, Height, boolean])[] = [
  ['ssd1306', 64, true],
  ['ssd1306', 64, false],
  ['ssd1306', 32, true],
  ['ssd1306', 32, false],
  ['sh1106', 64, true],
  ['sh1106', 64, false],
]

describe.each(CASES)('%s, %d rows, plain writes %s', (controller, height, isPlain) => {
  test('shows every golden picture after any other, with commands that it knows', async () => {
    const set = setUp(controller, height, isPlain)
    for (const name of Object.keys(SHOWN)) {
      const golden = readGoldenPicture(join(GOLDEN, `${name}-${height}.png`))
      await present(set, golden)
      expect(dotsOf(set.bus.display!.picture())).toBe(dotsOf(golden))
    }
    expect(set.screen.state.kind).toBe('good')
    expect(set.bus.display!.unknown).toEqual([])
    expect(set.bus.most).toBe(1)
    expect(set.screen.traffic).toEqual({ messages: set.bus.messages.length, bytes: set.bus.bytes })
  })
})

describe('what a picture costs', () => {
  test.each([
    ['a full frame', draw('verdict-open'), draw('reach-url'), 10, 1150],
    ['a second of three calls', draw('calls-three'), later('calls-three', 1000), 3, 300],
    ['a changed line', draw('survey-running'), draw('survey-over'), 1, 150],
    ['nothing new', draw('health-good-1'), draw('health-good-1'), 0, 0],
  ])('%s', async (_, first, second, messages, bytes) => {
    const set = setUp('ssd1306', 64)
    await present(set, first)
    const before = { messages: set.bus.messages.length, bytes: set.bus.bytes }
    await present(set, second)
    expect(dotsOf(set.bus.display!.picture())).toBe(dotsOf(second))
    expect(set.bus.messages.length - before.messages).toBeLessThanOrEqual(messages)
    expect(set.bus.bytes - before.bytes).toBeLessThanOrEqual(bytes)
  })

  test('every dot changed at once is eight messages and 1,080 bytes', async () => {
    const set = setUp('ssd1306', 64)
    const [lit] = testPictures(64) as [Bitmap]
    await present(set, { height: 64, bytes: new Uint8Array(1024) })
    const before = set.bus.messages.length
    await present(set, lit)
    const frame = set.bus.messages.slice(before)
    expect(frame).toHaveLength(8)
    expect(frame.reduce((sum, { length }) => sum + length, 0)).toBe(1080)
  })

  test('at most four pictures a second, the newest of them', async () => {
    const set = setUp('ssd1306', 64)
    await present(set, draw('verdict-idle'))
    set.clock.advance(1000)
    let frames = 0
    for (let at = 0; at < 1000; at += 20) {
      const before = set.bus.messages.length
      set.screen.show(draw(at % 40 === 0 ? 'verdict-open' : 'verdict-private'), 0x8f)
      set.screen.tick()
      await set.screen.idle()
      if (set.bus.messages.length > before) frames++
      set.clock.advance(20)
    }
    expect(frames).toBeGreaterThan(2)
    expect(frames).toBeLessThanOrEqual(4)
  })

  test('brightness is three bytes', async () => {
    const set = setUp('ssd1306', 64)
    await present(set, draw('verdict-idle'), 0x8f)
    const before = set.bus.bytes
    await present(set, draw('verdict-idle'), 0x01)
    expect(set.bus.display!.contrast).toBe(1)
    expect(set.bus.bytes - before).toBe(3)
  })
})

describe('a display that goes and comes', () => {
  test('dark and dumb from the start, then plugged in: within ten seconds it shows what it should', async () => {
    const set = setUp('ssd1306', 64)
    const display = set.bus.display!
    set.bus.display = null
    set.screen.show(draw('verdict-open'), 0x8f)
    await tick(set, 60)
    expect(set.screen.state).toMatchObject({ kind: 'absent' })
    expect(set.screen.state.sentence).toContain('0x3c of I2C bus 1')
    expect(set.bus.opened).toBeLessThan(15)
    expect(set.bus.closed).toBe(set.bus.opened)
    set.bus.display = display
    await tick(set, 10)
    expect(dotsOf(display.picture())).toBe(dotsOf(draw('verdict-open')))
    expect(set.screen.state.kind).toBe('good')
  })

  test('unplugged while nothing changes: noticed within three seconds; another one is set up within ten', async () => {
    const set = setUp('sh1106', 64)
    await present(set, draw('verdict-idle'))
    set.bus.display = null
    await tick(set, 3)
    expect(set.screen.state.kind).toBe('absent')
    await tick(set, 20)
    set.bus.display = new DisplayModel('sh1106', 64)
    await tick(set, 10)
    expect(dotsOf(set.bus.display.picture())).toBe(dotsOf(draw('verdict-idle')))
  })

  test('unplugged for a blink, so that no message was missed: it is set up again within ten seconds', async () => {
    const set = setUp('ssd1306', 64)
    await present(set, draw('verdict-idle'))
    set.bus.display = new DisplayModel('ssd1306', 64)
    expect(dotsOf(set.bus.display.picture())).not.toBe(dotsOf(draw('verdict-idle')))
    await tick(set, 10)
    expect(dotsOf(set.bus.display.picture())).toBe(dotsOf(draw('verdict-idle')))
  })

  test('the noise of a display that was just switched on is never shown', async () => {
    const set = setUp('ssd1306', 64)
    const display = set.bus.display!
    const seen: boolean[] = []
    const onMessage = display.onMessage.bind(display)
    display.onMessage = (message) => {
      onMessage(message)
      if (display.isOn) seen.push(dotsOf(display.picture()) === dotsOf(draw('verdict-idle')))
    }
    await present(set, draw('verdict-idle'))
    expect(seen.length).toBeGreaterThan(0)
    expect(seen).not.toContain(false)
  })

  test('a bus that hangs is a state after half a second, gets no second message, and is used again when it is back', async () => {
    const set = setUp('ssd1306', 64)
    await present(set, draw('verdict-idle'))
    set.bus.isHanging = true
    set.screen.show(draw('verdict-open'), 0x8f)
    await tick(set, 30)
    expect(set.screen.state.sentence).toContain('stuck')
    expect(set.bus.most).toBe(1)
    set.bus.release()
    await tick(set, 10)
    expect(set.screen.state.kind).toBe('good')
    expect(dotsOf(set.bus.display!.picture())).toBe(dotsOf(draw('verdict-open')))
    expect(set.bus.closed).toBe(set.bus.opened - 1)
  })

  test('closing leaves it dark', async () => {
    const set = setUp('ssd1306', 64)
    await present(set, draw('verdict-private'))
    await set.screen.close()
    expect(set.bus.display!.isOn).toBe(false)
    expect(set.bus.closed).toBe(set.bus.opened)
    set.screen.tick()
    await set.screen.idle()
    expect(set.bus.display!.isOn).toBe(false)
  })
})

describe('what is wrong is said', () => {
  test.each([
    ['ENOENT', 'absent', '/dev/i2c-1'],
    ['EACCES', 'failing', 'group i2c'],
    ['EBUSY', 'failing', '0x3c'],
  ])('%s', async (code, kind, words) => {
    const clock = new FakePanelClock()
    const openBus = (): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }))
    const screen = new OledScreen({ ...PLACE, clock, height: 64, controller: 'ssd1306', openBus })
    screen.tick()
    await screen.idle()
    expect(screen.state.kind).toBe(kind)
    expect(screen.state.sentence).toContain(words)
  })

  test('a machine without I2C: the package itself is asked', async () => {
    const clock = new FakePanelClock()
    const screen = new OledScreen({ bus: 31, address: 0x3c, clock, height: 64, controller: 'ssd1306' })
    screen.tick()
    await screen.idle()
    expect(['absent', 'failing']).toContain(screen.state.kind)
    expect(screen.state.sentence).toMatch(/\/dev\/i2c-31|npm install i2c-bus/)
  })
})

test('the test pictures by themselves', async () => {
  const bus = new BusWithDisplay(new DisplayModel('ssd1306', 64))
  const { state, frames } = await drawTestFrames(1, 0x3c, 'block', { openBus: bus.open })
  expect(state.kind).toBe('good')
  expect(frames).toHaveLength(3)
  expect(dotsOf(bus.display!.picture())).toBe(dotsOf(testPictures(64)[2]!))
})
