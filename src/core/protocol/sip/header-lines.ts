/** Splits a header section (RFC 3261 §7.3, and the same in MIME parts) into headers with their folds: CRLF or LF, linear, bounded. */
import { MAX_LINE } from './constants.ts'
import type { Note } from './message-draft.ts'
import { COLON, CR, indexOfByte, LF, skipSpace, SPACE, trimEnd } from './scan.ts'

/** One header: its name (trimmed) and its value (trimmed, folds inside). */
export type VisitHeader = (nameStart: number, nameEnd: number, valueStart: number, valueEnd: number) => void

const isFold = (byte: number | undefined): boolean => byte === SPACE || byte === 9

/** One past the line's last byte, line end apart. */
const contentEnd = (bytes: Uint8Array, start: number, lineFeed: number): number =>
  lineFeed > start && bytes[lineFeed - 1] === CR ? lineFeed - 1 : lineFeed

/**
 * Visits the headers from `start` and gives the index behind the empty line, or -1 if there is none before `end` (then the last line may be
 * cut). Counts lines without a colon and lines that are too long (the visitor gets what fits).
 */
export const eachHeader = (
  bytes: Uint8Array,
  start: number,
  end: number,
  note: Note,
  visit: VisitHeader,
): number => {
  for (let at = start; at < end;) {
    let lineFeed = indexOfByte(bytes, LF, at, end)
    if (contentEnd(bytes, at, lineFeed) === at && lineFeed < end) return lineFeed + 1
    while (lineFeed + 1 < end && isFold(bytes[lineFeed + 1]))
      lineFeed = indexOfByte(bytes, LF, lineFeed + 1, end)
    let stop = contentEnd(bytes, at, lineFeed)
    if (stop - at > MAX_LINE) {
      note('sip_line_too_long')
      stop = at + MAX_LINE
    }
    const colon = indexOfByte(bytes, COLON, at, stop)
    const nameEnd = trimEnd(bytes, at, colon)
    if (colon === stop || nameEnd === at) note('sip_bad_header')
    else {
      const valueStart = skipSpace(bytes, colon + 1, stop)
      visit(at, nameEnd, valueStart, trimEnd(bytes, valueStart, stop))
    }
    at = lineFeed + 1
  }
  return -1
}
