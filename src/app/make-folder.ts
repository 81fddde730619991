/** A folder with those above it. */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/** For the owner alone. Throws an error of the file system. Node's own `recursive` never returns where a file system takes no folders (/proc). */
export const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}
