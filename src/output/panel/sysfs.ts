/** Files of the kernel: short texts that are read and written at once. Synchronous on purpose: they never touch a disk, and the pool of
 * threads behind asynchronous calls may be full of a stuck bus. */
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs'

/** Replaces the file's text; never makes a file. Throws system errors. */
export const writeKernelFile = (path: string, text: string): void => {
  const file = openSync(path, constants.O_WRONLY | constants.O_TRUNC)
  try {
    writeSync(file, text)
  } finally {
    closeSync(file)
  }
}

/** Without white space at the ends. Throws system errors. */
export const readKernelFile = (path: string): string => readFileSync(path, 'utf8').trim()
