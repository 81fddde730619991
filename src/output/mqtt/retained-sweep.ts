/**
 * Gathers the retained messages under some filters. The broker sends them before anything that is published after the subscription, so a marker that
 * comes back says that they are complete. Bounded.
 */
import { toMessage, type BrokerMessage } from './broker-message.ts'
import { SubscriptionRefused, type PublishResult } from './broker-connection.ts'
import type { RetainedTopic } from './leftovers.ts'
import type { Surroundings } from './surroundings.ts'

/** What a sweep needs of a connection. */
export interface SweepLink {
  subscribe(filter: string, qos: 0 | 1): Promise<void>
  unsubscribe(filters: readonly string[]): Promise<void>
  publish(message: BrokerMessage, onResult: (result: PublishResult) => void): void
}

/** What is kept there, and why the broker does not let this box look at the rest. */
export interface Swept {
  readonly found: readonly RetainedTopic[]
  readonly refused: readonly Error[]
}

const MAX_FOUND = 4096
/** Milliseconds; brokers answer within a few. */
const WITHIN = 10_000
const MARKER = 'sweep'

export class RetainedSweep {
  readonly #found = new Map<string, string>()
  readonly #marker: BrokerMessage
  readonly #nonce: string
  #onComplete: () => void = () => undefined
  #onFailure: (error: Error) => void = () => undefined

  /** `boxId`: under whose topics the marker goes; it must be within the filters. */
  constructor(boxId: string, random: () => number) {
    this.#nonce = `${Math.floor(random() * 1e15)}`
    this.#marker = toMessage(boxId, 'response', { status: 'ok', data: this.#nonce }, MARKER)
  }

  /** Feeds what the connection receives; false: it is not what the sweep looks for. */
  onMessage(topic: string, payload: Buffer, isRetained: boolean): boolean {
    const text = payload.toString('utf8')
    if (isRetained) {
      if (this.#found.size < MAX_FOUND) this.#found.set(topic, text)
      return true
    }
    if (topic !== this.#marker.topic) return false
    if (text.includes(this.#nonce)) this.#onComplete()
    return true
  }

  /** The connection is lost: a run that waits is over. */
  fail(error: Error): void {
    this.#onFailure(error)
  }

  /** The first filter is that of the box. Rejects if the broker does not allow that one, or the marker does not come back. */
  async run(link: SweepLink, filters: readonly string[], { timers }: Surroundings): Promise<Swept> {
    const refused: Error[] = []
    for (const [at, filter] of filters.entries())
      await link.subscribe(filter, 0).catch((error: unknown) => {
        if (at === 0 || !(error instanceof SubscriptionRefused)) throw error
        refused.push(error)
      })
    await new Promise<void>((resolve, reject) => {
      const tooLate = (): void => reject(new Error('the broker does not tell what it keeps'))
      const cancel = timers.after(WITHIN, tooLate)
      this.#onComplete = () => {
        cancel()
        resolve()
      }
      this.#onFailure = (error) => {
        cancel()
        reject(error)
      }
      link.publish({ ...this.#marker, qos: 0 }, () => undefined)
    })
    await link.unsubscribe(filters)
    return { found: [...this.#found].map(([topic, payload]) => ({ topic, payload })), refused }
  }
}
