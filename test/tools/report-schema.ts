/** The JSON Schema of `callseal read --json`, and rows held against it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'

/** As much of a schema as the tests look at. */
export interface SchemaNode {
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
}

const FILE = join(import.meta.dirname, '..', '..', 'src', 'output', 'report', 'report.schema.json')

/** The file as it stands in the sources. */
export const reportSchema = (): { readonly $defs: Readonly<Record<string, SchemaNode>> } =>
  JSON.parse(readFileSync(FILE, 'utf8')) as { $defs: Record<string, SchemaNode> }

const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(reportSchema())

/** What is wrong with a row; empty if it fits. */
export const validateRow = (row: unknown): string[] => {
  if (validate(row)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${String(message)} ${JSON.stringify(params)}`,
  )
}
