/** Memory per 5-tuple, reassembly and the first look: the only door of this folder. */
export { classifyDatagram, DATAGRAM_CLASS } from './classify.ts'
export { FlowTable } from './flow-table.ts'
export { IpReassembly } from './ip-reassembly.ts'
export { TcpReassembly } from './tcp-reassembly.ts'
export type { TcpSink } from './tcp-stream.ts'
