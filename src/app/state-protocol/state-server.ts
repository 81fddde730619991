/**
 * The engine's side of the state protocol (messages.ts). Its rules:
 * - a client is a box (its hello carries a configuration; it acknowledges) or a reader (it does not); one box, at most three readers;
 * - after its hello a client gets a greeting, every call that is open or unacknowledged, `live`, and from then on the newest of what changes;
 * - a closed call is kept until the box acknowledged it, and the oldest is dropped and counted beyond 2,048;
 * - a reader that was too slow to be told of a closed call before it was forgotten is greeted anew, and sees by what is left out;
 * - another configuration begins another run: what is open is closed as truncated, and everybody is greeted anew;
 * - another protocol, a second box or a fourth reader is answered with an error and closed.
 * Pure: bytes go in, lines are taken out, nothing ever waits for a client.
 */
import type { CallReport, PhoneReport, SummaryReport } from '../../core/index.ts'
import { CallStore } from './call-store.ts'
import { ClientSeat, type SeatRole, type SeatSource } from './client-seat.ts'
import { decodeBoxMessage } from './decode-message.ts'
import { encodeMessage, encodeWire } from './encode-message.ts'
import {
  PROTOCOL,
  type BoxMessage,
  type EngineClock,
  type EngineConfig,
  type EngineCounters,
  type ErrorCode,
} from './messages.ts'

const MAX_READERS = 3
/** Connections, with those that have not said who they are. */
const MAX_SEATS = 8
const MAX_FAULTS = 64
const MAX_PHONES = 4096
/** Closed calls that the box has and that some reader is still to be told. */
const MAX_FAREWELLS = 256

const ERROR_TEXTS: Readonly<Record<ErrorCode, string>> = {
  protocol: `this engine speaks protocol ${PROTOCOL}; engine and box must be of the same release`,
  'box-taken': 'another box is connected to this engine',
  'too-many-readers': `${MAX_READERS} programs look on already`,
  'too-many-faults': 'too many lines were no messages',
}

/** Stricter privacy has the higher number. */
const STRICTNESS: Readonly<Record<EngineConfig['privacy'], number>> = { full: 0, masked: 1, none: 2 }

export interface StateServerOptions {
  readonly run: string
  readonly config: EngineConfig
  readonly clock: () => EngineClock
  /** A box brought another configuration; the answer is the name of the run that begins with it. */
  readonly onConfig: (config: EngineConfig) => string
}

/** See the head of this file. */
export class StateServer implements SeatSource {
  readonly liveLine = encodeMessage({ type: 'live' })
  readonly calls: CallStore
  /** Acknowledgements of what is not waiting for any. */
  strayAcks = 0
  readonly #options: StateServerOptions
  readonly #seats = new Set<ClientSeat>()
  readonly #phones = new Map<string, PhoneReport>()
  readonly #farewells = new Map<string, Uint8Array>()
  #run: string
  #config: EngineConfig
  #wire: SummaryReport | null = null
  #counters: EngineCounters | null = null

