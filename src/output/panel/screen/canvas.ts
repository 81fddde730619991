/**
 * What is drawn on: oled-js as the drawing layer without a display behind it. It guards what oled-js does not: dots outside the picture wrap to
 * the next row there.
 */
import Oled from 'oled-js'
import type { Bitmap, Height } from './bitmap.ts'
import { WIDTH } from './bitmap.ts'
import { ADVANCE, FONT, GLYPH_WIDTH } from './font.ts'
import { NO_RESET_LINE } from './no-reset-line.ts'

type Dot = 0 | 1
type Board = ConstructorParameters<typeof Oled>[0]

/** As much of a johnny-five board as oled-js asks for, with nothing behind it. */
const NOWHERE = { io: { i2cConfig: () => undefined, i2cWrite: () => undefined } }

/** Any address: an address is what makes oled-js choose I²C. */
const SOME_ADDRESS = 0x3c

/** See the head of this file. Dots count from 0 at the left and on top. */
export class Canvas {
  readonly width = WIDTH
  readonly height: Height
  readonly #oled: InstanceType<typeof Oled>

  constructor(height: Height) {
    this.height = height
    this.#oled = new Oled(NOWHERE as Board, NO_RESET_LINE, { width: WIDTH, height, address: SOME_ADDRESS })
  }

  dot(x: number, y: number, dot: Dot = 1): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return
    this.#oled.drawPixel([x, y, dot], false)
    this.#forget()
  }

  /** A filled rectangle. */
  box(x: number, y: number, width: number, height: number, dot: Dot = 1): void {
    const [left, top] = [Math.max(0, x), Math.max(0, y)]
    const [right, bottom] = [Math.min(this.width, x + width), Math.min(this.height, y + height)]
    if (right <= left || bottom <= top) return
    this.#oled.fillRect(left, top, right - left, bottom - top, dot, false)
    this.#forget()
  }

  /** A line of a square pen; its upper left corner goes from one point to the other. */
  stroke(fromX: number, fromY: number, toX: number, toY: number, pen: number): void {
    const steps = Math.max(1, Math.abs(toX - fromX), Math.abs(toY - fromY))
    for (let step = 0; step <= steps; step++) {
      const x = Math.round(fromX + ((toX - fromX) * step) / steps)
      const y = Math.round(fromY + ((toY - fromY) * step) / steps)
      this.box(x, y, pen, pen)
    }
  }

  /** Small letters that must have been cut to glyphs; what would leave at the right is not drawn. */
  text(x: number, y: number, glyphs: string, dot: Dot = 1): void {
    let at = x
    for (const glyph of glyphs) {
      if (at + GLYPH_WIDTH > this.width) return
      this.#oled.setCursor(at, y)
      this.#oled.writeString(FONT, 1, glyph, dot, false, 0, false)
      at += ADVANCE
      this.#forget()
    }
  }

  /** oled-js keeps a list of changed bytes and searches it for each dot; whole pictures are compared here instead. */
  #forget(): void {
    this.#oled.dirtyBytes.length = 0
  }

  /** A copy of what was drawn. */
  toBitmap(): Bitmap {
    return { height: this.height, bytes: Uint8Array.from(this.#oled.buffer) }
  }
}
