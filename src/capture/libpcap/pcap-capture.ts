/** One libpcap session on one interface, from its opening to its end. */
import { micros } from '../../core/index.ts'
import type { FrameSink } from '../frame-source.ts'
import { permissionError, SourceError } from '../source-error.ts'
import { SESSION_ENDED, SESSION_FAILED, type PcapBinding, type PcapSession } from './pcap-binding.ts'

/** How a session buffers; bytes and milliseconds. */
export interface PcapSizes {
  readonly bufferSize: number
  readonly snapLength: number
  readonly bufferTimeout: number
}

/** What node-pcap calls the link types that it knows → tcpdump.org's numbers. */
const LINK_TYPES: ReadonlyMap<string, number> = new Map([
  ['LINKTYPE_NULL', 0],
  ['LINKTYPE_ETHERNET', 1],
  ['LINKTYPE_RAW', 101],
  ['LINKTYPE_LINUX_SLL', 113],
])

const LINGER_INTERVAL = 100

export class PcapCapture {
  /** Sessions that were closed and wait for a frame to end with: each keeps its socket and buffer until then. */
  static lingering = 0

  readonly #session: PcapSession
  readonly #bytes: Buffer
  readonly #header = Buffer.alloc(16)
  readonly #numbers = new Uint32Array(this.#header.buffer, this.#header.byteOffset, 4)
  readonly #linkType: number
  #sink: FrameSink | null = null
  #error: Error | null = null
  #isEnded = false
  #isClosed = false
  #drops = 0
  /** Frames that were delivered. */
  received = 0

  /** Listens from now on; throws SourceError. */
  constructor(binding: PcapBinding, name: string, sizes: PcapSizes) {
    const { bufferSize, snapLength, bufferTimeout } = sizes
    const session = new binding.PcapSession()
    const onFrame = (): void => this.#onFrame()
    this.#session = session
    this.#bytes = Buffer.alloc(snapLength)
    let linkType: string
    try {
      // It warns of every interface without an IPv4 address, which is every bridge port.
      const onWarning = (): void => undefined
      linkType = session.open_live(
        name,
        '',
        bufferSize,
        snapLength,
        '',
        onFrame,
        false,
        bufferTimeout,
        onWarning,
        true,
      )
    } catch (error) {
      throw openError(name, error)
    }
    this.#linkType = LINK_TYPES.get(linkType) ?? Number(linkType.split(' ').at(-1))
    if (Number.isInteger(this.#linkType)) return
    this.close()
    throw new SourceError('no-interface', `frames of the kind ${linkType} are not read`)
  }

  /** Delivers what waits; false if libpcap failed on it (the interface is away). Throws what the sink threw. */
  dispatch(sink: FrameSink): boolean {
    if (this.#isClosed) return true
    this.#sink = sink
    const result = this.#session.dispatch(this.#bytes, this.#header)
    this.#isEnded = result === SESSION_ENDED
    if (this.#error !== null) throw this.#error
    return result !== SESSION_FAILED
  }

  #onFrame(): void {
    if (this.#isClosed || this.#sink === null) return
    const numbers = this.#numbers
    const time = micros((numbers[0] as number) * 1_000_000 + (numbers[1] as number))
    const captured = Math.min(numbers[2] as number, this.#bytes.length)
    this.received++
    try {
      this.#sink.onFrame(time, this.#bytes, 0, captured, numbers[3] as number, this.#linkType)
    } catch (error) {
      // Thrown from here it would end the program.
      this.#error = error instanceof Error ? error : new Error(String(error))
      this.close()
    }
  }

  /** Frames that the kernel's buffer had no room for. */
  drops(): number {
    // Of a session that has ended there is nothing to ask.
    if (!this.#isClosed) this.#drops = this.#session.stats().ps_drop
    return this.#drops
  }

  /** No more frames, also if it is called within one. The session itself ends with the next frame that comes, if one comes. */
  close(): void {
    if (this.#isClosed) return
    this.drops()
    this.#isClosed = true
    this.#session.close()
    PcapCapture.lingering++
    const linger = setInterval(() => {
      this.#isEnded ||= this.#session.dispatch(this.#bytes, this.#header) === SESSION_ENDED
      if (!this.#isEnded) return
      clearInterval(linger)
      PcapCapture.lingering--
    }, LINGER_INTERVAL)
    // Nobody waits for it: the end of the program ends it as well.
    linger.unref()
  }
}

/** libpcap only tells in words. */
const openError = (name: string, error: unknown): SourceError => {
  const text = error instanceof Error ? error.message : String(error)
  const words = text.toLowerCase()
  if (words.includes('permission') || words.includes('not permitted')) return permissionError(name)
  return new SourceError('failed', `libpcap cannot listen on ${name} (${text.split('\n', 1)[0] ?? ''})`, {
    cause: error,
  })
}
