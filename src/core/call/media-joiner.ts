/**
 * Joins RTP streams to calls: by the addresses that SDP announced, by the flow of a stream already joined, by SSRC and sequence when the
 * 5-tuple changes, else as an orphan that may become a call of its own. Also asks the key ring to prove readable keys on their packets.
 */
import type { Micros } from '../base/clock.ts'
import { SECOND } from '../base/clock.ts'
import type { Direction, Flow, Seen } from '../base/endpoint.ts'
import type { MediaStream, StreamTable, StreamTableListener } from '../protocol/rtp/index.ts'
import { newAttachment, newestSection, replaceSection, type AttachmentPlace } from './attachment.ts'
import { otherSide, type Attachment, type Call, type Leg, type Section } from './call.ts'
import { MIN_PACKETS } from './dominant-flow.ts'
import type { KeyRing } from './key-ring.ts'
import type { MediaKeys } from './media-keys.ts'
import type { Claim, MediaTable } from './media-table.ts'
import {
  isCounterpart,
  isRipe,
  isTelephony,
  orphanStart,
  type Orphan,
  type OrphanSurroundings,
} from './orphan-media.ts'
import { adoptiveCall } from './orphan-adoption.ts'
import type { Join, SignallingConnections } from './signalling-connections.ts'
import { sourceOf } from './stream-facts.ts'
import type { WireSightings } from './wire-sightings.ts'

const MAX_OTHER_MEDIA = 256
const MAX_STREAMS_A_CALL = 64
/** RFC 6464 §4. */
const AUDIO_LEVEL = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level'
/** Packets on which keys are tried: all rollover counters on the first, then the newest keys on a few more. */
const PROOF_PACKETS = 8
const RETRY_PACKETS = 2
const ROLLOVERS = 8
const MOVED_WITHIN = 30 * SECOND

/** The parts of the call layer that the joiner asks. */
export interface JoinerSurroundings {
  readonly keys: KeyRing
  readonly mediaKeys: MediaKeys
  readonly connections: SignallingConnections
  readonly wire: WireSightings
  readonly captureStart: Micros | null
  calls(): Iterable<Call>
}

/** What the joiner needs of its owner. */
export interface JoinerOptions {
  readonly tracker: JoinerSurroundings
  readonly mediaTable: MediaTable
  readonly sipPeers: readonly string[]
  readonly openCall: (at: Micros) => Call
  /** A closed call used the flow: key exchanges on it were that call's. */
  readonly onFlowReleased: (flow: Flow) => void
}

/** See the head of this file. */
export class MediaJoiner implements StreamTableListener, OrphanSurroundings {
  /** Streams that belong to no call, bounded. */
  readonly otherMedia: Attachment[] = []
  otherMediaOmitted = 0
  readonly #options: JoinerOptions
  readonly #orphans = new Map<number, Orphan>()
  readonly #flowCalls = new Map<number, Call>()
  readonly #iceFlows = new Set<number>()
  #table: StreamTable | null = null

  constructor(options: JoinerOptions) {
    this.#options = options
  }

  useStreams(table: StreamTable): void {
    this.#table = table
  }

  onStreamOpened(stream: MediaStream): void {
    const { tracker, mediaTable } = this.#options
    const keysAt = tracker.mediaKeys.completedAt(stream.flow)
    if (keysAt !== null) stream.expectKeys(keysAt)
    const claim = mediaTable.claim(stream.flow, stream.firstAt)
    if (claim !== null) {
      this.#attach(stream, claim)
      return
    }
    const known = this.#flowCalls.get(stream.flow.id) ?? this.#movedFrom(stream)
    if (known !== undefined && !known.closed) this.#attachTo(known, stream, null)
    else this.#addOrphan(stream)
  }

  onStreamChanged(stream: MediaStream): void {
    if (stream.owner !== null) (stream.owner as Call).dirty = true
    this.#wantProof(stream)
  }

  onStreamConfirmed(stream: MediaStream): void {
    this.#wantProof(stream)
  }

  onStreamEvicted(stream: MediaStream): void {
    if (stream.owner !== null) {
      const call = stream.owner as Call
      if (stream.lastAt + 30 * SECOND > call.lastAt && !call.closed) call.dirty = true
      return
    }
    const orphan = this.#orphans.get(stream.flow.id)
    if (orphan !== undefined) this.#settle(orphan)
  }

