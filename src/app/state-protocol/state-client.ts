/**
 * The box's side of the state protocol (messages.ts). Its rules:
 * - every line is hostile: what is no message is counted, and shows as damage for a while, because something was missed;
 * - of a call only newer revisions count; a closed call is told once, and acknowledged when the owner says that it is stored, also when the
 *   engine tells it again;
 * - at `live` the engine has told of every call that it has: an open call that was left out is over, and is closed here as truncated (the
 *   engine that knew it died, or had no room for its end);
 * - without counters for SILENCE, without a connection or before `live` the state is a fault: what was said last is not believed any more.
 * Pure: bytes go in, lines are taken out, time is told in milliseconds of a clock that never steps.
 */
import type { CallReport, PhoneReport, SummaryReport } from '../../core/index.ts'
import { decodeEngineMessage } from './decode-message.ts'
import { encodeMessage } from './encode-message.ts'
import { LineReader } from './line-reader.ts'
import {
  keyOf,
  PROTOCOL,
  SILENCE,
  type CallMessage,
  type EngineConfig,
  type EngineCounters,
  type EngineMessage,
  type ErrorCode,
} from './messages.ts'
import { toTruncated } from './truncate-report.ts'

/** More open calls than an engine can have. */
const MAX_OPEN = 8192
/** Closed calls that the owner was told of and has not stored; beyond it the engine keeps them. */
const MAX_UNSTORED = 4096
/** Closed calls that are known to be stored. */
const MAX_STORED = 8192
/** How long a damaged line is a fault, in milliseconds. */
const DAMAGE_SHOWN = 10_000
/** How long nobody need worry that the engine is not there yet, in milliseconds. */
const STARTING = 10_000

/** How the engine is, as far as the box can know; everything but `good` and `starting` is a fault. */
export type EngineHealth = 'starting' | 'good' | 'no-engine' | 'silent' | 'damaged' | ErrorCode

/** A call as the owner is told of it. */
export interface ToldCall {
  readonly run: string
  readonly id: string
  readonly revision: number
  readonly report: CallReport
}

/** Hears what changed. */
export interface StateListener {
  onCall(call: ToldCall): void
  /** The call is over. Give the same object to `stored` when it cannot be lost any more. */
  onClosed(call: ToldCall): void
  onPhone(report: PhoneReport): void
  onWire(report: SummaryReport): void
  onCounters(counters: EngineCounters): void
  onHealth(health: EngineHealth): void
}

export interface StateClientOptions {
  /** Null: look on only. */
  readonly config: EngineConfig | null
  readonly listener: StateListener
  /** Now, in milliseconds. */
  readonly now: number
}

/** See the head of this file. */
export class StateClient {
  /** Lines that were no message, and types that this program does not know. */
  readonly faults = { malformed: 0, unknown: 0 }
  /** The connection is of no use any more: close it. */
  isOver = false
  readonly #reader = new LineReader()
  readonly #listener: StateListener
  readonly #startedAt: number
  #config: EngineConfig | null
  readonly #open = new Map<string, ToldCall>()
  readonly #unstored = new Map<string, ToldCall>()
  readonly #stored = new Map<string, number>()
  /** Calls that the engine told of since its greeting. */
  readonly #told = new Set<string>()
  readonly #outgoing = new Map<string, Uint8Array>()
  #isConnected = false
  #isLive = false
  #refusal: ErrorCode | null = null
  #heardAt = 0
  #damagedAt = -Infinity
  #wasGood = false
  #health: EngineHealth = 'starting'

  constructor({ config, listener, now }: StateClientOptions) {
    this.#config = config
    this.#listener = listener
    this.#startedAt = now
  }

  get health(): EngineHealth {
    return this.#health
  }

  get openCount(): number {
    return this.#open.size
  }

  /** A connection stands. */
  onConnected(now: number): void {
    this.#reader.reset()
    this.#outgoing.clear()
    this.#told.clear()
    // Who was refused before is refused until the engine says otherwise.
    this.isOver = false
    this.#isConnected = true
    this.#isLive = false
    this.#heardAt = now
    this.#sayHello()
    this.onTick(now)
  }

  onDisconnected(now: number): void {
    this.#isConnected = false
    this.#isLive = false
    this.#outgoing.clear()
    this.onTick(now)
  }

