/** The verbs run on a bare clone and on Node 18: before anything is installed they may import Node's own modules and their siblings only. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const PROJECT = resolve(import.meta.dirname, '..', '..')
const STATIC_IMPORT = /^import\s(?:[^'"]*?\sfrom\s)?['"]([^'"]+)['"]/gm

/** What `file` and all that it imports statically need from outside of scripts/ and Node. */
function packagesOf(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return []
  seen.add(file)
  // Imports stand on top; further down the word may be part of a template.
  const [head = ''] = readFileSync(file, 'utf8').split(/^(?:export|const|let|function|class)\b/m)
  const specifiers = [...head.matchAll(STATIC_IMPORT)].map((match) => match[1] ?? '')
  return specifiers.flatMap((specifier) => {
    if (specifier.startsWith('node:')) return []
    if (specifier.startsWith('.')) return packagesOf(resolve(dirname(file), specifier), seen)
    return [`${relative(PROJECT, file)} imports ${specifier}`]
  })
}

describe('scripts', () => {
  const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const files = new Set(Object.values(scripts).map((command) => command.split(' ')[1] ?? ''))

  test.each([...files])('%s needs nothing that is not there yet', (file) => {
    expect(packagesOf(join(PROJECT, file))).toEqual([])
  })

  test('none uses what Node 18 lacks', () => {
    const all = [
      ...files,
      ...readdirSync(join(PROJECT, 'scripts', 'lib')).map((name) => join('scripts', 'lib', name)),
    ]
    const modern =
      /import\.meta\.(?:dirname|filename)|Object\.groupBy|\.toSorted\(|\.toReversed\(|\.with\(|Promise\.withResolvers/
    expect(all.filter((file) => modern.test(readFileSync(join(PROJECT, file), 'utf8')))).toEqual([])
  })
})
