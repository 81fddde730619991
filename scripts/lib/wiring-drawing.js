// @ts-check
/** hardware/wiring.svg: the header from above, the parts, their wires, and a table of them. Pure and deterministic; user units are pixels. */
import { signalOf, HEADER_PINS } from './header-pins.js'
import { boxAt, discAt, lineThrough, textAt } from './svg.js'
import { LED_COLOURS, resistorOf, wireRows, wiresOf } from './wiring-plan.js'

/** @typedef {import('./wiring-plan.js').Wire} Wire @typedef {readonly [number, number]} Point */

const WIDTH = 1000
const HEIGHT = 980
/** The header: where its first row stands, the distance of rows, and its two columns. */
const FIRST_ROW = 130
const PITCH = 26
const COLUMNS = /** @type {const} */ ([520, 556])
/** From a column's middle to the edge of the block, less the round end of a gap. */
const EDGE = 24
/** Where the display's pins stand, by name; its upper edge. */
const OLED_PINS = /** @type {Readonly<Record<string, number>>} */ ({ GND: 75, VCC: 115, SCL: 155, SDA: 195 })
const OLED_TOP = 340
/** Each LED hangs on its own column, and all end on one ground line. */
const LED_COLUMNS = /** @type {const} */ ({ red: 262, amber: 322, green: 382 })
const LED_GROUND = { y: 580, x: 440 }
const BUTTON = { x: 720, width: 110 }
const TABLE_TOP = 704
const TABLE_COLUMNS = [40, 200, 430, 610, 700]

const STYLE = `
text { font: 14px sans-serif; fill: #1a1d21 }
.small { font-size: 11px }
.title { font-size: 22px; font-weight: bold }
.bold { font-weight: bold }
.muted { fill: #59626d }
.end { text-anchor: end }
.middle { text-anchor: middle }
.card { fill: #ffffff; stroke: #c4cad2 }
.block { fill: #2b3038; stroke: #14171b }
.pin { fill: #e0bb52; stroke: #14171b }
.spare { fill: #8d8a7e; stroke: #14171b }
.number { font-size: 11px; font-weight: bold; text-anchor: middle; fill: #101214 }
.first { fill: none; stroke: #d62f2f; stroke-width: 3 }
.module { fill: #1f4f8f; stroke: #0f2d55 }
.glass { fill: #0a0d10; stroke: #3a4450 }
.on-module { fill: #ffffff; font-size: 12px; text-anchor: middle }
.lit { fill: #bfe6ff; font-size: 20px; font-weight: bold; text-anchor: middle }
.resistor { fill: #e6d3a8; stroke: #5c4a1e; stroke-width: 1.5 }
.part { fill: #e9ecf0; stroke: #59626d; stroke-width: 1.5 }
.bulb { stroke: #33383f; stroke-width: 1.5 }
.line { fill: none; stroke: #c4cad2 }
.gap, .rim, .wire { fill: none; stroke-linejoin: round; stroke-linecap: round }
.gap { stroke: #ffffff; stroke-width: 11 }
.rim { stroke: #4a525c; stroke-width: 6 }
.wire { stroke-width: 4 }
.red { stroke: #d62f2f } .black { stroke: #101214 } .yellow { stroke: #efc319 } .blue { stroke: #2b6fd6 }
.brown { stroke: #8a5a2b } .orange { stroke: #f07f13 } .green { stroke: #1f9d4d } .white { stroke: #ffffff }
.led-red { fill: #ee3b3b } .led-amber { fill: #ffae1a } .led-green { fill: #35c267 }
@media screen and (prefers-color-scheme: dark) {
text { fill: #e8ebef }
.muted { fill: #a3adb9 }
.card { fill: #15191e; stroke: #3a434d }
.gap { stroke: #15191e }
.rim { stroke: #b4bcc6 }
.line { stroke: #3a434d }
.part { fill: #2f363f; stroke: #a3adb9 }
.number { fill: #101214 }
.on-module { fill: #ffffff } .lit { fill: #bfe6ff }
}
`

