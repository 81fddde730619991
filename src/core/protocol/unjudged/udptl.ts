/** T.38 fax over UDPTL (ITU-T T.38 §9.1, ASN.1 in aligned PER). Nothing marks it: only ask where SDP announced it. */
import { readU16 } from '../../base/bytes.ts'

const SECONDARY = 0x00
const FEC = 0x80
/** More repetitions or parity packets than any terminal sends. */
const MAX_ENTRIES = 32
/** A terminal's datagram: 320 octets is the default of T38FaxMaxDatagram, 1,400 what a path carries. */
const LONGEST = 1_472

/** Index behind the open type at `at` (length determinant and content), -1 if it does not fit. */
const openTypeEnd = (bytes: Uint8Array, at: number, end: number): number => {
  if (at >= end) return -1
  const first = bytes[at] as number
  if (first >= 0xc0 || (first >= 0x80 && at + 2 > end)) return -1
  const stop = first < 0x80 ? at + 1 + first : at + 2 + (readU16(bytes, at) & 0x3fff)
  return stop <= end ? stop : -1
}

/** Index behind `count` open types. */
const entriesEnd = (bytes: Uint8Array, start: number, end: number, count: number): number => {
  if (count > MAX_ENTRIES) return -1
  let at = start
  for (let i = 0; i < count && at >= 0; i++) at = openTypeEnd(bytes, at, end)
  return at
}

/**
 * First octet of an IFP packet: data-field present, indicator or data, extension bit, four bits of value. An indicator has no data field
 * and is one octet, or more with an extension.
 */
const isIfp = (bytes: Uint8Array, start: number, end: number): boolean => {
  if (start >= end) return false
  const first = bytes[start] as number
  const isData = (first & 0x40) !== 0
  const isExtended = (first & 0x20) !== 0
  if (!isData)
    return (first & 0x80) === 0 && (isExtended ? end - start <= 3 : end - start === 1 && (first & 1) === 0)
  // t30-data has nine values (V.21 … V.17 14400).
  return isExtended || ((first >> 1) & 15) <= 8
}

/** Whether the datagram is a UDPTL packet from its sequence number to its last octet. */
export const looksLikeUdptl = (bytes: Uint8Array, start: number, end: number): boolean => {
  if (end - start < 6 || end - start > LONGEST) return false
  const length = bytes[start + 2] as number
  const primary = start + (length < 0x80 ? 3 : 4)
  const primaryEnd = openTypeEnd(bytes, start + 2, end)
  if (primaryEnd < 0 || !isIfp(bytes, primary, primaryEnd) || primaryEnd + 2 > end) return false
  const recovery = bytes[primaryEnd] as number
  if (recovery === SECONDARY) {
    return entriesEnd(bytes, primaryEnd + 2, end, bytes[primaryEnd + 1] as number) === end
  }
  // FEC: the span is an integer of one octet, with its length.
  if (recovery !== FEC || bytes[primaryEnd + 1] !== 1 || primaryEnd + 4 > end) return false
  return entriesEnd(bytes, primaryEnd + 4, end, bytes[primaryEnd + 3] as number) === end
}
