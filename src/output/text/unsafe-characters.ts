/**
 * Which characters must never reach a terminal as they are: those that move the cursor or change modes (C0, DEL, C1 of ISO 6429), turn the
 * reading direction (Unicode UAX #9), or take no room and so hide what stands there.
 */

/**
 * Inclusive ranges of code points in ascending order. Source: Unicode 15, general categories Cc, Cf, Cs, Zl, Zp, and the properties
 * Default_Ignorable_Code_Point and Noncharacter_Code_Point (the last two of each plane are asked for by number).
 */
const UNSAFE_RANGES: readonly (readonly [first: number, last: number])[] = [
  [0x0000, 0x001f], // C0
  [0x007f, 0x009f], // DEL, C1
  [0x00ad, 0x00ad], // soft hyphen
  [0x034f, 0x034f], // combining grapheme joiner
  [0x0600, 0x0605], // Arabic number signs
  [0x061c, 0x061c], // Arabic letter mark
  [0x06dd, 0x06dd], // Arabic end of ayah
  [0x070f, 0x070f], // Syriac abbreviation mark
  [0x0890, 0x0891], // Arabic currency marks
  [0x08e2, 0x08e2], // Arabic disputed end of ayah
  [0x115f, 0x1160], // Hangul fillers
  [0x17b4, 0x17b5], // Khmer inherent vowels
  [0x180b, 0x180f], // Mongolian variation selectors
  [0x200b, 0x200f], // zero width, left-to-right and right-to-left marks
  [0x2028, 0x202e], // line and paragraph separators, bidi embeddings and overrides
  [0x2060, 0x206f], // word joiner, bidi isolates, deprecated format characters
  [0x3164, 0x3164], // Hangul filler
  [0xd800, 0xdfff], // lone surrogates
  [0xfdd0, 0xfdef], // noncharacters
  [0xfe00, 0xfe0f], // variation selectors
  [0xfeff, 0xfeff], // byte order mark
  [0xffa0, 0xffa0], // halfwidth Hangul filler
  [0xfff0, 0xfffb], // unassigned ignorables, interlinear annotation
  [0x110bd, 0x110bd], // Kaithi number sign
  [0x110cd, 0x110cd], // Kaithi number sign above
  [0x13430, 0x1343f], // Egyptian hieroglyph joiners
  [0x1bca0, 0x1bca3], // shorthand format controls
  [0x1d173, 0x1d17a], // musical format controls
  [0xe0000, 0xe0fff], // tags, variation selectors supplement
]

/** True for a code point that a terminal must not be given. */
export const isUnsafe = (code: number): boolean => {
  if (code < 0x7f) return code < 0x20
  if ((code & 0xfffe) === 0xfffe) return true
  for (const [first, last] of UNSAFE_RANGES) {
    if (code < first) return false
    if (code <= last) return true
  }
  return false
}
