/** What is a message and what is none; and that every message fits into a line. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { CallReport, SummaryReport } from '../../../src/core/index.ts'
import {
  decodeBoxMessage,
  decodeEngineMessage,
  encodeCall,
  encodeMessage,
  encodeWire,
  MAX_LINE,
  PROTOCOL,
  type CallMessage,
  type EngineMessage,
} from '../../../src/app/state-protocol/index.ts'
import {
  exposedCall,
  finding,
  HOSTILE,
  hostileCall,
  phone,
  protectedCall,
  stream,
  summary,
  undeterminedCall,
} from '../../fakes/reports.ts'
import { CONFIG, counters } from '../../fakes/state.ts'
import { validateRow } from '../../tools/report-schema.ts'

const RUN = '0011223344556677'
const toCall = (report: CallReport): CallMessage => ({
  type: 'call',
  run: RUN,
  id: report.id,
  revision: 3,
  state: 'open',
  report,
})

const withoutEnd = (line: Uint8Array): Uint8Array => {
  expect(line[line.length - 1]).toBe(0x0a)
  return line.subarray(0, -1)
}
const lineOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value), 'utf8')
const engineKind = (value: unknown): string => decodeEngineMessage(lineOf(value)).kind
const boxKind = (value: unknown): string => decodeBoxMessage(lineOf(value)).kind

/** Hostile texts, less those that are longer than a line. */
const hostile = (): CallReport =>
  JSON.parse(
    JSON.stringify(hostileCall(), (_, value: unknown) => (value === HOSTILE.huge ? 'A'.repeat(128) : value)),
  ) as CallReport

const CLOCK = counters().clock
const ENGINE_MESSAGES: readonly EngineMessage[] = [
  { type: 'hello', protocol: PROTOCOL, run: RUN, clock: CLOCK },
  toCall(exposedCall()),
  toCall(protectedCall()),
  toCall(undeterminedCall()),
  toCall(hostile()),
  { type: 'live' },
  { type: 'phone', run: RUN, report: phone() },
  { type: 'wire', run: RUN, report: summary() },
  { type: 'counters', run: RUN, counters: counters() },
  { type: 'error', protocol: PROTOCOL, code: 'protocol', message: 'no' },
]

