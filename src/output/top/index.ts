/** A live view for terminals: calls, their evidence, their SIP ladder. */
export { renderTop, viewLines } from './render-top.ts'
export { keysIn, type TopKey } from './top-keys.ts'
export { TopModel, type TopCounters, type TopRequest } from './top-model.ts'
