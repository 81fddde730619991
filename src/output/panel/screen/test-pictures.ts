/** Pictures that show whether a display is whole, the right way round and in its place. Pure. */
import { drawBigWord } from './big-word.ts'
import type { Bitmap, Height } from './bitmap.ts'
import { Canvas } from './canvas.ts'

/** Everything lit; a frame with a diagonal and a word; a chess board. */
export const testPictures = (height: Height): readonly Bitmap[] => [
  drawn(height, (canvas) => canvas.box(0, 0, canvas.width, height)),
  drawn(height, drawFrame),
  drawn(height, (canvas) => {
    for (let y = 0; y < height; y += 8) {
      for (let x = y % 16; x < canvas.width; x += 16) canvas.box(x, y, 8, 8)
    }
  }),
]

const drawn = (height: Height, draw: (canvas: Canvas) => void): Bitmap => {
  const canvas = new Canvas(height)
  draw(canvas)
  return canvas.toBitmap()
}

/** The outermost dots are lit: a controller with another first column shifts them out of sight. */
const drawFrame = (canvas: Canvas): void => {
  const [right, bottom] = [canvas.width - 1, canvas.height - 1]
  canvas.box(0, 0, canvas.width, canvas.height)
  canvas.box(1, 1, right - 1, bottom - 1, 0)
  canvas.stroke(0, 0, bottom, bottom, 1)
  drawBigWord(canvas, 'READY', { x: 34, y: 6, width: 88, height: canvas.height / 2 - 4 })
  canvas.text(canvas.width - 36, canvas.height - 10, 'right')
}