  onProofPacket(stream: MediaStream, bytes: Uint8Array, start: number, end: number, frame: number): void {
    const call = stream.owner as Call | null
    const attachment = call?.attachmentOf(stream)
    if (call === null || attachment === undefined || attachment.proof !== null) {
      stream.proofWanted = false
      return
    }
    const { keys } = this.#options.tracker
    // Afterwards the counter cannot be further than the packets seen; before, nobody knows how long the stream has been up.
    const rollovers = attachment.proofAttempts === 0 ? ROLLOVERS : 1 + (stream.packets >> 16)
    const found = keys.prove(call, bytes, start, end, rollovers)
    attachment.proofAttempts++
    attachment.keysTried = keys.generation
    if (found === null) {
      if (attachment.proofAttempts >= PROOF_PACKETS) stream.proofWanted = false
      return
    }
    // A 4-byte tag can match by chance once in 2^32: it needs a second packet (VERDICTS §2.2).
    if (found.proof.weak && !this.#weakProofs.has(stream)) {
      this.#weakProofs.add(stream)
      return
    }
    if (!call.keys.some((key) => key.identity === found.identity)) call.keys.push(found.readable)
    const { identity, suite, keyFrame } = found
    attachment.proof = { identity, keying: found.readable.keying, suite, frame, keyFrame }
    stream.proofWanted = false
    call.dirty = true
  }

  readonly #weakProofs = new WeakSet<MediaStream>()

