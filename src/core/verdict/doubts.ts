/**
 * Why a call cannot be judged: each reason of `undetermined` (VERDICTS §1) with what brings it about. Whatever green would need and the
 * facts do not show is a row here, so that nothing is green by assumption and every `undetermined` can say why.
 */
import type { CallFacts, SignallingConnection, StreamFacts, UndeterminedReason } from '../call/index.ts'
import {
  hasBothDirections,
  hasReadableKey,
  isEncrypted,
  isKeyingObserved,
  isSignallingPlain,
  protectionsOf,
} from './stream-judgement.ts'

/** Below this a stream that is not decided was too short (VERDICTS §2.3: "random" needs at most so many packets); above, only statistics speak. */
const ENOUGH_PACKETS = 100

interface Doubt {
  readonly reason: UndeterminedReason
  readonly when: (facts: CallFacts) => boolean
}

const observed = (facts: CallFacts, name: CallFacts['observations'][number]['name']): boolean =>
  facts.observations.some((observation) => observation.name === name)

const anyConnection = (facts: CallFacts, is: (connection: SignallingConnection) => boolean): boolean =>
  !isSignallingPlain(facts) && facts.signalling.connections.some(is)

const undecidedPackets = (stream: StreamFacts): number =>
  stream.slices.reduce(
    (least, slice) => (slice.protection === 'undecided' ? Math.min(least, slice.packets) : least),
    stream.packets,
  )

const isShort = (stream: StreamFacts): boolean => undecidedPackets(stream) < ENOUGH_PACKETS

/** The connection did not show what SIP in TLS shows: a handshake that completed (or random records without one), and data both ways. */
const isUnproven = ({ facts }: SignallingConnection): boolean => {
  if (facts.handshake === 'failed') return true
  if (facts.handshake === 'unseen' && facts.looksRandom !== true) return true
  return facts.applicationBytes[0] <= 0 || facts.applicationBytes[1] <= 0
}

/** Answered, and nothing says that no media was to come: each section in force refused with port 0 would say it (RFC 3264 §6). */
const isMediaUnseen = (facts: CallFacts): boolean => {
  if (facts.mediaUnseen) return true
  if (facts.streams.length > 0 || !facts.answered) return false
  const sections = facts.legs.flatMap((leg) => leg.sections.filter((section) => !section.superseded))
  return sections.length === 0 || sections.some(({ answered, offered }) => (answered ?? offered)?.port !== 0)
}

const isKeyingUnseen = (facts: CallFacts): boolean =>
  isSignallingPlain(facts) &&
  facts.streams.some(
    (stream) => isEncrypted(stream) && !hasReadableKey(facts, stream) && !isKeyingObserved(facts, stream),
  )

const DOUBTS: readonly Doubt[] = [
  {
    reason: 'handshake-lost',
    when: (facts) =>
      anyConnection(facts, (one) => one.facts.handshake === 'lost' || one.facts.handshake === 'started'),
  },
  {
    reason: 'one-way',
    when: (facts) =>
      facts.incomplete.includes('one-way') ||
      (!isSignallingPlain(facts) && facts.streams.length > 0 && !hasBothDirections(facts)),
  },
  {
    reason: 'capture-loss',
    when: (facts) =>
      facts.incomplete.includes('capture-loss') ||
      observed(facts, 'capture-loss') ||
      facts.streams.some((stream) => stream.holes > 0),
  },
  {
    reason: 'tunnel',
    when: (facts) => !isSignallingPlain(facts) && facts.signalling.protection === 'tunnel',
  },
  {
    reason: 'too-short',
    when: (facts) =>
      facts.streams.some((stream) => protectionsOf(stream).has('undecided') && isShort(stream)),
  },
  {
    reason: 'contradictory',
    when: (facts) =>
      facts.streams.some((stream) => protectionsOf(stream).has('contradictory')) ||
      facts.dtls.some((dtls) => dtls.fingerprintMismatch === true),
  },
  {
    reason: 'signalling-unseen',
    when: (facts) =>
      !isSignallingPlain(facts) &&
      // A doubtful connection has its own name; `unseen` with no better reason has this one.
      ((facts.signalling.protection === 'unseen' && facts.signalling.reasons.length === 0) ||
        (facts.signalling.protection !== 'unseen' &&
          facts.signalling.protection !== 'tunnel' &&
          facts.signalling.connections.length === 0) ||
        anyConnection(facts, isUnproven)),
  },
  {
    reason: 'signalling-guessed',
    when: (facts) => anyConnection(facts, ({ knownBy }) => knownBy === 'guess'),
  },
  {
    reason: 'media-unseen',
    when: (facts) => isMediaUnseen(facts) || (!isSignallingPlain(facts) && facts.streams.length === 0),
  },
  {
    reason: 'statistics-only',
    when: (facts) =>
      facts.streams.some((stream) => {
        const protections = protectionsOf(stream)
        return protections.has('probably-encrypted') || (protections.has('undecided') && !isShort(stream))
      }),
  },
  {
    reason: 'ambiguous-stream',
    when: (facts) =>
      facts.streams.some((stream) => stream.ambiguous.count > 0) || observed(facts, 'tcp-overlap'),
  },
  { reason: 'truncated', when: () => false },
  { reason: 'keying-unseen', when: isKeyingUnseen },
]

/** The reasons why the call is uncertain, in the page's order; empty if there is none. Includes those that the call layer named. */
export const doubtsOf = (facts: CallFacts): UndeterminedReason[] => {
  const named = new Set([...facts.signalling.reasons, ...facts.reasons])
  return DOUBTS.filter(({ reason, when }) => named.has(reason) || when(facts)).map(({ reason }) => reason)
}
