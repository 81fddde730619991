/** The configuration of this machine: its file, the environment and the command line's options. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import type { ConfigFault } from './config-fault.ts'
import {
  readEnvironmentLayer,
  readOptionLayer,
  readYamlLayer,
  type Layer,
  type SetValue,
} from './config-layers.ts'
import { resolveConfig, type ResolvedConfig } from './resolve-config.ts'

/** The first that exists is taken. The second and third are where a card reader finds the boot partition. */
export const CONFIG_FILES = [
  '/etc/callseal/config.yaml',
  '/boot/firmware/callseal.yaml',
  '/boot/callseal.yaml',
] as const

export interface ConfigSources {
  /** Another file than the usual ones; null: the first of those that exists. */
  readonly file: string | null
  readonly environment: Readonly<Record<string, string | undefined>>
  /** By path, what options of the command line said. */
  readonly options?: Readonly<Record<string, SetValue>>
  /** For tests. */
  readonly usualFiles?: readonly string[]
}

export interface LoadedConfig extends ResolvedConfig {
  /** The file that was read; null if there is none. */
  readonly file: string | null
}

/** Never throws for what is in the sources: see `faults`. */
export const loadConfig = ({
  file,
  environment,
  options = {},
  usualFiles = CONFIG_FILES,
}: ConfigSources): LoadedConfig => {
  const named = file ?? environment['CALLSEAL_CONFIG'] ?? null
  const found = named ?? usualFiles.find((candidate) => existsSync(candidate)) ?? null
  const layers: Layer[] = []
  if (found !== null) layers.push(readFileLayer(found))
  layers.push(readEnvironmentLayer(environment), readOptionLayer(options))
  const { config, faults } = resolveConfig(layers)
  return { config, faults: [...faults, ...missingFiles(config.mqtt)], file: found }
}

const readFileLayer = (file: string): Layer => {
  try {
    return readYamlLayer(readFileSync(file, 'utf8'), file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EACCES'
          ? 'may not be read by this user'
          : message
    return { values: new Map(), faults: [{ path: '', where: file, sentence: why }] }
  }
}

const READABLE_BY_ALL = 0o004

/** Files that keys name: that they are missing shall be known before the broker is tried. */
const missingFiles = (mqtt: ResolvedConfig['config']['mqtt']): ConfigFault[] => {
  const faults: ConfigFault[] = []
  for (const name of ['password_file', 'ca_file', 'cert_file', 'key_file'] as const) {
    const file = mqtt[name]
    if (file === null) continue
    const path = `mqtt.${name}`
    try {
      const { mode } = statSync(file)
      if (name !== 'ca_file' && name !== 'cert_file' && (mode & READABLE_BY_ALL) !== 0)
        faults.push({ path, where: file, sentence: 'everybody on this machine may read it: chmod 640' })
    } catch (error) {
      faults.push({
        path,
        where: file,
        sentence: `cannot be read (${(error as NodeJS.ErrnoException).code ?? ''})`,
      })
    }
  }
  return faults
}
