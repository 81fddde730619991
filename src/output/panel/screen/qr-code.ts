/** A QR code as squares of dots: dark modules stay dark, so the light ones and a rim around them are lit. */
import qrcode from 'qrcode-generator'
import type { Canvas } from './canvas.ts'

/** Light modules around the code; ISO/IEC 18004 wants four, readers are content with less on a dark ground. */
const RIM = 1

/** Width in dots of what was drawn at the upper left; 0 if the text is too long for this screen. */
export const drawQrCode = (canvas: Canvas, text: string): number => {
  // Low error correction: nothing covers or scratches a display, and fewer modules are larger ones.
  const code = qrcode(0, 'L')
  code.addData(text)
  try {
    code.make()
  } catch {
    // Longer than the largest code.
    return 0
  }
  const modules = code.getModuleCount()
  const scale = Math.floor(canvas.height / (modules + 2 * RIM))
  if (scale < 1) return 0
  const size = canvas.height
  const start = Math.floor((size - modules * scale) / 2)
  canvas.box(0, 0, size, size)
  for (let row = 0; row < modules; row++) {
    for (let column = 0; column < modules; column++) {
      if (code.isDark(row, column)) canvas.box(start + column * scale, start + row * scale, scale, scale, 0)
    }
  }
  return size
}
