/** The state protocol between the engine process and the box: messages, and a state machine for each side. Pure. */
export { CallStore, MAX_CLOSED } from './call-store.ts'
export type { ClientSeat } from './client-seat.ts'
export { decodeBoxMessage, decodeEngineMessage, type Decoded } from './decode-message.ts'
export { encodeCall, encodeMessage, encodeWire } from './encode-message.ts'
export { LineReader } from './line-reader.ts'
export {
  BLINDNESS_NAMES,
  DEFAULT_CONFIG,
  MOST_PORTS,
  keyOf,
  MAX_LINE,
  PROTOCOL,
  SILENCE,
  type BlindnessName,
  type BoxMessage,
  type CallMessage,
  type EngineClock,
  type EngineConfig,
  type EngineCounters,
  type EngineMessage,
  type ErrorCode,
} from './messages.ts'
export {
  StateClient,
  type EngineHealth,
  type StateListener,
  type StateClientOptions,
  type ToldCall,
} from './state-client.ts'
export { StateServer, type StateServerOptions } from './state-server.ts'
export { toTruncated } from './truncate-report.ts'
