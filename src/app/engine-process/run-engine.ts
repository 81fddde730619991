/**
 * The engine process: opens the capture, judges, and serves the state protocol, on a socket of its own (under systemd) or on one that the process
 * which started it left open (under `callseal run`: when that one hangs up, the engine ends).
 */
import { Socket } from 'node:net'
import { SourceError, type KernelFilters } from '../../capture/index.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { tellServiceManager } from '../service-manager.ts'
import type { EngineConfig } from '../state-protocol/index.ts'
import { MACHINE_CLOCKS, MACHINE_TIMERS } from '../timers.ts'
import { readInterface, type InterfaceTotals } from './interface-totals.ts'
import { LiveEngine, type ChosenSource } from './live-engine.ts'
import { StatePort } from './state-port.ts'

/** Milliseconds for the source to stop and for clients to take what is left. */
const PATIENCE = 2000

/**
 * Milliseconds to listen on when told to end: what came in until then may still lie in a block of the ring (60 ms) or in libpcap's buffer, the
 * last packets of a call among it.
 */
const LINGER = 200

/** Where the clients are. */
export type Doorway =
  | { readonly kind: 'inherited'; readonly fileDescriptor: number }
  | { readonly kind: 'path'; readonly path: string }

export interface EngineOptions {
  readonly interfaceName: string
  readonly config: EngineConfig
  readonly doorway: Doorway
  /** What the kernel shall let through for a configuration; null: everything. */
  readonly filtersFor: (config: EngineConfig) => KernelFilters | null
  /** Opens the capture. */
  readonly openSource: () => Promise<ChosenSource>
  /** What the interface counts, for a source that has none of the machine's. */
  readonly readLink?: () => InterfaceTotals | null
}

/** Runs until it is told to end; gives the exit code. */
export const runEngine = async (options: EngineOptions): Promise<number> => {
  const { interfaceName, config, doorway } = options
  const chosen = await tryOpening(options)
  if (chosen === null) return EXIT_CODES.noInput.code
  const live = new LiveEngine({
    chosen,
    interfaceName,
    config,
    filtersFor: options.filtersFor,
    clocks: MACHINE_CLOCKS,
    timers: MACHINE_TIMERS,
    readLink: options.readLink ?? (() => readInterface(interfaceName)),
    onNews: () => port.flush(),
  })
  const port = new StatePort(live.server, MACHINE_TIMERS)
  const ending = new Ending(live)
  onSignals(doorway, ending)
  if (doorway.kind === 'path') {
    const refusal = await port.listen(doorway.path)
    if (refusal !== null) {
      complain(refusal)
      return EXIT_CODES.noInput.code
    }
  } else port.attach(openInherited(doorway.fileDescriptor), () => ending.begin())
  const tellStopping =
    doorway.kind === 'path'
      ? await tellServiceManager(`listening by ${chosen.source.name} (${chosen.reason})`, MACHINE_TIMERS)
      : () => undefined
  try {
    await Promise.race([live.run(), ending.overdue])
    return EXIT_CODES.allProtected.code
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    complain(`${chosen.source.name}: ${error.message}`)
    return EXIT_CODES.noInput.code
  } finally {
    ending.cancel()
    tellStopping()
    await port.close(PATIENCE)
  }
}

/** Asks the engine to end, once, and waits only so long for its source. */
class Ending {
  readonly overdue: Promise<void>
  readonly #live: LiveEngine
  #giveUp: () => void = () => undefined
  #isBegun = false
  cancel: () => void = () => undefined

  constructor(live: LiveEngine) {
    this.#live = live
    this.overdue = new Promise((resolve) => {
      this.#giveUp = resolve
    })
  }

  begin(): void {
    if (this.#isBegun) return
    this.#isBegun = true
    const cancelEnd = MACHINE_TIMERS.after(LINGER, () => this.#live.stop())
    const cancelPatience = MACHINE_TIMERS.after(LINGER + PATIENCE, this.#giveUp)
    this.cancel = () => {
      cancelEnd()
      cancelPatience()
    }
  }
}

const openInherited = (fd: number): Socket =>
  new Socket({ fd, readable: true, writable: true, allowHalfOpen: true })

/** A terminal's Ctrl-C reaches this process too: what ends it then is the one that started it, when all is printed. */
const onSignals = ({ kind }: Doorway, ending: Ending): void => {
  const stop = (): void => ending.begin()
  process.on('SIGTERM', stop)
  process.on('SIGINT', kind === 'inherited' ? () => undefined : stop)
  process.on('SIGHUP', kind === 'inherited' ? () => undefined : stop)
}

const complain = (sentence: string): void => {
  process.stderr.write(`callseal: ${sentence}\n`)
}

/** Null if nothing can listen there; the reason is said. */
const tryOpening = async ({ openSource }: EngineOptions): Promise<ChosenSource | null> => {
  try {
    return await openSource()
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    complain(error.message)
    return null
  }
}
