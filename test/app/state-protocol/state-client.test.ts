/** The box's side: what it believes, what it acknowledges, and when it says that it does not know. */
import { describe, expect, test } from '@jest/globals'
import {
  PROTOCOL,
  StateClient,
  type EngineConfig,
  type EngineHealth,
  type ToldCall,
} from '../../../src/app/state-protocol/index.ts'
import type { CallReport } from '../../../src/core/index.ts'
import { callNumber, CONFIG, counters } from '../../fakes/state.ts'

const hello = (run = 'run-1'): unknown => ({
  type: 'hello',
  protocol: PROTOCOL,
  run,
  clock: counters().clock,
})
const LIVE = { type: 'live' }
const BEAT = { type: 'counters', run: 'run-1', counters: counters() }
const call = (report: CallReport, revision: number, state: 'open' | 'closed', run = 'run-1'): unknown => ({
  type: 'call',
  run,
  id: report.id,
  revision,
  state,
  report,
})

/** A client, what it told, and a clock. */
const newBox = (config: EngineConfig | null = CONFIG) => {
  const open: string[] = []
  const closed: ToldCall[] = []
  const health: EngineHealth[] = []
  const client = new StateClient({
    config,
    now: 0,
    listener: {
      onCall: ({ run, id, revision }) => open.push(`${run} ${id}@${revision}`),
      onClosed: (one) => closed.push(one),
      onPhone: () => undefined,
      onWire: () => undefined,
      onCounters: () => undefined,
      onHealth: (one) => health.push(one),
    },
  })
  const hear = (now: number, ...messages: unknown[]): void => {
    for (const message of messages) client.onBytes(Buffer.from(`${JSON.stringify(message)}\n`), now)
  }
  const said = (): unknown[] => {
    const lines: unknown[] = []
    for (let line = client.take(); line !== null; line = client.take())
      lines.push(JSON.parse(Buffer.from(line).toString()) as unknown)
    return lines
  }
  return { client, open, closed, health, hear, said }
}

