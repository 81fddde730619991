/** `callseal run-engine`: the engine process, for units and for `run`; not for people. */
import { join } from 'node:path'
import type { EngineConfig } from '../state-protocol/index.ts'
import type { BoxConfig } from '../config/index.ts'
import { growSlowly } from '../grow-slowly.ts'
import { CONFIG_OPTION, configFileOf } from './config-option.ts'
import { UsageError, type CommandRow, type OptionValues } from './command.ts'
import {
  FILTER_OPTION,
  INTERFACE_OPTION,
  PARTIES_OPTION,
  PORT_OPTIONS,
  SOURCE_OPTION,
} from './listen-options.ts'

/** Where `run` leaves its end of the socket pair. */
const INHERITED_DESCRIPTOR = 3

export const runEngineCommand: CommandRow = {
  name: 'run-engine',
  summary: 'the engine by itself: listens, judges, and tells whoever may connect',
  isHidden: true,
  arguments: '',
  options: [
    INTERFACE_OPTION,
    SOURCE_OPTION,
    PARTIES_OPTION,
    ...PORT_OPTIONS,
    FILTER_OPTION,
    CONFIG_OPTION,
    { flags: '--socket <path>', summary: 'where to be reached (default: engine.sock in $RUNTIME_DIRECTORY)' },
    { flags: '--inherited', summary: 'be reached by descriptor 3 only', conflicts: ['socket', 'config'] },
  ],
  run: async (_, values) => {
    growSlowly()
    const { toListenOptions } = await import('../box-process/run-options.ts')
    const { runEngine } = await import('../engine-process/index.ts')
    const { assembleFilters, openSource } = await import('../../capture/index.ts')
    const { interfaceName, source, config, isFiltered } = toListenOptions(values, await tapOf(values))
    const filtersFor = ({ ports }: EngineConfig) => (isFiltered ? assembleFilters(ports) : null)
    return runEngine({
      interfaceName,
      config,
      doorway:
        values['inherited'] === true
          ? { kind: 'inherited', fileDescriptor: INHERITED_DESCRIPTOR }
          : { kind: 'path', path: socketOf(values) },
      filtersFor,
      openSource: () => openSource({ interface: interfaceName, source, filters: filtersFor(config) }),
    })
  },
}

/** A unit reads where and how to listen; what is wrong in the file, the box says. Under `run` the options say everything. */
const tapOf = async (values: OptionValues): Promise<BoxConfig['tap'] | null> => {
  if (values['inherited'] === true) return null
  const { loadConfig } = await import('../config/index.ts')
  return loadConfig({ file: configFileOf(values), environment: process.env }).config.tap
}

const socketOf = (values: OptionValues): string => {
  const named = values['socket']
  if (typeof named === 'string' && named !== '') return named
  const folder = process.env['RUNTIME_DIRECTORY'] ?? ''
  if (folder === '') throw new UsageError('--socket says where to be reached; no runtime directory was given')
  return join(folder, 'engine.sock')
}
