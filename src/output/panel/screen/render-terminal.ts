/** A picture as lines of half blocks: 128 cells wide, two dots in a cell. Pure; no escape sequences. */
import { isLit, WIDTH, type Bitmap } from './bitmap.ts'

/** By upper dot and lower dot. */
const HALF_BLOCKS = [' ', '▄', '▀', '█'] as const

/** height / 2 lines without line ends. */
export const renderTerminal = (bitmap: Bitmap): string[] =>
  Array.from({ length: bitmap.height / 2 }, (_, row) =>
    Array.from({ length: WIDTH }, (_, x) => {
      const upper = isLit(bitmap, x, row * 2) ? 2 : 0
      const lower = isLit(bitmap, x, row * 2 + 1) ? 1 : 0
      return HALF_BLOCKS[(upper + lower) as 0 | 1 | 2 | 3]
    }).join(''),
  )
