/** What comes out of the engine on its way to the view, and what it adds up to. */
import type { Engine, EngineEvent, PhoneReport } from '../../core/index.ts'
import { ReadVerdict } from './read-verdict.ts'
import type { ReadView } from './read-view.ts'

/** More phones than so many: the oldest are shown no more. */
const MAX_PHONES = 4096

/** One capture's worth of events. */
export class Reading {
  readonly verdict = new ReadVerdict()
  readonly #engine: Engine
  readonly #phones = new Map<string, PhoneReport>()
  readonly #listener: (event: EngineEvent) => void

  constructor(engine: Engine, view: ReadView) {
    this.#engine = engine
    this.#listener = (event) => {
      if (event.kind === 'call-closed') {
        this.verdict.onCall(event.report)
        view.onCall(event.report)
      } else if (event.kind === 'phone-changed') this.#onPhone(event.report)
    }
  }

  drain(): void {
    while (this.#engine.drain(this.#listener)) continue
  }

  phones(): readonly PhoneReport[] {
    return [...this.#phones.values()]
  }

  #onPhone(report: PhoneReport): void {
    // Seen again, it is young again.
    this.#phones.delete(report.address)
    this.#phones.set(report.address, report)
    const [oldest] = this.#phones.keys()
    if (this.#phones.size > MAX_PHONES && oldest !== undefined) this.#phones.delete(oldest)
  }
}
