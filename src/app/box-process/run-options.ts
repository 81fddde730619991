/** The options of `callseal run` and of the engine that it starts, checked; and how the one becomes the other. */
import { fileURLToPath } from 'node:url'
import type { PartiesMode } from '../../core/index.ts'
import { UsageError, type OptionValues } from '../commands/command.ts'
import { packageRoot } from '../package-root.ts'
import { findTappedPort } from '../tapped-port.ts'
import { DEFAULT_CONFIG, type EngineConfig } from '../state-protocol/index.ts'

export type SourceChoiceName = 'auto' | 'ring' | 'libpcap' | 'tcpdump'

/** IFNAMSIZ less the zero byte. */
const LONGEST_NAME = 15
/** Of the engine's heap; what a table of it can hold is bounded well below. */
const OLD_SPACE_MEGABYTES = 192

/** What `run` and `run-engine` have in common. */
export interface ListenOptions {
  readonly interfaceName: string
  readonly source: SourceChoiceName
  readonly config: EngineConfig
}

const isInterfaceName = (name: string): boolean =>
  name.length > 0 &&
  name.length <= LONGEST_NAME &&
  !name.includes('/') &&
  !name.startsWith('.') &&
  !name.startsWith('-')

/** From what the command line parser gives; its choices are checked already. */
export const toListenOptions = (values: OptionValues): ListenOptions => {
  const name = values['interface'] ?? findTappedPort()
  if (typeof name !== 'string')
    throw new UsageError('--interface says where to listen: none was named, and no single bridge was found')
  if (!isInterfaceName(name)) throw new UsageError('--interface needs the name of a network interface')
  return {
    interfaceName: name,
    source: (values['source'] ?? 'auto') as SourceChoiceName,
    config: { ...DEFAULT_CONFIG, privacy: (values['parties'] ?? DEFAULT_CONFIG.privacy) as PartiesMode },
  }
}

/** How to start the engine of this very installation. */
export const engineCommandOf = (options: ListenOptions): readonly [string, ...string[]] => [
  process.execPath,
  `--max-old-space-size=${OLD_SPACE_MEGABYTES}`,
  fileURLToPath(new URL('dist/app/main.js', packageRoot())),
  'run-engine',
  '--interface',
  options.interfaceName,
  '--source',
  options.source,
  '--parties',
  options.config.privacy,
  '--inherited',
]
