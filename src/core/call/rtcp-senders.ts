/** RTCP and SRTCP by sender: whether reports are readable, encrypted or only authenticated. Never part of a grade, but cipher evidence for RTP. */
import { readI32 } from '../base/bytes.ts'
import { BoundedMap } from '../base/bounded-map.ts'
import type { Direction, Endpoint, Flow, Seen } from '../base/endpoint.ts'
import { parseRtcp, SrtcpTracker } from '../protocol/rtp/index.ts'
import type { RtcpFacts } from './call-facts.ts'

const MAX_SENDERS = 8192
const MAX_FRAMES = 16

interface Sender {
  readonly source: Endpoint
  readonly destination: Endpoint
  readonly ssrc: number
  readonly tracker: SrtcpTracker
  packets: number
  clear: number
  readonly frames: number[]
}

/** See the head of this file. */
export class RtcpSenders {
  readonly #senders = new BoundedMap<string, Sender>(MAX_SENDERS)

  get evicted(): number {
    return this.#senders.evicted
  }

  /** One RTCP-looking packet. The sender's SSRC stands in clear even in SRTCP (RFC 3711 §3.4). */
  onPacket(
    flow: Flow,
    direction: Direction,
    seen: Seen,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (end - start < 8) return
    const source = flow.ends[direction]
    const destination = flow.ends[direction === 0 ? 1 : 0]
    const ssrc = readI32(bytes, start + 4)
    const sender = this.#senderOf(source, destination, ssrc)
    sender.packets++
    if (sender.frames.length < MAX_FRAMES) sender.frames.push(seen.frame)
    if (parseRtcp(bytes, start, end) === 'compound') sender.clear++
    else sender.tracker.onPacket(bytes, start, end)
  }

  /** True if SRTCP with encryption was recognised for this sender and receiver host. */
  isEncrypted(ssrc: number, source: string, destination: string): boolean {
    return this.#senders.get(keyOf(source, destination, ssrc))?.tracker.state === 'encrypted'
  }

  /** The facts of one sender, or null if it sent nothing. */
  factsOf(ssrc: number, source: string, destination: string): RtcpFacts | null {
    const sender = this.#senders.get(keyOf(source, destination, ssrc))
    return sender === undefined ? null : toRtcpFacts(sender)
  }

  /** The call of the stream closed: SRTCP of a later one is evidence of its own. */
  forget(stream: { flow: Flow; direction: Direction; ssrc: number }): void {
    const { ends } = stream.flow
    this.#senders.delete(
      keyOf(ends[stream.direction].address, ends[stream.direction === 0 ? 1 : 0].address, stream.ssrc),
    )
  }

  #senderOf(source: Endpoint, destination: Endpoint, ssrc: number): Sender {
    const key = keyOf(source.address, destination.address, ssrc)
    const known = this.#senders.get(key)
    if (known !== undefined) return known
    const made: Sender = {
      source,
      destination,
      ssrc,
      tracker: new SrtcpTracker(),
      packets: 0,
      clear: 0,
      frames: [],
    }
    this.#senders.set(key, made)
    return made
  }
}

const keyOf = (source: string, destination: string, ssrc: number): string =>
  `${source} ${destination} ${String(ssrc)}`

const toRtcpFacts = (sender: Sender): RtcpFacts => ({
  source: sender.source,
  destination: sender.destination,
  ssrc: sender.ssrc >>> 0,
  protection: sender.clear > 0 ? 'clear' : sender.tracker.state,
  packets: sender.packets,
  frames: [...sender.frames],
})
