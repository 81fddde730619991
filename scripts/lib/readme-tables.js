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
 * One row a topic of the broker.
 * @param {Readonly<Record<string, { path: string, retained: boolean, qos: number, from: string, what: string, shape: string }>>} topics
 */
function renderTopics(topics) {
  const rows = Object.values(topics).map(({ path, retained, qos, from, what, shape }) => [
    `\`${path}\``,
    `${from === 'client' ? 'you' : 'the box'}, QoS ${qos}${retained ? ', retained' : ''}`,
    what,
    `\`${shape}\``,
  ])
  return renderTable(['below `callseal/<box-id>/`', 'who publishes', 'what', 'payload'], rows)
}

/**
 * One row a request.
 * @param {Readonly<Record<string, { what: string, parameters: Readonly<Record<string, { of: string, words?: readonly string[] }>> }>>} requests
 */
function renderRequests(requests) {
  const rows = Object.entries(requests).map(([name, { what, parameters }]) => {
    const fields = Object.entries(parameters).map(
      ([key, { of, words }]) => `\`${key}\`: ${words === undefined ? of : words.join(', ')}`,
    )
    return [`\`${name}\``, what, fields.join('; ')]
  })
  return renderTable(['request', 'what it does', 'fields'], rows)
}

/** One row an entity. @param {readonly { key: string, platform: string, name: string | null, what: string }[]} entities */
function renderEntities(entities) {
  // Of an entity with two forms the first says enough.
  const unique = entities.filter(({ key }, at) => entities.findIndex((other) => other.key === key) === at)
  return renderTable(
    ['in Home Assistant', 'kind', 'what it says'],
    unique.map(({ key, platform, name, what }) => [
      name ?? `\`${key}\``,
      platform.replaceAll('_', ' '),
      what,
    ]),
  )
}

/**
 * Every section of README.md by its marker.
 * @param {{ GRADE_TABLE: Parameters<typeof renderGrades>[0], RULE_CATALOGUE: Parameters<typeof renderRules>[0],
 *   COMMANDS: Parameters<typeof renderCommands>[0], EXIT_CODES: Parameters<typeof renderExitCodes>[0],
 *   LAMP_TABLE: Readonly<Record<string, { looks: string, means: string }>>, TOPIC_TABLE: Parameters<typeof renderTopics>[0],
 *   REQUEST_TABLE: Parameters<typeof renderRequests>[0], BOX_ENTITIES: Parameters<typeof renderEntities>[0],
 *   configRows: () => readonly (readonly string[])[] }} tables of the program
 */
export const readmeSections = (tables) => ({
  'verdict-table': renderGrades(tables.GRADE_TABLE),
  'lamp-table': renderTable(
    ['the lamps', 'what they mean'],
    Object.values(tables.LAMP_TABLE).map(({ looks, means }) => [looks, means]),
  ),
  'finding-table': renderRules(tables.RULE_CATALOGUE),
  'command-table': renderCommands(tables.COMMANDS),
  'exit-code-table': renderExitCodes(tables.EXIT_CODES),
  'topic-table': renderTopics(tables.TOPIC_TABLE),
  'request-table': renderRequests(tables.REQUEST_TABLE),
  'entity-table': renderEntities(tables.BOX_ENTITIES),
  'config-table': renderTable(
    ['key', 'as usual', 'what it is', 'a change is taken over'],
    tables.configRows(),
  ),
})
