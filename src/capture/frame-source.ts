/** Where frames come from: every source, live or file, hands the same thing to the same sink. */
import type { Micros } from '../core/index.ts'

/** Takes frames. It runs to completion and keeps no reference to `bytes`: the source uses the memory again as soon as it returns. */
export interface FrameSink {
  /** One frame: `bytes[start, end)` was captured, at capture time `at`, of `wireLength` bytes; `linkType` as tcpdump.org lists them. */
  onFrame(
    at: Micros,
    bytes: Uint8Array,
    start: number,
    end: number,
    wireLength: number,
    linkType: number,
  ): void
}

/** How much of RTP reaches the program: all of it, or two consecutive of every 32 sequence numbers (while the machine cannot keep up). */
export type FilterMode = 'full' | 'sampling'

/** Compiled kernel filters (classic BPF, 8 bytes an instruction in the machine's byte order), one for each mode. */
export type KernelFilters = Readonly<Record<FilterMode, Uint8Array>>

/** What a source knows of its own blindness; null where it cannot know. Numbers are totals since its start. */
export interface FrameSourceStatistics {
  readonly received: number
  /** Frames that the kernel's buffer had no room for. */
  readonly dropped: number | null
  /** Frames that the interface or its driver dropped. */
  readonly interfaceDropped: number | null
  /** How often the ring was full. */
  readonly freezes: number | null
  /** Share of the ring that waits to be read, 0 to 1. */
  readonly fill: number | null
  /** The kernel filter in force; null: none, every frame comes through whole. */
  readonly filter: FilterMode | null
  /** How often the interface went away and was listened on anew; absent where there is none. */
  readonly rebinds?: number
}

/** Where frames come from by name. */
export type SourceName = 'ring' | 'libpcap' | 'tcpdump' | 'memory'

/** A source of frames that is started once. */
export interface FrameSource {
  readonly name: SourceName
  /** Delivers frames until the source ends or stop() is called; resolves then. Rejects if it cannot begin or the interface is lost for good. */
  start(sink: FrameSink): Promise<void>
  stop(): void
  statistics(): FrameSourceStatistics
  /** Swaps the kernel filter while it runs, without losing a frame; `filters`: for other programs than before. False if this source cannot. */
  useFilter(mode: FilterMode, filters?: KernelFilters): boolean
  /**
   * When it had delivered everything that the kernel had given it, in milliseconds of performance.now(): frames that came long before are all
   * delivered. Absent where delivery does not wait for anything.
   */
  readonly caughtUpAt?: number
  /** It hears nothing of what passes: it is to listen as if it began. Where there is no interface, nothing happens. */
  listenAnew(): void
}
