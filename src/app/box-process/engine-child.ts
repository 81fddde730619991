/**
 * The engine as a child of this process, over a socket pair that only the two have. When it dies it is started again, soon first and later less
 * soon; when it hangs it is killed. It ends when this process hangs up or is no more.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { EXIT_CODES } from '../exit-codes.ts'
import type { StateClient } from '../state-protocol/index.ts'
import type { Timers } from '../timers.ts'
import { BackOff } from './back-off.ts'
import { EngineLink, type Now } from './engine-link.ts'

/** Where the child finds its end of the socket pair. */
export const CHILD_DESCRIPTOR = 3
/** Milliseconds between two looks at the time. */
const TICK = 250
/** So long an engine may say nothing before it counts as hung, in milliseconds. */
const HUNG = 30_000
/** And so long it may take to end. */
const PATIENCE = 5000

export interface EngineChildOptions {
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]]
  readonly client: StateClient
  readonly now: Now
  readonly timers: Timers
  /** A sentence for people: it died, and what happens next. */
  readonly onTrouble: (sentence: string) => void
  /** It could not begin at all, and would not the next time: the exit code to end with. */
  readonly onHopeless: (code: number) => void
}

/** See the head of this file. */
export class EngineChild {
  readonly #options: EngineChildOptions
  readonly #backOff = new BackOff()
  #child: ChildProcess | null = null
  #link: EngineLink | null = null
  #wasHeard = false
  #silentSince: number | null = null
  #isEnding = false
  #cancelRestart: () => void = () => undefined
  #cancelTicks: () => void = () => undefined
  #onGone: () => void = () => undefined

  constructor(options: EngineChildOptions) {
    this.#options = options
  }

  start(): void {
    this.#cancelTicks = this.#options.timers.every(TICK, () => {
      this.#onTick()
    })
    this.#spawn()
  }

  /** Asks it to end, waits until it said its last, and gives up on it after a while. */
  async stop(): Promise<void> {
    this.#isEnding = true
    this.#cancelRestart()
    const child = this.#child
    if (child !== null) {
      await new Promise<void>((resolve) => {
        this.#onGone = resolve
        const giveUp = this.#options.timers.after(PATIENCE, () => child.kill('SIGKILL'))
        child.once('close', giveUp)
        this.#link?.hangUp()
      })
    }
    this.#cancelTicks()
  }

  /** Writes what the client has to say. */
  flush(): void {
    this.#link?.flush()
  }

  #spawn(): void {
    const { command, client, now } = this.#options
    const [program, ...args] = command
    this.#backOff.onTry(now())
    this.#silentSince = null
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] })
    this.#child = child
    this.#link = new EngineLink(child.stdio[CHILD_DESCRIPTOR] as Duplex, client, now)
    child.on('error', (error) => {
      this.#onEnd(`could not be started (${error.message})`, null)
    })
    // Not `exit`: what it said last may still be on its way.
    child.on('close', (code, signal) => {
      this.#onEnd(signal === null ? `ended with code ${code ?? 0}` : `was ended by ${signal}`, code)
    })
  }

  #onEnd(how: string, code: number | null): void {
    if (this.#child === null) return
    this.#child = null
    this.#link = null
    const { client, now, timers, onTrouble, onHopeless } = this.#options
    client.onEngineGone(now())
    if (this.#isEnding) this.#onGone()
    else if (!this.#wasHeard && code === EXIT_CODES.noInput.code) onHopeless(code)
    else {
      const wait = this.#backOff.onFailure(now())
      onTrouble(`the engine ${how}; it is started again in ${(wait / 1000).toFixed(2)} s`)
      this.#cancelRestart = timers.after(wait, () => {
        this.#spawn()
      })
    }
  }

  #onTick(): void {
    const { client, now } = this.#options
    const at = now()
    client.onTick(at)
    this.#wasHeard ||= client.health === 'good'
    if (client.health !== 'silent') this.#silentSince = null
    else this.#silentSince ??= at
    const isHung = this.#silentSince !== null && at - this.#silentSince >= HUNG
    if (isHung || client.isOver) this.#child?.kill('SIGKILL')
  }
}
