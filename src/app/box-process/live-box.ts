/** What a box makes of what the engine says: shown, counted for the exit code, and its faults said on standard error. */
import type { SummaryReport } from '../../core/index.ts'
import { sanitise } from '../../output/text/index.ts'
import type {
  EngineCounters,
  EngineHealth,
  StateClient,
  StateListener,
  ToldCall,
} from '../state-protocol/index.ts'
import { HEALTH_WORDS } from './engine-words.ts'
import type { LiveVerdict } from './live-verdict.ts'
import type { LiveView } from './live-view.ts'
import { talk } from './talk.ts'

/** Where calls are kept: whoever keeps a closed call tells the engine when it cannot be lost any more. */
export interface Keeper {
  onCall(call: ToldCall): void
  onClosed(call: ToldCall): void
}

/** For a program that keeps nothing: a call is done with when it was shown. */
export const keepNothing = (client: () => StateClient | null): Keeper => ({
  onCall: () => undefined,
  onClosed: (call) => client()?.stored(call),
})

/** What the engine says, shown, counted and kept. */
export class LiveBox implements StateListener {
  /** The engine is asked to end: that it goes is no fault. */
  isEnding = false
  readonly #view: LiveView
  readonly #verdict: LiveVerdict
  readonly #announcer: Announcer
  readonly #keeper: Keeper

  constructor(view: LiveView, verdict: LiveVerdict, announcer: Announcer, keeper: Keeper) {
    this.#view = view
    this.#verdict = verdict
    this.#announcer = announcer
    this.#keeper = keeper
  }

  onCall(call: ToldCall): void {
    this.#view.onCall(call)
    this.#keeper.onCall(call)
  }

  onClosed(call: ToldCall): void {
    this.#view.onClosed(call)
    this.#verdict.onClosed(call.report)
    this.#keeper.onClosed(call)
  }

  onPhone(report: Parameters<LiveView['onPhone']>[0]): void {
    this.#view.onPhone(report)
  }

  onWire(report: Parameters<StateListener['onWire']>[0]): void {
    this.#verdict.onWire(report)
    this.#announcer.onWire(report)
  }

  onCounters(counters: EngineCounters): void {
    this.#verdict.onCounters(counters)
    this.#announcer.onCounters(counters)
  }

  onHealth(health: EngineHealth): void {
    if (this.isEnding) return
    this.#verdict.onHealth(health)
    this.#announcer.onHealth(health)
  }
}

/** Says on standard error how the engine listens and what it cannot see, when that changes. */
export class Announcer {
  #listening = ''
  #blindness = ''
  #isFirst = true
  /** Rules that were said already: there are so many, and no more. */
  readonly #found = new Set<string>()

  onCounters({ source, blindness, filter }: EngineCounters): void {
    const sampled = filter === 'sampling' ? '; too much to look at all of it: media are sampled' : ''
    const listening = `listening on ${source.interface}: ${source.reason}${sampled}`
    if (listening !== this.#listening) talk(sanitise(listening))
    this.#listening = listening
    const names = blindness.join(', ')
    if (names !== this.#blindness)
      talk(names === '' ? 'sees everything again' : `cannot see everything: ${names}`)
    this.#blindness = names
  }

  /** What belongs to no call (a tunnel, telephony that is not judged), once each. */
  onWire({ findings }: SummaryReport): void {
    for (const { id, title, seen } of findings) {
      if (this.#found.has(id)) continue
      this.#found.add(id)
      talk(sanitise(`on the wire: ${title}: ${seen}`))
    }
  }

  onHealth(health: EngineHealth): void {
    if (health !== 'good' || !this.#isFirst) talk(HEALTH_WORDS[health])
    if (health === 'good') this.#isFirst = false
  }
}
