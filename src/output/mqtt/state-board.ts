/** Topics of which only the newest value counts: what waits is replaced, not queued. Bounded. Pure. */
import type { BrokerMessage } from './broker-message.ts'

interface Square {
  message: BrokerMessage
  isDirty: boolean
  isInFlight: boolean
}

export interface BoardSending {
  readonly message: BrokerMessage
  readonly acknowledged: () => void
}

/** Topics of phones, which are many; the box's own are few, and always find room. */
const MAX_OFFERED = 512

export class StateBoard {
  /** Values that found no room. */
  refused = 0
  readonly #squares = new Map<string, Square>()
  #offered = 0
  #connection = 0

  /** A topic of the box has a new value. One that is the same is no news. */
  put(message: BrokerMessage): void {
    const square = this.#squares.get(message.topic)
    if (square === undefined) {
      this.#squares.set(message.topic, { message, isDirty: true, isInFlight: false })
      return
    }
    if (isSame(square.message.payload, message.payload)) return
    square.message = message
    square.isDirty = true
  }

  /** Topics of which there may be any number have new values: all of them find room, or none. */
  offer(messages: readonly BrokerMessage[]): void {
    const fresh = messages.filter(({ topic }) => !this.#squares.has(topic)).length
    if (this.#offered + fresh > MAX_OFFERED && fresh > 0) {
      this.refused++
      return
    }
    this.#offered += fresh
    for (const message of messages) this.put(message)
  }

  /** It is sent again although it is the same. */
  touch(topic: string): void {
    const square = this.#squares.get(topic)
    if (square !== undefined) square.isDirty = true
  }

  has(topic: string): boolean {
    return this.#squares.has(topic)
  }

  get messages(): readonly BrokerMessage[] {
    return [...this.#squares.values()].map(({ message }) => message)
  }

  /** A connection is made: the broker may have forgotten everything. */
  onUp(): void {
    this.#connection++
    for (const square of this.#squares.values()) {
      square.isDirty = true
      square.isInFlight = false
    }
  }

  /** The next that is new, of topics that may be told now. */
  take(mayTell: (topic: string) => boolean = () => true): BoardSending | null {
    for (const square of this.#squares.values()) {
      if (!square.isDirty || square.isInFlight || !mayTell(square.message.topic)) continue
      square.isDirty = false
      square.isInFlight = true
      const connection = this.#connection
      return {
        message: square.message,
        acknowledged: () => {
          if (connection === this.#connection) square.isInFlight = false
        },
      }
    }
    return null
  }
}

const isSame = (a: string | Buffer, b: string | Buffer): boolean =>
  typeof a === 'string' || typeof b === 'string' ? a === b : a.equals(b)
