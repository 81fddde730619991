/** The lamp's word in letters that can be read across a room: five rows of dots drawn as three lines of half blocks. Pure. */

const GLYPHS: ReadonlyMap<string, readonly string[]> = new Map([
  ['A', [' ### ', '#   #', '#####', '#   #', '#   #']],
  ['E', ['#####', '#    ', '#### ', '#    ', '#####']],
  ['I', ['###', ' # ', ' # ', ' # ', '###']],
  ['L', ['#    ', '#    ', '#    ', '#    ', '#####']],
  ['N', ['#   #', '##  #', '# # #', '#  ##', '#   #']],
  ['O', [' ### ', '#   #', '#   #', '#   #', ' ### ']],
  ['P', ['#### ', '#   #', '#### ', '#    ', '#    ']],
  ['R', ['#### ', '#   #', '#### ', '#  # ', '#   #']],
  ['T', ['#####', '  #  ', '  #  ', '  #  ', '  #  ']],
  ['V', ['#   #', '#   #', '#   #', ' # # ', '  #  ']],
  ['Y', ['#   #', ' # # ', '  #  ', '  #  ', '  #  ']],
  ['?', [' ### ', '#   #', '  ## ', '     ', '  #  ']],
  ['…', ['     ', '     ', '     ', '     ', '# # #']],
])

/** By upper dot and lower dot. */
const HALF_BLOCKS = [' ', '▄', '▀', '█']

/** Three lines of equal width; letters without a glyph are left out. */
export const renderBigWord = (word: string): readonly [string, string, string] => {
  const glyphs = Array.from(word).flatMap((letter) => GLYPHS.get(letter) ?? [])
  const rows = [0, 1, 2, 3, 4].map((row) => glyphs.filter((_, at) => at % 5 === row).join(' '))
  const line = (upper: number, lower: number): string =>
    Array.from(rows[upper] ?? '', (dot, at) => HALF_BLOCKS[dotAt(dot) * 2 + dotAt(rows[lower]?.[at])]).join(
      '',
    )
  return [line(0, 1), line(2, 3), line(4, 5)]
}

const dotAt = (dot: string | undefined): 0 | 1 => (dot === '#' ? 1 : 0)