  constructor(options: StateServerOptions) {
    this.#options = options
    this.#run = options.run
    this.#config = options.config
    this.calls = new CallStore({
      onChanged: (key) => {
        for (const seat of this.#seats) seat.onCall(key)
      },
      onForgotten: (key, line, why) => {
        this.#onForgotten(key, line, why)
      },
    })
  }

  get run(): string {
    return this.#run
  }

  get config(): EngineConfig {
    return this.#config
  }

  onCall(report: CallReport, isClosed: boolean): void {
    if (isClosed) this.calls.onClosed(this.#run, report)
    else this.calls.onOpen(this.#run, report)
  }

  onPhone(report: PhoneReport): void {
    this.#phones.delete(report.address)
    this.#phones.set(report.address, report)
    for (const seat of this.#seats) seat.onPhone(report.address)
    const [oldest] = this.#phones.keys()
    if (this.#phones.size <= MAX_PHONES || oldest === undefined) return
    this.#phones.delete(oldest)
    for (const seat of this.#seats) seat.forgetPhone(oldest)
  }

  onWire(report: SummaryReport): void {
    this.#wire = report
    for (const seat of this.#seats) seat.onWire()
  }

  onCounters(counters: EngineCounters): void {
    this.#counters = counters
    for (const seat of this.#seats) seat.onCounters()
  }

  /** Another engine takes over: see the rules. */
  startRun(run: string, config: EngineConfig): void {
    this.calls.truncateOpen()
    if (STRICTNESS[config.privacy] > STRICTNESS[this.#config.privacy]) this.#dropParties()
    this.#run = run
    this.#config = config
    this.#phones.clear()
    this.#wire = null
    for (const seat of this.#seats) if (seat.role !== 'unknown') this.#greet(seat, seat.role)
  }

  /** A connection; null if there are too many to even listen to one more. */
  open(): ClientSeat | null {
    if (this.#seats.size >= MAX_SEATS) return null
    const seat = new ClientSeat(this)
    this.#seats.add(seat)
    return seat
  }

  /** The connection is gone. */
  close(seat: ClientSeat): void {
    seat.isOver = true
    this.#seats.delete(seat)
    if (this.#seats.size === 0) this.#farewells.clear()
  }

  /** Bytes from a client. */
  onBytes(seat: ClientSeat, chunk: Uint8Array): void {
    const oversized = seat.reader.oversized
    seat.reader.onBytes(chunk, (line) => {
      if (!seat.isOver) this.#onLine(seat, line)
    })
    seat.faults += seat.reader.oversized - oversized
    if (seat.faults > MAX_FAULTS && !seat.isOver) this.#refuse(seat, 'too-many-faults')
  }

  /** The next line for a client; null if there is nothing to say. */
  take(seat: ClientSeat): Uint8Array | null {
    const line = seat.take()
    if (line !== null || !seat.needsGreeting || seat.role === 'unknown') return line
    this.#greet(seat, seat.role)
    return seat.take()
  }

  callKeys(): Iterable<string> {
    return this.calls.keys()
  }

  callLine(key: string): Uint8Array | null {
    const kept = this.calls.lineOf(key)
    if (kept !== null) return kept
    const farewell = this.#farewells.get(key) ?? null
    if (farewell !== null && ![...this.#seats].some((seat) => seat.owes(key))) this.#farewells.delete(key)
    return farewell
  }

  phoneKeys(): Iterable<string> {
    return this.#phones.keys()
  }

  phoneLine(address: string): Uint8Array | null {
    const report = this.#phones.get(address)
    return report === undefined ? null : encodeMessage({ type: 'phone', run: this.#run, report })
  }

  wireLine(): Uint8Array | null {
    return this.#wire === null ? null : encodeWire(this.#run, this.#wire)
  }

  countersLine(): Uint8Array | null {
    const counters = this.#counters
    return counters === null ? null : encodeMessage({ type: 'counters', run: this.#run, counters })
  }

  #onLine(seat: ClientSeat, line: Uint8Array): void {
    const decoded = decodeBoxMessage(line)
    if (decoded.kind === 'skew') this.#refuse(seat, 'protocol')
    else if (decoded.kind !== 'message') seat.faults++
    else if (decoded.message.type === 'hello') this.#onHello(seat, decoded.message)
    else if (seat.role !== 'box') seat.faults++
    else {
      const { run, id, revision } = decoded.message
      if (!this.calls.onAck(run, id, revision)) this.strayAcks++
    }
  }

  #onHello(seat: ClientSeat, { config }: Extract<BoxMessage, { type: 'hello' }>): void {
    const role = config === null ? 'reader' : 'box'
    if (seat.role !== 'unknown' && seat.role !== role) seat.faults++
    else if (seat.role === 'unknown' && this.#count(role) >= (role === 'box' ? 1 : MAX_READERS))
      this.#refuse(seat, role === 'box' ? 'box-taken' : 'too-many-readers')
    else {
      const isNew = config !== null && JSON.stringify(config) !== JSON.stringify(this.#config)
      seat.role = role
      if (isNew) this.startRun(this.#options.onConfig(config), config)
      else this.#greet(seat, role)
    }
  }

  #count(role: SeatRole): number {
    return [...this.#seats].filter((seat) => seat.role === role && !seat.isOver).length
  }

  #greet(seat: ClientSeat, role: 'box' | 'reader'): void {
    const clock = this.#options.clock()
    seat.begin(role, encodeMessage({ type: 'hello', protocol: PROTOCOL, run: this.#run, clock }))
  }

  #refuse(seat: ClientSeat, code: ErrorCode): void {
    seat.end(encodeMessage({ type: 'error', protocol: PROTOCOL, code, message: ERROR_TEXTS[code] }))
  }

  #onForgotten(key: string, line: Uint8Array, why: 'acknowledged' | 'dropped'): void {
    const untold = [...this.#seats].filter((seat) => seat.owes(key))
    if (untold.length === 0) return
    if (why === 'dropped') this.#cannotTell(key, untold)
    else {
      this.#farewells.set(key, line)
      const [oldest] = this.#farewells.keys()
      if (this.#farewells.size <= MAX_FAREWELLS || oldest === undefined) return
      this.#farewells.delete(oldest)
      this.#cannotTell(oldest, this.#seats)
    }
  }

  #cannotTell(key: string, seats: Iterable<ClientSeat>): void {
    for (const seat of seats) if (seat.forget(key)) seat.missed()
  }

  #dropParties(): void {
    this.calls.dropParties()
    for (const key of [...this.#farewells.keys()]) this.#cannotTell(key, this.#seats)
    this.#farewells.clear()
  }
}
