/** The options of `callseal run` and of the engine that it starts, checked; and how the one becomes the other. */
import { fileURLToPath } from 'node:url'
import type { PartiesMode } from '../../core/index.ts'
import { UsageError, type OptionValues } from '../commands/command.ts'
import { packageRoot } from '../package-root.ts'
import type { BoxConfig } from '../config/index.ts'
import { findTappedPort } from '../tapped-port.ts'
import { DEFAULT_CONFIG, MOST_PORTS, type EngineConfig } from '../state-protocol/index.ts'

export type SourceChoiceName = 'auto' | 'ring' | 'libpcap' | 'tcpdump'

/** IFNAMSIZ less the zero byte. */
const LONGEST_NAME = 15
/** Of the engine's heap; what a table of it can hold is bounded well below. */
const OLD_SPACE_MEGABYTES = 192
/** Of its young objects; the usual 16 cost 30 MB more and are no faster here. */
const SEMI_SPACE_MEGABYTES = 4

/** What `run` and `run-engine` have in common. */
export interface ListenOptions {
  readonly interfaceName: string
  readonly source: SourceChoiceName
  /** False: the kernel lets everything through. */
  readonly isFiltered: boolean
  readonly config: EngineConfig
}

const isInterfaceName = (name: string): boolean =>
  name.length > 0 &&
  name.length <= LONGEST_NAME &&
  !name.includes('/') &&
  !name.startsWith('.') &&
  !name.startsWith('-')

/** What the configuration says of listening; null where no configuration is read. */
type Tap = BoxConfig['tap'] | null

/** From what the command line parser gives, whose choices are checked already; where that is silent, from the configuration. */
export const toListenOptions = (values: OptionValues, tap: Tap = null): ListenOptions => {
  const name = values['interface'] ?? tap?.interface ?? findTappedPort()
  if (typeof name !== 'string')
    throw new UsageError('--interface says where to listen: none was named, and no single bridge was found')
  if (!isInterfaceName(name)) throw new UsageError('--interface needs the name of a network interface')
  return {
    interfaceName: name,
    source: chosen(values['source'], tap?.source) as SourceChoiceName,
    isFiltered: chosen(values['filter'], tap?.filter) !== 'none',
    config: {
      ...DEFAULT_CONFIG,
      ports: {
        sip: toPorts(values, 'sipPorts', DEFAULT_CONFIG.ports.sip),
        tls: toPorts(values, 'tlsPorts', DEFAULT_CONFIG.ports.tls),
        webSocket: toPorts(values, 'websocketPorts', DEFAULT_CONFIG.ports.webSocket),
      },
      privacy: (values['parties'] ?? DEFAULT_CONFIG.privacy) as PartiesMode,
    },
  }
}

/** What an option says unless it is `auto`, which leaves it to the configuration. */
const chosen = (value: unknown, configured = 'auto'): string =>
  typeof value === 'string' && value !== 'auto' ? value : configured

/** A list as `5060,5062`; empty for none. */
const toPorts = (values: OptionValues, option: string, usual: readonly number[]): readonly number[] => {
  const list = values[option]
  if (typeof list !== 'string') return usual
  const ports = list
    .split(',')
    .filter((text) => text !== '')
    .map(Number)
  if (ports.length > MOST_PORTS) throw new UsageError(`at most ${MOST_PORTS} ports can be named at once`)
  for (const port of ports) {
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new UsageError(
        `${JSON.stringify(list)} is no list of ports: numbers from 1 to 65535, parted by commas`,
      )
  }
  return ports
}

/** How to start the engine of this very installation. */
export const engineCommandOf = (options: ListenOptions): readonly [string, ...string[]] => [
  process.execPath,
  `--max-old-space-size=${OLD_SPACE_MEGABYTES}`,
  `--max-semi-space-size=${SEMI_SPACE_MEGABYTES}`,
  fileURLToPath(new URL('dist/app/main.js', packageRoot())),
  'run-engine',
  '--interface',
  options.interfaceName,
  '--source',
  options.source,
  '--parties',
  options.config.privacy,
  '--sip-ports',
  options.config.ports.sip.join(),
  '--tls-ports',
  options.config.ports.tls.join(),
  '--websocket-ports',
  options.config.ports.webSocket.join(),
  '--filter',
  options.isFiltered ? 'auto' : 'none',
  '--inherited',
]
