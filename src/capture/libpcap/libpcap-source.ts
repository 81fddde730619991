/**
 * Frames through libpcap (npm package pcap): for systems without the ring. No kernel filter: libpcap's language cannot cut each kind of packet
 * at its own length. libpcap puts VLAN tags back itself.
 */
import { setTimeout } from 'node:timers/promises'
import type { FrameSink, FrameSourceStatistics } from '../frame-source.ts'
import { BUFFER_SIZE, SNAP_LENGTH, WATCH_INTERVAL, type LiveSource } from '../live-source.ts'
import { InterfaceDrops, readInterface, requireInterface } from '../network-interface.ts'
import { SourceError } from '../source-error.ts'
import { loadPcapBinding, type PcapBinding } from './pcap-binding.ts'
import { PcapCapture, type PcapSizes } from './pcap-capture.ts'

export interface LibpcapOptions extends Partial<PcapSizes> {
  readonly interface: string
}

const DEFAULT_SIZES: PcapSizes = { bufferSize: BUFFER_SIZE, snapLength: SNAP_LENGTH, bufferTimeout: 40 }

/** How often it is looked whether frames wait, in milliseconds. */
const DISPATCH_INTERVAL = 20
/** Sessions whose interface went away never end; with so many of them a new program is the better cure. */
const MOST_LINGERING = 4

export class LibpcapSource implements LiveSource {
  readonly name = 'libpcap'
  readonly #interface: string
  readonly #sizes: PcapSizes
  #binding: PcapBinding | null = null
  #capture: PcapCapture | null = null
  /** Index of the interface that was listened on last. */
  #bound: number | null = null
  #isDeaf = false
  #isStarted = false
  #isStopped = false
  #drops: InterfaceDrops | null = null
  /** Of captures that are over. */
  #received = 0
  #dropped = 0
  #rebinds = 0

  constructor(options: LibpcapOptions) {
    this.#interface = options.interface
    this.#sizes = {
      bufferSize: options.bufferSize ?? DEFAULT_SIZES.bufferSize,
      snapLength: options.snapLength ?? DEFAULT_SIZES.snapLength,
      bufferTimeout: options.bufferTimeout ?? DEFAULT_SIZES.bufferTimeout,
    }
  }

  prepare(): Promise<void> {
    // What it throws is a rejection.
    return Promise.resolve().then(() => void this.#prepare())
  }

  /** Nothing but opening it tells whether it may be opened, so it stays open; one that is down is waited for. */
  #prepare(): PcapBinding {
    requireInterface(this.#interface)
    this.#binding ??= loadPcapBinding()
    if (this.#capture === null && !this.#isStopped) this.#listen(this.#binding)
    return this.#binding
  }

  async start(sink: FrameSink): Promise<void> {
    if (this.#isStarted) throw new SourceError('failed', 'a source is started once')
    this.#isStarted = true
    const binding = this.#prepare()
    this.#drops = new InterfaceDrops(this.#interface)
    let nextLook = performance.now() + WATCH_INTERVAL
    try {
      while (!this.#isStopped) {
        if (this.#capture?.dispatch(sink) === false) this.#isDeaf = true
        if (performance.now() >= nextLook) {
          nextLook = performance.now() + WATCH_INTERVAL
          this.#look(binding)
        }
        await setTimeout(DISPATCH_INTERVAL)
      }
    } finally {
      this.#leave()
    }
  }

  /** Opens the interface if it is up; else the looks will see it come up. */
  #listen(binding: PcapBinding): void {
    const state = readInterface(this.#interface)
    if (state?.isUp !== true) return
    this.#capture = new PcapCapture(binding, this.#interface, this.#sizes)
    if (this.#bound !== null) this.#rebinds++
    this.#bound = state.index
    this.#isDeaf = false
  }

  /** A session dies with its interface: another one begins where the name comes up again. */
  #look(binding: PcapBinding): void {
    if (this.#isDeaf || readInterface(this.#interface)?.index !== this.#bound) this.#leave()
    if (this.#capture !== null) return
    if (PcapCapture.lingering > MOST_LINGERING)
      throw new SourceError('failed', `${this.#interface} went away too often for libpcap`)
    try {
      this.#listen(binding)
    } catch {
      // It was there a moment ago; the next look tries again.
    }
  }

  #leave(): void {
    const capture = this.#capture
    if (capture === null) return
    this.#capture = null
    this.#dropped += capture.drops()
    this.#received += capture.received
    capture.close()
  }

  listenAnew(): void {
    this.#isDeaf = true
  }

  stop(): void {
    this.#isStopped = true
    this.#leave()
  }

  useFilter(): boolean {
    return false
  }

  statistics(): FrameSourceStatistics {
    return {
      received: this.#received + (this.#capture?.received ?? 0),
      dropped: this.#dropped + (this.#capture?.drops() ?? 0),
      interfaceDropped: this.#drops?.total() ?? null,
      freezes: null,
      fill: null,
      filter: null,
      rebinds: this.#rebinds,
    }
  }
}