  /** The engine is known to be dead, and nobody will tell the end of what it watched. */
  onEngineGone(now: number): void {
    this.onDisconnected(now)
    for (const call of [...this.#open.values()]) this.#close(call)
  }

  /** Bytes from the engine. */
  onBytes(chunk: Uint8Array, now: number): void {
    const oversized = this.#reader.oversized
    this.#reader.onBytes(chunk, (line) => {
      if (!this.isOver) this.#onLine(line, now)
    })
    if (this.#reader.oversized > oversized) this.#damaged(this.#reader.oversized - oversized, now)
    this.onTick(now)
  }

  /** Time passes: call it at least four times a second. */
  onTick(now: number): void {
    const health = this.#healthAt(now)
    if (health === 'good') this.#wasGood = true
    if (health === this.#health) return
    this.#health = health
    this.#listener.onHealth(health)
  }

  /** A closed call cannot be lost any more. */
  stored(call: ToldCall): void {
    const key = keyOf(call)
    if (this.#unstored.get(key) === call) this.#unstored.delete(key)
    this.#stored.delete(key)
    this.#stored.set(key, call.revision)
    const [oldest] = this.#stored.keys()
    if (this.#stored.size > MAX_STORED && oldest !== undefined) this.#stored.delete(oldest)
    this.#acknowledge(key, call)
  }

  /** Another configuration from now on. */
  configure(config: EngineConfig): void {
    this.#config = config
    if (this.#isConnected) this.#sayHello()
  }

  /** The next line for the engine; null if there is nothing to say. */
  take(): Uint8Array | null {
    for (const [key, line] of this.#outgoing) {
      this.#outgoing.delete(key)
      return line
    }
    return null
  }

  #sayHello(): void {
    this.#outgoing.set('', encodeMessage({ type: 'hello', protocol: PROTOCOL, config: this.#config }))
  }

  #acknowledge(key: string, { run, id, revision }: ToldCall): void {
    if (this.#config === null || !this.#isConnected) return
    this.#outgoing.set(key, encodeMessage({ type: 'ack', run, id, revision }))
  }

  #healthAt(now: number): EngineHealth {
    if (this.#refusal !== null) return this.#refusal
    if (this.#isConnected && now - this.#heardAt > SILENCE) return 'silent'
    if (!this.#isLive) return this.#wasGood || now - this.#startedAt > STARTING ? 'no-engine' : 'starting'
    return now - this.#damagedAt < DAMAGE_SHOWN ? 'damaged' : 'good'
  }

  #damaged(lines: number, now: number): void {
    this.faults.malformed += lines
    this.#damagedAt = now
  }

  #onLine(line: Uint8Array, now: number): void {
    const decoded = decodeEngineMessage(line)
    if (decoded.kind === 'malformed') this.#damaged(1, now)
    else if (decoded.kind === 'unknown') this.faults.unknown++
    else if (decoded.kind === 'skew') this.#refuse('protocol')
    else this.#onMessage(decoded.message, now)
  }

  #onMessage(message: EngineMessage, now: number): void {
    switch (message.type) {
      case 'hello':
        this.#told.clear()
        this.#isLive = false
        return
      case 'call':
        this.#onCall(message)
        return
      case 'live':
        this.#onLive()
        return
      case 'counters':
        this.#heardAt = now
        this.#listener.onCounters(message.counters)
        return
      case 'phone':
        this.#listener.onPhone(message.report)
        return
      case 'wire':
        this.#listener.onWire(message.report)
        return
      case 'error':
        this.#refuse(message.code)
    }
  }

  #refuse(code: ErrorCode): void {
    this.#refusal = code
    this.isOver = true
  }

  #onCall({ run, id, revision, state, report }: CallMessage): void {
    const key = keyOf({ run, id })
    const call: ToldCall = { run, id, revision, report }
    const storedRevision = this.#stored.get(key)
    // Told again, because the acknowledgement was lost on the way.
    if (storedRevision !== undefined) {
      if (state === 'closed') this.#acknowledge(key, call)
    } else if (this.#unstored.has(key)) return
    else if (state === 'closed') this.#onClosed(key, call)
    else this.#onOpen(key, call)
  }

  #onOpen(key: string, call: ToldCall): void {
    if (!this.#isLive) this.#told.add(key)
    if (call.revision <= (this.#open.get(key)?.revision ?? 0)) return
    this.#open.set(key, call)
    this.#listener.onCall(call)
    const [oldest] = this.#open.values()
    if (this.#open.size > MAX_OPEN && oldest !== undefined) this.#close(oldest)
  }

  #onClosed(key: string, call: ToldCall): void {
    // The owner cannot keep up: the engine keeps it, and tells it again after the next greeting.
    if (this.#unstored.size >= MAX_UNSTORED) {
      this.#told.add(key)
      return
    }
    this.#forgetOpen(key)
    this.#unstored.set(key, call)
    this.#listener.onClosed(call)
  }

  #forgetOpen(key: string): void {
    this.#open.delete(key)
    this.#told.delete(key)
  }

  #onLive(): void {
    if (this.#isLive) return
    this.#isLive = true
    this.#refusal = null
    const leftOut = [...this.#open].filter(([key]) => !this.#told.has(key))
    for (const [, call] of leftOut) this.#close(call)
    this.#told.clear()
  }

  /** Closes a call whose end nobody tells. */
  #close(call: ToldCall): void {
    const key = keyOf(call)
    const last = { ...call, revision: call.revision + 1, report: toTruncated(call.report) }
    this.#forgetOpen(key)
    this.#unstored.set(key, last)
    this.#listener.onClosed(last)
  }
}
