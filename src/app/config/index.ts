/** The configuration: a table of keys, read from a file, the environment and options. */
export { renderFault, type ConfigFault } from './config-fault.ts'
export type { BoxConfig } from './config-schema.ts'
export { configRows, renderSample, renderSchema } from './config-text.ts'
export { CONFIG_FILES, loadConfig, type LoadedConfig } from './load-config.ts'
