/** Seeded hashes for tables and identities: not cryptographic, but an outsider who cannot see the seed cannot aim collisions. */

/** One mixing step of murmur3's 32-bit body (public domain, A. Appleby): folds `value` into `hash`. */
export const mix32 = (hash: number, value: number): number => {
  let k = Math.imul(value, 0xcc9e2d51)
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593)
  const h = hash ^ k
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
}

/** murmur3's finaliser: every input bit reaches every output bit. */
export const finish32 = (hash: number): number => {
  let h = hash ^ (hash >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** 32-bit hash of `bytes[start, end)` under `seed`, 4 bytes a step. */
export const hashBytes = (seed: number, bytes: Uint8Array, start: number, end: number): number => {
  let h = seed ^ (end - start)
  let at = start
  for (; at + 4 <= end; at += 4) {
    h = mix32(
      h,
      (bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24),
    )
  }
  let tail = 0
  for (; at < end; at++) tail = (tail << 8) | (bytes[at] as number)
  return finish32(mix32(h, tail))
}

/**
 * Identity of a whole wire value (Call-ID, tag, branch) as 16 hexadecimal digits: two seeded 32-bit hashes, so that a value of 60,000
 * characters costs 16 to keep and chosen values do not collide.
 */
export const identityOf = (seed: number, bytes: Uint8Array, start: number, end: number): string => {
  const low = hashBytes(seed, bytes, start, end) >>> 0
  const high = hashBytes(~seed, bytes, start, end) >>> 0
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}
