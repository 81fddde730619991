/**
 * Layers of values become the configuration in force. It always comes to one: what is wrong is told and stands as if it had not been set, because a
 * box that does not start sees nothing.
 */
import type { z } from 'zod'
import type { ConfigFault } from './config-fault.ts'
import type { Layer, SetValue } from './config-layers.ts'
import {
  ALL_OR_NOTHING,
  CONFIG_KEYS,
  type BoxConfig,
  type ConfigKey,
  type SectionName,
} from './config-schema.ts'

export interface ResolvedConfig {
  readonly config: BoxConfig
  readonly faults: readonly ConfigFault[]
}

/** `layers` from the weakest to the strongest. */
export const resolveConfig = (layers: readonly Layer[]): ResolvedConfig => {
  const faults = layers.flatMap((layer) => layer.faults)
  const values = new Map<string, unknown>()
  for (const key of CONFIG_KEYS) {
    const set = strongest(layers, key.path)
    const checked = set === undefined ? undefined : key.schema.safeParse(set.value)
    if (set !== undefined && checked?.success === false) faults.push(toFault(key, set, checked.error))
    values.set(key.path, checked?.success === true ? checked.data : key.usual)
  }
  faults.push(...contradictions(values, layers))
  const broken = ALL_OR_NOTHING.filter((section) => faults.some(({ path }) => sectionOf(path) === section))
  for (const key of CONFIG_KEYS) if (broken.includes(key.section)) values.set(key.path, key.usual)
  return { config: toConfig(values), faults }
}

const sectionOf = (path: string): string => path.split('.', 1)[0] ?? ''

const strongest = (layers: readonly Layer[], path: string): SetValue | undefined =>
  layers.map(({ values }) => values.get(path)).findLast((set) => set !== undefined)

const toConfig = (values: ReadonlyMap<string, unknown>): BoxConfig => {
  const config: Partial<Record<SectionName, Record<string, unknown>>> = {}
  for (const { section, name, path } of CONFIG_KEYS) {
    const table = (config[section] ??= {})
    table[name] = values.get(path)
  }
  // Each value is its key's default or passed its key's check.
  return config as unknown as BoxConfig
}

/** Longest piece of a wrong value that a sentence repeats. */
const LONGEST_VALUE = 40

const shown = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text
}

const toFault = (key: ConfigKey, { value, where }: SetValue, error: z.ZodError): ConfigFault => {
  const [issue] = error.issues
  const reason = (issue?.message ?? 'is wrong').replace(/^Invalid (input|option): /u, '')
  const usual = key.usual === null ? 'left out' : shown(key.usual)
  return {
    path: key.path,
    where,
    sentence: `${shown(value)} cannot be taken: ${reason}. It is ${key.description}; as if not set it is ${usual}`,
  }
}

/** Keys that make no sense without each other. */
const contradictions = (values: ReadonlyMap<string, unknown>, layers: readonly Layer[]): ConfigFault[] => {
  const faults: ConfigFault[] = []
  const complain = (path: string, sentence: string): void => {
    faults.push({ path, where: strongest(layers, path)?.where ?? '', sentence })
  }
  const has = (path: string): boolean => values.get(path) !== null
  if (has('mqtt.cert_file') && !has('mqtt.key_file'))
    complain('mqtt.cert_file', 'needs mqtt.key_file beside it')
  if (has('mqtt.key_file') && !has('mqtt.cert_file'))
    complain('mqtt.key_file', 'needs mqtt.cert_file beside it')
  if (has('mqtt.password_file') && !has('mqtt.user'))
    complain('mqtt.password_file', 'needs mqtt.user beside it')
  const url = values.get('mqtt.url')
  const isOpen = typeof url === 'string' && /^(mqtt|ws):/u.test(url)
  for (const path of ['mqtt.ca_file', 'mqtt.cert_file', 'mqtt.server_name'])
    if (isOpen && has(path)) complain(path, 'is for TLS: mqtt.url must begin with mqtts:// or wss://')
  return faults
}
