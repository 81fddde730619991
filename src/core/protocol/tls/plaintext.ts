/** What stands readable in a record under a suite that does not encrypt. */
import type { CipherSuite } from './cipher-suites-table.ts'
import { RECORD } from './probe.ts'

/** RFC 6066 §7. */
const TRUNCATED_MAC = 10

/**
 * Content type and end of the content of an application data record with the body `bytes[start, end)`: the MAC stands behind it (RFC 5246
 * §6.2.3.1), in 1.3 the real content type and padding of zeros in between (RFC 9150 §5, RFC 8446 §5.2). Null if it does not fit.
 */
export const plaintextOf = (
  suite: CipherSuite,
  modern: boolean,
  truncatedHmac: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
): { type: number; end: number } | null => {
  const mac = truncatedHmac && !modern ? Math.min(TRUNCATED_MAC, suite.macBytes) : suite.macBytes
  let stop = end - mac
  if (!modern) return stop >= start ? { type: RECORD.applicationData, end: stop } : null
  while (stop > start && bytes[stop - 1] === 0) stop--
  return stop > start ? { type: bytes[stop - 1] as number, end: stop - 1 } : null
}
