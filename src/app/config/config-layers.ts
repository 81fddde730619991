/** Where values of keys come from, each with the place to name when it is wrong: the file, the environment, the command line. */
import { isMap, isNode, isScalar, LineCounter, parseDocument, visit, type Document, type Pair } from 'yaml'
import { z } from 'zod'
import type { ConfigFault } from './config-fault.ts'
import { CONFIG_KEYS, SECTIONS, type ConfigKey } from './config-schema.ts'
import { nearestName } from './nearest-name.ts'

/** A value that was set. */
export interface SetValue {
  readonly value: unknown
  readonly where: string
}

/** Values by path (`mqtt.url`), and what could not be taken at all. */
export interface Layer {
  readonly values: ReadonlyMap<string, SetValue>
  readonly faults: readonly ConfigFault[]
}

/** Longest file in characters: a configuration is a page. */
export const LONGEST_FILE = 65_536

const BY_PATH: ReadonlyMap<string, ConfigKey> = new Map(CONFIG_KEYS.map((key) => [key.path, key]))

const unknownName = (name: string, names: readonly string[], kind: string): string => {
  const meant = nearestName(name, names)
  const hint = meant === null ? `there are ${names.join(', ')}` : `did you mean ${meant}?`
  return `there is no such ${kind}; ${hint}`
}

/** From the text of a YAML file; `name` is how faults call it. */
export const readYamlLayer = (text: string, name: string): Layer => {
  if (text.length <= LONGEST_FILE) return new YamlReading(text, name).read()
  const sentence = `longer than ${LONGEST_FILE} characters`
  return { values: new Map(), faults: [{ path: '', where: name, sentence }] }
}

/** One file. */
class YamlReading {
  readonly #lines = new LineCounter()
  readonly #document: Document.Parsed
  readonly #name: string
  readonly #values = new Map<string, SetValue>()
  readonly #faults: ConfigFault[] = []

  constructor(text: string, name: string) {
    this.#name = name
    this.#document = parseDocument(text, { lineCounter: this.#lines })
  }

  read(): Layer {
    const { errors, contents } = this.#document
    for (const { message, pos } of errors)
      this.#complain('', pos[0], `is no YAML: ${message.split('\n', 1)[0] ?? ''}`)
    if (errors.length === 0 && contents !== null) {
      if (isMap(contents)) for (const pair of contents.items) this.#readSection(pair)
      else this.#complain('', null, 'must hold sections such as "mqtt:"')
    }
    return { values: this.#values, faults: this.#faults }
  }

  #readSection({ key, value }: Pair): void {
    const section = nameOf(key)
    const isEmpty = value === null || (isScalar(value) && value.value === null)
    if (!(SECTIONS as readonly string[]).includes(section))
      this.#complain(section, offsetOf(key), unknownName(section, SECTIONS, 'section'))
    else if (isMap(value)) for (const pair of value.items) this.#readKey(section, pair)
    else if (!isEmpty) this.#complain(section, offsetOf(key), 'must hold keys, each on a line of its own')
  }

  #readKey(section: string, { key, value }: Pair): void {
    const name = nameOf(key)
    const path = `${section}.${name}`
    const offset = offsetOf(key)
    if (hasAlias(value)) {
      this.#complain(path, offset, 'an alias (*name) is not taken: write the value itself')
      return
    }
    if (BY_PATH.has(path)) {
      const plain = isNode(value) ? (value.toJS(this.#document) as unknown) : null
      this.#values.set(path, { value: plain, where: this.#at(offset) })
      return
    }
    const names = CONFIG_KEYS.filter((known) => known.section === section).map((known) => known.name)
    this.#complain(path, offset, unknownName(name, names, 'key'))
  }

  #complain(path: string, offset: number | null, sentence: string): void {
    this.#faults.push({ path, where: this.#at(offset), sentence })
  }

  #at(offset: number | null): string {
    return offset === null ? this.#name : `${this.#name}, line ${this.#lines.linePos(offset).line}`
  }
}

/** A page needs no alias, and aliases multiply. */
const hasAlias = (node: unknown): boolean => {
  let found = false
  if (isNode(node))
    visit(node, {
      Alias: () => {
        found = true
        return visit.BREAK
      },
    })
  return found
}

const nameOf = (key: unknown): string => (isScalar(key) ? String(key.value) : '')

const offsetOf = (node: unknown): number | null => (isNode(node) ? (node.range?.[0] ?? null) : null)

/** From variables `CALLSEAL_<SECTION>_<KEY>`; others that begin with CALLSEAL_ are somebody else's, unless they name a section. */
export const readEnvironmentLayer = (environment: Readonly<Record<string, string | undefined>>): Layer => {
  const values = new Map<string, SetValue>()
  const faults: ConfigFault[] = []
  const prefixes = SECTIONS.map((section) => `CALLSEAL_${section.toUpperCase()}_`)
  for (const [variable, text] of Object.entries(environment)) {
    if (text === undefined || !prefixes.some((prefix) => variable.startsWith(prefix))) continue
    const key = CONFIG_KEYS.find((candidate) => candidate.variable === variable)
    if (key !== undefined) values.set(key.path, { value: fromText(key, text), where: variable })
    else {
      const names = CONFIG_KEYS.map((candidate) => candidate.variable.toLowerCase())
      const meant = nearestName(variable, names)?.toUpperCase()
      const hint = meant === undefined ? '`callseal config schema` lists all keys' : `did you mean ${meant}?`
      faults.push({ path: '', where: variable, sentence: `there is no such key; ${hint}` })
    }
  }
  return { values, faults }
}

/** Options of the command line, already texts or lists by path. */
export const readOptionLayer = (options: Readonly<Record<string, SetValue>>): Layer => {
  const values = new Map<string, SetValue>()
  for (const [path, { value, where }] of Object.entries(options)) {
    const key = BY_PATH.get(path)
    if (key === undefined) throw new Error(`no key ${path}`)
    values.set(path, { value: typeof value === 'string' ? fromText(key, value) : value, where })
  }
  return { values, faults: [] }
}

const NUMBER = /^-?\d{1,15}$/u

/** A text as the key's kind of value; what is none stays a text, which the key refuses. */
const fromText = ({ schema }: ConfigKey, text: string): unknown => {
  const kinds = kindsOf(schema)
  if (kinds.has('array')) {
    const items = text.split(',').filter((item) => item !== '')
    return items.map((item) => (NUMBER.test(item) ? Number(item) : item.trim()))
  }
  if ((kinds.has('integer') || kinds.has('number')) && NUMBER.test(text)) return Number(text)
  if (kinds.has('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  if (kinds.has('null') && text === '') return null
  return text
}

/** JSON Schema's types of what a key may hold. */
const kindsOf = (schema: z.ZodType): ReadonlySet<string> => {
  const kinds = new Set<string>()
  const collect = (json: z.core.JSONSchema.BaseSchema): void => {
    for (const type of [json.type ?? []].flat()) kinds.add(type)
    for (const branch of json.anyOf ?? []) collect(branch)
  }
  collect(z.toJSONSchema(schema, { io: 'input' }))
  return kinds
}
