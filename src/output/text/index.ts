/** Words for terminals: the one encoder for what comes from the wire, and what `callseal read` prints. */
export { CallTable, type Page } from './call-table.ts'
export { fit, truncate, widthOf, wrap } from './display-width.ts'
export { explainCall } from './explain-text.ts'
export { toJsonLine } from './json-line.ts'
export { COLOURED, PLAIN, type Paint } from './paint.ts'
export { sanitise, sanitiseReport } from './sanitise.ts'
export { renderSummary } from './summary-text.ts'
export {
  codecsOf,
  countOf,
  durationOf,
  groupDigits,
  keysOf,
  mediaOf,
  partiesOf,
  signallingOf,
  whyOf,
  worstFinding,
} from './words.ts'
