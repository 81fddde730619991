/** How many terminal cells a text takes, and cutting, padding and wrapping by cells. Texts must be sanitised: controls have no width. */

/** Combining marks that take no cell of their own (the blocks that matter; UAX #44 category Mn). */
const COMBINING: readonly (readonly [first: number, last: number])[] = [
  [0x0300, 0x036f],
  [0x0483, 0x0489],
  [0x0591, 0x05bd],
  [0x0610, 0x061a],
  [0x064b, 0x065f],
  [0x0e31, 0x0e31],
  [0x0e34, 0x0e3a],
  [0x0e47, 0x0e4e],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x20d0, 0x20ff],
  [0xfe20, 0xfe2f],
]

/** Two cells wide (UAX #11 East Asian Wide and Fullwidth, and emoji). */
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115e],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
]

const isWithin = (ranges: readonly (readonly [number, number])[], code: number): boolean =>
  ranges.some(([first, last]) => code >= first && code <= last)

/** True for a mark that is drawn over the character before it. */
export const isCombining = (code: number): boolean => code >= 0x300 && isWithin(COMBINING, code)

const cellsOf = (code: number): number => {
  if (code < 0x300) return 1
  if (isCombining(code)) return 0
  return isWithin(WIDE, code) ? 2 : 1
}

/** Cells of a text. */
export const widthOf = (text: string): number => {
  let width = 0
  for (const character of text) width += cellsOf(character.codePointAt(0) ?? 0)
  return width
}

/** The text, or as much of it as fits into `width` cells with an ellipsis. */
export const truncate = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text
  if (width < 1) return ''
  let kept = ''
  let used = 0
  for (const character of text) {
    const cells = cellsOf(character.codePointAt(0) ?? 0)
    if (used + cells > width - 1) break
    kept += character
    used += cells
  }
  return `${kept}…`
}

/** Exactly `width` cells: cut or filled with spaces. */
export const fit = (text: string, width: number): string => {
  const cut = truncate(text, width)
  return cut + ' '.repeat(Math.max(0, width - widthOf(cut)))
}

/** Lines of at most `width` cells, broken at spaces; a longer word is broken where it must. At least one line. */
export const wrap = (text: string, width: number): string[] => {
  const room = Math.max(8, width)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (widthOf(joined) <= room) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    line = word
    while (widthOf(line) > room) {
      const head = takeCells(line, room)
      lines.push(head)
      line = line.slice(head.length)
    }
  }
  lines.push(line)
  return lines
}

/** As many characters from the start as fit; always at least one. */
const takeCells = (text: string, width: number): string => {
  let kept = ''
  let used = 0
  for (const character of text) {
    const cells = cellsOf(character.codePointAt(0) ?? 0)
    if (kept !== '' && used + cells > width) break
    kept += character
    used += cells
  }
  return kept
}
