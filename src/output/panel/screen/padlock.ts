/** Draws the padlock: what is understood without reading. */
import type { Lock } from '../verdict-shown.ts'
import { drawBigWord, type Place } from './big-word.ts'
import type { Canvas } from './canvas.ts'

/** The body takes this share of the height. */
const BODY_SHARE = 0.55

/** Shut and filled, half filled, its shackle swung out, or an outline with a question mark. */
export const drawPadlock = (canvas: Canvas, lock: Lock, place: Place): void => {
  const bodyHeight = Math.round(place.height * BODY_SHARE)
  const body = { ...place, y: place.y + place.height - bodyHeight, height: bodyHeight }
  drawShackle(canvas, lock === 'open', place, body)
  canvas.box(body.x, body.y, body.width, body.height)
  if (lock === 'closed' || lock === 'open') drawKeyhole(canvas, body)
  else drawHollow(canvas, lock, body)
}

const drawShackle = (canvas: Canvas, isOpen: boolean, place: Place, body: Place): void => {
  const pen = Math.max(2, Math.round(place.width / 8))
  const width = Math.round(place.width * 0.64)
  // An open one has come out of the body on one side and hangs over the edge.
  const left = isOpen
    ? place.x + Math.round(place.width * 0.45)
    : place.x + Math.floor((place.width - width) / 2)
  const right = left + width - pen
  const corner = Math.round(width / 4)
  const bottom = body.y - 1
  canvas.stroke(left, bottom, left, place.y + corner, pen)
  canvas.stroke(left, place.y + corner, left + corner, place.y, pen)
  canvas.stroke(left + corner, place.y, right - corner, place.y, pen)
  canvas.stroke(right - corner, place.y, right, place.y + corner, pen)
  canvas.stroke(
    right,
    place.y + corner,
    right,
    isOpen ? body.y - Math.round(body.height / 3) - pen : bottom,
    pen,
  )
}

const drawKeyhole = (canvas: Canvas, body: Place): void => {
  const size = Math.max(2, Math.round(body.height / 3.5))
  const x = body.x + Math.floor((body.width - size) / 2)
  const y = body.y + Math.round(body.height / 4)
  canvas.box(x, y, size, size, 0)
  const slit = Math.max(1, size - 2)
  canvas.box(x + Math.floor((size - slit) / 2), y, slit, Math.round(body.height / 2), 0)
}

const drawHollow = (canvas: Canvas, lock: Lock, body: Place): void => {
  const hollow = lock === 'half' ? Math.round(body.height / 2) - 2 : body.height - 4
  canvas.box(body.x + 2, body.y + 2, body.width - 4, hollow, 0)
  if (lock !== 'unknown') return
  const height = body.height - 6
  drawBigWord(canvas, '?', { x: body.x + 3, y: body.y + 3, width: body.width - 6, height })
}
