/** Keys of a terminal in raw mode as what they mean here: a table, so that help and reading cannot differ. Pure. */

/** What a key means. */
export type TopKey =
  'up' | 'down' | 'page-up' | 'page-down' | 'open' | 'back' | 'filter' | 'pause' | 'save' | 'quit'

interface KeyRow {
  readonly key: TopKey
  /** What terminals send (ECMA-48, xterm). */
  readonly codes: readonly string[]
  /** As the foot of the page names it; empty: not named there. */
  readonly help: string
}

const KEYS: readonly KeyRow[] = [
  { key: 'up', codes: ['\u001b[A', '\u001bOA', 'k'], help: '' },
  { key: 'down', codes: ['\u001b[B', '\u001bOB', 'j'], help: '↑↓ choose' },
  { key: 'page-up', codes: ['\u001b[5~'], help: '' },
  { key: 'page-down', codes: ['\u001b[6~', ' '], help: '' },
  { key: 'open', codes: ['\r', '\n'], help: 'Enter evidence' },
  { key: 'back', codes: ['\u001b', '\u007f', '\b'], help: 'Esc back' },
  { key: 'filter', codes: ['f'], help: 'f filter' },
  { key: 'pause', codes: ['p'], help: 'p pause' },
  { key: 'save', codes: ['s'], help: 's save' },
  { key: 'quit', codes: ['q', '\u0003', '\u0004'], help: 'q quit' },
]

/** The keys for the foot of the page. */
export const KEY_HELP: string = KEYS.map(({ help }) => help)
  .filter((help) => help !== '')
  .join('  ')

/** The keys in a piece of input; what means nothing is left out. */
export const keysIn = (input: string): TopKey[] => {
  const keys: TopKey[] = []
  let rest = input
  while (rest !== '') {
    const found = longestAt(rest)
    if (found !== null) keys.push(found.key)
    rest = rest.slice(found?.code.length ?? 1)
  }
  return keys
}

const longestAt = (text: string): { readonly key: TopKey; readonly code: string } | null => {
  let best: { readonly key: TopKey; readonly code: string } | null = null
  for (const { key, codes } of KEYS)
    for (const code of codes)
      if (text.startsWith(code) && code.length > (best?.code.length ?? 0)) best = { key, code }
  return best
}