  /** SDP announced or answered sections: claim what already flows, and describe the codecs of what is claimed. */
  onAnnounced(leg: Leg, sections: readonly Section[], seen: Seen): void {
    for (const orphan of [...this.#orphans.values()]) {
      const first = orphan.streams[0]
      if (first === undefined) continue
      const claim = this.#options.mediaTable.claim(first.flow, seen.at)
      if (claim === null) continue
      this.#orphans.delete(orphan.flow)
      for (const stream of orphan.streams)
        this.#attach(stream, this.#options.mediaTable.claim(stream.flow, seen.at) ?? claim)
    }
    for (const attachment of leg.call.attachments) {
      const own =
        attachment.leg === leg
          ? sections.find(({ index }) => index === newestSection(attachment)?.index)
          : undefined
      if (own !== undefined) replaceSection(attachment, own, seen.at)
      if (attachment.sections.length > 0) this.#describe(attachment)
      this.#compareFingerprints(attachment)
    }
    this.retryKeys(leg.call)
  }

  /** A message of the call showed keys, or may have: they are tried again. */
  retryKeys(call: Call): void {
    for (const attachment of call.attachments) {
      if (attachment.proof === null) attachment.proofAttempts = 0
      this.#wantProof(attachment.stream)
    }
  }

  /** RTP on the flow that no stream took: malformed, or the tables are full. */
  onRtpOmitted(flow: number): void {
    const call = this.#flowCalls.get(flow)
    if (call !== undefined) call.omittedPackets++
  }

  /** A datagram of announced media that is not RTP (UDPTL): counted as clear media of its section. */
  onOpaqueMedia(flow: Flow, direction: Direction, seen: Seen, payloadLength: number): void {
    const claim = this.#options.mediaTable.claim(flow, seen.at)
    if (claim === null) return
    const { call, section } = claim.expectation
    const description = section.answered ?? section.offered
    if (description === null || description.proto.startsWith('RTP') || description.proto.includes('SAVP'))
      return
    const source = flow.ends[direction]
    const destination = flow.ends[direction === 0 ? 1 : 0]
    let media = call.opaqueMedia.find(
      (known) =>
        known.source.address === source.address &&
        known.source.port === source.port &&
        known.destination.port === destination.port,
    )
    if (media === undefined) {
      if (call.opaqueMedia.length >= MAX_STREAMS_A_CALL) return
      media = {
        media: description.media,
        claim: description.proto,
        source,
        destination,
        packets: 0,
        payloadBytes: 0,
        firstAt: seen.at,
        lastAt: seen.at,
        firstFrame: seen.frame,
        lastFrame: seen.frame,
      }
      call.opaqueMedia.push(media)
    }
    media.packets++
    media.payloadBytes += payloadLength
    media.lastAt = seen.at
    media.lastFrame = seen.frame
    call.dirty = true
  }

  /** A key exchange completed or was ended on the flow: its streams are looked at anew from here. */
  splitFlow(flow: number, seen: Seen, afterKeys: boolean): void {
    for (const stream of this.#table?.streamsOf(flow) ?? []) {
      stream.split(seen.at, seen.frame, afterKeys)
      if (stream.owner !== null) {
        const call = stream.owner as Call
        call.dirty = true
        const attachment = call.attachmentOf(stream)
        if (attachment !== undefined) this.#compareFingerprints(attachment)
      }
    }
  }

  noteIce(flow: number): void {
    this.#iceFlows.add(flow)
  }

  hasIce(flow: number): boolean {
    return this.#iceFlows.has(flow)
  }

  isUnjudgedHost(address: string): boolean {
    return this.#options.tracker.wire.isUnjudgedHost(address)
  }

  isSipPeer(address: string): boolean {
    return this.#options.sipPeers.includes(address)
  }

  forgetFlow(flow: number): void {
    const orphan = this.#orphans.get(flow)
    if (orphan !== undefined) this.#settle(orphan)
    this.#orphans.delete(flow)
    this.#flowCalls.delete(flow)
    this.#iceFlows.delete(flow)
  }

  /** A closed call gives back its flows: what still comes on them is somebody else's, or the beginning of something new. */
  forgetCall(call: Call): void {
    for (const flow of call.flows) {
      if (this.#flowCalls.get(flow.id) !== call) continue
      this.#flowCalls.delete(flow.id)
      const owners = (this.#table?.streamsOf(flow.id) ?? []).map(({ owner }) => owner)
      if (owners.every((owner) => owner === call || owner === null)) this.#table?.forget(flow.id)
      this.#options.onFlowReleased(flow)
    }
  }

  /** Looks at ripe orphans. */
  onTick(now: Micros, finishing: boolean): void {
    for (const orphan of [...this.#orphans.values()]) {
      // It may have been taken as the other direction of one before it.
      if (this.#orphans.get(orphan.flow) === orphan && isRipe(orphan, now, finishing)) this.#settle(orphan)
    }
  }

  /** An orphan becomes part of a call or other media, for good. */
  #settle(found: Orphan): void {
    this.#orphans.delete(found.flow)
    // What was no signalling yet when the media began may have become it: the answer that follows the first packet.
    const orphan = found.connections.length > 0 ? found : { ...found, ...this.#joinOf(found.streams[0]) }
    const telephony = isTelephony(orphan, this)
    const call = telephony ? this.#callFor(orphan) : null
    for (const stream of orphan.streams) {
      if (call !== null) this.#attachTo(call, stream, null)
      else this.#addOtherMedia(stream)
    }
  }

  #callFor(orphan: Orphan): Call {
    const { tracker, openCall } = this.#options
    const adoption = adoptiveCall(orphan, tracker.calls())
    if (adoption.call !== null) return adoption.call
    for (const other of [...this.#orphans.values()]) {
      if (!isCounterpart(orphan, other)) continue
      this.#orphans.delete(other.flow)
      orphan.streams.push(...other.streams)
    }
    const call = openCall(orphanStart(orphan))
    call.connections = orphan.connections
    // Several readable dialogs could be this media's: none is proven, so no TLS connection is its signalling either.
    call.connectionReasons = adoption.ambiguous ? ['signalling-unseen', ...orphan.reasons] : orphan.reasons
    call.lateStart = orphan.lateStart
    return call
  }

  #addOrphan(stream: MediaStream): void {
    const { tracker } = this.#options
    const flow = stream.flow.id
    const known = this.#orphans.get(flow)
    if (known !== undefined) {
      known.streams.push(stream)
      return
    }
    const captureStart = tracker.captureStart ?? stream.firstAt
    this.#orphans.set(flow, {
      flow,
      streams: [stream],
      ...this.#joinOf(stream),
      lateStart: !stream.begins && stream.firstAt - captureStart < SECOND,
    })
  }

  #joinOf(stream: MediaStream | undefined): Join {
    if (stream === undefined) return { connections: [], reasons: ['signalling-unseen'] }
    const { connections, captureStart } = this.#options.tracker
    const { flow, firstAt, begins } = stream
    return connections.join({ ends: flow.ends, at: firstAt, captureStart: captureStart ?? firstAt, begins })
  }

  #addOtherMedia(stream: MediaStream): void {
    if (this.otherMedia.length >= MAX_OTHER_MEDIA) {
      this.otherMediaOmitted++
      return
    }
    this.otherMedia.push(newAttachment(stream, null))
  }

