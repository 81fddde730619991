/** The screen's encoder for texts: what comes out has a glyph for each character and is as short as the place for it. Pure. */
import { sanitise } from '../../text/index.ts'
import { ADVANCE, isDrawable } from './font.ts'

/** Glyphs of a line: the dots at the right edge stay free for the shift against burn-in. */
export const COLUMNS = Math.floor(127 / ADVANCE)

/** What is drawn as something else, beyond letters with marks that lose them. */
const LOOKALIKES: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['Æ', 'AE'],
  ['ø', 'o'],
  ['Ø', 'O'],
  ['ł', 'l'],
  ['Ł', 'L'],
  ['‘', "'"],
  ['’', "'"],
  ['“', '"'],
  ['”', '"'],
  ['–', '-'],
  ['—', '-'],
  ['\u00a0', ' '],
])

/** The font has signs of its own at these code points. */
const MISUSED = '†‡'

/** Digits that privacy hides: how many there are is no news, and room is scarce. */
const MASKED = /•+/gu

/** The text in glyphs; what cannot be drawn is a question mark. */
export const toGlyphs = (text: string): string =>
  Array.from(sanitise(text).replace(MASKED, '…'), glyphOf).join('')

const glyphOf = (character: string): string => {
  if (isDrawable(character) && !MISUSED.includes(character)) return character
  const bare = character.normalize('NFD').charAt(0)
  return LOOKALIKES.get(character) ?? (bare !== character && isDrawable(bare) ? bare : markOf(character))
}

/** A mark that stands over the letter before it takes no room. */
const markOf = (character: string): string => (/^\p{Mn}$/u.test(character) ? '' : '?')

/** At most `room` glyphs, cut with an ellipsis. */
export const cut = (text: string, room: number): string => {
  const glyphs = Array.from(toGlyphs(text))
  if (glyphs.length <= room) return glyphs.join('')
  return room < 1 ? '' : `${glyphs.slice(0, room - 1).join('')}…`
}

/** Left and right at the ends of a line of `room` glyphs; the left gives way. */
export const spread = (left: string, right: string, room: number): string => {
  const end = cut(right, room)
  const start = cut(left, Math.max(0, room - end.length - 1))
  return `${start}${' '.repeat(Math.max(0, room - start.length - end.length))}${end}`
}

/** Items joined by `gap` into lines of at most `room` glyphs. */
export const flow = (items: readonly string[], room: number, gap = ', '): string[] => {
  const lines: string[] = []
  for (const item of items) {
    const last = lines[lines.length - 1]
    if (last !== undefined && last.length + gap.length + item.length <= room) {
      lines[lines.length - 1] = `${last}${gap}${item}`
    } else lines.push(item)
  }
  return lines
}

/** An address broken where a reader expects it: behind a dot or a colon. */
export const breakAddress = (address: string, room: number): string[] => {
  const parts = toGlyphs(address).split(/(?<=[.:/@-])/)
  return flow(
    parts.flatMap((part) => chunksOf(part, room)),
    room,
    '',
  )
}

const chunksOf = (text: string, room: number): string[] =>
  Array.from({ length: Math.ceil(text.length / room) }, (_, index) =>
    text.slice(index * room, (index + 1) * room),
  )

/** `0:07`, `12:03`, `1:02:03`. */
export const clockOf = (seconds: number): string => {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0
  const two = (value: number): string => value.toString().padStart(2, '0')
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}
