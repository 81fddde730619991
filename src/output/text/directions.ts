/**
 * Which streams go from the caller's side and which come back. Media ends come in pairs (RFC 4961: one port sends and receives), so the ends
 * of connected streams fall into two sides; the side that is fewer hosts away from the caller is the near one, also behind relays. Without
 * signalling the stream that was seen first goes `there`.
 */
import type { CallReport, MediaReport } from '../../core/index.ts'

export interface Directions {
  readonly there: readonly MediaReport[]
  readonly back: readonly MediaReport[]
}

/** Address of `192.0.2.1:5060` or `[2001:db8::1]:5060`. */
const hostOf = (endpoint: string): string => {
  const colon = endpoint.lastIndexOf(':')
  return colon < 0 ? endpoint : endpoint.slice(0, colon)
}

/** See the head of this file. */
export const directionsOf = ({ media, signalling }: Pick<CallReport, 'media' | 'signalling'>): Directions => {
  const sides = sidesOf(media)
  const nearSides = nearSidesOf(sides, hopsOf(media, signalling.legs[0]?.client ?? null))
  const isNear = ({ source }: MediaReport): boolean => nearSides.has(sides.get(source) ?? 0)
  return { there: media.filter(isNear), back: media.filter((stream) => !isNear(stream)) }
}

/** Each end's side: streams lead from one side of a pair (an even number and the odd one after it) to the other. */
const sidesOf = (media: readonly MediaReport[]): ReadonlyMap<string, number> => {
  const sides = new Map<string, number>()
  let pair = 0
  for (const { source, destination } of media) {
    if (sides.has(source) || sides.has(destination)) continue
    sides.set(source, 2 * pair)
    sides.set(destination, 2 * pair + 1)
    pair++
    spreadSides(media, sides)
  }
  return sides
}

const spreadSides = (media: readonly MediaReport[], sides: Map<string, number>): void => {
  for (let known = 0; sides.size > known;) {
    known = sides.size
    for (const { source, destination } of media) {
      const from = sides.get(source)
      const to = sides.get(destination)
      if (from !== undefined && to === undefined) sides.set(destination, from ^ 1)
      else if (to !== undefined && from === undefined) sides.set(source, to ^ 1)
    }
  }
}

/** Hosts by how many streams they are away from the caller, or from the first sender. */
const hopsOf = (media: readonly MediaReport[], client: string | null): ReadonlyMap<string, number> => {
  const hosts = media.flatMap(({ source, destination }) => [hostOf(source), hostOf(destination)])
  const caller = client === null ? undefined : hosts.find((host) => host === hostOf(client))
  const hops = new Map<string, number>()
  const start = caller ?? hosts[0]
  if (start !== undefined) hops.set(start, 0)
  // Each round goes one hop further; a round that finds no host is the last.
  for (let hop = 1, known = 0; hops.size > known; hop++) {
    known = hops.size
    for (const { source, destination } of media) {
      const [a, b] = [hostOf(source), hostOf(destination)]
      if (hops.get(a) === hop - 1 && !hops.has(b)) hops.set(b, hop)
      else if (hops.get(b) === hop - 1 && !hops.has(a)) hops.set(a, hop)
    }
  }
  return hops
}

/** Of each pair the side with the end that is nearest; the first of equals. */
const nearSidesOf = (
  sides: ReadonlyMap<string, number>,
  hops: ReadonlyMap<string, number>,
): ReadonlySet<number> => {
  const nearest = new Map<number, { side: number; hop: number }>()
  for (const [end, side] of sides) {
    const hop = hops.get(hostOf(end)) ?? Infinity
    const best = nearest.get(side >> 1)
    if (best === undefined || hop < best.hop) nearest.set(side >> 1, { side, hop })
  }
  return new Set([...nearest.values()].map(({ side }) => side))
}
