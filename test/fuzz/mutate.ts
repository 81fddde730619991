/**
 * How inputs are made from others: flipped, cut, joined, repeated, given words of the protocol and lengths that fit or nearly do. Seeded,
 * so that a run can be repeated exactly; one scratch buffer, because a campaign makes millions.
 */

/** Whole numbers in [0, bound). */
export type Random = (bound: number) => number

/** The longest input there is: more than a UDP datagram or a message may have. */
export const MAX_INPUT = 70_000
/** What most inputs keep to, so that a second has many; one of RARE may be as long as MAX_INPUT. */
const USUAL_INPUT = 4_096
const RARE = 512
/** What counts as the front of an input. */
const FRONT = 24
/** Bytes at the edges of what parsers decide by. */
const EDGES = [0, 1, 0x0a, 0x0d, 0x20, 0x22, 0x2d, 0x30, 0x3a, 0x3b, 0x7f, 0x80, 0xfe, 0xff]
const EDGES_16 = [0, 1, 3, 4, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xfffc, 0xfffe, 0xffff]

/** A seeded generator (mulberry32). */
export const randomOf = (seed: number): Random => {
  let state = seed >>> 0
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}

/** The input that is being changed: `bytes[0, length)`. */
class Draft {
  readonly bytes = new Uint8Array(MAX_INPUT)
  length = 0
  limit = USUAL_INPUT

  begin(input: Uint8Array, limit: number): void {
    this.limit = Math.max(limit, Math.min(input.length, MAX_INPUT))
    this.length = Math.min(input.length, this.limit)
    this.bytes.set(this.length === input.length ? input : input.subarray(0, this.length))
  }

  insert(at: number, piece: Uint8Array): void {
    const room = Math.min(piece.length, this.limit - this.length)
    if (room <= 0) return
    this.bytes.copyWithin(at + room, at, this.length)
    this.bytes.set(room === piece.length ? piece : piece.subarray(0, room), at)
    this.length += room
  }

  overwrite(at: number, piece: Uint8Array): void {
    const room = Math.min(piece.length, this.length - at)
    if (room > 0) this.bytes.set(room === piece.length ? piece : piece.subarray(0, room), at)
  }

  remove(at: number, count: number): void {
    this.bytes.copyWithin(at, at + count, this.length)
    this.length -= count
  }
}

type Mutation = (draft: Draft, random: Random, material: Material) => void

/** What an input is made from. */
interface Material {
  readonly inputs: readonly Uint8Array[]
  readonly words: readonly Uint8Array[]
}

/** How long a piece is: mostly a few bytes. */
const pieceLength = (random: Random, most: number): number =>
  most <= 0 ? 0 : 1 + random(Math.min(most, random(4) === 0 ? most : 8))

/** A place: any, or as often one of the first bytes, where parsers decide. */
const place = (random: Random, length: number): number =>
  random(random(2) === 0 ? length : Math.min(length, FRONT))

const pick = (list: readonly Uint8Array[], random: Random): Uint8Array | undefined =>
  list.length === 0 ? undefined : list[random(list.length)]

