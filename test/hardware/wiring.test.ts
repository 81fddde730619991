/** hardware/ says what pins.json says: drawing, overlay, template and table are as `npm run wiring` prints them, and the wiring can be so. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { printedFiles } from '../../scripts/lib/hardware-files.js'
import { HEADER_PINS, physicalOf, signalOf } from '../../scripts/lib/header-pins.js'
import { FORWARD_VOLTS, LED_COLOURS, resistorOf, wiresOf } from '../../scripts/lib/wiring-plan.js'
import { wiringDrawing } from '../../scripts/lib/wiring-drawing.js'
import { overlaySource } from '../../scripts/lib/overlay-source.js'
import { ADAPTER_NOTES } from '../../src/app/doctor/adapter-table.ts'
import { GRADE_TABLE } from '../../src/core/index.ts'

const HARDWARE = resolve(import.meta.dirname, '..', '..', 'hardware')
const PAGES = ['README.md', 'bill-of-materials.md', 'assembly.md', 'placement.md']
const read = (name: string): string => readFileSync(join(HARDWARE, name), 'utf8')
/** The headings of a page as addresses. */
const partsOf = (page: string): string[] =>
  [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  )
const pins = JSON.parse(read('pins.json')) as Parameters<typeof wiresOf>[0]

describe('hardware/', () => {
  test.each(Object.entries(printedFiles(read)))('%s is as npm run wiring prints it', (name, text) => {
    expect(read(name)).toBe(text)
  })

  test.each(PAGES)('the links of %s lead somewhere', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#:]+)(?:#([^)]+))?\)/g)]
    expect(links.length).toBeGreaterThan(0)
    const broken = links.filter(([, file = '', part]) => {
      if (!existsSync(join(HARDWARE, file))) return true
      return part !== undefined && !partsOf(file).includes(part)
    })
    expect(broken.map(([link]) => link)).toEqual([])
  })

  test('the bill of materials says of each adapter what callseal doctor says', () => {
    const rows = read('bill-of-materials.md')
      .split('\n')
      .filter((line) => line.startsWith('|'))
    const missing = ADAPTER_NOTES.filter(
      ({ driver, trouble }) => !rows.some((row) => row.includes(`\`${driver}\``) && row.includes(trouble)),
    )
    expect(missing.map(({ driver, trouble }) => `${driver}: ${trouble}`)).toEqual([])
  })

  test('the page about the lights has every word of the screen', () => {
    const page = read('placement.md')
    for (const { word } of Object.values(GRADE_TABLE)) expect(page).toContain(`**${word}**`)
  })
})

describe('the header', () => {
  test('has forty pins, and each GPIO from 0 to 27 once', () => {
    expect(HEADER_PINS).toHaveLength(40)
    const numbers = HEADER_PINS.filter((pin): pin is number => typeof pin === 'number')
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 28 }, (_, gpio) => gpio))
    const kinds = ['3V3', '5V', 'GND'].map((kind) => HEADER_PINS.filter((pin) => pin === kind).length)
    expect(kinds).toEqual([2, 2, 8])
  })

  // Pairs that stand in every book: https://pinout.xyz.
  test.each([
    [2, 3],
    [3, 5],
    [4, 7],
    [14, 8],
    [17, 11],
    [18, 12],
    [27, 13],
    [22, 15],
    [23, 16],
    [10, 19],
    [7, 26],
    [12, 32],
    [26, 37],
    [21, 40],
  ])('GPIO %i is pin %i', (gpio, physical) => {
    expect(physicalOf(gpio, 'x')).toBe(physical)
    expect(signalOf(physical)).toBe(`GPIO${gpio}`)
  })
})

describe('the wiring', () => {
  const wires = wiresOf(pins)

  test('no two wires share a pin, and none carries 5 V', () => {
    expect(new Set(wires.map(({ physical }) => physical)).size).toBe(wires.length)
    expect(wires.filter(({ signal }) => signal === '5V')).toEqual([])
  })

  test('all are among the first 26 pins, which shorter headers of carrier boards have too', () => {
    expect(Math.max(...wires.map(({ physical }) => physical))).toBeLessThanOrEqual(26)
  })

  test('black is ground and nothing else is', () => {
    const isGround = ({ signal }: { signal: string }): boolean => signal === 'GND'
    expect(wires.filter(({ colour }) => colour === 'black')).toEqual(wires.filter(isGround))
    const others = wires.filter((wire) => !isGround(wire)).map(({ colour }) => colour)
    expect(new Set(others).size).toBe(others.length)
  })

  test('pins that cannot be are told by name', () => {
    const spoiled = (change: object): (() => unknown) => {
      return () => wiresOf({ ...pins, ...change })
    }
    expect(spoiled({ button: 17 })).toThrow('red LED and button share pin 11 (GPIO17)')
    expect(spoiled({ button: 40 })).toThrow('button is GPIO 40')
    expect(spoiled({ button: 1 })).toThrow('button is GPIO 1')
    expect(spoiled({ leds: { ...pins.leds, green: 2 } })).toThrow('share pin 3')
    expect(spoiled({ oled: { ...pins.oled, sda: 4 } })).toThrow('oled must be on bus 1')
    expect(spoiled({ header: '26-pin' })).toThrow('26-pin')
  })

  test.each(LED_COLOURS)('the resistor of %s lets 2 to 5 mA through', (colour) => {
    const { ohms, milliamperes } = resistorOf(colour)
    expect(milliamperes).toBeCloseTo(((3.3 - FORWARD_VOLTS[colour]) / ohms) * 1000, 6)
    expect(milliamperes).toBeGreaterThanOrEqual(2)
    expect(milliamperes).toBeLessThanOrEqual(5)
  })

  test('another pin is drawn and compiled elsewhere', () => {
    const moved = { ...pins, button: 24 }
    expect(wiringDrawing(moved)).toContain('button, one side: pin 18, GPIO24')
    expect(overlaySource(moved)).toContain('<&gpio 24 17>')
  })
})

describe('the drawing', () => {
  const drawing = wiringDrawing(pins)

  test('is text that needs nothing from elsewhere', () => {
    const addresses = [...drawing.matchAll(/https?:\/\/[^"\s]+/g)].map(([address]) => address)
    expect(addresses).toEqual(['http://www.w3.org/2000/svg'])
    expect(drawing).not.toMatch(/<(?:image|script|use|foreignObject|a)\b|@import|url\(/)
  })

  test('every element is closed', () => {
    const open: string[] = []
    for (const [, closing, name = '', empty] of drawing.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (closing === '/') expect(open.pop()).toBe(name)
      else if (empty !== '/') open.push(name)
    }
    expect(open).toEqual([])
  })

  test('is dark on a screen only: paper stays white', () => {
    expect(drawing).toContain('@media screen and (prefers-color-scheme: dark)')
  })
})
