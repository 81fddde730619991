/**
 * One recognised RTP stream: a direction of a flow and an SSRC. Per packet it counts, removes duplicates and measures the excess length;
 * statistics run only in windows, opened every ten seconds and at each event that may change the protection (VERDICTS §2.3).
 */
import type { Micros } from '../../base/clock.ts'
import { readI32, readU16 } from '../../base/bytes.ts'
import type { Direction, Flow } from '../../base/endpoint.ts'
import type { PayloadFormat } from '../sdp/index.ts'
import { codecOf, type ResolvedCodec } from './codecs/index.ts'
import { EventWatch } from './event-watch.ts'
import { ExcessRun } from './excess-run.ts'
import { ExtensionWatch } from './extension-watch.ts'
import { rtpHeaderLength } from './rtp-header.ts'
import type { PayloadWindowPool } from './payload-window.ts'
import { SEQUENCE_RESTART, SequenceCount } from './sequence-count.ts'
import { ShapeVote } from './shape-vote.ts'
import { SliceList } from './slice-list.ts'
import type { Slice } from './slice.ts'
import { PLAIN_FIRST_OCTET, type StreamRows } from './stream-rows.ts'
import { StreamWindow, type WindowDecision } from './stream-window.ts'

const COMFORT_NOISE = 13
const TELEPHONE_EVENT = 'telephone-event'
/** Codecs that ride beside audio and are never a stream's main one for long. */
const BESIDE_AUDIO: readonly string[] = [TELEPHONE_EVENT, 'comfort-noise']
const MAX_FRAMES = 16
/** Packets of another payload type in a row after which that one is the stream's main type. */
const PAYLOAD_TYPE_SWITCH = 10
/** Excess lengths without an MKI behind them: nothing of such packets needs to be watched. */
const PLAIN_EXCESS: readonly number[] = [0, 4, 10, 16]
/** So many late packets in a row are a restart of the sender at a lower number. */
const LATE_RESTART = 4

/** What a stream tells the table's owner; calls are rare, never per packet of a settled stream. */
export interface StreamListener {
  /** Evidence changed: a window decided, a slice began, an excess length settled. */
  onStreamChanged(stream: MediaStream): void
  /** A window came to what was known before. */
  onStreamConfirmed(stream: MediaStream): void
  /** A whole packet for the proof of readable keys, while `stream.proofWanted`. */
  onProofPacket(stream: MediaStream, bytes: Uint8Array, start: number, end: number, frame: number): void
}

/** See the head of this file. All counters are read by the call layer. */
export class MediaStream {
  readonly flow: Flow
  readonly direction: Direction
  /** Signed 32 bit. */
  readonly ssrc: number
  duplicates = 0
  /** What its sequence numbers say of lost packets. */
  readonly sequences = new SequenceCount()
  ambiguous = 0
  readonly ambiguousFrames: number[] = []
  readonly firstAt: Micros
  readonly firstFrame: number
  /** The first packet seen looks like the first one sent: marker bit (RFC 3551 §4.1) or sequence number 0. */
  readonly begins: boolean
  payloadType: number
  codec: ResolvedCodec
  /** telephone-event packets and header extensions that were met. */
  readonly events = new EventWatch()
  readonly extensions = new ExtensionWatch()
  /** Opaque to this layer: the call that the stream belongs to. */
  owner: unknown = null
  #formats: readonly PayloadFormat[] = []
  readonly #slices: SliceList
  #proofWanted = false
  #keysAt = Infinity
  #packets = 0
  #payloadBytes = 0
  #lastAt: Micros
  #lastFrame: number
  #sequence = 0
  #lateRun = 0
  #timestamp = 0
  #length = -1
  #padByte = -1
  #sideType = -1
  #sideRun = 0
  #sideCodec: ResolvedCodec | null = null
  readonly #shapeVote = new ShapeVote()
  #armedExcess: number | null = null
  readonly #run = new ExcessRun()
  readonly #window: StreamWindow
  readonly #rows: StreamRows
  #slot: number
  readonly #listener: StreamListener

  constructor(
    flow: Flow,
    direction: Direction,
    first: { ssrc: number; sequence: number; secondOctet: number; at: Micros; frame: number },
    row: { readonly rows: StreamRows; readonly slot: number },
    pool: PayloadWindowPool,
    listener: StreamListener,
  ) {
    this.#rows = row.rows
    this.#slot = row.slot
    this.flow = flow
    this.direction = direction
    this.ssrc = first.ssrc
    this.firstAt = first.at
    this.#lastAt = first.at
    this.firstFrame = first.frame
    this.#lastFrame = first.frame
    this.payloadType = first.secondOctet & 0x7f
    this.begins = first.secondOctet >= 0x80 || first.sequence === 0
    this.codec = codecOf(this.payloadType, null)
    this.#sequence = (first.sequence - 1) & 0xffff
    this.#slices = new SliceList(first.at, first.frame)
    this.#window = new StreamWindow(pool, first.at)
    this.#listener = listener
  }

