/** Pictures that are kept as PNG files, compared dot by dot. `CALLSEAL_UPDATE_GOLDEN=1` writes them anew; look at them before you commit. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { inflateSync } from 'node:zlib'
import { expect } from '@jest/globals'
import { renderPng, renderTerminal, WIDTH, type Bitmap } from '../../src/output/panel/index.ts'

/** Pixels of the file a dot: large enough to look at. */
const SCALE = 4

/** Reads a PNG as renderPng writes it; what else a PNG may be is refused. */
export const parsePng = (file: Uint8Array, scale: number): Bitmap => {
  const bytes = Buffer.from(file)
  const chunks = new Map<string, Buffer>()
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at)
    chunks.set(bytes.toString('latin1', at + 4, at + 8), bytes.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  const header = chunks.get('IHDR')!
  const [width, height] = [header.readUInt32BE(0) / scale, header.readUInt32BE(4) / scale]
  if (width !== WIDTH || (height !== 32 && height !== 64)) throw new Error(`no picture: ${width} × ${height}`)
  if (header[8] !== 1 || header[9] !== 0 || header[12] !== 0) throw new Error('not one bit of grey')
  const lines = inflateSync(chunks.get('IDAT')!)
  const stride = 1 + (WIDTH * scale) / 8
  const picture = new Uint8Array((WIDTH * height) / 8)
  for (let y = 0; y < height; y++) {
    if (lines[y * scale * stride] !== 0) throw new Error('a filter is used')
    for (let x = 0; x < WIDTH; x++) {
      const at = y * scale * stride + 1 + ((x * scale) >> 3)
      const dot = (lines[at]! >> (7 - ((x * scale) & 7))) & 1
      picture[(y >> 3) * WIDTH + x]! |= dot << (y & 7)
    }
  }
  return { height, bytes: picture }
}

/** The picture of a golden file; an absolute path. */
export const readGoldenPicture = (file: string): Bitmap => parsePng(readFileSync(file), SCALE)

/** Fails unless `bitmap` is what stands in `file`, an absolute path. */
export const expectGoldenPicture = (file: string, bitmap: Bitmap): void => {
  if (process.env['CALLSEAL_UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true })
    // Another zlib writes other bytes for the same dots: those are no news.
    if (!existsSync(file) || !isSame(readGoldenPicture(file), bitmap))
      writeFileSync(file, renderPng(bitmap, SCALE))
  }
  if (!existsSync(file)) throw new Error(`${file} is missing: CALLSEAL_UPDATE_GOLDEN=1 writes it`)
  expect(renderTerminal(bitmap).join('\n')).toBe(renderTerminal(readGoldenPicture(file)).join('\n'))
}

const isSame = (a: Bitmap, b: Bitmap): boolean => Buffer.compare(a.bytes, b.bytes) === 0
