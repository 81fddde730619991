/** What the headers of RTP show even when the payload is encrypted (RFC 3711 §3.1): codecs and ports. */
import type { CallFacts } from '../call/index.ts'
import { distinctTexts } from './distinct.ts'

const MAX_CODECS = 16
const MAX_PORTS = 32

/** Different codec names. */
export const codecsOf = (facts: CallFacts): string[] =>
  distinctTexts(
    facts.streams.map(({ codec }) => codec ?? ''),
    MAX_CODECS,
  )

/** Different ports of media, in rising order. */
export const mediaPortsOf = (facts: CallFacts): number[] => {
  const ports = new Set(facts.streams.flatMap(({ source, destination }) => [source.port, destination.port]))
  return [...ports].sort((a, b) => a - b).slice(0, MAX_PORTS)
}
