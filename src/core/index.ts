/**
 * The only door of the core. After any number of onFrame and one onTick(now), call drain until it returns false before you wait. The engine
 * never reads a clock, starts a timer, throws on input, or keeps a reference to bytes it was given.
 */
export { micros, SECOND, type Micros } from './base/clock.ts'
export type { Cryptography } from './base/cryptography.ts'
export { WEIRD_NAMES, type WeirdName } from './base/weird.ts'
export { Engine, type EngineOptions } from './engine.ts'
export type {
  CallReport,
  Counters,
  EngineEvent,
  MediaReport,
  PhoneReport,
  RtcpReport,
  SummaryReport,
  TlsReport,
} from './engine-event.ts'
export type { Exposure, PartiesMode } from './exposure/index.ts'
export { CODECS } from './protocol/rtp/index.ts'
export { UNJUDGED } from './protocol/unjudged/index.ts'
export {
  GRADES,
  GRADE_TABLE,
  isAtLeast,
  RULE_CATALOGUE,
  RULES,
  SEVERITIES,
  type Finding,
  type Grade,
  type Lamp,
  type Severity,
} from './verdict/index.ts'
