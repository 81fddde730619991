// @ts-check
/** Which wire goes where, from hardware/pins.json: the drawing, the overlay and the tables are made from this list. Pure. */
import { physicalOf, signalOf } from './header-pins.js'

/**
 * @typedef {{ header: string, oled: { bus: number, address: number, sda: number, scl: number },
 *   leds: { red: number, amber: number, green: number }, button: number }} Pins
 * @typedef {{ part: string, terminal: string, colour: WireColour, physical: number, signal: string }} Wire
 * @typedef {'red' | 'black' | 'yellow' | 'blue' | 'brown' | 'orange' | 'green' | 'white'} WireColour
 * @typedef {'red' | 'amber' | 'green'} LedColour
 */

/** Supplies: each part has its own ground, so that nothing must be soldered together. Physical pins. */
const SUPPLY = /** @type {const} */ ({ oledPower: 1, oledGround: 9, ledGround: 25, buttonGround: 20 })

/** Volts of a GPIO that is on. */
const GPIO_VOLTS = 3.3
/** A modern LED is bright enough with less; a GPIO may give 16 mA, all together 50 mA. */
const WANTED_AMPERES = 0.004
/** Ohms of one decade; each times a power of ten is for sale everywhere. Source: IEC 60063, series E12. */
const E12 = [10, 12, 15, 18, 22, 27, 33, 39, 47, 56, 68, 82]

/** Volts across an ordinary 5 mm LED, diffused, at a few milliamperes. A "pure" or "emerald" green needs 3.0 V: too much for 3.3 V. */
export const FORWARD_VOLTS = /** @type {const} */ ({ red: 2.0, amber: 2.1, green: 2.2 })

/** @type {readonly LedColour[]} */
export const LED_COLOURS = ['red', 'amber', 'green']

/** The next value for sale that lets no more than the wanted current through. @param {LedColour} colour */
export function resistorOf(colour) {
  const least = (GPIO_VOLTS - FORWARD_VOLTS[colour]) / WANTED_AMPERES
  const values = [1, 10, 100, 1000].flatMap((decade) => E12.map((ohms) => ohms * decade))
  const ohms = values.find((value) => value >= least) ?? 0
  return { ohms, milliamperes: ((GPIO_VOLTS - FORWARD_VOLTS[colour]) / ohms) * 1000 }
}

/**
 * All wires, part by part. Throws a sentence if the pins cannot be so.
 * @param {Pins} pins @returns {Wire[]}
 */
export function wiresOf(pins) {
  if (pins.header !== '40-pin') throw new Error(`pins.json: header is ${pins.header}; only 40-pin is known`)
  checkBus(pins)
  const { oled, leds, button } = pins
  const wires = [
    wireOf('OLED', 'GND', 'black', SUPPLY.oledGround),
    wireOf('OLED', 'VCC', 'red', SUPPLY.oledPower),
    wireOf('OLED', 'SCL', 'yellow', physicalOf(oled.scl, 'oled.scl')),
    wireOf('OLED', 'SDA', 'blue', physicalOf(oled.sda, 'oled.sda')),
    wireOf('red LED', 'resistor, then long leg', 'brown', physicalOf(leds.red, 'leds.red')),
    wireOf('amber LED', 'resistor, then long leg', 'orange', physicalOf(leds.amber, 'leds.amber')),
    wireOf('green LED', 'resistor, then long leg', 'green', physicalOf(leds.green, 'leds.green')),
    wireOf('LEDs', 'all three short legs', 'black', SUPPLY.ledGround),
    wireOf('button', 'one side', 'white', physicalOf(button, 'button')),
    wireOf('button', 'other side', 'black', SUPPLY.buttonGround),
  ]
  checkShared(wires)
  return wires
}

/** @param {string} part @param {string} terminal @param {WireColour} colour @param {number} physical @returns {Wire} */
const wireOf = (part, terminal, colour, physical) => ({
  part,
  terminal,
  colour,
  physical,
  signal: signalOf(physical),
})

/** @param {Pins} pins */
function checkBus({ oled }) {
  // The header's I2C bus 1 has its pull-up resistors on these two pins, on every board.
  if (oled.bus === 1 && oled.sda === 2 && oled.scl === 3) return
  throw new Error('pins.json: oled must be on bus 1, sda 2, scl 3: the one I2C bus that every header has')
}

/** @param {readonly Wire[]} wires */
function checkShared(wires) {
  for (const wire of wires) {
    const other = wires.find((one) => one !== wire && one.physical === wire.physical)
    if (other === undefined) continue
    throw new Error(`pins.json: ${wire.part} and ${other.part} share pin ${wire.physical} (${wire.signal})`)
  }
}

/** Rows for a table: part, its end, wire, pin, signal. @param {readonly Wire[]} wires */
export const wireRows = (wires) =>
  wires.map(({ part, terminal, colour, physical, signal }) => [
    part,
    terminal,
    colour,
    String(physical),
    signal,
  ])