describe('messages of the engine', () => {
  test.each(ENGINE_MESSAGES.map((message) => [message.type, message] as const))(
    '%s is understood',
    (_, message) => {
      const decoded = decodeEngineMessage(lineOf(message))
      // A lone surrogate does not survive UTF-8; JSON keeps it as an escape.
      expect(decoded).toEqual({ kind: 'message', message })
    },
  )

  test.each(ENGINE_MESSAGES.map((message) => [message.type, message] as const))(
    '%s with any key missing, renamed or of another type is none',
    (_, message) => {
      for (const damaged of damagedCopies(message)) {
        const { kind } = decodeEngineMessage(lineOf(damaged.value))
        expect(`${damaged.how}: ${kind}`).toBe(`${damaged.how}: ${damaged.isType ? kind : 'malformed'}`)
        expect(kind).not.toBe('message')
      }
    },
  )

  test('the rows of the shapes are those of report.schema.json', () => {
    for (const report of [exposedCall(), protectedCall(), undeterminedCall(), hostile(), phone()])
      expect(validateRow(report)).toEqual([])
    // Whatever the schema refuses in a call is refused here as well.
    for (const { value, how } of damagedCopies(exposedCall())) {
      const isRefused = validateRow(value).length > 0
      const kind = engineKind({ ...toCall(exposedCall()), report: value })
      expect(`${how} ${isRefused} ${kind}`).toBe(`${how} true malformed`)
    }
  })

  test.each([
    ['no JSON', 'hello'],
    ['no object', '17'],
    ['null', 'null'],
    ['a list', '[]'],
    ['nothing', ''],
    ['no type', '{}'],
    ['an inherited type', '{"__proto__":{"type":"live"}}'],
    ['a type of another type', '{"type":7}'],
    ['a key too many', '{"type":"live","x":1}'],
    ['deep nesting', '['.repeat(60_000)],
    ['deep objects', '{"type":'.repeat(5000)],
  ])('%s is malformed', (_, text) => {
    expect(decodeEngineMessage(Buffer.from(text)).kind).toBe('malformed')
  })

  test('what is no UTF-8 is malformed, a byte order mark too', () => {
    expect(decodeEngineMessage(Buffer.from([0x22, 0xff, 0x22])).kind).toBe('malformed')
    expect(decodeEngineMessage(Buffer.from('\ufeff{"type":"live"}')).kind).toBe('malformed')
  })

  test('an unknown type is unknown, not damage', () => {
    expect(engineKind({ type: 'weather', degrees: 3 })).toBe('unknown')
    expect(engineKind({ type: 'constructor' })).toBe('unknown')
  })

  test('a hello in another protocol is told apart, whatever else it says', () => {
    expect(decodeEngineMessage(lineOf({ type: 'hello', protocol: 2, hi: true }))).toEqual({
      kind: 'skew',
      protocol: 2,
    })
    expect(engineKind({ type: 'hello', protocol: -1 })).toBe('malformed')
  })

  test.each([
    ['another id than its report', { id: 'c-9' }],
    ['a run with a blank', { run: 'a b' }],
    ['an endless run', { run: 'a'.repeat(65) }],
    ['revision 0', { revision: 0 }],
    ['a revision beyond 2^53', { revision: 2 ** 53 }],
    ['a fraction', { revision: 1.5 }],
  ])('a call with %s is malformed', (_, change) => {
    expect(engineKind({ ...toCall(exposedCall()), ...change })).toBe('malformed')
  })

  test('counts by name hold names and nothing else', () => {
    const wire = (weird: unknown): unknown => ({
      type: 'wire',
      run: RUN,
      report: { ...summary(), counters: { ...summary().counters, weird } },
    })
    expect(engineKind(wire({ sip_bad_header: 1 }))).toBe('message')
    expect(engineKind(wire({ 'a b': 1 }))).toBe('malformed')
    expect(
      decodeEngineMessage(Buffer.from(JSON.stringify(wire({ x: 1 })).replace('"x"', '"__proto__"'))).kind,
    ).toBe('malformed')
    expect(engineKind(wire(Object.fromEntries(Array.from({ length: 513 }, (_, i) => [`n${i}`, 1]))))).toBe(
      'malformed',
    )
  })

  test('no line makes it throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.uint8Array({ maxLength: 200 })), (line) => {
        const raw = typeof line === 'string' ? Buffer.from(line) : line
        expect(['message', 'malformed', 'unknown', 'skew']).toContain(decodeEngineMessage(raw).kind)
        expect(['message', 'malformed', 'unknown', 'skew']).toContain(decodeBoxMessage(raw).kind)
      }),
      { seed: 20261123, numRuns: 2000 },
    )
  })
})

describe('messages of the box', () => {
  test('hello and ack are understood', () => {
    expect(boxKind({ type: 'hello', protocol: PROTOCOL, config: CONFIG })).toBe('message')
    expect(boxKind({ type: 'hello', protocol: PROTOCOL, config: null })).toBe('message')
    expect(boxKind({ type: 'ack', run: RUN, id: 'c-1', revision: 1 })).toBe('message')
  })

  test.each([
    ['no configuration', { type: 'hello', protocol: PROTOCOL }],
    ['a port of 0', { type: 'hello', protocol: PROTOCOL, config: { ...CONFIG, ports: { tls: [0] } } }],
    [
      'too many ports',
      { type: 'hello', protocol: PROTOCOL, config: { ...CONFIG, ports: { tls: Array(17).fill(1) } } },
    ],
    ['another privacy', { type: 'hello', protocol: PROTOCOL, config: { ...CONFIG, privacy: 'off' } }],
    ['an ack of everything', { type: 'ack', run: RUN, id: '*' }],
    ['an ack of revision 0', { type: 'ack', run: RUN, id: 'c-1', revision: 0 }],
  ])('%s is malformed', (_, value) => {
    expect(boxKind(value)).toBe('malformed')
  })
})

