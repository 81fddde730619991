/** Black and white pictures in the order of the display's memory: a byte is eight dots below each other, bit 0 on top. Pure. */

export const WIDTH = 128
export type Height = 32 | 64

export interface Bitmap {
  readonly height: Height
  /** WIDTH × height / 8 bytes: rows of eight dots ("pages") from above, each from the left. */
  readonly bytes: Uint8Array
}

/** All dark. */
export const emptyBitmap = (height: Height): Bitmap => ({
  height,
  bytes: new Uint8Array((WIDTH * height) / 8),
})

/** True where it is lit; outside it is dark. */
export const isLit = ({ height, bytes }: Bitmap, x: number, y: number): boolean =>
  x >= 0 && x < WIDTH && y >= 0 && y < height && (((bytes[(y >> 3) * WIDTH + x] ?? 0) >> (y & 7)) & 1) === 1

/** The picture moved right and down; what leaves at the edge is gone. */
export const shifted = (bitmap: Bitmap, right: number, down: number): Bitmap => {
  if (right === 0 && down === 0) return bitmap
  const { bytes } = emptyBitmap(bitmap.height)
  for (let y = 0; y < bitmap.height; y++) {
    for (let x = 0; x < WIDTH; x++) {
      if (!isLit(bitmap, x - right, y - down)) continue
      const at = (y >> 3) * WIDTH + x
      bytes[at] = (bytes[at] ?? 0) | (1 << (y & 7))
    }
  }
  return { height: bitmap.height, bytes }
}

/** Upside down, for a screen that hangs so. */
export const turned = ({ height, bytes }: Bitmap): Bitmap => ({
  height,
  bytes: bytes.map((_, at) => REVERSED[bytes[bytes.length - 1 - at] ?? 0] ?? 0),
})

/** Each byte with its bits in the other order. */
const REVERSED = Uint8Array.from({ length: 256 }, (_, byte) => {
  let reversed = 0
  for (let bit = 0; bit < 8; bit++) reversed |= ((byte >> bit) & 1) << (7 - bit)
  return reversed
})
