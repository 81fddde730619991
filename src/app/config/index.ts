/** The configuration: a table of keys, read from a file, the environment and options. */
export { renderFault, type ConfigFault } from './config-fault.ts'
export { CONFIG_KEYS, type BoxConfig, type ConfigKey } from './config-schema.ts'
export { renderKeyTable, renderSample, renderSchema } from './config-text.ts'
export { loadConfig, type LoadedConfig } from './load-config.ts'
