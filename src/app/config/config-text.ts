/** The table of keys for people and programs: a sample file, JSON Schema, the rows of README. */
import { z } from 'zod'
import { CONFIG_KEYS, CONFIG_SCHEMA, SECTIONS, type ConfigKey } from './config-schema.ts'

/** A value as it stands in the file. */
const yamlOf = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(yamlOf).join(', ')}]` : value === null ? '' : JSON.stringify(value)

const choicesOf = ({ schema }: ConfigKey): string => {
  const { enum: choices } = z.toJSONSchema(schema, { io: 'input' }) as { enum?: readonly string[] }
  return choices === undefined ? '' : ` (${choices.join(', ')})`
}

/** A whole file in which everything is as usual, as comments. */
export const renderSample = (): string => {
  const lines = [
    '# Callseal. Every line that begins with "#" says what is so without it; nothing need be set.',
  ]
  for (const section of SECTIONS) {
    lines.push('', `${section}:`)
    for (const key of CONFIG_KEYS) {
      if (key.section !== section) continue
      lines.push(`  # ${key.description}${choicesOf(key)}`, `  #${key.name}: ${yamlOf(key.usual)}`.trimEnd())
    }
  }
  return `${lines.join('\n')}\n`
}

/** For editors that check YAML. */
export const renderSchema = (): string =>
  `${JSON.stringify(z.toJSONSchema(CONFIG_SCHEMA.partial(), { io: 'input' }), null, 2)}\n`

/** Rows of README's table: key, as usual, what it is, how a change is taken over. */
export const configRows = (): readonly (readonly string[])[] =>
  CONFIG_KEYS.map((key) => [
    `\`${key.path}\``,
    key.usual === null ? '' : `\`${yamlOf(key.usual)}\``,
    `${key.description}${choicesOf(key)}`,
    key.reload,
  ])
