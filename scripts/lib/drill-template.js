// @ts-check
/** hardware/front-panel.svg: what to drill and cut, one to one, from a table of measures. Pure; all numbers are millimetres. */
import { boxAt, discAt, lineThrough, textAt } from './svg.js'

/** The front, and the margin of paper around it. */
const PANEL = { width: 100, height: 46 }
const MARGIN = 12
/** Room for the ruler below. */
const FOOT = 22

/**
 * Middles from the upper left corner of the front. The window is a little larger than the lit area of a 0.96 inch display (21.7 × 10.9); a 1.3 inch
 * one (29.4 × 14.7) wants 31 × 16. A 5 mm LED goes through 5.1, the button through 12.
 * @type {readonly { words: string, x: number, y: number, width: number, height: number, isRound: boolean }[]}
 */
export const OPENINGS = [
  { words: 'display 23.5 × 12.5', x: 28, y: 23, width: 23.5, height: 12.5, isRound: false },
  { words: 'red 5.1', x: 58, y: 14, width: 5.1, height: 5.1, isRound: true },
  { words: 'amber 5.1', x: 73, y: 14, width: 5.1, height: 5.1, isRound: true },
  { words: 'green 5.1', x: 88, y: 14, width: 5.1, height: 5.1, isRound: true },
  { words: 'button 12', x: 73, y: 31, width: 12, height: 12, isRound: true },
]

const STYLE = `
text { font: 2.6px sans-serif; fill: #000000; text-anchor: middle }
.paper { fill: #ffffff }
.cut, .aid { fill: none; stroke: #000000; stroke-width: 0.15 }
.aid { stroke-dasharray: 1 0.7 }
`

/** The whole file: black on white, for paper. */
export function drillTemplate() {
  const width = PANEL.width + 2 * MARGIN
  const height = PANEL.height + 2 * MARGIN + FOOT
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}mm" height="${height}mm" role="img" aria-labelledby="title">
<title id="title">Callseal: front panel, one to one</title>
<!-- Printed by npm run wiring from scripts/lib/drill-template.js. -->
<style>${STYLE}</style>
${[
  boxAt(0, 0, width, height, 'paper'),
  boxAt(MARGIN, MARGIN, PANEL.width, PANEL.height, 'aid', 2),
  textAt(
    width / 2,
    MARGIN - 4,
    `front ${PANEL.width} × ${PANEL.height} mm, seen from outside; the dashed edge is yours to choose`,
  ),
  ...OPENINGS.flatMap(openingShapes),
  ...rulerShapes(height - FOOT - 2),
].join('\n')}
</svg>
`
}

/** @param {(typeof OPENINGS)[number]} opening */
function openingShapes({ words, x, y, width, height, isRound }) {
  const [middle, level] = [MARGIN + x, MARGIN + y]
  const [halfWidth, halfHeight] = [width / 2, height / 2]
  return [
    isRound
      ? discAt(middle, level, halfWidth, 'cut')
      : boxAt(middle - halfWidth, level - halfHeight, width, height, 'cut', 0.8),
    lineThrough(
      [
        [middle - halfWidth - 1.5, level],
        [middle + halfWidth + 1.5, level],
      ],
      'aid',
    ),
    lineThrough(
      [
        [middle, level - halfHeight - 1.5],
        [middle, level + halfHeight + 1.5],
      ],
      'aid',
    ),
    textAt(middle, level + halfHeight + 4.5, words),
  ]
}

/** Fifty millimetres to hold a ruler against. @param {number} y */
function rulerShapes(y) {
  const ticks = Array.from({ length: 11 }, (_, at) => at * 5)
  return [
    lineThrough(
      [
        [MARGIN, y],
        [MARGIN + 50, y],
      ],
      'cut',
    ),
    ...ticks.map((at) =>
      lineThrough(
        [
          [MARGIN + at, y],
          [MARGIN + at, y - (at % 10 === 0 ? 3 : 2)],
        ],
        'cut',
      ),
    ),
    textAt(MARGIN + 25, y + 4, 'print at 100 %: this line is 50 mm long'),
    textAt(MARGIN + 29, y + 8, 'mark the holes of your display through the window'),
  ]
}
