/**
 * Texts that are kept as files: what a person should read before it changes. `CALLSEAL_UPDATE_GOLDEN=1` writes them anew; read the
 * difference before you commit it.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect } from '@jest/globals'

/** Fails unless `text` is what stands in `file`, an absolute path. */
export const expectGolden = (file: string, text: string): void => {
  if (process.env['CALLSEAL_UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  if (!existsSync(file)) throw new Error(`${file} is missing: CALLSEAL_UPDATE_GOLDEN=1 writes it`)
  expect(text).toBe(readFileSync(file, 'utf8'))
}
