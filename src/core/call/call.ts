/** The mutable record of one call; only the call layer writes it, everybody else reads the immutable CallFacts made from it. */
import type { Micros } from '../base/clock.ts'
import type { Endpoint, Flow } from '../base/endpoint.ts'
import type { MediaStream } from '../protocol/rtp/index.ts'
import type { MediaDescription } from '../protocol/sdp/index.ts'
import type { Authentication, NameAddress } from '../protocol/sip/index.ts'
import type {
  CallFacts,
  LadderRow,
  LegFacts,
  ObservationName,
  ReadableKey,
  Sighting,
  SignallingConnection,
  SignallingTransport,
  UndeterminedReason,
} from './call-facts.ts'

const MAX_FRAMES = 16
const MAX_TEXTS = 16

/** Frames of an observation, bounded; the count goes on. */
export class Sightings {
  readonly frames: number[] = []
  count = 0

  add(frame: number): void {
    this.count++
    if (this.frames.length < MAX_FRAMES && this.frames[this.frames.length - 1] !== frame)
      this.frames.push(frame)
  }

  /** The immutable form. */
  toFacts(): Sighting {
    return { frames: [...this.frames], count: this.count }
  }
}

/** Adds to a short list of distinct values, bounded. */
export const addDistinct = <T>(list: T[], value: T, same: (a: T, b: T) => boolean = Object.is): void => {
  if (list.length < MAX_TEXTS && !list.some((known) => same(known, value))) list.push(value)
}

/** Who of a dialog: the one that sent the first request, or the other. */
export type Side = 'caller' | 'callee'

/** The other side. */
export const otherSide = (side: Side): Side => (side === 'caller' ? 'callee' : 'caller')

/** One offer/answer exchange of one m= section, mutable until answered or replaced. */
export interface Section {
  readonly index: number
  offered: MediaDescription | null
  answered: MediaDescription | null
  offerFrame: number
  answerFrame: number
  offerSide: Side | null
  offerer: Endpoint | null
  superseded: boolean
}

/** An offer that waits for its answer. */
export interface PendingOffer {
  readonly side: Side
  /** CSeq of its message. */
  readonly transaction: string
  readonly sender: Endpoint
  readonly frame: number
  readonly media: readonly MediaDescription[]
  readonly sections: readonly Section[]
  /** It repeats what is in force (a session refresh, RFC 4028): its sections are those, answered already. */
  readonly isRefresh: boolean
}

/** One dialog on one hop of this wire, mutable. */
export interface Leg {
  readonly call: Call
  readonly callId: string
  readonly hop: string
  readonly callerTag: string
  calleeTag: string
  readonly transport: LegFacts['transport']
  readonly client: Endpoint
  readonly server: Endpoint
  from: NameAddress | null
  to: NameAddress | null
  requestUri: NameAddress | null
  readonly userAgents: string[]
  readonly assertedIdentities: NameAddress[]
  state: LegFacts['state']
  statusCode: number
  messages: number
  readonly ladder: LadderRow[]
  readonly firstFrame: number
  readonly startedAt: Micros
  answeredAt: Micros | null
  endedAt: Micros | null
  readonly sections: Section[]
  pendingOffer: PendingOffer | null
  /** Last description of each side, by its content and the CSeq it came with, to know a repetition. */
  readonly lastDescription: Record<Side, { readonly content: string; readonly transaction: string }>
  readonly authentications: (Authentication & { frame: number; method: string })[]
  readonly vias: { host: string; port: number; transport: string }[]
  readonly contacts: NameAddress[]
  readonly recordRoutes: NameAddress[]
  sipsReadable: boolean
}

/** A stream in a call, with the SDP sections and the sending side it was matched to; see attachment.ts. */
export interface Attachment {
  readonly stream: MediaStream
  /** Sections by the time from which each was in force, at least one if SDP speaks of the stream at all. */
  readonly sections: { readonly section: Section; readonly since: Micros }[]
  readonly leg: Leg | null
  /** Side that sends the stream. */
  readonly sender: Side | null
  /** Key proved on it. */
  proof: {
    readonly identity: string
    readonly keying: 'sdes' | 'mikey'
    readonly suite: string
    readonly frame: number
    readonly keyFrame: number
  } | null
  proofAttempts: number
  /** Generation of the key ring at the last attempt. */
  keysTried: number
}

/** Non-RTP media of a section (T.38 UDPTL, MSRP): what went from one end to the other. */
export interface OpaqueMedia {
  readonly media: string
  readonly claim: string
  readonly source: Endpoint
  readonly destination: Endpoint
  packets: number
  payloadBytes: number
  readonly firstAt: Micros
  lastAt: Micros
  readonly firstFrame: number
  lastFrame: number
}

/** See the head of this file. */
export class Call {
  readonly id: string
  kind: 'sip' | 'media-only'
  startedAt: Micros
  lastAt: Micros
  endedAt: Micros | null = null
  /** Reported as closed: no further change is said. */
  closed = false
  readonly legs: Leg[] = []
  readonly attachments: Attachment[] = []
  readonly opaqueMedia: OpaqueMedia[] = []
  /** Flows that carry its media. */
  readonly flows = new Set<Flow>()
  readonly keys: ReadableKey[] = []
  readonly observations = new Map<ObservationName, { seen: Sightings; detail: string }>()
  /** TLS connections taken as its signalling, and what makes that uncertain (media-only calls). */
  connections: readonly SignallingConnection[] = []
  connectionReasons: readonly UndeterminedReason[] = []
  /** Packets of its media that no stream here counts: malformed, refused by a full table, or of streams that gave way. */
  omittedPackets = 0
  /** Streams beyond the bound were left out: whatever they were, nobody looked. */
  crowded = false
  /** Set when a bounded table had to give up on it. */
  truncated = false
  /** Loss counted by the capture itself during the call. */
  captureLoss = false
  /** For some time only a sample of its media was looked at, on purpose. */
  sampled = false
  /** Its beginning was not seen: no initial INVITE, or media from the capture's first moment. */
  lateStart = false
  dirty = true
  /** What was known when it closed: the tables then forget everything that it was made of. */
  lastFacts: CallFacts | null = null
  /** Opaque to this layer: the grade history of the verdict layer. */
  history: unknown = null
  opened = false

  constructor(id: string, kind: 'sip' | 'media-only', at: Micros) {
    this.id = id
    this.kind = kind
    this.startedAt = at
    this.lastAt = at
  }

  /** Notes something that a rule may want, with the frame that showed it. */
  observe(name: ObservationName, frame: number, detail = ''): void {
    let known = this.observations.get(name)
    if (known === undefined) {
      known = { seen: new Sightings(), detail }
      this.observations.set(name, known)
    }
    known.seen.add(frame)
    this.dirty = true
  }

  /** The attachment of a stream, if it is one of this call. */
  attachmentOf(stream: MediaStream): Attachment | undefined {
    return this.attachments.find((attachment) => attachment.stream === stream)
  }

  /** Worst known transport of the readable legs, for display: the first leg's. */
  get transport(): SignallingTransport {
    return (
      this.legs[0]?.transport ??
      (this.connections.length > 0 ? (this.connections[0]?.webSocket ? 'wss' : 'tls') : null)
    )
  }
}
