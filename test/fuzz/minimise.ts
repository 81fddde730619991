/** Makes a failing input as small and plain as it can be while it fails for the same reason. */

const PLAIN = 0x30

/** Above this, lengths inside are not mended. */
const MEND_BELOW = 256

/**
 * The smallest of the inputs that `fails` accepts and that taking pieces away, halves first, and then flattening bytes leads to. Where a
 * length in front of the piece keeps it in its place, both go together. `fails` is asked at most `budget` times.
 */
export const minimise = (
  input: Uint8Array,
  fails: (input: Uint8Array) => boolean,
  budget = 20_000,
): Uint8Array => {
  let left = budget
  const stillFails = (candidate: Uint8Array): boolean => left-- > 0 && fails(candidate)
  let best = input
  for (let piece = Math.ceil(input.length / 2); piece >= 1; piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
    for (let at = 0; at < best.length;) {
      const shorter = [without(best, at, piece), ...mended(best, at, piece)].find(stillFails)
      if (shorter === undefined) at += piece
      else best = shorter
    }
  }
  for (let at = 0; at < best.length; at++) {
    if (best[at] === PLAIN) continue
    const candidate = best.slice()
    candidate[at] = PLAIN
    if (stillFails(candidate)) best = candidate
  }
  return best
}

/** Without the piece at `at`, and one byte before it that much smaller: each such byte in turn. */
const mended = (input: Uint8Array, at: number, piece: number): Uint8Array[] => {
  const removed = Math.min(piece, input.length - at)
  if (input.length > MEND_BELOW) return []
  return Array.from({ length: at }, (_, place) => place)
    .filter((place) => (input[place] as number) >= removed)
    .map((place) => {
      const shorter = without(input, at, piece)
      shorter[place] = (shorter[place] as number) - removed
      return shorter
    })
}

const without = (input: Uint8Array, at: number, count: number): Uint8Array => {
  const shorter = new Uint8Array(Math.max(0, input.length - Math.min(count, input.length - at)))
  shorter.set(input.subarray(0, at))
  shorter.set(input.subarray(at + count), at)
  return shorter
}
