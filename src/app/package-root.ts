/** Where this program's package lies: the nearest folder above with a package.json, however deep a build put this code. */
import { existsSync } from 'node:fs'

const MAX_DEPTH = 6

/** Ends with a slash. Throws if the program was taken out of its package. */
export const packageRoot = (): URL => {
  let folder = new URL('./', import.meta.url)
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    if (existsSync(new URL('package.json', folder))) return folder
    folder = new URL('../', folder)
  }
  throw new Error(`no package.json above ${import.meta.url}`)
}
