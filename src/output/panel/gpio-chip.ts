/** Where the pins of the header stand in the kernel's numbers: since Linux 6.2 a pin's own number is none of them. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readKernelFile } from './sysfs.ts'

export const GPIO_ROOT = '/sys/class/gpio'

/** The chips of the 40-pin header: Pi up to 3, Pi 4, Pi 5. Source: drivers/pinctrl/bcm/pinctrl-bcm2835.c, drivers/pinctrl/pinctrl-rp1.c. */
const HEADER_CHIPS: readonly string[] = ['pinctrl-bcm2835', 'pinctrl-bcm2711', 'pinctrl-rp1']

/** Number of the header chip's first line. Throws a sentence if there is none. */
export const headerBase = (root: string = GPIO_ROOT): number => {
  const chips = chipsOf(root)
  const chip = chips.find(({ label }) => HEADER_CHIPS.includes(label))
  if (chip !== undefined) return chip.base
  const found = chips.length === 0 ? 'none' : chips.map(({ label }) => label).join(', ')
  throw new Error(`no GPIO chip of a Raspberry Pi's header in ${root} (found: ${found})`)
}

interface Chip {
  readonly label: string
  readonly base: number
}

const chipsOf = (root: string): Chip[] => foldersOf(root).flatMap((name) => chipOf(join(root, name)))

const foldersOf = (root: string): string[] => {
  try {
    return readdirSync(root).filter((name) => name.startsWith('gpiochip'))
  } catch {
    // No such folder: a kernel without GPIO in sysfs, which the caller says.
    return []
  }
}

const chipOf = (folder: string): Chip[] => {
  try {
    const base = Number(readKernelFile(join(folder, 'base')))
    return Number.isInteger(base) ? [{ label: readKernelFile(join(folder, 'label')), base }] : []
  } catch {
    // It went away between two looks, or is not to be read: then it is not the one.
    return []
  }
}