  /** Stretches of like evidence, oldest first. */
  get slices(): readonly Slice[] {
    this.settle()
    return this.#slices.all
  }

  /** The slice that packets fall into now. */
  get slice(): Slice {
    return this.#slices.last
  }

  /** More slices than the bound: some evidence was forgotten. */
  get sliceOverflow(): boolean {
    return this.#slices.overflowed
  }

  /** Name of the dynamic codec whose shape the payloads have, where no SDP names one; null if none has settled. */
  get shape(): string | null {
    return this.#shapeVote.shape
  }

  /** Ask for whole packets through onProofPacket. */
  get proofWanted(): boolean {
    return this.#proofWanted
  }

  set proofWanted(wanted: boolean) {
    if (wanted) this.settle()
    this.#proofWanted = wanted
  }

  /** Packets counted, duplicates apart. */
  get packets(): number {
    return this.#packets + this.#pending()
  }

  get payloadBytes(): number {
    return this.#payloadBytes + this.#pending() * Math.max(0, this.#length)
  }

  get lastAt(): Micros {
    return this.#pending() > 0 ? this.#rows.lastAtOf(this.#slot) : this.#lastAt
  }

  get lastFrame(): number {
    return this.#pending() > 0 ? this.#rows.frameOf(this.#slot) : this.#lastFrame
  }

  /** Packets that never came, by sequence numbers. */
  get lost(): number {
    return Math.max(0, this.sequences.expected - this.#packets)
  }

  /** Packets that the fast path counted and this object does not know yet. */
  #pending(): number {
    return this.#slot < 0 ? 0 : this.#rows.countOf(this.#slot)
  }

  /** Brings everything up to date with what the fast path counted. */
  settle(): void {
    if (this.#slot < 0) return
    const count = this.#pending()
    if (count === 0) {
      this.#rows.disarm(this.#slot)
      return
    }
    this.#lastAt = this.#rows.lastAtOf(this.#slot)
    this.#lastFrame = this.#rows.frameOf(this.#slot)
    this.#sequence = this.#rows.sequenceOf(this.#slot)
    this.#timestamp = this.#rows.timestampOf(this.#slot)
    this.#rows.disarm(this.#slot)
    this.#packets += count
    this.sequences.expected += count
    this.#payloadBytes += count * this.#length
    const slice = this.slice
    slice.packets += count
    slice.to = this.#lastAt
    slice.lastFrame = this.#lastFrame
    if (this.#armedExcess !== null) slice.addExcess(this.#armedExcess, false, count)
  }

  #wantsShape(): boolean {
    return this.codec.name === 'unknown' && this.#shapeVote.isOpen
  }

  /** Lets the fast path take what follows, if nothing is open on this stream and its packets are alike. */
  #arm(bytes: Uint8Array, start: number, wireLength: number, timestampStep: number): void {
    if (this.#window.isOpen || this.proofWanted || this.#run.isOpen || timestampStep <= 0) return
    // The row compares lengths of packets: only those without extension, CSRC and padding are told apart by it.
    if (this.#wantsShape() || bytes[start] !== PLAIN_FIRST_OCTET) return
    const need = this.codec.payloadBytes(timestampStep)
    const excess = need === null ? null : this.#length - need
    if (excess !== this.slice.excess() || (excess !== null && !PLAIN_EXCESS.includes(excess))) return
    this.#armedExcess = excess
    this.#rows.arm(this.#slot, {
      sequence: this.#sequence,
      secondOctet: (bytes[start + 1] as number) & 0x7f,
      timestamp: this.#timestamp,
      timestampStep,
      wireLength,
      at: this.#lastAt,
      until: this.#window.nextAt,
    })
  }

  /** Takes the payload formats of the SDP section that the stream belongs to: a static type may be remapped, a dynamic one gets its codec. */
  describe(formats: readonly PayloadFormat[], audioLevelId: number): void {
    this.settle()
    this.#formats = formats
    this.extensions.audioLevelId = audioLevelId
    this.#sideCodec = null
    this.#sideType = -1
    this.#setPayloadType(this.payloadType)
  }

  /** Ends the present slice and window because something outside may have changed the protection: key completion, answer, GoClear. */
  split(at: Micros, frame: number, afterKeys: boolean): void {
    this.settle()
    this.#window.close(at)
    if (this.slice.packets === 0) {
      this.slice.afterKeys ||= afterKeys
      return
    }
    this.#slices.open(at, frame, this.#lastAt).afterKeys = afterKeys
  }

