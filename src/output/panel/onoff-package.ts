/** The npm package onoff (6.x), as far as it is used: GPIO through sysfs. It is optional and has a compiled part, so it is loaded when needed. */
import { reasonOf } from './part-state.ts'

export interface OnoffLine {
  writeSync(value: 0 | 1): void
  watch(callback: (error: Error | null | undefined, value: 0 | 1) => void): void
  unexport(): void
}

export interface OnoffPackage {
  readonly Gpio: new (
    line: number,
    direction: 'in' | 'low',
    edge?: 'both',
    options?: { readonly debounceTimeout?: number; readonly activeLow?: boolean },
  ) => OnoffLine
}

const PACKAGE: string = 'onoff'

/** Rejects with a sentence where it is not installed or its binary does not fit the machine. */
export const loadOnoff = async (): Promise<OnoffPackage> => {
  try {
    const loaded = (await import(PACKAGE)) as { default: OnoffPackage }
    return loaded.default
  } catch (error) {
    const [reason = ''] = reasonOf(error).split('\n')
    throw new Error(`the package onoff cannot be loaded (${reason}): npm install onoff`, { cause: error })
  }
}
