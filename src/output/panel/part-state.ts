/** How a part of the panel is, in words for `doctor` and the health page. */

export type PartName = 'leds' | 'screen' | 'button'

export interface PartState {
  readonly part: PartName
  /** `limited`: it works, and something that was promised cannot be kept. */
  readonly kind: 'good' | 'starting' | 'limited' | 'absent' | 'failing'
  /** What is there or what is wrong, where, and what to do. */
  readonly sentence: string
}

/** The text of whatever was thrown. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The code of a system error (`ENOENT`); empty if it has none. */
export const codeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : ''
}
