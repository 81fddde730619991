/** Byte readers that never throw: the caller has checked the length once; out of range reads give 0. */

/** Big-endian 16-bit unsigned integer at `at`. */
export const readU16 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

/** Big-endian 24-bit unsigned integer at `at`. */
export const readU24 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)

/** Big-endian 32-bit integer at `at`, signed: stays a small integer in V8 and compares equal for equal bytes. */
export const readI32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)

/** Big-endian 32-bit unsigned integer at `at`. */
export const readU32 = (bytes: Uint8Array, at: number): number => readI32(bytes, at) >>> 0

/** Lower-case hexadecimal text of `bytes[start, end)`. */
export const toHex = (bytes: Uint8Array, start = 0, end = bytes.length): string => {
  let text = ''
  for (let at = start; at < end; at++) text += (bytes[at] ?? 0).toString(16).padStart(2, '0')
  return text
}

const CHUNK = 4096

/**
 * Latin-1 text of `bytes[start, end)`, at most `limit` characters (an ellipsis marks the cut). The result is a flat copy:
 * it never pins the packet it came from, and latin-1 keeps every byte distinct, so two different values stay different.
 */
export const latin1 = (bytes: Uint8Array, start: number, end: number, limit = Infinity): string => {
  const stop = Math.min(end, start + limit, bytes.length)
  let text = ''
  for (let at = start; at < stop; at += CHUNK) {
    text += String.fromCharCode.apply(
      null,
      bytes.subarray(at, Math.min(stop, at + CHUNK)) as unknown as number[],
    )
  }
  return end - start > limit ? text.slice(0, Math.max(0, limit - 1)) + '…' : text
}

/** True if `bytes` has the ASCII text `text` at `at`, and it ends before `end`. */
export const startsWithAscii = (bytes: Uint8Array, at: number, end: number, text: string): boolean => {
  if (end - at < text.length) return false
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}

/** A copy of `bytes[start, end)` with memory of its own; `slice` would not do, because Node's Buffer makes a view of it. */
export const copyBytes = (bytes: Uint8Array, start: number, end: number): Uint8Array =>
  new Uint8Array(bytes.subarray(start, end))
