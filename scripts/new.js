// @ts-check
/**
 * npm run new:rule|new:codec|new:protocol -- NAME: the files that one more of its kind needs, and its row in its table. What they hold
 * compiles, and its test fails and says what to write.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PROJECT, stop } from './lib/ready.js'
import { codecFiles, protocolFiles, ruleFiles, toConstant } from './lib/templates.js'

/** @typedef {{ file: string, importLine: string, list: RegExp, row: string, before?: string }} Row */

const RULES = 'src/core/verdict/rules/index.ts'
const CODECS = 'src/core/protocol/rtp/codecs/index.ts'

const [kind, name = ''] = process.argv.slice(2)
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
  stop(`usage: npm run new:${String(kind)} -- name-in-kebab-case`)
const constant = toConstant(name)

switch (kind) {
  case 'rule': {
    const variable = constant.toLowerCase().replace(/_(\w)/g, (_, letter) => String(letter).toUpperCase())
    create(ruleFiles(name, variable))
    addRow({
      file: RULES,
      importLine: `import { ${variable} } from './${name}.ts'`,
      list: /export const (CALL_)?RULES\b[^=]*= \[\n/,
      row: variable,
    })
    next('add a case to test/cases that shows it, then npm run cases:update and npm run docs')
    break
  }
  case 'codec':
    create(codecFiles(name, constant))
    addRow({
      file: CODECS,
      importLine: `import { ${constant} } from './${name}.ts'`,
      list: /export const CODECS\b[^=]*= \[\n/,
      row: constant,
      before: 'TELEPHONE_EVENT',
    })
    next('add a case to test/cases that carries it')
    break
  case 'protocol':
    create(protocolFiles(name, constant))
    next('give it its packets in src/core/analysis, and its anomalies a section in src/core/base/weird.ts')
    break
  default:
    stop('usage: npm run new:rule|new:codec|new:protocol -- NAME')
}

/** Writes new files; refuses to touch any that exists. @param {Readonly<Record<string, string>>} files text by path */
function create(files) {
  const present = Object.keys(files).filter((path) => existsSync(join(PROJECT, path)))
  if (present.length > 0) stop(`already there: ${present.join(', ')}`)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(PROJECT, path)), { recursive: true })
    writeFileSync(join(PROJECT, path), text)
    process.stdout.write(`new: ${path}\n`)
  }
}

/** One line in the table: an import in its alphabetical place, and the row before `before` or at the end. @param {Row} row */
function addRow({ file, importLine, list, row, before }) {
  const lines = withImport(readFileSync(join(PROJECT, file), 'utf8'), importLine)
  const opening = list.exec(lines)
  if (opening === null) stop(`${file}: the table was not found; add ${row} by hand`)
  const start = opening.index + opening[0].length
  const end = lines.indexOf('\n]', start - 1) + 1
  const mark = before === undefined ? -1 : lines.indexOf(`  ${before},\n`, start)
  const place = mark >= 0 && mark < end ? mark : end
  writeFileSync(join(PROJECT, file), `${lines.slice(0, place)}  ${row},\n${lines.slice(place)}`)
  process.stdout.write(`row: ${row} in ${file}\n`)
}

/** @param {string} text @param {string} importLine */
function withImport(text, importLine) {
  const lines = text.split('\n')
  const pathOf = (/** @type {string} */ line) => /from '(\.\/.*)'/.exec(line)?.[1] ?? ''
  const siblings = lines.flatMap((line, index) =>
    pathOf(line) === '' ? [] : [{ index, path: pathOf(line) }],
  )
  const after = siblings.filter(({ path }) => path < pathOf(importLine)).at(-1) ?? {
    index: (siblings[0]?.index ?? 1) - 1,
  }
  lines.splice(after.index + 1, 0, importLine)
  return lines.join('\n')
}

/** @param {string} line */
function next(line) {
  process.stdout.write(`next: npm test -- ${name}, fill in what it asks for; ${line}\n`)
}
