/** Damage that a capture may suffer: cut, drop, duplicate, reorder, truncate, flip bytes. Seeded, so that a failure can be played again. */
import type { Micros } from '../../src/core/index.ts'
import type { Frame } from './judge-frames.ts'

/** Held here: each look at a global goes through the sandbox of the test runner, which makes a loop forty times as long. */
const { floor, imul } = Math

/** A seeded generator of numbers in [0, 1): mulberry32. */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = imul(t ^ (t >>> 15), t | 1)
    t ^= t + imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Random octets from `start` up to `end`. */
export const fillRandom = (
  bytes: Uint8Array,
  random: () => number,
  start = 0,
  end: number = bytes.length,
): void => {
  for (let at = start; at < end; at++) bytes[at] = floor(random() * 256)
}

/** One kind of damage. */
export interface Mutation {
  readonly name: string
  apply(frames: readonly Frame[], random: () => number): Frame[]
}

const dropping =
  (least: number, most: number) =>
  (frames: readonly Frame[], random: () => number): Frame[] => {
    const rate = least + random() * (most - least)
    return frames.filter(() => random() >= rate)
  }

const flipBytes = (frame: Frame, random: () => number): Frame => {
  const bytes = frame.bytes.slice()
  const count = 1 + Math.floor(random() * 4)
  for (let i = 0; i < count; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
  return { ...frame, bytes }
}

/** All kinds, in the order of the acceptance. */
export const MUTATIONS: readonly Mutation[] = [
  { name: 'cut-start', apply: (frames, random) => frames.slice(Math.floor(random() * frames.length)) },
  { name: 'cut-end', apply: (frames, random) => frames.slice(0, Math.floor(random() * frames.length)) },
  {
    name: 'cut-middle',
    apply: (frames, random) => {
      const from = Math.floor(random() * frames.length)
      const to = from + Math.floor(random() * (frames.length - from))
      return [...frames.slice(0, from), ...frames.slice(to)]
    },
  },
  { name: 'drop-1-percent', apply: dropping(0.01, 0.01) },
  { name: 'drop-1-30-percent', apply: dropping(0.01, 0.3) },
  {
    name: 'drop-handshakes',
    // Hits what happens once (signalling, key exchanges) harder than the media stream.
    apply: (frames, random) => frames.filter((frame) => frame.bytes.length < 260 || random() >= 0.3),
  },
  {
    name: 'duplicate',
    apply: (frames, random) => frames.flatMap((frame) => (random() < 0.1 ? [frame, frame] : [frame])),
  },
  {
    name: 'reorder',
    apply: (frames, random) => {
      const bytes = [...frames]
      for (let i = 0; i + 1 < bytes.length; i++) {
        if (random() >= 0.05) continue
        const j = Math.min(bytes.length - 1, i + 1 + Math.floor(random() * 4))
        const swapped = bytes[i] as Frame
        bytes[i] = { ...(bytes[j] as Frame), at: swapped.at }
        bytes[j] = { ...swapped, at: (frames[j] as Frame).at }
      }
      return bytes
    },
  },
  {
    name: 'truncate',
    apply: (frames, random) => {
      const snapLength = 40 + Math.floor(random() * 300)
      return frames.map((frame) => ({ ...frame, bytes: frame.bytes.slice(0, snapLength) }))
    },
  },
  {
    name: 'flip-bytes',
    apply: (frames, random) => frames.map((frame) => (random() < 0.02 ? flipBytes(frame, random) : frame)),
  },
  {
    name: 'jump-clock',
    apply: (frames, random) => {
      const from = Math.floor(random() * frames.length)
      const by = Math.floor((random() - 0.5) * 2e11)
      return frames.map((frame, i) => (i < from ? frame : { ...frame, at: (frame.at + by) as Micros }))
    },
  },
]
