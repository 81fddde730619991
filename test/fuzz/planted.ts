/** Targets with planted bugs: a fuzzer that does not find these finds nothing. Used by `npm run fuzz -- --prove` only. */
import { type PlantedName } from './protocol.ts'
import type { FuzzTarget } from './fuzz-target.ts'

/** Steps of the parser behind each other; each is one byte, or a length, that chance must guess alone. */
export const parsePlanted = (bytes: Uint8Array): number => {
  let at = 0
  let depth = 0
  // One block a byte, so that coverage shows each step: this is how a real parser looks, spread over its functions.
  if (bytes[at++] === 0x56) {
    depth++
    if (bytes[at++] === 0x6f) {
      depth++
      if (bytes[at++] === 0x49) {
        depth++
        if (bytes[at++] === 0x50) {
          depth++
          if ((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)) === bytes.length - at - 2) {
            depth++
            if (bytes[at + 2] === 0x7e) {
              depth++
              if (((bytes[at + 3] ?? 0) ^ (bytes[at + 4] ?? 0)) === 0xa5) throw new RangeError('planted bug')
            }
          }
        }
      }
    }
  }
  return depth
}

/** Quadratic in a letter that the grammar has: some thousands take a second. */
const readSlowly = (bytes: Uint8Array): number => {
  let sum = 0
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== 0x41) continue
    for (let round = 0; round < 20; round++) {
      for (let back = at; back >= 0 && bytes[back] === 0x41; back--) sum += (bytes[back] as number) ^ round
    }
  }
  return sum
}

const readForEver = (bytes: Uint8Array): number => {
  let at = 0
  // The length field is trusted: zero never gets on.
  while (at < bytes.length) at += bytes[at] === 0xee ? 0 : 1
  return at
}

const fromText = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))

export const PLANTED: Readonly<Record<PlantedName, FuzzTarget>> = {
  crash: {
    target: (bytes) => void parsePlanted(bytes),
    seeds: [fromText('an input without any of it')],
    covers: ['test/fuzz/planted.'],
  },
  slow: {
    target: (bytes) => void readSlowly(bytes),
    seeds: [fromText('AB')],
    grammar: ['A'],
    covers: ['test/fuzz/planted.'],
  },
  hang: {
    target: (bytes) => void readForEver(bytes),
    seeds: [fromText('abc')],
    covers: ['test/fuzz/planted.'],
  },
}
