/**
 * With a new connection: looks what an older release, another setting or a removed phone left at the broker, and has it removed before the new is
 * said, so that Home Assistant forgets what is gone. What the end of a connection cuts off is begun again with the next.
 */
import type { BrokerMessage } from './broker-message.ts'
import { clearing } from './broker-message.ts'
import { deviceIdOf, isOurDiscovery, phoneRemovalsOf, removalsOf } from './ha-discovery.ts'
import {
  isLeftover,
  keeps,
  leftoverFilters,
  STANDARD_PREFIX,
  type Published,
  type RetainedTopic,
} from './leftovers.ts'
import { RetainedSweep, type SweepLink } from './retained-sweep.ts'
import type { Surroundings } from './surroundings.ts'

export interface SweeperOptions {
  readonly published: Published
  /** What Home Assistant is told of the box now; null: nothing. */
  readonly discovery: BrokerMessage | null
  readonly surroundings: Surroundings
  /** It was looked, or cannot be looked: the new may be said. */
  readonly onSettled: () => void
  readonly onTrouble: (sentence: string) => void
}

export interface Removal {
  readonly message: BrokerMessage
  /** The broker has taken it, or never will. */
  readonly done: () => void
}

export class LeftoverSweeper {
  readonly #options: SweeperOptions
  #sweep: RetainedSweep | null = null
  #isSettled = false
  /** Nothing that was left is there any more. */
  #isClean = false
  #waiting: BrokerMessage[] = []
  #open = 0
  #connection = 0

  constructor(options: SweeperOptions) {
    this.#options = options
  }

  /** The new may be said on this connection. */
  get isSettled(): boolean {
    return this.#isSettled
  }

  onUp(link: SweepLink): void {
    if (this.#isClean) this.#settle()
    else void this.#look(link)
  }

  onDown(): void {
    const sweep = this.#sweep
    this.#connection++
    this.#sweep = null
    this.#isSettled = false
    this.#waiting = []
    sweep?.fail(new Error('the connection is lost'))
  }

  /** True: it was the sweep's, and is nobody else's. */
  onMessage(topic: string, payload: Buffer, isRetained: boolean): boolean {
    return this.#sweep?.onMessage(topic, payload, isRetained) ?? false
  }

  /** What has to go, before anything else is said. */
  take(): Removal | null {
    const message = this.#waiting.shift()
    if (message === undefined) return null
    const connection = this.#connection
    return {
      message,
      done: () => {
        if (connection === this.#connection && --this.#open === 0) this.#isClean = true
      },
    }
  }

  async #look(link: SweepLink): Promise<void> {
    const { published, surroundings } = this.#options
    const { boxId, discoveryPrefix } = published
    const connection = this.#connection
    // Where it was told formerly, it may have been told before it was set to tell nothing.
    const prefixes = [discoveryPrefix ?? STANDARD_PREFIX]
    const scope = { boxIds: [boxId], prefixes, isKept: keeps(published) }
    const sweep = new RetainedSweep(boxId, surroundings.random)
    this.#sweep = sweep
    try {
      const { found, refused } = await sweep.run(link, leftoverFilters(scope), surroundings)
      if (connection !== this.#connection) return
      if (discoveryPrefix !== null) for (const { message } of refused) this.#say(message)
      const gone = found.filter((one) => isLeftover(one, scope)).map(({ topic }) => clearing(topic))
      this.#waiting = [...gone, ...found.flatMap((one) => this.#outdated(one))]
      this.#open = this.#waiting.length
    } catch (error) {
      if (connection !== this.#connection) return
      // Without the right to look nothing is removed; all else goes on.
      this.#say((error as Error).message)
    }
    this.#isClean = this.#waiting.length === 0
    this.#sweep = null
    this.#settle()
  }

  /** Of what stays: components that are told no more, by a message that marks them. */
  #outdated({ topic, payload }: RetainedTopic): BrokerMessage[] {
    const { published, discovery } = this.#options
    if (discovery === null) return []
    const phones = `/device/${deviceIdOf(published.boxId)}_phone_`
    const isPhone =
      published.phones && topic.includes(phones) && isOurDiscovery(topic, payload, published.boxId)
    const removal = isPhone
      ? phoneRemovalsOf(topic, payload)
      : topic === discovery.topic
        ? removalsOf(payload, discovery)
        : null
    return removal === null ? [] : [removal]
  }

  #say(why: string): void {
    this.#options.onTrouble(`what was left at the broker cannot be looked for: ${why}`)
  }

  #settle(): void {
    this.#isSettled = true
    this.#options.onSettled()
  }
}