  /** Same SSRC from the same host shortly before, in a call: the stream moved to another 5-tuple (ICE restart, NAT rebinding). */
  #movedFrom(stream: MediaStream): Call | undefined {
    for (const call of this.#options.tracker.calls()) {
      if (call.closed || stream.firstAt - call.lastAt > 10 * MOVED_WITHIN) continue
      for (const { stream: known } of call.attachments) {
        if (known.ssrc !== stream.ssrc || known === stream) continue
        const sameHost = sourceOf(known).address === sourceOf(stream).address
        if (sameHost && Math.abs(stream.firstAt - known.lastAt) < MOVED_WITHIN) return call
      }
    }
    return undefined
  }

  #attach(stream: MediaStream, claim: Claim): void {
    const { expectation, towards } = claim
    const sender = stream.direction === towards ? otherSide(expectation.side) : expectation.side
    this.#attachTo(expectation.call, stream, { section: expectation.section, leg: expectation.leg, sender })
  }

  #attachTo(call: Call, stream: MediaStream, place: AttachmentPlace | null): void {
    stream.owner = call
    call.flows.add(stream.flow)
    this.#flowCalls.set(stream.flow.id, call)
    // It belongs to a call: another SSRC on its flow needs no probation.
    this.#table?.expect(stream.flow.id)
    call.dirty = true
    if (stream.lastAt > call.lastAt) call.lastAt = stream.lastAt
    if (call.attachments.length >= MAX_STREAMS_A_CALL && !dropShort(call, stream.firstAt)) {
      call.truncated = true
      call.crowded = true
      stream.owner = null
      return
    }
    const attachment = newAttachment(stream, place)
    call.attachments.push(attachment)
    if (place !== null) this.#describe(attachment)
    this.#compareFingerprints(attachment)
    this.#wantProof(stream)
  }

  #describe(attachment: Attachment): void {
    const { stream } = attachment
    const section = newestSection(attachment)
    const descriptions = [section?.answered, section?.offered].filter((description) => description != null)
    const level = descriptions[0]?.headerExtensions.find(({ uri }) => uri === AUDIO_LEVEL)
    stream.describe(
      descriptions.flatMap(({ payloadFormats }) => payloadFormats),
      level?.id ?? 0,
    )
  }

  #compareFingerprints(attachment: Attachment): void {
    const { stream } = attachment
    const section = newestSection(attachment)
    const offered = section?.offered?.fingerprints ?? []
    const answered = section?.answered?.fingerprints ?? []
    if (offered.length === 0 || answered.length === 0) return
    this.#options.tracker.mediaKeys.compareFingerprints(stream.flow, [...offered, ...answered])
  }

  /** Asks for packets to prove keys on, unless the stream measures as untagged (a proof could only fail) or was tried enough. */
  #wantProof(stream: MediaStream): void {
    const call = stream.owner as Call | null
    const { keys } = this.#options.tracker
    if (call === null || !keys.hasKeys) return
    const attachment = call.attachmentOf(stream)
    if (attachment === undefined || attachment.proof !== null) return
    if (attachment.proofAttempts >= PROOF_PACKETS) {
      if (attachment.keysTried === keys.generation) return
      // Keys of other calls came since: a look at two packets, each time the stream is looked at anyway.
      attachment.proofAttempts = PROOF_PACKETS - RETRY_PACKETS
    }
    stream.proofWanted = stream.slice.leadingExcess() !== 0
  }
}

/** A call is full of streams: one that is over and too short to judge gives way, and its packets count as left out. */
const dropShort = (call: Call, now: Micros): boolean => {
  const at = call.attachments.findIndex(
    ({ stream }) => stream.packets < MIN_PACKETS && now - stream.lastAt > SECOND,
  )
  const [dropped] = at < 0 ? [] : call.attachments.splice(at, 1)
  if (dropped === undefined) return false
  call.omittedPackets += dropped.stream.packets
  dropped.stream.owner = null
  return true
}
