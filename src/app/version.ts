/** The version of this program, as package.json says. */
import { readFileSync } from 'node:fs'
import { packageRoot } from './package-root.ts'

/** Such as `0.1.0`. */
export const readVersion = (): string => {
  const text = readFileSync(new URL('package.json', packageRoot()), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
