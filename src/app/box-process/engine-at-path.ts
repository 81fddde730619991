/** An engine that runs by itself and is reached on a socket by its path: connected to, and again when it comes back, for as long as asked. */
import { connect, type Socket } from 'node:net'
import type { StateClient } from '../state-protocol/index.ts'
import type { Timers } from '../timers.ts'
import { BackOff } from './back-off.ts'
import { EngineLink, type Now } from './engine-link.ts'

/** Milliseconds between two looks at the time. */
const TICK = 250
/** Milliseconds for the engine to take what is left to say. */
const PATIENCE = 1000

export interface EngineAtPathOptions {
  readonly path: string
  readonly client: StateClient
  readonly now: Now
  readonly timers: Timers
  /** A sentence for people: why it cannot be reached, once for each reason. */
  readonly onTrouble?: (sentence: string) => void
}

/** See the head of this file. */
export class EngineAtPath {
  readonly #options: EngineAtPathOptions
  readonly #backOff = new BackOff()
  #socket: Socket | null = null
  #link: EngineLink | null = null
  #isEnding = false
  #trouble = ''
  #cancelRetry: () => void = () => undefined
  #cancelTicks: () => void = () => undefined

  constructor(options: EngineAtPathOptions) {
    this.#options = options
  }

  start(): void {
    const { client, now, timers } = this.#options
    this.#cancelTicks = timers.every(TICK, () => {
      client.onTick(now())
    })
    this.#connect()
  }

  /** Says its last and goes; the engine goes on. */
  async stop(): Promise<void> {
    this.#isEnding = true
    this.#cancelRetry()
    this.#cancelTicks()
    const socket = this.#socket
    if (socket === null || socket.destroyed) return
    await new Promise<void>((resolve) => {
      const giveUp = this.#options.timers.after(PATIENCE, () => socket.destroy())
      socket.once('close', () => {
        giveUp()
        resolve()
      })
      if (this.#link === null) socket.destroy()
      else this.#link.hangUp()
    })
  }

  /** Writes what the client has to say. */
  flush(): void {
    this.#link?.flush()
  }

  #complain(sentence: string): void {
    if (sentence === this.#trouble) return
    this.#trouble = sentence
    this.#options.onTrouble?.(sentence)
  }

  #connect(): void {
    const { path, client, now, timers } = this.#options
    this.#backOff.onTry(now())
    const socket = connect(path)
    this.#socket = socket
    socket.on('connect', () => {
      this.#trouble = ''
      this.#link = new EngineLink(socket, client, now)
    })
    // 'close' follows.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#complain(`no engine can be reached at ${path} (${error.code ?? error.message})`)
    })
    socket.on('close', () => {
      this.#link = null
      if (this.#isEnding) return
      this.#cancelRetry = timers.after(this.#backOff.onFailure(now()), () => {
        this.#connect()
      })
    })
  }
}
