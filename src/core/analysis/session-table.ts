/**
 * Key exchanges on media flows, bounded in two segments: a flood of beginnings recycles only exchanges that never came to an end, and never
 * one that completed.
 */

/** How many may be under way, and how many may have completed. */
const MAX_OPEN = 512
const MAX_COMPLETED = 4096

/** See the head of this file. `S` is the session's class, keys are flow slots. */
export class SessionTable<S> {
  /** Exchanges that had to give way. */
  evicted = 0
  readonly #open = new Map<number, S>()
  readonly #completed = new Map<number, S>()

  get(flow: number): S | undefined {
    return this.#completed.get(flow) ?? this.#open.get(flow)
  }

  /** A new session on a flow that has none. */
  add(flow: number, session: S): void {
    this.#open.set(flow, session)
    this.#trim(this.#open, MAX_OPEN)
  }

  /** Its exchange completed. */
  complete(flow: number): void {
    const session = this.#open.get(flow)
    if (session === undefined) return
    this.#open.delete(flow)
    this.#completed.set(flow, session)
    this.#trim(this.#completed, MAX_COMPLETED)
  }

  delete(flow: number): void {
    this.#open.delete(flow)
    this.#completed.delete(flow)
  }

  #trim(sessions: Map<number, S>, limit: number): void {
    if (sessions.size <= limit) return
    for (const flow of sessions.keys()) {
      sessions.delete(flow)
      this.evicted++
      return
    }
  }
}
