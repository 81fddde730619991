/** What the program may assume of where it writes: width, colours, and a reader that may go away. */
import { EXIT_CODES } from './exit-codes.ts'

/** Width where nobody tells. */
const DEFAULT_WIDTH = 80
const NARROWEST = 40
const WIDEST = 240

/** The part of a stream that matters here. */
interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
}

type Environment = Readonly<Record<string, string | undefined>>

/** True if colours are wanted: a terminal that can, and nobody said NO_COLOR (no-color.org). */
export const wantsColour = (output: Output, environment: Environment): boolean =>
  output.isTTY === true && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb'

/** Cells of a line: of the terminal, else of COLUMNS, else 80. */
export const widthOfOutput = (output: Output, environment: Environment): number => {
  const named = Number.parseInt(environment['COLUMNS'] ?? '', 10)
  const width = output.columns ?? (named > 0 ? named : DEFAULT_WIDTH)
  return Math.min(WIDEST, Math.max(NARROWEST, width))
}

/** `callseal read … | head`: when the reader has seen enough, end without a word, as programs do that SIGPIPE ends. */
export const endQuietlyWithoutReader = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      process.exit(EXIT_CODES.readerGone.code)
    })
  }
}
