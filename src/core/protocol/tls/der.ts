/** A bounded walker over DER (ITU-T X.690): one element at a time, never beyond the bytes given. */

/** One element: tag, and the range of its content. */
export interface DerElement {
  readonly tag: number
  /** First byte of the tag. */
  readonly head: number
  readonly start: number
  readonly end: number
}

/** Tags used by certificates. */
export const DER = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
  context3: 0xa3,
} as const

/** The element at `at`, or null if it does not fit before `end` or its length is not definite. */
export const readElement = (bytes: Uint8Array, at: number, end: number): DerElement | null => {
  if (at + 2 > end) return null
  const first = bytes[at + 1] as number
  let start = at + 2
  let length = first
  if (first >= 0x80) {
    const count = first & 0x7f
    if (count === 0 || count > 3 || start + count > end) return null
    length = 0
    for (let i = 0; i < count; i++) length = (length << 8) | (bytes[start + i] as number)
    start += count
  }
  return start + length <= end ? { tag: bytes[at] as number, head: at, start, end: start + length } : null
}

/** The elements inside `element`, at most 64. */
export const childrenOf = (bytes: Uint8Array, element: DerElement): DerElement[] => {
  const children: DerElement[] = []
  for (let at = element.start; at < element.end && children.length < 64;) {
    const child = readElement(bytes, at, element.end)
    if (child === null) break
    children.push(child)
    at = child.end
  }
  return children
}
