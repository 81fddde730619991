/**
 * The engine on a live wire: frames of a source go through the core, what it says becomes the state that clients are told. It ticks by a
 * monotonic clock; nothing here waits for anybody.
 */
import { randomBytes, randomInt } from 'node:crypto'
import type { FrameSink, FrameSource, KernelFilters } from '../../capture/index.ts'
import { Engine, type EngineEvent, type Micros } from '../../core/index.ts'
import { nodeCryptography } from '../node-cryptography.ts'
import { StateServer, type EngineConfig } from '../state-protocol/index.ts'
import type { Clocks, Timers } from '../timers.ts'
import type { InterfaceTotals } from './interface-totals.ts'
import { LiveClock } from './live-clock.ts'
import { LoopDelayWatch } from './loop-delay.ts'
import { SelfWatch } from './self-watch.ts'

/** Milliseconds between two ticks: a verdict is at most so old. */
const TICK = 200
/**
 * Microseconds that a tick stays behind the clock: what passed the wire may wait in a block of the ring and for the next look at it. A tick that ran
 * ahead of frames would make them all as late as itself, and what came before keys would seem to come with them.
 */
const BEHIND = 300_000
/** Microseconds between two looks at itself. */
const LOOK = 1_000_000
/** Looks between two totals of the wire. */
const LOOKS_A_SUMMARY = 5

/** A source that is ready, and how it was chosen. */
export interface ChosenSource {
  readonly source: FrameSource
  readonly reason: string
}

export interface LiveEngineOptions {
  readonly chosen: ChosenSource
  readonly interfaceName: string
  readonly config: EngineConfig
  /** What the kernel shall let through for a configuration; null: everything. */
  readonly filtersFor: (config: EngineConfig) => KernelFilters | null
  readonly clocks: Clocks
  readonly timers: Timers
  readonly readLink: () => InterfaceTotals | null
  /** There may be something to say to clients. */
  readonly onNews: () => void
}

const newRun = (): string => randomBytes(8).toString('hex')

/** See the head of this file. */
export class LiveEngine {
  readonly server: StateServer
  readonly #options: LiveEngineOptions
  readonly #clock: LiveClock
  readonly #watch: SelfWatch
  readonly #delay = new LoopDelayWatch(TICK)
  readonly #listener: (event: EngineEvent) => void
  #engine: Engine
  #stepsAtStart = 0
  #looks = 0
  #lookedAt = -Infinity
  #stopTicking: (() => void) | null = null
  #isStopped = false