  /** Keys completed at `at`: before the stream began, or between the packets by which it was recognised, and then its slices part there. */
  expectKeys(at: Micros): void {
    if (this.firstAt < at) this.#keysAt = at
    else this.slice.afterKeys = true
  }

  #meetKeys(at: Micros, frame: number): void {
    this.#keysAt = Infinity
    this.split(at, frame, true)
  }

  /** Gives the statistics window back to the pool and its row to others; the stream gets no more packets. */
  release(): void {
    this.settle()
    this.#slot = -1
    this.#window.close(Infinity)
  }

  /**
   * One RTP packet of this stream. `start` is its first header byte, `end` one past the last captured byte, `wireLength` its length on the
   * wire. The bytes are not kept.
   */
  onPacket(
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    wireLength: number,
  ): void {
    this.settle()
    if (at >= this.#keysAt) this.#meetKeys(at, frame)
    if (!this.#isNew(frame, bytes, start, end)) return
    const sequence = readU16(bytes, start + 2)
    const step = (sequence - this.#sequence) & 0xffff
    const slice = this.slice
    this.#packets++
    slice.packets++
    slice.to = at
    slice.lastFrame = frame
    this.#lastFrame = frame
    const late = step === 0 || step >= 0x8000
    if (late && ++this.#lateRun < LATE_RESTART) {
      this.#lastAt = at
      return // counted, but it has no neighbour to measure against
    }
    this.#lateRun = 0
    this.#countSequence(at, late ? SEQUENCE_RESTART : step)
    this.#lastAt = at
    this.#sequence = sequence
    const timestampStep = (readI32(bytes, start + 4) - this.#timestamp) | 0
    this.#onPayload(at, frame, bytes, start, end, wireLength, step)
    if (this.proofWanted && end - start === wireLength) {
      this.#listener.onProofPacket(this, bytes, start, end, frame)
    }
    if (step === 1 && this.#sideRun === 0 && this.#length >= 0)
      this.#arm(bytes, start, wireLength, timestampStep)
  }

  /** Replays a packet of the recogniser's probation, of which only the lengths were kept. */
  onRemembered(at: Micros, sequence: number, timestamp: number, payloadLength: number): void {
    if (at >= this.#keysAt) this.#meetKeys(at, this.firstFrame)
    const step = (sequence - this.#sequence) & 0xffff
    this.#packets++
    this.slice.packets++
    this.#countSequence(at, step)
    this.#lastAt = at
    this.#sequence = sequence
    if (step === 1) this.#measureExcess(at, this.slice.firstFrame, timestamp)
    this.#payloadBytes += payloadLength
    this.#timestamp = timestamp
    this.#length = payloadLength
    this.#padByte = -1
  }

  /** False for a duplicate (VERDICTS §2.0); the same sequence number with another payload is kept and noted. */
  #isNew(frame: number, bytes: Uint8Array, start: number, end: number): boolean {
    const recency = this.#rows.recencyOf(this.#slot, bytes, start, end)
    if (recency === 'new') return true
    if (recency === 'duplicate') {
      this.duplicates++
      return false
    }
    this.ambiguous++
    if (this.ambiguousFrames.length < MAX_FRAMES) this.ambiguousFrames.push(frame)
    if (this.ambiguous === 1) this.#listener.onStreamChanged(this)
    return true
  }

  #countSequence(at: Micros, step: number): void {
    const isSampled = at < this.#rows.sampledUntil
    if (!this.sequences.onStep(this.#sequence, step, at - this.#lastAt, isSampled)) this.#length = -1
  }

  #onPayload(
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    wireLength: number,
    step: number,
  ): void {
    const second = bytes[start + 1] as number
    const payloadType = second & 0x7f
    const headerLength = rtpHeaderLength(bytes, start, end)
    if (headerLength < 0) {
      this.#length = -1
      return
    }
    const payloadLength = Math.max(0, wireLength - headerLength)
    const timestamp = readI32(bytes, start + 4)
    this.#payloadBytes += payloadLength
    if (((bytes[start] as number) & 0x10) !== 0) this.extensions.onPacket(this.slice, frame, bytes, start)
    if (
      (payloadType !== this.payloadType || this.codec.name === TELEPHONE_EVENT) &&
      this.#onSideType(payloadType, at, frame, bytes, start + headerLength, end)
    ) {
      this.#length = -1
      return
    }
    this.#sideRun = 0
    if (step === 1 && (second & 0x80) === 0) this.#measureExcess(at, frame, timestamp)
    if (step === 1 && this.#wantsShape()) {
      this.#shapeVote.vote(bytes, start + headerLength, end, (timestamp - this.#timestamp) | 0)
    }
    this.#timestamp = timestamp
    this.#length = payloadLength
    this.#watchEnd(bytes, start, end, wireLength)
    if (payloadType !== COMFORT_NOISE) this.#feedWindow(at, frame, bytes, start + headerLength, end)
  }

  /** What stands at the end of a packet: padding, or an MKI before the tag. */
  #watchEnd(bytes: Uint8Array, start: number, end: number, wireLength: number): void {
    const leading = this.slice.leadingExcess()
    if (leading !== null && leading > 4 && end - start === wireLength)
      this.slice.watchTail(bytes, end, leading)
    this.#padByte = ((bytes[start] as number) & 0x20) !== 0 ? (bytes[end - 1] as number) : -1
  }

  /** Excess length of the packet before this one: what it carries beyond its codec's need for the timestamp step (VERDICTS §2.2). */
  #measureExcess(at: Micros, frame: number, timestamp: number): void {
    if (this.#length < 0) return
    const timestampStep = (timestamp - this.#timestamp) | 0
    const need = timestampStep > 0 ? this.codec.payloadBytes(timestampStep) : null
    if (need === null) return
    const excess = this.#length - need
    if (excess < -32768 || excess > 32767) return
    const slice = this.slice
    const settled = slice.excess()
    if (settled !== null && settled !== excess) {
      if (this.#onDifferentExcess(at, frame, excess)) return
    } else this.#run.end()
    slice.addExcess(excess, this.#padByte === excess)
    if (slice.pairs === 4) this.#listener.onStreamChanged(this)
  }

  /** True if the packet proved that the protection changed: a new slice begins where the run of its like began. */
  #onDifferentExcess(at: Micros, frame: number, excess: number): boolean {
    if (!this.#run.add(at, frame, excess)) return false
    this.#window.close(at)
    this.#slices.open(this.#run.at, this.#run.frame, this.#lastAt)
    this.slice.addExcess(excess, this.#padByte === excess, ExcessRun.PROOF)
    this.#slices.movePackets(ExcessRun.PROOF, this.#lastFrame)
    this.#listener.onStreamChanged(this)
    return true
  }

  /** A packet of another payload type than the main one. True if it stays aside; false if it became the main type. */
  #onSideType(
    payloadType: number,
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    if (payloadType !== this.#sideType || this.#sideCodec === null) {
      this.#sideType = payloadType
      this.#sideCodec = codecOf(payloadType, this.#formatOf(payloadType))
      this.#sideRun = 0
    }
    this.#sideRun++
    const codec = this.#sideCodec
    const isEvent = codec.name === TELEPHONE_EVENT
    if (isEvent || (codec.name === 'unknown' && payloadType >= 96 && end - start <= 20)) {
      const isFirst = this.events.onPacket(this.slice, frame, bytes, start, end, isEvent)
      if (isFirst) this.#listener.onStreamChanged(this)
      return true
    }
    if (payloadType === COMFORT_NOISE || BESIDE_AUDIO.includes(codec.name)) return true
    if (BESIDE_AUDIO.includes(this.codec.name)) {
      // The stream only began with an event or with noise: this is its audio, and nothing was known before.
      this.#setPayloadType(payloadType)
      return false
    }
    if (this.#sideRun < PAYLOAD_TYPE_SWITCH) return true
    this.#window.close(at)
    this.#slices.open(at, frame, this.#lastAt)
    this.#slices.movePackets(1, this.#lastFrame)
    this.#setPayloadType(payloadType)
    this.#listener.onStreamChanged(this)
    return false
  }

  #feedWindow(at: Micros, frame: number, bytes: Uint8Array, start: number, end: number): void {
    if (!this.#window.isOpen && at < this.#window.nextAt) return
    const decision = this.#window.feed(
      at,
      frame,
      this.#packets - 1,
      { bytes, start, end },
      this.codec.randomAfter,
    )
    if (decision !== null) this.#onDecision(decision)
  }

  #onDecision({ look: decided, detail }: WindowDecision): void {
    const slice = this.slice
    const { at, frame, packets } = this.#window
    const look = decided === 'undecided' ? null : decided
    const isConfirmed = look !== null && slice.payload === look
    if (slice.payload === null) slice.decide(look, detail, frame)
    else if (!isConfirmed) {
      const next = this.#slices.open(at, frame, this.#lastAt)
      this.#slices.movePackets(this.#packets - packets, this.#lastFrame)
      next.decide(look, detail, frame)
    }
    this.#listener[isConfirmed ? 'onStreamConfirmed' : 'onStreamChanged'](this)
  }

  #setPayloadType(payloadType: number): void {
    this.payloadType = payloadType
    this.codec = codecOf(payloadType, this.#formatOf(payloadType))
  }

  #formatOf(payloadType: number): PayloadFormat | null {
    return this.#formats.find((format) => format.payloadType === payloadType) ?? null
  }
}
