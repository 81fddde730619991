/** The options of `callseal demo`, checked. */
import { UsageError, type OptionValues } from '../commands/command.ts'

export interface DemoOptions {
  /** Capture time per wall time; Infinity: no waiting; null: each scene takes about as long as the others. */
  readonly speed: number | null
  readonly loop: boolean
}

const MAX_SPEED = 1000

export const toDemoOptions = (values: OptionValues): DemoOptions => {
  const loop = values['loop'] === true
  if (values['fast'] === true) return { speed: Infinity, loop }
  const text = values['speed']
  if (typeof text !== 'string') return { speed: null, loop }
  const speed = Number(text)
  if (text.trim() === '' || !(speed > 0 && speed <= MAX_SPEED)) {
    throw new UsageError(`--speed needs a number above 0 and up to ${MAX_SPEED}`)
  }
  return { speed, loop }
}
