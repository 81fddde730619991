/** The exit code of a live run by the rules of `callseal read`; and never green by assumption: what was not seen is not proven private. */
import type { CallReport, SummaryReport } from '../../core/index.ts'
import type { ExitName } from '../exit-codes.ts'
import { ReadVerdict } from '../read/read-verdict.ts'
import type { BlindnessName, EngineCounters, EngineHealth } from '../state-protocol/index.ts'

/** While one of these lasts there may be calls that nobody sees. */
const BLIND: readonly BlindnessName[] = ['interface-gone', 'deaf-socket', 'capture-loss', 'one-direction']

/** Hears of everything that counts. */
export class LiveVerdict {
  readonly #calls = new ReadVerdict()
  /** A run of the engine that is over may have shown what the next does not. */
  #wasShown = false
  /** There may be, or was, something that nobody could judge. */
  #wasBlind = false
  #wasHeard = false
  #wire: SummaryReport | null = null

  onClosed(report: CallReport): void {
    this.#calls.onCall(report)
    if (report.grade !== 'protected' && report.grade !== 'undetermined') this.#wasShown = true
  }

  onWire(report: SummaryReport): void {
    this.#wire = report
    const exit = this.#calls.toExit(report)
    if (exit === 'findings') this.#wasShown = true
    else if (exit === 'cannotTell') this.#wasBlind = true
  }

  onCounters({ blindness, calls }: EngineCounters): void {
    if (calls.dropped > 0 || blindness.some((name) => BLIND.includes(name))) this.#wasBlind = true
  }

  onHealth(health: EngineHealth): void {
    if (health === 'good') this.#wasHeard = true
    else if (this.#wasHeard) this.#wasBlind = true
  }

  toExit(): ExitName {
    if (this.#wasShown) return 'findings'
    if (this.#wire === null) return 'cannotTell'
    const exit = this.#calls.toExit(this.#wire)
    return exit === 'allProtected' && this.#wasBlind ? 'cannotTell' : exit
  }
}