  constructor(options: LiveEngineOptions) {
    this.#options = options
    this.#clock = new LiveClock(options.clocks)
    this.#watch = new SelfWatch({
      source: options.chosen.source,
      readLink: options.readLink,
      readLoopDelay: () => this.#delay.take(),
    })
    this.#engine = this.#openEngine(options.config)
    this.server = new StateServer({
      run: newRun(),
      config: options.config,
      clock: () => this.#clockReport(),
      onConfig: (config) => this.#onConfig(config),
    })
    this.#listener = (event) => {
      if (event.kind === 'phone-changed') this.server.onPhone(event.report)
      else this.server.onCall(event.report, event.kind === 'call-closed')
    }
  }

  /** Listens until stop(). Rejects when the source cannot go on; what was seen until then is closed and may still be told. */
  async run(): Promise<void> {
    const sink: FrameSink = {
      onFrame: (at, bytes, start, end, wireLength, linkType) => {
        this.#engine.onFrame(this.#clock.toEngineTime(at), bytes, start, end, wireLength, linkType)
      },
    }
    this.#stopTicking = this.#options.timers.every(TICK, () => {
      this.tick()
    })
    this.tick()
    try {
      await this.#options.chosen.source.start(sink)
      // A live wire has no end: without frames nobody may believe that all is well.
      if (!this.#isStopped) throw new Error('the source of frames ended')
    } catch (error) {
      this.#engine.onCaptureLoss()
      throw error
    } finally {
      this.#stopTicking()
      this.#finish()
    }
  }

  /** Ends run(). */
  stop(): void {
    this.#isStopped = true
    this.#options.chosen.source.stop()
  }

  /** Lets time pass, and asks the engine what is new. */
  tick(): void {
    const now = this.#options.clocks.monotonic()
    const time = this.#clock.look()
    const { caughtUpAt } = this.#options.chosen.source
    const unread = caughtUpAt === undefined ? 0 : Math.max(0, now - caughtUpAt * 1000)
    this.#engine.onTick((time - unread - BEHIND) as Micros)
    this.#drain()
    this.#followClock()
    this.#delay.onTimer(now)
    if (now - this.#lookedAt >= LOOK) {
      // Of a long stall one look is enough; else looks do not drift.
      this.#lookedAt = now - this.#lookedAt < 2 * LOOK ? this.#lookedAt + LOOK : now
      this.#look()
    }
    this.#options.onNews()
  }

  /** When the machine's clock was set, reports are to say the new time too: from the next moment on in which no call is up. */
  #followClock(): void {
    if (this.#clock.steps === this.#stepsAtStart || this.server.calls.openCount > 0) return
    const { config } = this.server
    this.server.startRun(this.#begin(config), config)
  }

  #onConfig(config: EngineConfig): string {
    const { chosen, filtersFor } = this.#options
    const mode = chosen.source.statistics().filter
    const filters = filtersFor(config)
    const isInForce = mode === null || filters === null || chosen.source.useFilter(mode, filters)
    // Better no engine than one that seems to look at ports which the kernel keeps from it.
    if (!isInForce && !this.#isStopped) throw new Error('the kernel refused the filter for other ports')
    return this.#begin(config)
  }

  /** Another engine takes over; gives the name of its run. */
  #begin(config: EngineConfig): string {
    this.#clock.restart()
    this.#stepsAtStart = this.#clock.steps
    this.#engine = this.#openEngine(config)
    return newRun()
  }

  #drain(): void {
    while (this.#engine.drain(this.#listener)) continue
  }

  #look(): void {
    const sight = this.#watch.look({
      at: this.#options.clocks.monotonic() / 1000,
      clockSteps: this.#clock.steps,
      openCalls: this.server.calls.openReports(),
    })
    if (sight.hasLoss) this.#engine.onCaptureLoss()
    if (sight.filter === 'sampling') this.#engine.onSampling()
    const { hasLoss: _, ...counters } = sight
    const { chosen, interfaceName } = this.#options
    const { openCount, closedCount, dropped, shortened } = this.server.calls
    this.server.onCounters({
      ...counters,
      clock: this.#clockReport(),
      source: { name: chosen.source.name, reason: chosen.reason.slice(0, 1024), interface: interfaceName },
      calls: { open: openCount, unacknowledged: closedCount, dropped, shortened },
    })
    if (this.#looks++ % LOOKS_A_SUMMARY === 0) this.server.onWire(this.#engine.summary())
  }

  /** The capture is over: every call closes. */
  #finish(): void {
    this.#engine.onTick(this.#clock.look())
    this.#engine.finish()
    this.#drain()
    this.#look()
    this.server.onWire(this.#engine.summary())
    this.#options.onNews()
  }

  #clockReport(): { engine: number; wall: number; steps: number; trusted: boolean } {
    const { now, wall, steps, isTrusted } = this.#clock
    return { engine: now, wall, steps, trusted: isTrusted }
  }

  #openEngine({ ports, sipPeers, privacy }: EngineConfig): Engine {
    return new Engine({
      cryptography: nodeCryptography,
      randomSeed: randomInt(0x1_0000_0000),
      runKey: randomBytes(32),
      parties: privacy,
      clockTrusted: this.#clock.isTrusted,
      sipPorts: ports.sip,
      tlsPorts: ports.tls,
      sipPeers,
    })
  }
}
