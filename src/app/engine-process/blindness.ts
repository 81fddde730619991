/**
 * What the engine cannot see, from its counters once a second. Pure. Each kind has a name (state-protocol/messages.ts), begins when its numbers
 * say so and ends when they do not any more; what is over within a second is shown long enough to be seen.
 *
 * The kernel filter lets the headers of one frame in a thousand through, whatever they carry (capture/kernel-filter): so "the interface counts,
 * nothing comes" is a fault with a filter too, only of more frames.
 */
import { BLINDNESS_NAMES, type BlindnessName } from '../state-protocol/index.ts'

/** One look at everything; counters are totals. */
export interface SightSample {
  /** Milliseconds of a clock that never steps. */
  readonly at: number
  readonly received: number
  readonly dropped: number
  readonly isFiltered: boolean
  /** Null: there is no such interface. */
  readonly link: {
    readonly index: number
    readonly isUp: boolean
    /** Each frame of the wire passes it once, in one direction or the other. */
    readonly isBridgePort: boolean
    readonly rxPackets: number
    readonly txPackets: number
  } | null
  /** Calls that are up, by whether media was seen in one direction only. */
  readonly calls: { readonly oneWay: number; readonly twoWay: number }
  readonly clockSteps: number
  /** How often the source bound itself to the interface anew. */
  readonly rebinds: number
}

const DEAF_AFTER = 5000
const QUIET_AFTER = 60_000
const ONE_DIRECTION_AFTER = 10_000
/** How long a loss or a step is shown, in milliseconds: with the two seconds to notice its end, less than the ten that were promised. */
const SHOWN = 7000
/** An interface that counts less, without and with a filter, says nothing: of so many filtered frames one comes but for a chance of 3e-9. */
const FEW_PACKETS = 5
const FEW_FILTERED_PACKETS = 20_000
/** Packets in one direction of a bridge port that need an answer in the other. */
const MANY_PACKETS = 50
/** One call may be on hold: two are not by chance. */
const MANY_CALLS = 2

/** What makes a verdict of this time uncertain: frames were there that the engine did not get. */
const LOSSES: readonly BlindnessName[] = ['interface-gone', 'deaf-socket', 'capture-loss']

/** True if calls that are up now were seen incompletely. */
export const losesFrames = (names: readonly BlindnessName[]): boolean =>
  names.some((name) => LOSSES.includes(name))

/** A counter's value when it was last different, and when that was. */
interface Mark {
  at: number
  value: number
}

/** See the head of this file. */
export class BlindnessWatch {
  #last: SightSample | null = null
  readonly #received: Mark = { at: 0, value: 0 }
  /** The interface's totals when something was received last. */
  #linkPackets = 0
  readonly #rx: Mark = { at: 0, value: 0 }
  readonly #tx: Mark = { at: 0, value: 0 }
  #rxAtTx = 0
  #txAtRx = 0
  #oneWaySince = Infinity
  #boundIndex: number | null = null
  #lossUntil = -Infinity
  #stepUntil = -Infinity

  /** True if something was lost since the last sample. */
  hasLostNow = false

  /** Names of what cannot be seen, in the list's order. */
  onSample(sample: SightSample): readonly BlindnessName[] {
    this.#note(sample, this.#last ?? sample)
    this.#last = sample
    const tests: Readonly<Record<BlindnessName, boolean>> = {
      'interface-gone': sample.link === null,
      'link-down': sample.link?.isUp === false,
      'deaf-socket': this.#isDeaf(sample),
      'capture-loss': sample.at < this.#lossUntil,
      'no-traffic': sample.at - this.#received.at >= QUIET_AFTER,
      'one-direction': this.#isOneDirection(sample),
      'clock-step': sample.at < this.#stepUntil,
    }
    return BLINDNESS_NAMES.filter((name) => tests[name])
  }

  #note(sample: SightSample, last: SightSample): void {
    const { at, calls } = sample
    this.#noteTraffic(sample, this.#last === null)
    const isBoundAnew = sample.rebinds > last.rebinds
    if (isBoundAnew) this.#boundIndex = null
    this.#boundIndex ??= sample.link?.index ?? null
    this.hasLostNow = sample.dropped > last.dropped || isBoundAnew
    // An interface that is back is not listened to at once: until then nobody sees everything.
    if (this.hasLostNow || sample.link === null) this.#lossUntil = at + SHOWN
    if (sample.clockSteps > last.clockSteps) this.#stepUntil = at + SHOWN
    const isLopsided = calls.oneWay >= MANY_CALLS && calls.twoWay === 0
    this.#oneWaySince = isLopsided ? Math.min(this.#oneWaySince, at) : Infinity
  }

  #noteTraffic({ at, received, link }: SightSample, isFirst: boolean): void {
    const packets = link === null ? 0 : link.rxPackets + link.txPackets
    const hasReceived = mark(this.#received, at, received, isFirst)
    // The counters of an interface that came back begin at zero.
    if (hasReceived || packets < this.#linkPackets) this.#linkPackets = packets
    if (link === null) return
    if (mark(this.#rx, at, link.rxPackets, isFirst)) this.#txAtRx = link.txPackets
    if (mark(this.#tx, at, link.txPackets, isFirst)) this.#rxAtTx = link.rxPackets
  }

  #isDeaf({ at, isFiltered, link }: SightSample): boolean {
    if (link === null) return false
    if (this.#boundIndex !== null && link.index !== this.#boundIndex) return true
    const missed = link.rxPackets + link.txPackets - this.#linkPackets
    const few = isFiltered ? FEW_FILTERED_PACKETS : FEW_PACKETS
    return at - this.#received.at >= DEAF_AFTER && missed >= few
  }

  #isOneDirection({ at, link }: SightSample): boolean {
    if (at - this.#oneWaySince >= ONE_DIRECTION_AFTER) return true
    if (link === null || !link.isBridgePort || !link.isUp) return false
    const isTxSilent =
      at - this.#tx.at >= ONE_DIRECTION_AFTER && link.rxPackets - this.#rxAtTx >= MANY_PACKETS
    const isRxSilent =
      at - this.#rx.at >= ONE_DIRECTION_AFTER && link.txPackets - this.#txAtRx >= MANY_PACKETS
    return isTxSilent || isRxSilent
  }
}

/** True if the counter moved. */
const mark = (counter: Mark, at: number, value: number, isFirst: boolean): boolean => {
  if (!isFirst && counter.value === value) return false
  counter.at = at
  counter.value = value
  return true
}
