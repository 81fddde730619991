/**
 * `callseal run-box`: the box process. It looks at an engine that runs by itself, keeps what that says in the journal, shows it on the panel and
 * tells it to the broker. No part stops another: without a journal, a panel, a broker or a right configuration it goes on and says so.
 */
import { PLAIN } from '../../output/text/index.ts'
import { loadConfig, renderFault, type BoxConfig, type ConfigFault } from '../config/index.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { StateClient, type EngineConfig } from '../state-protocol/index.ts'
import { tellServiceManager } from '../service-manager.ts'
import { MACHINE_TIMERS } from '../timers.ts'
import { BoxMemory, MACHINE_CLOCK } from './box-memory.ts'
import { BoxOutputs } from './box-outputs.ts'
import { CallKeeper } from './call-keeper.ts'
import { EngineAtPath } from './engine-at-path.ts'
import { JournalDesk } from './journal-desk.ts'
import { rememberJournal } from './journal-memory.ts'
import { ListenerFan } from './listener-fan.ts'
import { Announcer, keepNothing, LiveBox } from './live-box.ts'
import { LiveVerdict } from './live-verdict.ts'
import { LiveLineView } from './live-view.ts'
import { readVersion } from '../version.ts'
import { talk } from './talk.ts'

export interface BoxOptions {
  /** The configuration's file; null: the usual one. */
  readonly file: string | null
  /** The engine's socket. */
  readonly path: string
  /** Where programs of this machine ask the box for something. */
  readonly control: string
}

const BYTES = 1 << 20
const now = MACHINE_CLOCK.now

/** Runs until it is told to end; gives the exit code. */
export const runBox = async ({ file, path, control }: BoxOptions): Promise<number> => {
  const { config, faults } = load(file)
  const ending = new Ending()
  let outputs: BoxOutputs | null = null
  const desk = await openDesk(config, (seq) => {
    keeper?.onDurable(seq)
    outputs?.onDurable()
  })
  const stored = (call: Parameters<StateClient['stored']>[0]): void => client.stored(call)
  const keeper =
    desk === null ? null : new CallKeeper({ append: (...record) => desk.append(...record), stored })
  desk?.append({ kind: 'start', version: readVersion() }, false)
  if (faults.length > 0) noteFaults(desk, faults)
  const memory = new BoxMemory(MACHINE_CLOCK, () => outputs?.onChange())
  outputs = await BoxOutputs.open({ config, faults, desk, memory, control, onEnd: () => ending.end() })
  const view = new LiveLineView((text) => process.stdout.write(text), PLAIN)
  const live = new LiveBox(view, new LiveVerdict(), new Announcer(), keeper ?? keepNothing(() => client))
  const listener = new ListenerFan([live, memory, outputs])
  const client: StateClient = new StateClient({ config: engineConfigOf(config), listener, now: now() })
  const engine = new EngineAtPath({ path, client, now, timers: MACHINE_TIMERS, onTrouble: talk })
  if (desk !== null) await rememberJournal(desk, client, memory)
  engine.start()
  process.on('SIGHUP', () => reload(file, desk, client, outputs))
  const stopTelling = await tellServiceManager(`looking at ${path}`, MACHINE_TIMERS)
  await ending.ended
  live.isEnding = true
  stopTelling()
  await outputs.close()
  await engine.stop()
  desk?.append({ kind: 'stop' }, false)
  await desk?.close()
  // What was found is for `callseal report`: a unit that ended as it was told has not failed.
  return EXIT_CODES.allProtected.code
}

/** Resolves when somebody wants the program to end. */
class Ending {
  readonly ended: Promise<void>
  #resolve: () => void = () => undefined

  constructor() {
    this.ended = new Promise((resolve) => (this.#resolve = resolve))
    process.on('SIGTERM', () => this.end())
    process.on('SIGINT', () => this.end())
  }

  end(): void {
    this.#resolve()
  }
}

const load = (file: string | null): { config: BoxConfig; faults: readonly ConfigFault[] } => {
  const { config, faults } = loadConfig({ file, environment: process.env })
  for (const fault of faults) talk(`configuration: ${renderFault(fault)}`)
  return { config, faults }
}

const noteFaults = (desk: JournalDesk | null, faults: readonly ConfigFault[]): void => {
  const sentence = faults.map(renderFault).join('; ')
  desk?.append({ kind: 'health', part: 'configuration', isFault: faults.length > 0, sentence }, false)
}

/** What the engine is told of the configuration. */
const engineConfigOf = ({ tap, privacy }: BoxConfig): EngineConfig => ({
  ports: { sip: tap.sip_ports, tls: tap.tls_ports, webSocket: tap.websocket_ports },
  sipPeers: tap.sip_peers,
  privacy: privacy.parties,
})

const limitsOf = ({ journal }: BoxConfig): { keepDays: number; keepBytes: number } => ({
  keepDays: journal.keep_days,
  keepBytes: journal.keep_megabytes * BYTES,
})

/** Null, and said, if there can be no journal. */
const openDesk = async (config: BoxConfig, onDurable: (seq: number) => void): Promise<JournalDesk | null> => {
  const desk = await JournalDesk.open({
    folder: config.journal.folder,
    limits: limitsOf(config),
    timers: MACHINE_TIMERS,
    onDurable,
    onHealth: ({ sentence }) => talk(sentence === '' ? 'the journal is written again' : sentence),
  })
  if (typeof desk !== 'string') return desk
  talk(desk)
  return null
}

/** What can be taken over without a start is; with a fault nothing changes. */
const reload = (
  file: string | null,
  desk: JournalDesk | null,
  client: StateClient,
  outputs: BoxOutputs | null,
): void => {
  const { config, faults } = load(file)
  noteFaults(desk, faults)
  outputs?.onConfig(faults)
  if (faults.length > 0) {
    talk('configuration: left as it was')
    return
  }
  if (desk !== null) desk.writer.limits = limitsOf(config)
  client.configure(engineConfigOf(config))
  talk('configuration: taken over; keys that say "restart" wait for one')
}
