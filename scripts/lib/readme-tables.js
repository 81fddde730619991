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
export function renderGrades(grades) {
  const rows = Object.entries(grades).map(([grade, { lamp, word, when, means }]) => {
    return [`\`${grade}\``, `${lamp.replace('-blink', ', blinking')}`, word, when, means]
  })
  return renderTable(['grade', 'lamp', 'panel', 'when', 'what it means'], rows)
}

/**
 * One row a rule, the worst first and in the order of the rules within.
 * @param {readonly { id: string, severity: string, title: string, spec: string }[]} rules
 * @param {readonly string[]} severities from bad to harmless
 */
export function renderRules(rules, severities) {
  const ordered = severities.flatMap((severity) => rules.filter((rule) => rule.severity === severity))
  return renderTable(
    ['finding', 'severity', 'what it says', 'source'],
    ordered.map(({ id, severity, title, spec }) => [`\`${id}\``, severity, title, spec]),
  )
}