describe('StateClient', () => {
  test('says hello with its configuration; a reader without one', () => {
    const box = newBox()
    box.client.onConnected(0)
    expect(box.said()).toEqual([{ type: 'hello', protocol: PROTOCOL, config: CONFIG }])
    const reader = newBox(null)
    reader.client.onConnected(0)
    expect(reader.said()).toEqual([{ type: 'hello', protocol: PROTOCOL, config: null }])
  })

  test('another configuration is said at once', () => {
    const { client, said } = newBox()
    client.onConnected(0)
    said()
    client.configure({ ...CONFIG, privacy: 'none' })
    expect(said()).toEqual([{ type: 'hello', protocol: PROTOCOL, config: { ...CONFIG, privacy: 'none' } }])
  })

  test('only newer revisions count', () => {
    const { client, open, hear } = newBox()
    client.onConnected(0)
    hear(0, hello(), LIVE)
    hear(0, ...[3, 2, 3, 5].map((revision) => call(callNumber(1, revision), revision, 'open')))
    expect(open).toEqual(['run-1 c-1@3', 'run-1 c-1@5'])
  })

  test('a closed call is told once and acknowledged when it is stored, and again when it is told again', () => {
    const { client, closed, hear, said } = newBox()
    client.onConnected(0)
    hear(0, hello(), LIVE, call(callNumber(1, 1), 1, 'open'), call(callNumber(1, 2), 2, 'closed'))
    said()
    hear(0, call(callNumber(1, 2), 2, 'closed'))
    expect(closed).toHaveLength(1)
    expect(said()).toEqual([])
    client.stored(closed[0]!)
    expect(said()).toEqual([{ type: 'ack', run: 'run-1', id: 'c-1', revision: 2 }])
    hear(0, call(callNumber(1, 2), 2, 'closed'), call(callNumber(1, 1), 1, 'open'))
    expect(closed).toHaveLength(1)
    expect(client.openCount).toBe(0)
    expect(said()).toEqual([{ type: 'ack', run: 'run-1', id: 'c-1', revision: 2 }])
  })

  test('what is stored while nobody is connected is acknowledged when it is told again', () => {
    const { client, closed, hear, said } = newBox()
    client.onConnected(0)
    hear(0, hello(), LIVE, call(callNumber(1, 1), 1, 'closed'))
    client.onDisconnected(1)
    client.stored(closed[0]!)
    client.onConnected(2)
    expect(said()).toHaveLength(1)
    hear(2, hello(), call(callNumber(1, 1), 1, 'closed'), LIVE)
    expect(said()).toEqual([{ type: 'ack', run: 'run-1', id: 'c-1', revision: 1 }])
  })

  test('an open call that is left out until live is over: truncated, and never green', () => {
    const { client, closed, hear } = newBox()
    client.onConnected(0)
    hear(0, hello(), LIVE)
    hear(0, call(callNumber(1, 1, { grade: 'protected', reasons: [] }), 1, 'open'))
    hear(0, call(callNumber(2, 1), 1, 'open'), call(callNumber(3, 1), 1, 'open'))
    client.onDisconnected(1)
    client.onConnected(2)
    hear(
      2,
      hello('run-2'),
      call(callNumber(3, 1), 1, 'open', 'run-1'),
      call(callNumber(1, 1), 1, 'open', 'run-2'),
    )
    expect(closed).toEqual([])
    hear(2, LIVE)
    expect(
      closed.map(({ run, id, report }) => [run, id, report.grade, report.state, report.incomplete]),
    ).toEqual([
      ['run-1', 'c-1', 'undetermined', 'ended', ['truncated']],
      ['run-1', 'c-2', 'exposed', 'ended', ['truncated']],
    ])
    expect(closed[0]!.report.reasons).toEqual(['truncated'])
    expect(client.openCount).toBe(2)
  })

  test('when the engine is known to be dead, what was open is over at once', () => {
    const { client, closed, hear, health } = newBox()
    client.onConnected(0)
    hear(0, hello(), LIVE, BEAT, call(callNumber(1, 1), 1, 'open'))
    client.onEngineGone(10)
    expect(closed).toHaveLength(1)
    expect(health).toEqual(['good', 'no-engine'])
  })

  test('no counters for two seconds is a fault, never the last green', () => {
    const { client, hear, health } = newBox()
    client.onConnected(0)
    hear(0, hello(), LIVE, BEAT)
    for (const now of [1000, 2000]) client.onTick(now)
    expect(health).toEqual(['good'])
    hear(2000, BEAT)
    client.onTick(4000)
    expect(client.health).toBe('good')
    // Other lines are no heartbeat.
    hear(4001, call(callNumber(1, 1), 1, 'open'))
    expect(health).toEqual(['good', 'silent'])
    hear(4500, BEAT)
    expect(client.health).toBe('good')
  })

  test('a connection that never greets is a fault; so is none, after a while', () => {
    const { client, health } = newBox()
    client.onTick(5000)
    expect(client.health).toBe('starting')
    client.onTick(10_001)
    client.onConnected(11_000)
    client.onTick(13_001)
    expect(health).toEqual(['no-engine', 'silent'])
  })

  test('a damaged line is counted and shown for a while; an unknown type is only counted', () => {
    const { client, hear, health } = newBox()
    client.onConnected(0)
    hear(0, hello(), LIVE, BEAT, { type: 'weather' })
    expect(client.faults).toEqual({ malformed: 0, unknown: 1 })
    client.onBytes(Buffer.from(`{"type":"call"}\n${'x'.repeat(65_537)}\n`), 100)
    expect(client.faults.malformed).toBe(2)
    for (let now = 1000; now <= 10_100; now += 1000) hear(now, BEAT)
    client.onTick(10_099)
    expect(health).toEqual(['good', 'damaged'])
    client.onTick(10_100)
    expect(client.health).toBe('good')
  })

  test.each([
    ['an engine of another protocol', { type: 'hello', protocol: PROTOCOL + 1, run: 'x' }],
    ['an error', { type: 'error', protocol: PROTOCOL + 1, code: 'protocol', message: 'no' }],
  ])('%s ends the connection, and stays a fault over reconnections', (_, message) => {
    const { client, hear, health } = newBox()
    client.onConnected(0)
    hear(0, message)
    expect(client.isOver).toBe(true)
    client.onDisconnected(1)
    client.onConnected(2)
    expect(client.isOver).toBe(false)
    expect(health).toEqual(['protocol'])
    hear(3, hello(), LIVE, BEAT)
    expect(client.health).toBe('good')
  })

  test('half a line does not outlive its connection', () => {
    const { client, hear } = newBox()
    client.onConnected(0)
    client.onBytes(Buffer.from('{"type":"li'), 0)
    client.onDisconnected(1)
    client.onConnected(2)
    hear(2, hello(), LIVE)
    expect(client.faults.malformed).toBe(0)
    expect(client.health).toBe('good')
  })

  test('an engine that invents calls without end fills nothing', () => {
    const { client, closed, hear } = newBox()
    client.onConnected(0)
    hear(0, hello(), LIVE)
    for (let number = 1; number <= 9000; number++) hear(0, call(callNumber(number, 1), 1, 'open'))
    expect(client.openCount).toBe(8192)
    expect(closed).toHaveLength(9000 - 8192)
  })

  test('an owner that stores nothing is told of no more than it can hold', () => {
    const { client, closed, hear } = newBox()
    client.onConnected(0)
    hear(0, hello(), LIVE)
    for (let number = 1; number <= 5000; number++) hear(0, call(callNumber(number, 1), 1, 'closed'))
    expect(closed).toHaveLength(4096)
    for (const one of closed) client.stored(one)
    hear(0, call(callNumber(5000, 1), 1, 'closed'))
    expect(closed).toHaveLength(4097)
  })
})
