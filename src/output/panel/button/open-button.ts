/** Takes the button that the machine has: an input device of the kernel, else a pin of the header, else none. */
import { loadOnoff } from '../onoff-package.ts'
import { reasonOf } from '../part-state.ts'
import { noButton, type Button } from './button.ts'
import { findKeyDevice, INPUT_ROOT, KeyButton } from './key-button.ts'
import { OnoffButton } from './onoff-button.ts'

export interface OpenButtonOptions {
  /** Broadcom's number of the pin. */
  readonly pin: number
  /** Only this one. */
  readonly way?: 'auto' | 'gpio-keys' | 'onoff'
  readonly inputRoot?: string
  readonly gpioRoot?: string
}

/** Never rejects: what is missing is a state. */
export const openButton = async ({
  pin,
  way = 'auto',
  inputRoot = INPUT_ROOT,
  gpioRoot,
}: OpenButtonOptions): Promise<Button> => {
  if (way !== 'onoff' && findKeyDevice(inputRoot) !== null) return new KeyButton({ root: inputRoot })
  if (way === 'gpio-keys')
    return noButton(`There is no button: no input device in ${inputRoot} is called callseal.`)
  try {
    const onoff = await loadOnoff()
    return new OnoffButton({ onoff, pin, ...(gpioRoot === undefined ? {} : { gpioRoot }) })
  } catch (error) {
    return noButton(
      `There is no button: no input device is called callseal, and on a pin: ${reasonOf(error)}.`,
    )
  }
}
