/**
 * The compiled half of the npm package pcap (node-pcap 3.x): libpcap itself. It is optional and built on the spot, and has no types; what is
 * written down here was read in its source (pcap_session.cc). The half in JavaScript is left out: it makes objects per frame, and its poll
 * handle keeps the program alive after close() until one more frame comes.
 */
import { createRequire } from 'node:module'
import { loadError } from '../source-error.ts'

/** What pcap_stats(3) tells: totals of the session. */
export interface PcapCounts {
  readonly ps_drop: number
}

export interface PcapSession {
  /**
   * Opens the interface without blocking; returns the name of its link type, such as LINKTYPE_ETHERNET or "Unknown linktype 101". Throws libpcap's
   * sentence. `onFrame` is called within dispatch() and must not throw. Sizes in bytes; `timeout` in milliseconds: how long frames may wait
   * to be handed over together (0 or less would leave version 3 of the ring).
   */
  open_live(
    device: string,
    filter: string,
    bufferSize: number,
    snapLength: number,
    dumpFile: string,
    onFrame: () => void,
    isMonitor: boolean,
    timeout: number,
    onWarning: (text: string) => void,
    isPromiscuous: boolean,
  ): string
  /**
   * Delivers all that waits, each frame copied to `buf` with seconds, microseconds, captured and wire length (32 bits each) in `header`. Returns 0,
   * SESSION_FAILED, or SESSION_ENDED after close(): another call would crash then.
   */
  dispatch(buf: Buffer, header: Buffer): number
  /** Asks for the end, which comes in a dispatch() that has a frame. */
  close(): void
  /** Throws once the session has ended. */
  stats(): PcapCounts
}

export interface PcapBinding {
  readonly PcapSession: new () => PcapSession
}

/** PCAP_ERROR, PCAP_ERROR_BREAK. */
export const SESSION_FAILED = -1
export const SESSION_ENDED = -2

/** Throws SourceError where it is not installed, not compiled, or libpcap is missing. */
export const loadPcapBinding = (): PcapBinding => {
  try {
    return createRequire(import.meta.url)('pcap/build/Release/pcap_binding') as PcapBinding
  } catch (error) {
    throw loadError('pcap', error)
  }
}
