/** Analysis: from datagrams and byte streams to protocol facts. */
export type { AnalysisSink, SipPlace } from './analysis-sink.ts'
export { DatagramAnalyzer } from './datagram-analyzer.ts'
export { StreamAnalyzer } from './stream-analyzer.ts'
