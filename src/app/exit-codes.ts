/** What a command's exit code means; the README's table is printed from it. 1 is never ours: it is what Node and shells say of a crash. */

/** By name, with the sentence that help and README print. */
export const EXIT_CODES = {
  allProtected: { code: 0, means: 'every call is protected, or there was none' },
  findings: {
    code: 10,
    means: 'a call or the wire was shown to be open, partly open or weak; of doctor: a check failed',
  },
  cannotTell: { code: 11, means: 'nothing was shown to be open, and not every call could be proven private' },
  usage: { code: 64, means: 'the command line makes no sense' },
  damagedInput: { code: 65, means: 'a capture is damaged; what stands before the damage was judged' },
  noInput: { code: 66, means: 'a file or network interface does not exist or may not be read' },
  internal: { code: 70, means: 'the program failed, or could not write its output' },
  readerGone: { code: 141, means: 'whoever read the output stopped reading' },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly means: string }>>

export type ExitName = keyof typeof EXIT_CODES

/** Of several files: what outweighs what, from heaviest to lightest. */
const WEIGHT: readonly ExitName[] = [
  'internal',
  'noInput',
  'damagedInput',
  'findings',
  'cannotTell',
  'allProtected',
]

/** The heaviest of them; `allProtected` of none. */
export const heaviest = (names: readonly ExitName[]): ExitName =>
  WEIGHT.find((name) => names.includes(name)) ?? 'allProtected'
