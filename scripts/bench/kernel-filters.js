// @ts-check
/** The kernel filters of the built program, if it has them. */
import { existsSync } from 'node:fs'

const MODULE = new URL('../../dist/capture/kernel-filter/index.js', import.meta.url)

/** @typedef {{ readonly full: Uint8Array, readonly sampling: Uint8Array }} KernelFilters */

/** @param {any} value @returns {value is KernelFilters} */
const isFilters = (value) => value?.full instanceof Uint8Array && value?.sampling instanceof Uint8Array

/** Both programs, whatever the module calls them or what makes them without arguments. @returns {Promise<KernelFilters | null>} */
export const loadKernelFilters = async () => {
  if (!existsSync(MODULE)) return null
  for (const exported of Object.values(await import(MODULE.href))) {
    if (isFilters(exported)) return exported
    try {
      const made = typeof exported === 'function' ? exported() : null
      if (isFilters(made)) return made
    } catch {
      // It wants arguments: another one.
    }
  }
  return null
}
