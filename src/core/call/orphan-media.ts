/**
 * Media that no readable SDP announced: whether it is a telephone call of its own or another application's traffic. In doubt it is not a
 * call: WhatsApp, Meet and games carry RTP headers too (VERDICTS §1, §5).
 */
import { SECOND, type Micros } from '../base/clock.ts'
import type { MediaStream } from '../protocol/rtp/index.ts'
import type { SignallingConnection, UndeterminedReason } from './call-facts.ts'
import { destinationOf, sourceOf } from './stream-facts.ts'

/** Media is looked at after so long: its statistics are decided by then, and late SDP has claimed it. */
const PROBATION = 3 * SECOND
/** While only a sample of the packets comes, statistics take longer. */
const SAMPLED_PROBATION = 30 * SECOND
const PAIRING = 2 * SECOND
/** Share of packets that must fit a codec's frame shape before a dynamic type is taken for it. */
const MIN_PACKETS = 8

/** All unclaimed streams of one flow, with what was known of their signalling when they began. */
export interface Orphan {
  readonly flow: number
  readonly streams: MediaStream[]
  readonly connections: readonly SignallingConnection[]
  readonly reasons: readonly UndeterminedReason[]
  /** Its first packet came with the capture's first moments: it may be the middle of a call. */
  readonly lateStart: boolean
}

/** What the tracker knows of the hosts and flows around an orphan. */
export interface OrphanSurroundings {
  /** ICE, TURN or DTLS was seen on the flow. */
  hasIce(flow: number): boolean
  /** The host speaks a VoIP signalling that we do not judge (SCCP, H.323 …) or RTSP. */
  isUnjudgedHost(address: string): boolean
  /** The host is configured as a SIP peer. */
  isSipPeer(address: string): boolean
}

/** Time of the first packet of any of its streams. */
export const orphanStart = (orphan: Orphan): Micros =>
  orphan.streams.reduce(
    (first, stream) => (stream.firstAt < first ? stream.firstAt : first),
    orphan.streams[0]?.firstAt as Micros,
  )

/** True once the orphan may be looked at. */
export const isRipe = (orphan: Orphan, now: Micros, finishing: boolean): boolean => {
  const isSampled = orphan.streams.some((stream) => stream.sequences.wasSampled)
  return finishing || now - orphanStart(orphan) >= (isSampled ? SAMPLED_PROBATION : PROBATION)
}

/** A stream of a static audio payload type whose sizes fit that codec, or of a dynamic one whose content is a telephone codec's. */
const soundsLikeTelephony = (stream: MediaStream): boolean => {
  if (stream.packets < MIN_PACKETS || stream.codec.media !== 'audio') return false
  const fits = stream.slices.some((slice) => slice.tagBytes() !== null || slice.payload === 'plain')
  if (stream.payloadType < 96) return stream.codec.name !== 'unknown' && fits
  return stream.slices.some((slice) => slice.payload === 'plain') && stream.shape !== null
}

/** See the head of this file. */
export const isTelephony = (orphan: Orphan, around: OrphanSurroundings): boolean => {
  const first = orphan.streams[0]
  if (first === undefined) return false
  const addresses = [sourceOf(first).address, destinationOf(first).address]
  if (addresses.some((address) => around.isUnjudgedHost(address))) return false
  if (!orphan.streams.some((stream) => stream.packets >= MIN_PACKETS)) return false
  if (orphan.connections.length > 0) return true
  if (addresses.some((address) => around.isSipPeer(address))) return true
  if (around.hasIce(orphan.flow)) return false
  return orphan.streams.some(soundsLikeTelephony)
}

/** True if two one-way orphans are the two directions of one call whose ends send and receive on different ports. */
export const isCounterpart = (a: Orphan, b: Orphan): boolean => {
  const [one] = a.streams
  const [other] = b.streams
  if (one === undefined || other === undefined) return false
  const oneWay = (orphan: Orphan): boolean =>
    orphan.streams.every((stream) => stream.direction === orphan.streams[0]?.direction)
  return (
    oneWay(a) &&
    oneWay(b) &&
    sourceOf(one).address === destinationOf(other).address &&
    destinationOf(one).address === sourceOf(other).address &&
    Math.abs(orphanStart(a) - orphanStart(b)) <= PAIRING
  )
}
