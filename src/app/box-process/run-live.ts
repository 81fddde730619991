/**
 * `callseal run`: the engine as a child of this process, and what it says printed: reports on standard output, everything else on standard error.
 * Ends with SIGTERM or SIGINT, and with the exit code that the calls and the wire add up to.
 */
import { COLOURED, PLAIN } from '../../output/text/index.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { StateClient, type EngineConfig } from '../state-protocol/index.ts'
import { wantsColour } from '../terminal.ts'
import { MACHINE_TIMERS } from '../timers.ts'
import { EngineChild } from './engine-child.ts'
import { Announcer, keepNothing, LiveBox } from './live-box.ts'
import { LiveVerdict } from './live-verdict.ts'
import { LiveJsonView, LiveLineView } from './live-view.ts'
import { talk } from './talk.ts'

export interface LiveOptions {
  readonly config: EngineConfig
  readonly json: boolean
  /** The engine's program and its arguments. */
  readonly engineCommand: readonly [string, ...string[]]
}

const now = (): number => performance.now()

/** See the head of this file. */
export const runLive = async ({ config, json, engineCommand }: LiveOptions): Promise<number> => {
  const write = (text: string): void => {
    process.stdout.write(text)
  }
  const paint = wantsColour(process.stdout, process.env) ? COLOURED : PLAIN
  const verdict = new LiveVerdict()
  const announcer = new Announcer()
  const view = json ? new LiveJsonView(write) : new LiveLineView(write, paint)
  const keeper = keepNothing(() => client)
  const box = new LiveBox(view, verdict, announcer, keeper)
  const client: StateClient = new StateClient({ config, listener: box, now: now() })
  const ending = new Ending()
  const child = new EngineChild({
    command: engineCommand,
    client,
    now,
    timers: MACHINE_TIMERS,
    onTrouble: talk,
    onHopeless: (code) => ending.end(code),
  })
  process.on('SIGTERM', () => ending.end(null))
  process.on('SIGINT', () => ending.end(null))
  process.on('SIGHUP', () => ending.end(null))
  child.start()
  const code = await ending.ended
  box.isEnding = true
  await child.stop()
  return code ?? EXIT_CODES[verdict.toExit()].code
}

/** Resolves once, with an exit code if it is known already. */
class Ending {
  readonly ended: Promise<number | null>
  #resolve: (code: number | null) => void = () => undefined

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  end(code: number | null): void {
    this.#resolve(code)
  }
}
