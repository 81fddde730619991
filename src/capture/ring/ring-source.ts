/**
 * Frames from the kernel's TPACKET_V3 ring, mapped into this program through koffi and read where they lie, in the engine's only thread.
 * If the interface goes away and comes back (a USB adapter, a rename), the socket would stay deaf without an error: it is bound anew.
 */
import { setImmediate } from 'node:timers/promises'
import type { FilterMode, FrameSink, FrameSourceStatistics, KernelFilters } from '../frame-source.ts'
import { WATCH_INTERVAL, type LiveSource } from '../live-source.ts'
import { InterfaceDrops, readInterface, requireInterface, requireLinkType } from '../network-interface.ts'
import { SourceError } from '../source-error.ts'
import { BlockWalker } from './block-walker.ts'
import { PacketSocket, type RingSize } from './packet-socket.ts'
import { ERRNO, loadSystemCalls } from './system-calls.ts'

export interface RingOptions extends Partial<RingSize> {
  readonly interface: string
  /** Null: every frame comes through whole. */
  readonly filters: KernelFilters | null
}

/**
 * 32 MiB. A reader may stand still for blocks × retire time (7.7 s) at rates that do not fill the blocks before; 60,000 packets of G.711 a second
 * fill them in 1.8 s.
 */
export const USUAL_RING: RingSize = { blockSize: 256 * 1024, blockCount: 128, retireMilliseconds: 60 }

/** Blocks that are read before timers and other I/O have their turn. */
const BLOCKS_IN_A_ROW = 8
/**
 * Milliseconds between two looks at the ring. To be woken by the kernel for each block would cost more than to read it: waking this program takes
 * some hundred microseconds, and there are seventy blocks a second at 60,000 packets.
 */
const LOOK_INTERVAL = 100

export class RingSource implements LiveSource {
  readonly name = 'ring'
  caughtUpAt = performance.now()
  readonly #interface: string
  #filters: KernelFilters | null
  readonly #size: RingSize
  #socket: PacketSocket | null = null
  #walker: BlockWalker | null = null
  #filter: FilterMode | null
  /** Index of the interface that the socket is bound to. */
  #bound: number | null = null
  /** The socket said that it hears nothing any more. */
  #isDeaf = false
  #isStarted = false
  #isStopped = false
  #drops: InterfaceDrops | null = null
  #received = 0
  #dropped = 0
  #freezes = 0
  #rebinds = 0
  #wake: () => void = () => undefined

  constructor(options: RingOptions) {
    this.#interface = options.interface
    this.#filters = options.filters
    this.#filter = options.filters === null ? null : 'full'
    const { blockSize, blockCount, retireMilliseconds } = { ...USUAL_RING, ...options }
    this.#size = { blockSize, blockCount, retireMilliseconds }
  }

  async prepare(): Promise<void> {
    requireInterface(this.#interface)
    const linkType = requireLinkType(this.#interface)
    const calls = await loadSystemCalls()
    if (this.#socket !== null || this.#isStopped) return
    const socket = PacketSocket.open(calls, this.#size, this.#interface)
    this.#socket = socket
    const { blockSize, blockCount } = this.#size
    this.#walker = new BlockWalker(socket.memory, blockSize, blockCount, linkType)
    // Before bind(), so that not one frame comes in unfiltered.
    if (this.#filter !== null && !this.useFilter(this.#filter)) {
      this.#release()
      throw new SourceError('failed', 'the kernel refused the packet filter')
    }
  }

  /** A swap waits for no frame and loses none; before start() it says what to begin with. */
  useFilter(mode: FilterMode, filters = this.#filters ?? undefined): boolean {
    if (this.#filters === null || filters === undefined || this.#isStopped) return false
    if (this.#socket !== null && !this.#socket.attachFilter(filters[mode])) return false
    this.#filters = filters
    this.#filter = mode
    return true
  }

  listenAnew(): void {
    this.#isDeaf = true
  }

  async start(sink: FrameSink): Promise<void> {
    if (this.#isStarted) throw new SourceError('failed', 'a source is started once')
    this.#isStarted = true
    await this.prepare()
    const socket = this.#socket
    const walker = this.#walker
    if (socket === null || walker === null) return
    let watch: NodeJS.Timeout | null = null
    try {
      this.#bindFirst(socket)
      watch = setInterval(() => this.#look(socket), WATCH_INTERVAL)
      await this.#deliver(walker, sink)
    } finally {
      if (watch !== null) clearInterval(watch)
      this.#release()
    }
  }

  #bindFirst(socket: PacketSocket): void {
    const { index } = requireInterface(this.#interface)
    this.#drops = new InterfaceDrops(this.#interface)
    const errno = socket.bind(index, null)
    if (errno === ERRNO.ENODEV) requireInterface(this.#interface)
    if (errno !== 0)
      throw new SourceError('failed', `${this.#interface} cannot be listened on (errno ${errno})`)
    this.#bound = index
  }

  async #deliver(walker: BlockWalker, sink: FrameSink): Promise<void> {
    while (!this.#isStopped) {
      const walked = walker.walk(sink, BLOCKS_IN_A_ROW)
      if (walked < BLOCKS_IN_A_ROW) this.caughtUpAt = performance.now()
      await (walked === BLOCKS_IN_A_ROW ? setImmediate() : this.#pause())
    }
  }

  /** Until the next look, or the end. */
  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_INTERVAL)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Binds anew if the name belongs to another interface now, or to one that was away. */
  #look(socket: PacketSocket): void {
    this.#count()
    // ENETDOWN or ENODEV: whichever it was, the interface is looked at until it can be bound again.
    if (socket.takeError() !== 0) this.#isDeaf = true
    const state = readInterface(this.#interface)
    if (state === null || !state.isUp || (state.index === this.#bound && !this.#isDeaf)) return
    if (socket.bind(state.index, this.#bound) !== 0) return
    if (this.#filter !== null) this.useFilter(this.#filter)
    this.#bound = state.index
    this.#isDeaf = false
    this.#rebinds++
  }

  stop(): void {
    this.#isStopped = true
    this.#walker?.stop()
    this.#wake()
    if (!this.#isStarted) this.#release()
  }

  #release(): void {
    this.#count()
    this.#socket?.release()
    this.#socket = null
  }

  #count(): void {
    if (this.#socket === null) return
    const { received, dropped, freezes } = this.#socket.takeCounts()
    this.#received += received
    this.#dropped += dropped
    this.#freezes += freezes
  }

  /** `received`: what the ring took in, delivered or still waiting. */
  statistics(): FrameSourceStatistics {
    this.#count()
    return {
      received: this.#received,
      dropped: this.#dropped,
      interfaceDropped: this.#drops?.total() ?? null,
      freezes: this.#freezes,
      fill: this.#socket === null ? 0 : (this.#walker?.fill() ?? 0),
      filter: this.#filter,
      rebinds: this.#rebinds,
    }
  }
}
