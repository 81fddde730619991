/** Words of findings: counts, times, streams and hosts as every rule writes them. Texts from the wire are cut here. */
import { formatEndpoint } from '../base/ip-address.ts'
import { SECOND } from '../base/clock.ts'
import type { Endpoint } from '../base/endpoint.ts'
import { flatText } from '../base/text.ts'
import type { StreamFacts } from '../call/index.ts'

/** Longest text from the wire (codec, suite, profile, name) in a sentence. */
const MAX_TEXT = 48
/** More than so many things are not listed in a sentence. */
const MAX_LIST = 3

/** A text from the wire, cut. */
export const cut = (text: string): string => flatText(text, 0, text.length, MAX_TEXT)

/** `1 packet`, `2 packets`. */
export const countOf = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

/** Seconds with one decimal: `11.2 s`; below a second with milliseconds: `0.06 s`. */
export const secondsOf = (micros: number): string => {
  const seconds = Math.max(0, micros) / SECOND
  return `${seconds < 1 ? Math.round(seconds * 100) / 100 : Math.round(seconds * 10) / 10} s`
}

/** `192.0.2.10:5060`. */
export const endpointOf = (endpoint: Endpoint): string => formatEndpoint(endpoint.address, endpoint.port)

/** `192.0.2.10:16816 → 192.0.2.20:16738 (PCMU)`. */
export const streamOf = (stream: StreamFacts): string => {
  const what = stream.codec === null ? stream.media : cut(stream.codec)
  return `${endpointOf(stream.source)} → ${endpointOf(stream.destination)} (${what})`
}

/** Different texts, at most three, and how many more. */
export const listOf = (texts: Iterable<string>): string => {
  const distinct = [...new Set(texts)]
  const shown = distinct.slice(0, MAX_LIST).join(', ')
  return distinct.length > MAX_LIST ? `${shown} and ${distinct.length - MAX_LIST} more` : shown
}

/** Streams by name. */
export const streamsOf = (streams: readonly StreamFacts[]): string => listOf(streams.map(streamOf))
