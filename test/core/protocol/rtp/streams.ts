/** A table of streams fed packet by packet: what the tests of streams see of it, and senders that write its packets. */
import { micros, type Micros } from '../../../../src/core/base/clock.ts'
import type { Direction, Flow } from '../../../../src/core/base/endpoint.ts'
import { StreamTable, type MediaStream } from '../../../../src/core/protocol/rtp/index.ts'
import { cipherNoise } from '../../../tools/cipher-noise.ts'
import { seededRandom } from '../../../tools/mutations.ts'
import { concat, rtp, u16, u32 } from '../../../tools/packet-builder.ts'
import { talker } from '../../../tools/speech.ts'

export const SEED = 20261123
export const PTIME = 20_000

/** Three seconds of a voice in PCMU. */
const SPEECH = talker(seededRandom(SEED))(24_000)

export const flowOf = (id: number): Flow => ({
  id,
  transport: 'udp',
  ends: [
    { address: '192.0.2.10', port: 4000 + 2 * id },
    { address: '192.0.2.20', port: 5000 + 2 * id },
  ],
})

export interface ArrivalFields {
  readonly flow?: number
  readonly direction?: Direction
  /** Bytes that the capture kept; all without it. */
  readonly captured?: number
}

/** See the head of this file. Time runs only by `wait`. */
export class Bench {
  readonly table: StreamTable
  readonly opened: MediaStream[] = []
  readonly evicted: MediaStream[] = []
  /** Streams that said that their evidence changed, and the frames of whole packets that came for a proof. */
  readonly changes: MediaStream[] = []
  readonly proofs: number[] = []
  now = micros(1_000_000_000)
  frame = 0

  constructor(capacity = 64, flows = 64) {
    this.table = new StreamTable(capacity, flows, SEED, flowOf, {
      onStreamOpened: (stream) => this.opened.push(stream),
      onStreamEvicted: (stream) => this.evicted.push(stream),
      onStreamChanged: (stream) => this.changes.push(stream),
      onStreamConfirmed: () => undefined,
      onProofPacket: (_stream, _bytes, _start, _end, frame) => this.proofs.push(frame),
    })
  }

  wait(duration: number): this {
    this.now = (this.now + duration) as Micros
    return this
  }

  /** One packet, lent amid other bytes and overwritten behind the call. True if it belongs to a recognised stream. */
  send(
    packet: Uint8Array,
    { flow = 0, direction = 0, captured = packet.length }: ArrivalFields = {},
  ): boolean {
    this.frame++
    const lent = concat([0x55, 0x55, 0x55], packet.subarray(0, captured), [0x55, 0x55])
    const arrival = { flowDirection: flow * 2 + direction, at: this.now, frame: this.frame }
    const taken = this.table.onPacket(arrival, lent, 3, 3 + captured, packet.length)
    lent.fill(0xee)
    return taken
  }

  /** `count` packets of a sender, each followed by its packet time. */
  play(sender: Sender, count: number, fields: ArrivalFields = {}): this {
    for (let i = 0; i < count; i++) this.send(sender.next(), fields).valueOf()
    return this
  }

  get stream(): MediaStream {
    const stream = this.opened[0]
    if (stream === undefined) throw new Error('no stream was recognised')
    return stream
  }
}

export type Payload = (sender: Sender) => Uint8Array

/** A voice in PCMU, its packets as long as the sender's step. */
export const voice: Payload = ({ step, sent }) => {
  const from = (sent * step) % (SPEECH.length - step)
  return SPEECH.subarray(from, from + step)
}

const noise = cipherNoise(SEED)

/** Ciphertext of PCMU with `excess` bytes more than the codec needs. */
export const cipher =
  (excess = 10): Payload =>
  ({ step }) =>
    noise(step + excess)

/** `length` bytes of noise, whatever the step. */
export const noiseOf =
  (length: number): Payload =>
  () =>
    noise(length)

