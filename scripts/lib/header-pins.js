// @ts-check
/** The 40-pin header of every Raspberry Pi since the B+, and of the CM4 carriers that copy it. Source: the header's official pinout. */

/**
 * What each physical pin carries; index 0 is pin 1. A number is a GPIO of the Broadcom chip.
 * @type {readonly (number | '3V3' | '5V' | 'GND')[]}
 */
export const HEADER_PINS = [
  ...['3V3', '5V', 2, '5V', 3, 'GND', 4, 14, 'GND', 15],
  ...[17, 18, 27, 'GND', 22, 23, '3V3', 24, 10, 'GND'],
  ...[9, 25, 11, 8, 'GND', 7, 0, 1, 5, 'GND'],
  ...[6, 12, 13, 'GND', 19, 16, 26, 20, 'GND', 21],
].map((pin) => /** @type {number | '3V3' | '5V' | 'GND'} */ (pin))

/** GPIO 0 and 1 are kept for the EEPROM of an add-on board. */
const RESERVED = [0, 1]

/**
 * Physical pin of a GPIO. Throws a sentence if the header does not have it.
 * @param {number} gpio @param {string} name of the key, for the sentence
 */
export function physicalOf(gpio, name) {
  const at = RESERVED.includes(gpio) ? -1 : HEADER_PINS.indexOf(gpio)
  if (at < 0)
    throw new Error(`pins.json: ${name} is GPIO ${gpio}, which is not to be had on the 40-pin header`)
  return at + 1
}

/** `GPIO17`, `3V3`, `GND`. @param {number} physical 1 to 40 */
export function signalOf(physical) {
  const pin = HEADER_PINS[physical - 1]
  return typeof pin === 'number' ? `GPIO${pin}` : String(pin)
}
