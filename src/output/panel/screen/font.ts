/** The small letters: the font of oled-js, with the few signs that it lacks. */
import font from 'oled-font-5x7'

/** Columns from the left, bit 0 on top, as in the font. */
const MORE_GLYPHS: ReadonlyMap<string, readonly number[]> = new Map([
  ['…', [0x40, 0x00, 0x40, 0x00, 0x40]],
  ['→', [0x08, 0x08, 0x2a, 0x1c, 0x08]],
  ['←', [0x08, 0x1c, 0x2a, 0x08, 0x08]],
  ['↔', [0x08, 0x1c, 0x08, 0x1c, 0x08]],
  ['·', [0x00, 0x00, 0x08, 0x00, 0x00]],
  ['~', [0x08, 0x04, 0x08, 0x10, 0x08]],
])

/** One glyph and the gap behind it, and one line of text, in dots. */
export const ADVANCE = 6
export const GLYPH_WIDTH = 5

export const FONT = {
  monospace: font.monospace,
  width: font.width,
  height: font.height,
  fontData: [...font.fontData, ...[...MORE_GLYPHS.values()].flat()],
  lookup: [...font.lookup, ...MORE_GLYPHS.keys()],
}

const DRAWABLE: ReadonlySet<string> = new Set(FONT.lookup)

/** True if there is a glyph for it. */
export const isDrawable = (character: string): boolean => DRAWABLE.has(character)
