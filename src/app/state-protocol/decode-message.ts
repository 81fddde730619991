/**
 * A line from the other process as a message, or why it is none. Nothing that is not exactly as messages.ts says comes through; a type that
 * this program does not know is told apart from damage, because a newer peer may speak of more.
 */
import {
  BLINDNESS_NAMES,
  ERROR_CODES,
  MOST_PORTS,
  PROTOCOL,
  type BlindnessName,
  type BoxMessage,
  type CallMessage,
  type EngineClock,
  type EngineConfig,
  type EngineCounters,
  type EngineMessage,
} from './messages.ts'
import { callReport, phoneReport, summaryReport } from './report-shapes.ts'
import {
  amount,
  choice,
  count,
  flag,
  listOf,
  nullOr,
  oneOf,
  only,
  record,
  text,
  whole,
  type Shape,
} from './shape.ts'

/** A message, or what is wrong with the line. `skew`: a hello in another protocol. */
export type Decoded<M> =
  | { readonly kind: 'message'; readonly message: M }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'skew'; readonly protocol: number }

type OfType<M, T> = Extract<M, { readonly type: T }>

const MAX_PEERS = 64

/** Of run and call: no blank in it, so that both together name a call. */
const identifier: Shape<string> = (value): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 64 && !value.includes(' ')

const ports = listOf(whole(1, 65_535), MOST_PORTS)
const config = record<EngineConfig>({
  ports: record<EngineConfig['ports']>({ sip: ports, tls: ports, webSocket: ports }),
  sipPeers: listOf(text(128, 1), MAX_PEERS),
  privacy: choice<EngineConfig['privacy']>({ masked: true, full: true, none: true }),
})

const clock = record<EngineClock>({ engine: amount, wall: amount, steps: count, trusted: flag })

const share: Shape<number> = (value): value is number => amount(value) && value <= 1

const counters = record<EngineCounters>({
  clock,
  source: record<EngineCounters['source']>({ name: text(32), reason: text(1024), interface: text(64) }),
  received: count,
  dropped: nullOr(count),
  interfaceDropped: nullOr(count),
  freezes: nullOr(count),
  fill: nullOr(share),
  filter: nullOr(choice<'full' | 'sampling'>({ full: true, sampling: true })),
  sampledSeconds: count,
  link: nullOr(
    record<NonNullable<EngineCounters['link']>>({ isUp: flag, rxPackets: count, txPackets: count }),
  ),
  blindness: listOf<BlindnessName>(oneOf(BLINDNESS_NAMES), BLINDNESS_NAMES.length),
  loopDelay: record<EngineCounters['loopDelay']>({ mean: amount, max: amount }),
  calls: record<EngineCounters['calls']>({
    open: count,
    unacknowledged: count,
    dropped: count,
    shortened: count,
  }),
})

const callMessage = record<CallMessage>({
  type: only('call'),
  run: identifier,
  id: identifier,
  revision: whole(1),
  state: choice<CallMessage['state']>({ open: true, closed: true }),
  report: callReport,
})

const ENGINE_SHAPES: ReadonlyMap<unknown, Shape<EngineMessage>> = new Map<unknown, Shape<EngineMessage>>([
  [
    'hello',
    record<OfType<EngineMessage, 'hello'>>({ type: only('hello'), protocol: count, run: identifier, clock }),
  ],
  [
    'call',
    // Its name stands twice: they must agree.
    (value): value is CallMessage => callMessage(value) && value.id === value.report.id,
  ],
  ['live', record<OfType<EngineMessage, 'live'>>({ type: only('live') })],
  [
    'phone',
    record<OfType<EngineMessage, 'phone'>>({
      type: only('phone'),
      run: identifier,
      report: phoneReport,
    }),
  ],
  [
    'wire',
    record<OfType<EngineMessage, 'wire'>>({
      type: only('wire'),
      run: identifier,
      report: summaryReport,
    }),
  ],
  [
    'counters',
    record<OfType<EngineMessage, 'counters'>>({ type: only('counters'), run: identifier, counters }),
  ],
  [
    'error',
    record<OfType<EngineMessage, 'error'>>({
      type: only('error'),
      protocol: count,
      code: oneOf(ERROR_CODES),
      message: text(512),
    }),
  ],
])

const BOX_SHAPES: ReadonlyMap<unknown, Shape<BoxMessage>> = new Map<unknown, Shape<BoxMessage>>([
  [
    'hello',
    record<OfType<BoxMessage, 'hello'>>({ type: only('hello'), protocol: count, config: nullOr(config) }),
  ],
  [
    'ack',
    record<OfType<BoxMessage, 'ack'>>({
      type: only('ack'),
      run: identifier,
      id: identifier,
      revision: whole(1),
    }),
  ],
])

const MALFORMED = { kind: 'malformed' } as const

const decode = <M>(line: Uint8Array, shapes: ReadonlyMap<unknown, Shape<M>>): Decoded<M> => {
  const value = parse(line)
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'type')) return MALFORMED
  const { type, protocol } = value as { readonly type: unknown; readonly protocol?: unknown }
  const shape = shapes.get(type)
  if (shape === undefined) return typeof type === 'string' ? { kind: 'unknown' } : MALFORMED
  // Another protocol's hello may look different in all but this.
  if (type === 'hello' && count(protocol) && protocol !== PROTOCOL) return { kind: 'skew', protocol }
  return shape(value) ? { kind: 'message', message: value } : MALFORMED
}

/** Undefined if it is no UTF-8 or no JSON. */
const parse = (line: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line))
  } catch {
    return undefined
  }
}

/** `line` is without its end and at most MAX_LINE long. */
export const decodeEngineMessage = (line: Uint8Array): Decoded<EngineMessage> => decode(line, ENGINE_SHAPES)

/** `line` is without its end and at most MAX_LINE long. */
export const decodeBoxMessage = (line: Uint8Array): Decoded<BoxMessage> => decode(line, BOX_SHAPES)
