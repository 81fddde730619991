/** Draws a word as big as its place allows, from strokes of a broad pen. Pure but for the canvas. */
import { BIG_LETTERS, NARROW_LETTERS } from './big-letters-table.ts'
import type { Canvas } from './canvas.ts'

export interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A letter is at most this times its height wide: `?` alone is no square. */
const BROADEST = 0.85

/** Letters that have no strokes are left out. The word stands in the middle of its place. */
export const drawBigWord = (canvas: Canvas, word: string, place: Place): void => {
  const letters = Array.from(word).filter((letter) => BIG_LETTERS.has(letter))
  const narrow = letters.filter((letter) => NARROW_LETTERS.includes(letter)).length
  const pen = penOf(place.height, letters.length)
  const gap = Math.max(2, Math.round(pen * 0.6))
  const room = place.width - gap * (letters.length - 1) - pen * narrow
  const broadest = Math.round(place.height * BROADEST)
  const width = Math.min(broadest, Math.floor(room / Math.max(1, letters.length - narrow)))
  const widths = letters.map((letter) => (NARROW_LETTERS.includes(letter) ? pen : width))
  const total = widths.reduce((sum, one) => sum + one, 0) + gap * (letters.length - 1)
  let x = place.x + Math.floor((place.width - total) / 2)
  for (const [index, letter] of letters.entries()) {
    drawLetter(canvas, letter, { ...place, x, width: widths[index] ?? 0 }, pen)
    x += (widths[index] ?? 0) + gap
  }
}

/** Short words have room for a broader pen. */
const penOf = (height: number, letters: number): number =>
  Math.max(2, Math.round(height / (letters > 5 ? 7.5 : 6)))

const drawLetter = (canvas: Canvas, letter: string, place: Place, pen: number): void => {
  const x = (grid = 0): number => place.x + ((place.width - pen) * grid) / 4
  const y = (grid = 0): number => place.y + ((place.height - pen) * grid) / 6
  for (const stroke of BIG_LETTERS.get(letter) ?? []) {
    for (let at = 0; at + 3 < stroke.length; at += 2) {
      canvas.stroke(x(stroke[at]), y(stroke[at + 1]), x(stroke[at + 2]), y(stroke[at + 3]), pen)
    }
  }
}
