/** Metrics as the configuration says; without an address there are none, and nothing listens. */
import type { MetricsOutput } from '../../output/metrics/index.ts'
import type { BoxConfig } from '../config/index.ts'
import { MACHINE_TIMERS } from '../timers.ts'
import { readVersion } from '../version.ts'
import { MACHINE_CLOCK, type BoxMemory } from './box-memory.ts'
import { toMetricsState, type BoxSides, type ProcessSides } from './box-picture.ts'
import { talk } from './talk.ts'

const MICRO = 1e6

/** See the head of this file. */
export class MetricsDesk {
  readonly #output: MetricsOutput
  readonly #address: string
  readonly #port: number
  readonly #version = readVersion()
  readonly #startedAt = MACHINE_CLOCK.wall()
  #memoryBytes = 0
  #memoryAt = -Infinity

  private constructor(output: MetricsOutput, address: string, port: number) {
    this.#output = output
    this.#address = address
    this.#port = port
  }

  /** Null without an address in the configuration. */
  static async open({ metrics: { address, port } }: BoxConfig): Promise<MetricsDesk | null> {
    if (address === null) return null
    const { MetricsOutput } = await import('../../output/metrics/index.ts')
    const output = new MetricsOutput({
      address,
      port,
      now: MACHINE_CLOCK.now,
      after: MACHINE_TIMERS.after,
      onTrouble: talk,
    })
    output.start()
    return new MetricsDesk(output, address, port)
  }

  /** For the code on page 5 of the screen. */
  get url(): string {
    const host = this.#address.includes(':') ? `[${this.#address}]` : this.#address
    return `http://${host}:${this.#port}/health`
  }

  onState(memory: BoxMemory, sides: BoxSides, own: Pick<ProcessSides, 'durableSeq' | 'brokerWaiting'>): void {
    const { user, system } = process.cpuUsage()
    this.#output.onState(
      toMetricsState(memory, sides, {
        ...own,
        version: this.#version,
        startedAt: this.#startedAt,
        memoryBytes: this.#memory(sides.now),
        cpuSeconds: (user + system) / MICRO,
      }),
    )
  }

  stop(): void {
    this.#output.stop()
  }

  /** The kernel adds it up anew each time it is asked. */
  #memory(now: number): number {
    if (now - this.#memoryAt >= 1000) {
      this.#memoryAt = now
      this.#memoryBytes = process.memoryUsage.rss()
    }
    return this.#memoryBytes
  }
}