/** The whole file. @param {import('./wiring-plan.js').Pins} pins */
export function wiringDrawing(pins) {
  const wires = wiresOf(pins)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title words">
<title id="title">Callseal: wiring of the panel</title>
<desc id="words">${wires.map(({ part, terminal, physical, signal }) => `${part}, ${terminal}: pin ${physical}, ${signal}`).join('; ')}.</desc>
<!-- Printed from pins.json by npm run wiring: change it there. -->
<style>${STYLE}</style>
${[
  boxAt(1, 1, WIDTH - 2, HEIGHT - 2, 'card', 14),
  textAt(40, 48, 'Callseal: wiring of the panel', 'title'),
  textAt(40, 72, 'Switch the power off first. Nothing here goes to pins 2 and 4: they carry 5 V.', 'muted'),
  ...headerShapes(wires),
  ...wires.flatMap((wire) => wireShapes(wire)),
  ...oledShapes(pins),
  ...ledShapes(),
  ...buttonShapes(wires),
  ...noteShapes(),
  ...tableShapes(wires),
].join('\n')}
</svg>
`
}

/** Centre of a pin. @param {number} physical @returns {Point} */
const pinAt = (physical) => [
  physical % 2 === 1 ? COLUMNS[0] : COLUMNS[1],
  FIRST_ROW + PITCH * Math.floor((physical - 1) / 2),
]

/** @param {readonly Wire[]} wires */
function headerShapes(wires) {
  const used = new Set(wires.map(({ physical }) => physical))
  const [left, right] = COLUMNS
  const last = FIRST_ROW + PITCH * (HEADER_PINS.length / 2 - 1)
  const shapes = [
    boxAt(left - 18, FIRST_ROW - 18, right - left + 36, last - FIRST_ROW + 36, 'block', 4),
    textAt((left + right) / 2, FIRST_ROW - 38, 'end with the microSD card', 'small muted middle'),
    textAt((left + right) / 2, last + 36, 'end with the USB and network sockets', 'small muted middle'),
  ]
  for (let physical = 1; physical <= HEADER_PINS.length; physical++) {
    const [x, y] = pinAt(physical)
    const isUsed = used.has(physical)
    shapes.push(discAt(x, y, 10, isUsed ? 'pin' : 'spare'), textAt(x, y + 4, String(physical), 'number'))
    // The name of a used pin stands on its wire, that of another beside the pin.
    const rise = isUsed ? -6 : 4
    const classes = isUsed ? 'small bold' : 'small muted'
    if (physical % 2 === 1) shapes.push(textAt(left - 24, y + rise, signalOf(physical), `${classes} end`))
    else shapes.push(textAt(right + 24, y + rise, signalOf(physical), classes))
  }
  const [x, y] = pinAt(1)
  shapes.push(boxAt(x - 13, y - 13, 26, 26, 'first'), textAt(left - 24, y - 20, 'pin 1', 'small bold end'))
  return shapes
}

/** A wire with a rim, and a gap around it where it crosses others. @param {Wire} wire */
function wireShapes(wire) {
  const points = wayOf(wire)
  const [x, y] = pinAt(wire.physical)
  /** @type {Point} */
  const edge = [x === COLUMNS[0] ? x - EDGE : x + EDGE, y]
  const shapes = [
    lineThrough([edge, ...points.slice(1)], 'gap'),
    lineThrough(points, 'rim'),
    lineThrough(points, `wire ${wire.colour}`),
  ]
  // The wire ends on its pin, and the pin's number stays readable.
  return [...shapes, discAt(x, y, 10, 'pin'), textAt(x, y + 4, String(wire.physical), 'number')]
}

/** @param {Wire} wire @returns {Point[]} */
function wayOf({ part, terminal, physical }) {
  const pin = pinAt(physical)
  const [, y] = pin
  if (part === 'button') return [pin, [BUTTON.x, y]]
  if (part === 'OLED') {
    const x = OLED_PINS[terminal] ?? 0
    return [pin, [x, y], [x, OLED_TOP + 12]]
  }
  if (part === 'LEDs') {
    return [pin, [LED_GROUND.x, y], [LED_GROUND.x, LED_GROUND.y], [LED_COLUMNS.red, LED_GROUND.y]]
  }
  const colour = LED_COLOURS.find((one) => part.startsWith(one)) ?? 'red'
  return [pin, [LED_COLUMNS[colour], y], [LED_COLUMNS[colour], 500]]
}

/** @param {import('./wiring-plan.js').Pins} pins */
function oledShapes({ oled }) {
  const address = `0x${oled.address.toString(16)}`
  const names = Object.entries(OLED_PINS).flatMap(([name, x]) => [
    discAt(x, OLED_TOP + 12, 6, 'pin'),
    textAt(x, OLED_TOP + 34, name, 'on-module'),
  ])
  return [
    boxAt(40, OLED_TOP, 190, 190, 'module', 6),
    ...names,
    boxAt(52, OLED_TOP + 48, 166, 106, 'glass', 3),
    textAt(135, OLED_TOP + 108, 'PRIVATE', 'lit'),
    textAt(135, OLED_TOP + 176, `display, I2C bus ${oled.bus}, ${address}`, 'on-module'),
    textAt(40, OLED_TOP + 212, 'The pins of your module may stand', 'small muted'),
    textAt(40, OLED_TOP + 228, 'in another order: go by its letters.', 'small muted'),
  ]
}

function ledShapes() {
  return LED_COLOURS.flatMap((colour) => {
    const x = LED_COLUMNS[colour]
    /** @type {Point[]} */
    const leg = [
      [x, 500],
      [x, LED_GROUND.y],
    ]
    return [
      lineThrough(leg, 'rim'),
      lineThrough(leg, 'wire black'),
      boxAt(x - 8, 370, 16, 50, 'resistor', 3),
      textAt(x + 12, 400, `${resistorOf(colour).ohms} Ω`, 'small bold'),
      discAt(x, 500, 15, `bulb led-${colour}`),
      textAt(x + 8, 476, 'long', 'small muted'),
      textAt(x + 8, 532, 'short', 'small muted'),
      textAt(x + 8, 548, colour, 'small bold'),
    ]
  })
}

/** @param {readonly Wire[]} wires */
function buttonShapes(wires) {
  const rows = wires.filter(({ part }) => part === 'button').map(({ physical }) => pinAt(physical)[1])
  const top = Math.min(...rows)
  const bottom = Math.max(...rows)
  const middle = (top + bottom) / 2
  const { x, width } = BUTTON
  return [
    boxAt(x, top - 18, width, bottom - top + 36, 'part', 8),
    discAt(x + width / 2, middle, 22, 'block'),
    textAt(x + width + 12, middle - 4, 'button,', 'bold'),
    textAt(x + width + 12, middle + 14, 'closes when pressed', 'small'),
  ]
}

function noteShapes() {
  const leds = LED_COLOURS.map((colour) => {
    const { ohms, milliamperes } = resistorOf(colour)
    return `${colour}: ${ohms} Ω, ${milliamperes.toFixed(1)} mA`
  })
  const lines = [
    ['bold', 'Each LED has a resistor of its own:'],
    ...leds.map((words) => ['', words]),
    ['muted', '(3.3 V less 2.0, 2.1, 2.2 V of the LED)'],
    ['', ''],
    ['bold', 'The button needs no resistor:'],
    ['', 'the pull-up is in the chip.'],
    ['', ''],
    ['bold', 'Which way round?'],
    ['', 'LED: the long leg towards the resistor.'],
    ['', 'Button and resistors: either way.'],
  ]
  return lines.map(([classes = '', words = ''], row) => textAt(670, 450 + row * 20, words, classes))
}

/** @param {readonly Wire[]} wires */
function tableShapes(wires) {
  const head = ['part', 'which end', 'wire', 'pin', 'signal']
  const shapes = head.map((words, at) => textAt(TABLE_COLUMNS[at] ?? 0, TABLE_TOP, words, 'bold'))
  wireRows(wires).forEach((cells, row) => {
    const y = TABLE_TOP + 24 * (row + 1)
    shapes.push(
      lineThrough(
        [
          [40, y - 16],
          [WIDTH - 40, y - 16],
        ],
        'line',
      ),
    )
    cells.forEach((words, at) => shapes.push(textAt(TABLE_COLUMNS[at] ?? 0, y, words)))
    /** @type {Point[]} */
    const swatch = [
      [(TABLE_COLUMNS[2] ?? 0) + 70, y - 5],
      [(TABLE_COLUMNS[2] ?? 0) + 130, y - 5],
    ]
    shapes.push(lineThrough(swatch, 'rim'), lineThrough(swatch, `wire ${cells[2]}`))
  })
  return shapes
}
