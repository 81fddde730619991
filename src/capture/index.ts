/** Edges that make frames. */
export { readCapture, type CaptureOptions, type CaptureOutcome } from './capture-file.ts'
export type { CaptureFault, CaptureFaultReason } from './capture-tally.ts'
export type { FilterMode, FrameSink, FrameSource, FrameSourceStatistics, SourceName } from './frame-source.ts'
export { MemorySource, type MemoryFrame } from './memory.ts'
