/** A capture as the kernel filter would have let it through, and a capture made to last longer: what judgement of filtered media is tested on. */
import type { FilterMode, FilterPorts } from '../../src/capture/index.ts'
import type { Engine, Micros } from '../../src/core/index.ts'
import { DECODE_STATUS, decodeFrame, IP_PROTOCOL, PacketLayers } from '../../src/core/decode/index.ts'
import { classifyDatagram, DATAGRAM_CLASS } from '../../src/core/flow/index.ts'
import { keptBytes } from '../reference/kernel-filter-twin.ts'
import { cipherNoise } from './cipher-noise.ts'
import { judgeFrames, testEngine, type Frame, type Judgement } from './judge-frames.ts'

const ETHERNET = 1
const SECOND = 1_000_000
const HEADER = 12

/** The frames that come through, cut as the filter cuts them; of other links than Ethernet all. */
export const filtered = (frames: readonly Frame[], mode: FilterMode, ports: FilterPorts): Frame[] =>
  frames.flatMap((frame) => {
    if (frame.linkType !== ETHERNET) return [frame]
    const kept = keptBytes(frame.bytes, mode, ports)
    return kept === 0 ? [] : [{ ...frame, bytes: frame.bytes.slice(0, kept) }]
  })

/** Judges frames as a live engine does while the sampling filter is in force: it is told so every second. */
export const judgeSampled = (frames: readonly Frame[], engine: Engine = testEngine()): Judgement => {
  let next = -Infinity
  const telling = {
    onFrame: (...frame: Parameters<Engine['onFrame']>) => {
      engine.onFrame(...frame)
      if (frame[0] < next) return
      next = frame[0] + SECOND
      engine.onSampling()
    },
    finish: () => engine.finish(),
    drain: (listener: Parameters<Engine['drain']>[0]) => engine.drain(listener),
    summary: () => engine.summary(),
  }
  return judgeFrames(frames, telling as unknown as Engine)
}

/** Where RTP stands in a frame, and whose it is; null for anything else. */
interface MediaPlace {
  readonly stream: string
  readonly ssrc: number
  readonly start: number
}

type Kind = MediaPlace | 'rtcp' | 'other'

const layers = new PacketLayers()

const kindOf = ({ bytes, wireLength, linkType }: Frame): Kind => {
  const status = decodeFrame(linkType, bytes, 0, bytes.length, wireLength, layers)
  if (status !== DECODE_STATUS.transport || layers.protocol !== IP_PROTOCOL.udp) return 'other'
  const { payloadStart: start, payloadEnd: end, addresses, sourcePort, destinationPort } = layers
  const kind = classifyDatagram(bytes, start, end)
  if (kind === DATAGRAM_CLASS.rtcp) return 'rtcp'
  if (kind !== DATAGRAM_CLASS.rtp) return 'other'
  const ssrc = new DataView(bytes.buffer, bytes.byteOffset).getUint32(start + 8)
  return { stream: [addresses.join(), sourcePort, destinationPort, ssrc].join(), ssrc, start }
}

/** The longest stretch with media in which nothing else happens, as indices of its first frame and the one behind its last. */
const quietStretch = (frames: readonly Frame[], kinds: readonly Kind[]): readonly [number, number] => {
  let best: readonly [number, number] = [0, 0]
  let from = 0
  const lastOf = (i: number): number => frames[i]?.at ?? 0
  for (let i = 0; i <= frames.length; i++) {
    if (i < frames.length && kinds[i] !== 'other') continue
    const length = i > from ? lastOf(i - 1) - lastOf(from) : 0
    if (length > lastOf(Math.max(best[0], best[1] - 1)) - lastOf(best[0])) best = [from, i]
    from = i + 1
  }
  return best
}

/** How far each stream's sequence and time go in one round. */
const spansOf = (frames: readonly Frame[], kinds: readonly Kind[], from: number, to: number) => {
  const spans = new Map<
    string,
    { first: number; last: number; firstTime: number; lastTime: number; step: number }
  >()
  for (let i = from; i < to; i++) {
    const kind = kinds[i]
    if (typeof kind !== 'object') continue
    const view = new DataView((frames[i] as Frame).bytes.buffer)
    const [sequence, time] = [view.getUint16(kind.start + 2), view.getUint32(kind.start + 4)]
    const span = spans.get(kind.stream)
    if (span === undefined)
      spans.set(kind.stream, { first: sequence, last: sequence, firstTime: time, lastTime: time, step: 160 })
    else {
      const step = (time - span.lastTime) | 0
      if (((sequence - span.last) & 0xffff) === 1 && step > 0) span.step = step
      span.last = sequence
      span.lastTime = time
    }
  }
  return spans
}

/**
 * The capture with its longest quiet stretch of media repeated until it lasts `seconds`: sequence numbers and timestamps go on, what `isEncrypted`
 * says of a stream's SSRC is fresh ciphertext each time, since ciphertext never repeats. RTCP is not repeated.
 */
export const stretched = (
  frames: readonly Frame[],
  seconds: number,
  isEncrypted: (ssrc: number) => boolean,
): Frame[] => {
  const kinds = frames.map(kindOf)
  const [from, to] = quietStretch(frames, kinds)
  const [first, last] = [frames[from], frames[to - 1]]
  if (first === undefined || last === undefined || to - from < 2) return [...frames]
  const round = last.at - first.at + 20_000
  const whole = (frames.at(-1) as Frame).at - (frames[0] as Frame).at
  const rounds = Math.max(0, Math.ceil((seconds * SECOND - whole) / round))
  const spans = spansOf(frames, kinds, from, to)
  const noise = cipherNoise(rounds + to)
  const moved = (i: number, count: number, isCopy: boolean): Frame => {
    const frame = frames[i] as Frame
    const kind = kinds[i] as Kind
    const bytes = frame.bytes.slice()
    if (typeof kind === 'object') {
      const span = spans.get(kind.stream)
      const view = new DataView(bytes.buffer)
      const sequences = span === undefined ? 0 : ((span.last - span.first) & 0xffff) + 1
      const time = span === undefined ? 0 : ((span.lastTime - span.firstTime) | 0) + span.step
      view.setUint16(kind.start + 2, view.getUint16(kind.start + 2) + count * sequences)
      view.setUint32(kind.start + 4, view.getUint32(kind.start + 4) + count * time)
      const payload = kind.start + HEADER
      if (isCopy && isEncrypted(kind.ssrc) && bytes.length > payload)
        bytes.set(noise(bytes.length - payload), payload)
    }
    return { ...frame, at: (frame.at + count * round) as Micros, bytes }
  }
  const inside = Array.from({ length: to - from }, (_, i) => from + i)
  const copies = Array.from({ length: rounds }, (_, k) =>
    inside.filter((i) => typeof kinds[i] === 'object').map((i) => moved(i, k + 1, true)),
  )
  const rest = Array.from({ length: frames.length - to }, (_, i) => moved(to + i, rounds, false))
  return [...frames.slice(0, to), ...copies.flat(), ...rest]
}
