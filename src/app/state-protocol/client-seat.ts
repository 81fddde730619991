/**
 * One client of the engine and what it still has to be told. Nothing is queued but names: what is taken is the newest there is of each, so that
 * a slow client costs a name a call and gets only the newest revisions when it reads again. Pure: lines are pulled by whoever owns the socket.
 */
import { LineReader } from './line-reader.ts'

/** What a seat tells of: lines of now, each null if it is gone. */
export interface SeatSource {
  callLine(key: string): Uint8Array | null
  phoneLine(address: string): Uint8Array | null
  wireLine(): Uint8Array | null
  countersLine(): Uint8Array | null
  readonly liveLine: Uint8Array
  /** Everything that a client must know before it is live. */
  callKeys(): Iterable<string>
  phoneKeys(): Iterable<string>
}

/** Who sits there: nobody knows before the hello. */
export type SeatRole = 'unknown' | 'box' | 'reader'

/** Errors and hellos only: few are ever written before they are taken. */
const MAX_URGENT = 16

/** See the head of this file. */
export class ClientSeat {
  role: SeatRole = 'unknown'
  /** Lines that were no message, too long, or out of place. */
  faults = 0
  /** Nothing is heard of it any more, and when all is taken the connection is to be closed. */
  isOver = false
  readonly reader = new LineReader()
  readonly #source: SeatSource
  readonly #urgent: Uint8Array[] = []
  #snapshot = new Set<string>()
  readonly #changed = new Set<string>()
  readonly #phones = new Set<string>()
  #owesLive = false
  #owesWire = false
  #owesCounters = false
  #needsSnapshot = false

  constructor(source: SeatSource) {
    this.#source = source
  }

  /** Takes the place of everything that was owed: greeting, every call, `live`, then what changes. */
  begin(role: 'box' | 'reader', greeting: Uint8Array): void {
    this.role = role
    this.#changed.clear()
    this.say(greeting)
    this.#snapshot = new Set(this.#source.callKeys())
    this.#phones.clear()
    for (const address of this.#source.phoneKeys()) this.#phones.add(address)
    this.#owesLive = true
    this.#owesWire = true
    this.#owesCounters = true
    this.#needsSnapshot = false
  }

  /** The last words. */
  end(farewell: Uint8Array): void {
    this.isOver = true
    this.#urgent.length = 0
    this.#urgent.push(farewell)
  }

  say(line: Uint8Array): void {
    if (this.#urgent.length < MAX_URGENT) this.#urgent.push(line)
  }

  onCall(key: string): void {
    if (this.role !== 'unknown' && !this.#snapshot.has(key)) this.#changed.add(key)
  }

  /** The call is not kept any more; true if this client was not told its last revision. */
  forget(key: string): boolean {
    const wasInSnapshot = this.#snapshot.delete(key)
    return this.#changed.delete(key) || wasInSnapshot
  }

  /** Is this client still to be told of the call? */
  owes(key: string): boolean {
    return this.#snapshot.has(key) || this.#changed.has(key)
  }

  /** It missed something that cannot be told any more: when the rest is told, it is greeted anew and sees what is left. */
  missed(): void {
    this.#needsSnapshot = true
  }

  onPhone(address: string): void {
    if (this.role !== 'unknown') this.#phones.add(address)
  }

  forgetPhone(address: string): void {
    this.#phones.delete(address)
  }

  onWire(): void {
    this.#owesWire = this.role !== 'unknown'
  }

  onCounters(): void {
    this.#owesCounters = this.role !== 'unknown'
  }

  /** True if everything is told and there is something to be told anew. */
  get needsGreeting(): boolean {
    return this.#needsSnapshot && this.#snapshot.size + this.#changed.size === 0 && !this.#owesLive
  }

  /** The next line to write; null if there is nothing to say. */
  take(): Uint8Array | null {
    const urgent = this.#urgent.shift()
    if (urgent !== undefined) return urgent
    if (this.isOver || this.role === 'unknown') return null
    return this.#takeCounters() ?? this.#takeCall() ?? this.#takePhone() ?? this.#takeWire()
  }

  /** Before all else: silence means that the engine is dead. */
  #takeCounters(): Uint8Array | null {
    if (!this.#owesCounters) return null
    this.#owesCounters = false
    return this.#source.countersLine()
  }

  #takeCall(): Uint8Array | null {
    const told = takeFrom(this.#snapshot, (key) => this.#source.callLine(key))
    if (told !== null) return told
    if (this.#owesLive) {
      this.#owesLive = false
      return this.#source.liveLine
    }
    return takeFrom(this.#changed, (key) => this.#source.callLine(key))
  }

  #takePhone(): Uint8Array | null {
    return takeFrom(this.#phones, (address) => this.#source.phoneLine(address))
  }

  #takeWire(): Uint8Array | null {
    if (!this.#owesWire) return null
    this.#owesWire = false
    return this.#source.wireLine()
  }
}

/** The line of the first name that still has one; names without are gone. */
const takeFrom = (names: Set<string>, lineOf: (name: string) => Uint8Array | null): Uint8Array | null => {
  for (const name of names) {
    names.delete(name)
    const line = lineOf(name)
    if (line !== null) return line
  }
  return null
}