/** One sender: sequence number and timestamp go on by themselves. Bench time goes on with each packet through `play`. */
export class Sender {
  readonly ssrc: number
  sequence: number
  timestamp: number
  payloadType: number
  step = 160
  sent = 0
  payload: Payload
  marker = false
  readonly #bench: Bench

  constructor(
    bench: Bench,
    fields: Partial<Pick<Sender, 'ssrc' | 'sequence' | 'timestamp' | 'payloadType' | 'payload'>> = {},
  ) {
    this.#bench = bench
    this.ssrc = fields.ssrc ?? 0x1234_5678
    this.sequence = fields.sequence ?? 1000
    this.timestamp = fields.timestamp ?? 0x7fff_0000
    this.payloadType = fields.payloadType ?? 0
    this.payload = fields.payload ?? voice
  }

  /** The next packet; `over` changes its header only. */
  next(over: Partial<{ payloadType: number; marker: boolean }> = {}): Uint8Array {
    const packet = rtp(this.payload(this), {
      payloadType: over.payloadType ?? this.payloadType,
      sequence: this.sequence & 0xffff,
      timestamp: this.timestamp >>> 0,
      ssrc: this.ssrc,
      marker: over.marker ?? this.marker,
    })
    this.skip(1)
    this.sent++
    this.marker = false
    this.#bench.wait(PTIME)
    return packet
  }

  /** Sequence numbers that nobody sees. */
  skip(count: number): this {
    this.sequence += count
    this.timestamp += count * this.step
    return this
  }

  /** The next packet with another payload type and payload; the audio's timestamp stands still for it. */
  aside(payloadType: number, payload: Uint8Array, timestamp = this.timestamp): Uint8Array {
    const packet = rtp(payload, {
      payloadType,
      sequence: this.sequence & 0xffff,
      timestamp: timestamp >>> 0,
      ssrc: this.ssrc,
    })
    this.sequence++
    this.#bench.wait(PTIME)
    return packet
  }
}

/** The packet with a header extension. */
export const extended = (packet: Uint8Array, profile: number, body: readonly number[]): Uint8Array => {
  const longer = concat(packet.subarray(0, 12), u16(profile), u16(body.length / 4), body, packet.subarray(12))
  longer[0]! |= 0x10
  return longer
}

/** The packet with contributing sources. */
export const mixed = (packet: Uint8Array, sources: readonly number[]): Uint8Array => {
  const longer = concat(packet.subarray(0, 12), ...sources.map(u32), packet.subarray(12))
  longer[0]! |= sources.length
  return longer
}

/** The packet with `count` bytes of padding (RFC 3550 §5.1). */
export const padded = (packet: Uint8Array, count: number): Uint8Array => {
  const longer = concat(packet, new Uint8Array(count - 1), [count])
  longer[0]! |= 0x20
  return longer
}

/** Everything that can be read of a stream, as plain values. */
export const factsOf = (stream: MediaStream): Record<string, unknown> => ({
  ssrc: stream.ssrc,
  payloadType: stream.payloadType,
  codec: stream.codec.name,
  shape: stream.shape,
  packets: stream.packets,
  payloadBytes: stream.payloadBytes,
  lost: stream.lost,
  duplicates: stream.duplicates,
  ambiguous: stream.ambiguous,
  ambiguousFrames: [...stream.ambiguousFrames],
  holes: stream.sequences.holes,
  firstAt: stream.firstAt,
  lastAt: stream.lastAt,
  firstFrame: stream.firstFrame,
  lastFrame: stream.lastFrame,
  begins: stream.begins,
  sliceOverflow: stream.sliceOverflow,
  events: [stream.events.plain, stream.events.events, ...stream.events.plainFrames],
  audioLevels: stream.extensions.audioLevels,
  slices: stream.slices.map((slice) => ({
    ...(Object.fromEntries(Object.entries(slice)) as Record<string, unknown>),
    excess: slice.excess(),
    leading: slice.leadingExcess(),
    tag: slice.tagBytes(),
  })),
})
