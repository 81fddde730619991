/** Messages that matter only while the connection lasts: bounded, the oldest go first; one with the key of another replaces it. Pure. */
import type { BrokerMessage } from './broker-message.ts'

const MAX_WAITING = 128

export class PassingQueue {
  /** Messages that went unsent. */
  dropped = 0
  readonly #waiting = new Map<string, BrokerMessage>()
  #number = 0

  /** Without a key it replaces nothing. */
  put(message: BrokerMessage, key: string | null = null): void {
    this.#waiting.set(key ?? `#${this.#number++}`, message)
    const [oldest] = this.#waiting.keys()
    if (this.#waiting.size <= MAX_WAITING || oldest === undefined) return
    this.#waiting.delete(oldest)
    this.dropped++
  }

  take(): BrokerMessage | null {
    for (const [key, message] of this.#waiting) {
      this.#waiting.delete(key)
      return message
    }
    return null
  }

  clear(): void {
    this.dropped += this.#waiting.size
    this.#waiting.clear()
  }
}
