/** The version of this program, as package.json says. */
import { readFileSync } from 'node:fs'

/** Such as `0.1.0`. */
export const readVersion = (): string => {
  // src/app and dist/app lie equally deep below the package.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
