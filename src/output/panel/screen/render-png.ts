/** A picture as a PNG file (ISO/IEC 15948): one bit a dot, grey, each dot as a square of `scale` pixels. */
import { crc32, deflateSync } from 'node:zlib'
import { isLit, WIDTH, type Bitmap } from './bitmap.ts'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** The bytes of the file. */
export const renderPng = (bitmap: Bitmap, scale = 1): Uint8Array => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(WIDTH * scale, 0)
  header.writeUInt32BE(bitmap.height * scale, 4)
  // One bit of grey; the standard compression and filter method, no interlacing.
  header[8] = 1
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(scanLines(bitmap, scale), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Each line with its filter byte, which says that there is no filter. */
const scanLines = (bitmap: Bitmap, scale: number): Buffer => {
  const stride = 1 + (WIDTH * scale) / 8
  const lines = Buffer.alloc(stride * bitmap.height * scale)
  for (let y = 0; y < bitmap.height * scale; y++) {
    for (let x = 0; x < WIDTH * scale; x++) {
      if (!isLit(bitmap, Math.floor(x / scale), Math.floor(y / scale))) continue
      const at = y * stride + 1 + (x >> 3)
      lines[at] = (lines[at] ?? 0) | (0x80 >> (x & 7))
    }
  }
  return lines
}

const chunk = (type: string, content: Buffer): Buffer => {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}
