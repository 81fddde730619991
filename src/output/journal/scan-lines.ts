/** Lines of bytes: what is whole, and where it ends. */

const LINE_END = 0x0a

/** Hears each whole line without its end, and the offset behind that; gives the bytes behind the last line end. */
export const scanLines = (bytes: Buffer, onLine: (line: Buffer, end: number) => void): Buffer => {
  let start = 0
  for (;;) {
    const end = bytes.indexOf(LINE_END, start)
    if (end < 0) return bytes.subarray(start)
    onLine(bytes.subarray(start, end), end + 1)
    start = end + 1
  }
}
