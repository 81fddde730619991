// @ts-check
/**
 * The parts of README.md that are printed from the program's own tables. Each stands between `<!-- NAME -->` and `<!-- /NAME -->`; nothing
 * else of the file is touched. Pure; used by `npm run docs` and by the test that fails when they differ.
 */

/**
 * Puts each section's text between its markers.
 * @param {string} readme @param {Readonly<Record<string, string>>} sections text by marker name
 */
export function fillSections(readme, sections) {
  return Object.entries(sections).reduce((text, [name, body]) => {
    const opening = `<!-- ${name} -->`
    const closing = `<!-- /${name} -->`
    const start = text.indexOf(opening)
    const end = text.indexOf(closing)
    if (start < 0 || end < start) throw new Error(`the markers of ${name} are missing or crossed`)
    return `${text.slice(0, start + opening.length)}\n${body}\n${text.slice(end)}`
  }, readme)
}

/** A Markdown table. @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
export function renderTable(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows.map((row) => row.map(escapeCell))]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** @param {string} text */
const escapeCell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/**
 * One row a grade, from bad to good.
 * @param {Readonly<Record<string, { lamp: string, word: string, when: string, means: string }>>} grades
 */
function renderGrades(grades) {
  const rows = Object.entries(grades).map(([grade, { lamp, word, when, means }]) => {
    return [`\`${grade}\``, `${lamp.replace('-blink', ', blinking')}`, word, when, means]
  })
  return renderTable(['grade', 'lamp', 'panel', 'when', 'what it means'], rows)
}

/**
 * One row a rule, in the order given.
 * @param {readonly { id: string, severity: string, subject: string, title: string, spec: string }[]} rules
 */
function renderRules(rules) {
  return renderTable(
    ['finding', 'severity', 'about', 'what it says', 'source'],
    rules.map(({ id, severity, subject, title, spec }) => [
      `\`${id}\``,
      severity,
      `the ${subject}`,
      title,
      spec,
    ]),
  )
}

/**
 * One row a command, and below it its options.
 * @param {readonly { name: string, arguments: string, summary: string, isHidden?: boolean,
 *   options: readonly { flags: string, summary: string, choices?: readonly string[], default?: string }[] }[]} commands
 */
function renderCommands(commands) {
  const shown = commands.filter(({ isHidden }) => isHidden !== true)
  const rows = shown.flatMap((command) => [
    [`\`callseal ${`${command.name} ${command.arguments}`.trim()}\``, command.summary],
    ...command.options.map(({ flags, summary, choices, default: usual }) => {
      const values = choices === undefined ? '' : `: ${choices.join(', ')}`
      return [`&emsp;\`${flags}\``, `${summary}${values}${usual === undefined ? '' : ` (default ${usual})`}`]
    }),
  ])
  return renderTable(['command', 'what it does'], rows)
}

/**
 * One row an exit code.
 * @param {Readonly<Record<string, { code: number, means: string }>>} codes
 */
function renderExitCodes(codes) {
  return renderTable(
    ['exit code', 'means'],
    Object.values(codes).map(({ code, means }) => [String(code), means]),
  )
}

/**
 * Every section of README.md by its marker.
 * @param {{ GRADE_TABLE: Parameters<typeof renderGrades>[0], RULE_CATALOGUE: Parameters<typeof renderRules>[0],
 *   COMMANDS: Parameters<typeof renderCommands>[0], EXIT_CODES: Parameters<typeof renderExitCodes>[0],
 *   configRows: () => readonly (readonly string[])[] }} tables of the program
 */
export const readmeSections = ({ GRADE_TABLE, RULE_CATALOGUE, COMMANDS, EXIT_CODES, configRows }) => ({
  'verdict-table': renderGrades(GRADE_TABLE),
  'finding-table': renderRules(RULE_CATALOGUE),
  'command-table': renderCommands(COMMANDS),
  'exit-code-table': renderExitCodes(EXIT_CODES),
  'config-table': renderTable(['key', 'as usual', 'what it is', 'a change is taken over'], configRows()),
})
