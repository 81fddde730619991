/** What the sources that listen on an interface have in common beyond FrameSource. */
import type { FrameSource, SourceName } from './frame-source.ts'

/** A source on a live interface. */
export interface LiveSource extends FrameSource {
  /**
   * Makes sure that start() can begin: loads what is needed, looks for the interface and the right to listen. Rejects with SourceError.
   * Delivers nothing. start() does it by itself if nobody did before.
   */
  prepare(): Promise<void>
}

export type LiveSourceName = Exclude<SourceName, 'memory'>

/** How often a source looks whether its interface is still the same, in milliseconds: anew within a few seconds at the latest. */
export const WATCH_INTERVAL = 1000

/** Bytes of a frame that sources without a filter of their own keep: any signalling and any media header. */
export const SNAP_LENGTH = 2048

/** Kernel buffer in bytes of the sources that cannot have the ring. */
export const BUFFER_SIZE = 16 * 1024 * 1024