const MUTATIONS: readonly Mutation[] = [
  function flipBit(draft, random) {
    if (draft.length > 0) {
      const at = place(random, draft.length)
      draft.bytes[at] = (draft.bytes[at] as number) ^ (1 << random(8))
    }
  },
  function setByte(draft, random) {
    if (draft.length > 0) draft.bytes[place(random, draft.length)] = random(256)
  },
  function setEdge(draft, random) {
    if (draft.length > 0) draft.bytes[place(random, draft.length)] = EDGES[random(EDGES.length)] as number
  },
  function addToByte(draft, random) {
    if (draft.length > 0) {
      const at = place(random, draft.length)
      draft.bytes[at] = (draft.bytes[at] as number) + random(33) - 16
    }
  },
  /** A length field: what is left behind it, or nearly; either byte order. */
  function setLength(draft, random) {
    if (draft.length < 2) return
    const at = place(random, draft.length - 1)
    const rest = random(2) === 0 ? draft.length - at - 2 : pieceLength(random, draft.length)
    const nearly = random(2) === 0 ? 0 : random(9) - 4
    const value = (random(4) === 0 ? (EDGES_16[random(EDGES_16.length)] as number) : rest + nearly) & 0xffff
    const isLittle = random(8) === 0
    draft.bytes[at] = isLittle ? value & 255 : value >> 8
    draft.bytes[at + 1] = isLittle ? value >> 8 : value & 255
  },
  function cutEnd(draft, random) {
    if (random(4) === 0) draft.length = random(draft.length + 1)
    else draft.length -= Math.min(draft.length, random(8))
  },
  function dropRange(draft, random) {
    const at = place(random, draft.length + 1)
    draft.remove(at, pieceLength(random, draft.length - at))
  },
  function insertNoise(draft, random) {
    const noise = Uint8Array.from({ length: 1 + random(16) }, () => random(256))
    draft.insert(place(random, draft.length + 1), noise)
  },
  /** A length field grows with what it counts; chance would have to do both at once. */
  function insertAndMend(draft, random, material) {
    if (draft.length === 0) return
    const field = place(random, draft.length)
    const word = random(2) === 0 ? pick(material.words, random) : undefined
    const piece = word ?? Uint8Array.from({ length: 1 + random(16) }, () => random(256))
    const at = field + 1 + random(draft.length - field)
    const before = draft.length
    draft.insert(at, piece)
    draft.bytes[field] = (draft.bytes[field] as number) + draft.length - before
  },
  function insertWord(draft, random, { words }) {
    const word = pick(words, random)
    if (word !== undefined) draft.insert(place(random, draft.length + 1), word)
  },
  function overwriteWord(draft, random, { words }) {
    const word = pick(words, random)
    if (word !== undefined && draft.length > 0) draft.overwrite(place(random, draft.length), word)
  },
  /** The same word again and again: mostly a few times, sometimes thousands. */
  function repeatWord(draft, random, { words }) {
    const word = pick(words, random)
    if (word !== undefined) repeat(draft, random, word)
  },
  function repeatRange(draft, random) {
    const at = place(random, draft.length + 1)
    repeat(draft, random, draft.bytes.slice(at, at + pieceLength(random, draft.length - at)))
  },
  function copyRange(draft, random) {
    const at = place(random, draft.length + 1)
    const piece = draft.bytes.slice(at, at + pieceLength(random, draft.length - at))
    if (random(2) === 0) draft.insert(random(draft.length + 1), piece)
    else if (draft.length > 0) draft.overwrite(random(draft.length), piece)
  },
  function insertOther(draft, random, { inputs }) {
    const other = pick(inputs, random)
    if (other === undefined) return
    const at = random(other.length + 1)
    draft.insert(random(draft.length + 1), other.subarray(at, at + pieceLength(random, other.length - at)))
  },
  function spliceOther(draft, random, { inputs }) {
    const other = pick(inputs, random)
    if (other === undefined) return
    draft.length = random(draft.length + 1)
    draft.insert(draft.length, other.subarray(random(other.length + 1)))
  },
]

const repeat = (draft: Draft, random: Random, piece: Uint8Array): void => {
  const at = place(random, draft.length + 1)
  const times = random(24) === 0 ? 1 + random(5_000) : 1 + random(4)
  const room = Math.floor((draft.limit - draft.length) / Math.max(1, piece.length))
  const run = new Uint8Array(Math.max(0, Math.min(times, room)) * piece.length)
  for (let from = 0; from < run.length; from += piece.length) run.set(piece, from)
  draft.insert(at, run)
}

const draft = new Draft()

/** One input from `inputs` (or from nothing), after one to eight mutations; most are short. */
export const mutate = (
  inputs: readonly Uint8Array[],
  words: readonly Uint8Array[],
  random: Random,
): Uint8Array => {
  const first = random(64) > 0 ? pick(inputs, random) : undefined
  return mutateOne(first ?? new Uint8Array(0), { inputs, words }, random)
}

/** One input from `input` and pieces of the others. */
export const mutateOne = (input: Uint8Array, material: Material, random: Random): Uint8Array => {
  draft.begin(input, random(RARE) === 0 ? MAX_INPUT : USUAL_INPUT)
  // Mostly one or two: what works already should not be destroyed.
  let rounds = 1
  while (rounds < 8 && random(2) === 0) rounds++
  for (; rounds > 0; rounds--) MUTATIONS[random(MUTATIONS.length)]?.(draft, random, material)
  return draft.bytes.slice(0, draft.length)
}