describe('lines', () => {
  const many = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)
  const wide = '\u0000'.repeat(128)
  const long = 'ä'.repeat(400)
  const leg = exposedCall().signalling.legs[0]!
  const rung = { atSeconds: 1, sender: 'client' as const, text: wide, frame: 1 }
  const bigFinding = finding({ seen: long, meaning: long, advice: long, title: long, spec: long })
  const huge = exposedCall({
    callIds: many(200, wide),
    reasons: many(200, wide),
    from: long,
    signalling: {
      ...exposedCall().signalling,
      legs: many(60, { ...leg, callId: wide, ladder: many(64, rung) }),
    },
    claims: many(100, { offered: many(16, wide), answered: many(16, wide) }),
    media: many(200, stream({ evidence: many(60, { name: wide, detail: wide, frames: [1] }) })),
    findings: [...many(90, { ...bigFinding, severity: 'info' as const }), { ...bigFinding, id: 'worst' }],
    exposure: { ...exposedCall().exposure, addresses: many(500, wide), userAgents: many(500, wide) },
  })

  test('a report that fits is sent whole', () => {
    const { bytes, isShortened } = encodeCall(toCall(exposedCall()))
    expect(isShortened).toBe(false)
    expect(decodeEngineMessage(withoutEnd(bytes))).toEqual({
      kind: 'message',
      message: toCall(exposedCall()),
    })
  })

  test('a report that does not fit gives up the ladder first', () => {
    const legs = many(8, { ...leg, ladder: many(64, rung) })
    const report = exposedCall({ signalling: { ...exposedCall().signalling, legs } })
    const { bytes, isShortened } = encodeCall(toCall(report))
    expect(isShortened).toBe(true)
    const decoded = decodeEngineMessage(withoutEnd(bytes))
    expect(decoded).toMatchObject({ kind: 'message', message: { report: { media: report.media } } })
  })

  test('the biggest report fits, is a message, and keeps its verdict and worst finding', () => {
    const { bytes } = encodeCall(toCall(huge))
    expect(bytes.length).toBeLessThanOrEqual(MAX_LINE + 1)
    const decoded = decodeEngineMessage(withoutEnd(bytes))
    expect(decoded).toMatchObject({ kind: 'message', message: { report: { grade: 'exposed', id: huge.id } } })
    expect(JSON.stringify(decoded)).toContain('"worst"')
  })

  test('totals and phones fit too', () => {
    const report: SummaryReport = summary({
      otherMedia: huge.media.slice(0, 200),
      findings: many(60, bigFinding),
    })
    for (const line of [
      encodeWire(RUN, report),
      encodeMessage({ type: 'phone', run: RUN, report: phone({ findings: many(60, bigFinding) }) }),
    ]) {
      expect(line.length).toBeLessThanOrEqual(MAX_LINE + 1)
      expect(decodeEngineMessage(withoutEnd(line)).kind).toBe('message')
    }
  })
})

interface Damaged {
  readonly how: string
  readonly value: unknown
  /** The message's own type is what is damaged: it may be unknown then. */
  readonly isType: boolean
}

/** Copies of a value with one key dropped, one added or one leaf of another type, at every place. */
function damagedCopies(value: unknown, path = ''): Damaged[] {
  if (Array.isArray(value))
    return value.slice(0, 2).flatMap((item: unknown, at) =>
      damagedCopies(item, `${path}[${at}]`).map((one) => ({
        ...one,
        value: value.map((other: unknown, index) => (index === at ? one.value : other)),
      })),
    )
  if (typeof value !== 'object' || value === null) return []
  const isCounts = ['.decoded', '.weird', '.evicted', '.unjudged'].some((name) => path.endsWith(name))
  if (isCounts) return []
  const record = value as Record<string, unknown>
  return Object.entries(record).flatMap(([key, inner]) => {
    const { [key]: _, ...rest } = record
    const at = `${path}.${key}`
    const isType = path === '' && key === 'type'
    return [
      { how: `${at} missing`, value: rest, isType },
      { how: `${at} renamed`, value: { ...rest, [`${key}x`]: inner }, isType },
      { how: `${at} a list in a list`, value: { ...rest, [key]: [[{}]] }, isType },
      ...damagedCopies(inner, at).map((one) => ({
        ...one,
        value: { ...rest, [key]: one.value },
        isType: false,
      })),
    ]
  })
}
