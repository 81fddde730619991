/**
 * The box as a unit: looks at the engine's socket for as long as it runs, whatever becomes of the engine, keeps what it says in the journal, and writes a
 * line for each verdict to the journal of the system. A wrong configuration does not keep it from starting. Tells systemd that it is ready and
 * alive.
 */
import { PLAIN } from '../../output/text/index.ts'
import { loadConfig, renderFault, type BoxConfig, type ConfigFault } from '../config/index.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { tellServiceManager } from '../service-manager.ts'
import { StateClient, type EngineConfig } from '../state-protocol/index.ts'
import { MACHINE_TIMERS } from '../timers.ts'
import { readVersion } from '../version.ts'
import { CallKeeper } from './call-keeper.ts'
import { EngineAtPath } from './engine-at-path.ts'
import { JournalDesk } from './journal-desk.ts'
import { Announcer, keepNothing, LiveBox, talk } from './live-box.ts'
import { LiveVerdict } from './live-verdict.ts'
import { LiveLineView } from './live-view.ts'

export interface BoxOptions {
  /** The configuration's file; null: the usual one. */
  readonly file: string | null
  /** The engine's socket. */
  readonly path: string
}

const now = (): number => performance.now()
const BYTES = 1 << 20

/** Runs until it is told to end; gives the exit code. */
export const runBox = async ({ file, path }: BoxOptions): Promise<number> => {
  const { config, faults } = load(file)
  const desk = await openDesk(config, (seq) => keeper?.onDurable(seq))
  const stored = (call: Parameters<StateClient['stored']>[0]): void => client.stored(call)
  const keeper =
    desk === null ? null : new CallKeeper({ append: (...record) => desk.append(...record), stored })
  desk?.append({ kind: 'start', version: readVersion() }, false)
  if (faults.length > 0) noteFaults(desk, faults)
  const view = new LiveLineView((text) => process.stdout.write(text), PLAIN)
  const box = new LiveBox(view, new LiveVerdict(), new Announcer(), keeper ?? keepNothing(() => client))
  const client: StateClient = new StateClient({ config: engineConfigOf(config), listener: box, now: now() })
  const engine = new EngineAtPath({ path, client, now, timers: MACHINE_TIMERS, onTrouble: talk })
  await rememberStored(desk, client)
  engine.start()
  process.on('SIGHUP', () => reload(file, desk, client))
  const stopTelling = await tellServiceManager(`looking at ${path}`, MACHINE_TIMERS)
  await new Promise<void>((resolve) => {
    process.on('SIGTERM', () => resolve())
    process.on('SIGINT', () => resolve())
  })
  box.isEnding = true
  stopTelling()
  await engine.stop()
  desk?.append({ kind: 'stop' }, false)
  await desk?.close()
  // What was found is for `callseal report`: a unit that ended as it was told has not failed.
  return EXIT_CODES.allProtected.code
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

/** Records of so many calls at most can be unacknowledged: 2,048 closed ones that the engine keeps, with findings and the like between them. */
const RECENT = 8192

/** What was on the disk before the acknowledgement was lost is not to be written again. */
const rememberStored = async (desk: JournalDesk | null, client: StateClient): Promise<void> => {
  if (desk === null) return
  for await (const record of desk.records(Math.max(1, desk.writer.durableSeq - RECENT)))
    if (record.kind === 'call') client.stored(record)
}

/** What can be taken over without a start is; with a fault nothing changes. */
const reload = (file: string | null, desk: JournalDesk | null, client: StateClient): void => {
  const { config, faults } = load(file)
  noteFaults(desk, faults)
  if (faults.length > 0) {
    talk('configuration: left as it was')
    return
  }
  if (desk !== null) desk.writer.limits = limitsOf(config)
  client.configure(engineConfigOf(config))
  talk('configuration: taken over; keys that say "restart" wait for one')
}
