/** Colours of a terminal, or none: every renderer takes a Paint and never writes an escape sequence itself. */
import type { Grade, Severity } from '../../core/index.ts'

/** Each puts its text, which must be sanitised, into a style. */
export interface Paint {
  readonly grade: (grade: Grade, text: string) => string
  readonly severity: (severity: Severity, text: string) => string
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
}

const plainly = (text: string): string => text

/** No escape sequences at all. */
export const PLAIN: Paint = {
  grade: (_, text) => text,
  severity: (_, text) => text,
  bold: plainly,
  dim: plainly,
}

/** SGR parameters (ECMA-48 §8.3.117): the 16 colours that follow the terminal's own palette. */
const GRADE_STYLE: Readonly<Record<Grade, string>> = {
  exposed: '1;31',
  'audio-exposed': '1;31',
  undetermined: '1;35',
  'metadata-exposed': '1;33',
  weak: '1;33',
  protected: '1;32',
}

const SEVERITY_STYLE: Readonly<Record<Severity, string>> = { high: '31', medium: '33', low: '36', info: '2' }

const styled =
  (style: string) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${style}m${text}\u001b[0m`

/** With colours. */
export const COLOURED: Paint = {
  grade: (grade, text) => styled(GRADE_STYLE[grade])(text),
  severity: (severity, text) => styled(SEVERITY_STYLE[severity])(text),
  bold: styled('1'),
  dim: styled('2'),
}
