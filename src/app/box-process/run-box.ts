/**
 * The box as a unit: looks at the engine's socket for as long as it runs, whatever becomes of the engine, and writes a line for each verdict to
 * the journal of the system. Tells systemd that it is ready and alive.
 */
import { PLAIN } from '../../output/text/index.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { openServiceManager } from '../service-manager.ts'
import { StateClient, type EngineConfig } from '../state-protocol/index.ts'
import { MACHINE_TIMERS } from '../timers.ts'
import { EngineAtPath } from './engine-at-path.ts'
import { Announcer, LiveBox, talk } from './live-box.ts'
import { LiveVerdict } from './live-verdict.ts'
import { LiveLineView } from './live-view.ts'

export interface BoxOptions {
  readonly config: EngineConfig
  /** The engine's socket. */
  readonly path: string
}

const now = (): number => performance.now()

/** Runs until it is told to end; gives the exit code. */
export const runBox = async ({ config, path }: BoxOptions): Promise<number> => {
  const view = new LiveLineView((text) => process.stdout.write(text), PLAIN)
  const box = new LiveBox(view, new LiveVerdict(), new Announcer())
  const client = new StateClient({ config, listener: box, now: now() })
  box.client = client
  const engine = new EngineAtPath({ path, client, now, timers: MACHINE_TIMERS, onTrouble: talk })
  engine.start()
  const manager = await openServiceManager(process.env, process.pid)
  manager.ready(`looking at ${path}`)
  const { watchdog } = manager
  const stopTelling =
    watchdog === null ? () => undefined : MACHINE_TIMERS.every(watchdog / 3, () => manager.alive())
  await new Promise<void>((resolve) => {
    process.on('SIGTERM', () => resolve())
    process.on('SIGINT', () => resolve())
  })
  box.isEnding = true
  stopTelling()
  manager.stopping()
  await engine.stop()
  // What was found is for `callseal report`: a unit that ended as it was told has not failed.
  return EXIT_CODES.allProtected.code
}
