/** Base64 (RFC 4648 §4) without exceptions: phones write keys with and without padding, and attackers write anything. */

const valueOf = (code: number): number => {
  if (code >= 65 && code <= 90) return code - 65
  if (code >= 97 && code <= 122) return code - 71
  if (code >= 48 && code <= 57) return code + 4
  if (code === 43) return 62
  if (code === 47) return 63
  return -1
}

/**
 * Bytes of the base64 text in `text[start, end)`, padding optional; null if another character stands in it, if its length cannot be, or if
 * it has more than `limit` bytes.
 */
export const decodeBase64 = (text: string, start: number, end: number, limit: number): Uint8Array | null => {
  let stop = end
  while (stop > start && end - stop < 2 && text.charCodeAt(stop - 1) === 61) stop--
  const digits = stop - start
  const length = Math.floor((digits * 3) / 4)
  if (digits % 4 === 1 || length > limit || digits <= 0) return null
  const bytes = new Uint8Array(length)
  let bits = 0
  let held = 0
  let at = 0
  for (let i = start; i < stop; i++) {
    const value = valueOf(text.charCodeAt(i))
    if (value < 0) return null
    bits = (bits << 6) | value
    held += 6
    if (held < 8) continue
    held -= 8
    bytes[at++] = bits >>> held
    bits &= (1 << held) - 1
  }
  return bytes
}
