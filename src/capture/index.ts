/** Edges that make frames. */
export { readCapture, type CaptureOptions, type CaptureOutcome } from './capture-file.ts'
export type { CaptureFault, CaptureFaultReason } from './capture-tally.ts'
export type {
  FilterMode,
  FrameSink,
  FrameSource,
  FrameSourceStatistics,
  KernelFilters,
  SourceName,
} from './frame-source.ts'
export { assembleFilters, KEPT, type FilterPorts } from './kernel-filter/index.ts'
export type { LiveSource, LiveSourceName } from './live-source.ts'
export { LibpcapSource, type LibpcapOptions } from './libpcap/libpcap-source.ts'
export { MemorySource, type MemoryFrame } from './memory.ts'
export { openSource, type OpenedSource, type OpenOptions } from './open-source.ts'
export type { RingSize } from './ring/packet-socket.ts'
export { RingSource, USUAL_RING, type RingOptions } from './ring/ring-source.ts'
export { loadKoffi } from './ring/koffi-package.ts'
export { SourceError, type SourceErrorReason } from './source-error.ts'
export { TcpdumpSource, type TcpdumpOptions } from './tcpdump/tcpdump-source.ts'
