/** Where the parts are connected: the content of hardware/pins.json, checked. Pure; whoever starts the panel reads the file. */
import { COLOURS, type Colour } from './led/lamps.ts'

/** Numbers of pins are Broadcom's (GPIO17 is 17). */
export interface Pins {
  readonly oled: { readonly bus: number; readonly address: number }
  readonly leds: Readonly<Record<Colour, number>>
  readonly button: number
}

/** Seven bits. */
const LAST_ADDRESS = 0x7f
/** Lines of the header's chip; a Pi has fewer than 58. */
const LAST_LINE = 57
const LAST_BUS = 31

/** Throws a sentence that names what is wrong. */
export const parsePins = (json: unknown): Pins => {
  const root = recordOf(json, 'the file')
  const oled = recordOf(root['oled'], 'oled')
  const leds = recordOf(root['leds'], 'leds')
  return {
    oled: {
      bus: numberOf(oled['bus'], 'oled.bus', LAST_BUS),
      address: numberOf(oled['address'], 'oled.address', LAST_ADDRESS),
    },
    leds: Object.fromEntries(
      COLOURS.map((colour) => [colour, numberOf(leds[colour], `leds.${colour}`, LAST_LINE)]),
    ) as Record<Colour, number>,
    button: numberOf(root['button'], 'button', LAST_LINE),
  }
}

const recordOf = (value: unknown, name: string): Readonly<Record<string, unknown>> => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw new Error(`pins.json: ${name} must be an object`)
}

const numberOf = (value: unknown, name: string, last: number): number => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= last) return value
  throw new Error(`pins.json: ${name} must be a whole number from 0 to ${last}`)
}
