/**
 * From the journal to the broker, and nothing lost on the way. It has no store: a cursor says up to where the broker has acknowledged everything.
 * After a connection is made, what waited and what is new take turns, so that news never wait behind a backlog; `seq` restores the order. What was
 * in flight when a connection was lost is sent again: at least once, repetitions with the same `seq`.
 */

import type { BrokerMessage } from './broker-message.ts'
import { toGap, toRecordMessage, type OutboxCount } from './mqtt-model.ts'
import { OutboxLane, type LaneItem, type OutboxSource } from './outbox-lane.ts'
import { SeqRanges } from './seq-ranges.ts'
import type { Surroundings } from './surroundings.ts'

/** Survives a power cut; an older value costs repetitions only. */
export interface OutboxCursor {
  /** Everything up to here is with the broker; 0: nothing. */
  get(): Promise<number> | number
  set(seq: number): Promise<void> | void
}

export interface OutboxOptions {
  readonly boxId: string
  readonly source: OutboxSource
  readonly cursor: OutboxCursor
  readonly surroundings: Surroundings
  /** There may be something to take. */
  readonly onReady: () => void
  /** A sentence for people. */
  readonly onTrouble: (sentence: string) => void
}

/** A message on its way. Each of the two is called once at most; what a lost connection leaves open is sent again. */
export interface OutboxSending {
  readonly message: BrokerMessage
  readonly acknowledged: () => void
  /** The broker will never take it: it is told as a gap instead. */
  readonly rejected: () => void
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export class Outbox {
  readonly #options: OutboxOptions
  readonly #done = new SeqRanges()
  readonly #backlog: OutboxLane
  readonly #live: OutboxLane
  /** Null: not open. */
  #sent: number | null = null
  /** What the cursor holds, and whether it is being written. */
  #stored = 0
  #isStoring = false
  #isUp = false
  #isLiveNext = true
  #gaps = 0
  #connection = 0
  #endListening: () => void = () => undefined

  constructor(options: OutboxOptions) {
    this.#options = options
    const { source, surroundings, onReady, onTrouble } = options
    const lane = { source, done: this.#done, surroundings, onReady, onTrouble }
    this.#backlog = new OutboxLane(lane)
    this.#live = new OutboxLane(lane)
  }

  get count(): OutboxCount {
    return { sentSeq: this.#sent ?? 0, lastSeq: this.#options.source.lastSeq, gaps: this.#gaps }
  }

  /** Reads the cursor. Rejects if it cannot be read: then nothing may be sent, for nobody knows from where. */
  async open(): Promise<void> {
    const { cursor, source } = this.#options
    const stored = await cursor.get()
    // A journal that was begun anew is behind an old cursor: everything in it is news.
    this.#sent = stored > source.lastSeq ? source.firstSeq - 1 : stored
    this.#stored = this.#sent
    this.#endListening = source.onAppended(() => this.#wake())
    if (this.#isUp) this.onUp()
  }

  close(): void {
    this.#endListening()
    this.onDown()
  }

  /** A connection is made. */
  onUp(): void {
    this.#isUp = true
    if (this.#sent === null) return
    const { lastSeq } = this.#options.source
    this.#backlog.restart(this.#sent + 1, lastSeq)
    this.#live.restart(Math.max(lastSeq, this.#sent) + 1)
  }

  /** It is lost, and with it what was in flight. */
  onDown(): void {
    this.#isUp = false
    this.#connection++
    this.#backlog.stop()
    this.#live.stop()
  }

  /** The next message; null: there is none now. */
  take(): OutboxSending | null {
    for (let item = this.#next(); item !== null; item = this.#next()) {
      const { fromSeq, toSeq, record } = item.item
      const message = this.#messageOf(item.item)
      if (message !== null) return this.#sending(item.lane, item.item, message)
      this.#onDone(fromSeq, record === null ? toSeq : fromSeq)
    }
    return null
  }

  #messageOf({ fromSeq, toSeq, record }: LaneItem): BrokerMessage | null {
    const { boxId } = this.#options
    return record === null ? toGap(boxId, fromSeq, toSeq) : toRecordMessage(boxId, record)
  }

  #sending(lane: OutboxLane, item: LaneItem, message: BrokerMessage): OutboxSending {
    const connection = this.#connection
    return {
      message,
      acknowledged: () => {
        // Also what is acknowledged late is with the broker.
        if (item.record === null) this.#gaps += item.toSeq - item.fromSeq + 1
        this.#onDone(item.fromSeq, item.toSeq)
      },
      rejected: () => {
        // A gap that is not taken either would come back for ever.
        if (item.record === null) this.#onDone(item.fromSeq, item.toSeq)
        else if (connection === this.#connection) lane.putBack({ ...item, record: null })
        this.#options.onReady()
      },
    }
  }

  /** In turns, where both have something. */
  #next(): { lane: OutboxLane; item: LaneItem } | null {
    const lanes = this.#isLiveNext ? [this.#live, this.#backlog] : [this.#backlog, this.#live]
    for (const lane of lanes) {
      const item = lane.take()
      if (item === null) continue
      this.#isLiveNext = lane === this.#backlog
      return { lane, item }
    }
    return null
  }

  #wake(): void {
    if (!this.#isUp) return
    this.#backlog.wake()
    this.#live.wake()
  }

  #onDone(from: number, to: number): void {
    if (this.#sent === null || to <= this.#sent) return
    this.#done.add(from, to)
    this.#sent = this.#done.advance(this.#sent)
    if (this.#sent > this.#stored) void this.#store()
  }

  /** One write at a time, and of the newest only. */
  async #store(): Promise<void> {
    if (this.#isStoring) return
    this.#isStoring = true
    try {
      while (this.#sent !== null && this.#sent > this.#stored) {
        const seq = this.#sent
        await this.#options.cursor.set(seq)
        this.#stored = seq
      }
    } catch (error) {
      // What was sent stays sent; after a restart it is sent twice. The next acknowledgement tries again.
      this.#options.onTrouble(`the place in the journal cannot be kept: ${describe(error)}`)
    } finally {
      this.#isStoring = false
    }
  }
}
