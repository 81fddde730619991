/** Takes requests from the broker, has them done, and words what became of them. Never more at once than there are kinds of them, and never many a second. */
import type { BrokerMessage, Json } from './broker-message.ts'
import { parseRequest, toResponse, type BoxRequest, type RequestName } from './requests.ts'
import type { Surroundings } from './surroundings.ts'

/** Gives what the client is told; rejects with a sentence for people. */
export type RequestServant = (request: BoxRequest) => Promise<Json>

export interface DeskOptions {
  readonly boxId: string
  readonly servants: Readonly<Partial<Record<RequestName, RequestServant>>>
  readonly surroundings: Surroundings
  readonly onResponse: (response: BrokerMessage) => void
}

/** Milliseconds that a request may take; a report of a long survey is the slowest. */
const WITHIN = 60_000
/** So many requests in such a time; what is more gets no answer, for an answer is what a flood is after. */
const MAX_REQUESTS = 20
const WINDOW = 10_000

export class RequestDesk {
  /** Requests that were too many, or that nobody could answer. */
  ignored = 0
  readonly #options: DeskOptions
  readonly #busy = new Set<RequestName>()
  #windowSince = -Infinity
  #inWindow = 0

  constructor(options: DeskOptions) {
    this.#options = options
  }

  onMessage(topic: string, payload: Buffer, isRetained: boolean): void {
    const parsed = this.#isTooMany() ? null : parseRequest(this.#options.boxId, topic, payload, isRetained)
    if (parsed === null) this.ignored++
    else if ('request' in parsed) void this.#serve(parsed.request)
    else this.#respond(parsed.name, parsed.transaction, { error: parsed.error })
  }

  #isTooMany(): boolean {
    const now = this.#options.surroundings.now()
    if (now - this.#windowSince >= WINDOW) {
      this.#windowSince = now
      this.#inWindow = 0
    }
    return ++this.#inWindow > MAX_REQUESTS
  }

  async #serve(request: BoxRequest): Promise<void> {
    const { name, transaction } = request
    const servant = this.#options.servants[name]
    if (servant === undefined || this.#busy.has(name)) {
      const error =
        servant === undefined ? `this box cannot do "${name}"` : `the last "${name}" is still being done`
      this.#respond(name, transaction, { error })
      return
    }
    this.#busy.add(name)
    try {
      this.#respond(name, transaction, { data: await this.#inTime(name, servant(request)) })
    } catch (error) {
      this.#respond(name, transaction, { error: error instanceof Error ? error.message : String(error) })
    } finally {
      this.#busy.delete(name)
    }
  }

  #inTime(name: string, result: Promise<Json>): Promise<Json> {
    return new Promise((resolve, reject) => {
      const tooLate = (): void => reject(new Error(`"${name}" takes longer than a minute`))
      const cancel = this.#options.surroundings.timers.after(WITHIN, tooLate)
      result.then(resolve, reject).finally(cancel)
    })
  }

  #respond(name: string, transaction: string | null, result: { data: Json } | { error: string }): void {
    this.#options.onResponse(toResponse(this.#options.boxId, name, transaction, result))
  }
}
