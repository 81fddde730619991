/** The engine's side: who may connect, what each is told and when, and that nobody can make it hold more than it should. */
import { describe, expect, test } from '@jest/globals'
import {
  decodeEngineMessage,
  MAX_CLOSED,
  MAX_LINE,
  PROTOCOL,
  StateServer,
  type ClientSeat,
  type EngineConfig,
  type EngineMessage,
} from '../../../src/app/state-protocol/index.ts'
import { phone, summary } from '../../fakes/reports.ts'
import { callNumber, CONFIG, counters } from '../../fakes/state.ts'

const CLOCK = counters().clock

const newServer = (config: EngineConfig = CONFIG): StateServer => {
  let runs = 1
  return new StateServer({ run: 'run-1', config, clock: () => CLOCK, onConfig: () => `run-${++runs}` })
}

const say = (server: StateServer, seat: ClientSeat, ...messages: unknown[]): void => {
  for (const message of messages) server.onBytes(seat, Buffer.from(`${JSON.stringify(message)}\n`))
}

const HELLO = { type: 'hello', protocol: PROTOCOL, config: CONFIG }
const LOOK_ON = { type: 'hello', protocol: PROTOCOL, config: null }

const openSeat = (server: StateServer, hello: unknown = HELLO): ClientSeat => {
  const seat = server.open()
  if (seat === null) throw new Error('no seat')
  say(server, seat, hello)
  return seat
}

const takeAll = (server: StateServer, seat: ClientSeat): EngineMessage[] => {
  const messages: EngineMessage[] = []
  for (let line = server.take(seat); line !== null; line = server.take(seat)) {
    const decoded = decodeEngineMessage(line.subarray(0, -1))
    if (decoded.kind !== 'message') throw new Error(decoded.kind)
    messages.push(decoded.message)
  }
  return messages
}

/** `hello`, `c-1@3 open`, `live` … */
const inWords = (messages: readonly EngineMessage[]): string[] =>
  messages.map((message) =>
    message.type === 'call'
      ? `${message.run} ${message.id}@${message.revision} ${message.state}`
      : message.type === 'error'
        ? `error ${message.code}`
        : message.type,
  )

describe('StateServer', () => {
  test('says nothing to who has not said hello', () => {
    const server = newServer()
    const seat = server.open()!
    server.onCounters(counters())
    server.onCall(callNumber(1, 1), false)
    expect(takeAll(server, seat)).toEqual([])
  })

  test('greets, tells every call that is open or unacknowledged, then live, then what changes', () => {
    const server = newServer()
    server.onCall(callNumber(1, 1), false)
    server.onCall(callNumber(2, 1), false)
    server.onCall(callNumber(2, 2), true)
    server.onPhone(phone())
    server.onWire(summary())
    server.onCounters(counters())
    const seat = openSeat(server)
    expect(inWords(takeAll(server, seat))).toEqual([
      'hello',
      'counters',
      'run-1 c-2@2 closed',
      'run-1 c-1@1 open',
      'live',
      'phone',
      'wire',
    ])
    server.onCall(callNumber(1, 2), false)
    expect(inWords(takeAll(server, seat))).toEqual(['run-1 c-1@2 open'])
    expect(takeAll(server, seat)).toEqual([])
  })

  test('a slow client gets only the newest of each call, counters first', () => {
    const server = newServer()
    const seat = openSeat(server)
    takeAll(server, seat)
    for (let revision = 1; revision <= 500; revision++) {
      server.onCall(callNumber(1, revision), false)
      server.onCall(callNumber(2, revision), false)
      server.onCounters(counters({ received: revision }))
      server.onPhone(phone({ userAgent: `x${revision}` }))
    }
    const messages = takeAll(server, seat)
    expect(inWords(messages)).toEqual(['counters', 'run-1 c-1@500 open', 'run-1 c-2@500 open', 'phone'])
    expect(messages[0]).toMatchObject({ counters: { received: 500 } })
    expect(messages[3]).toMatchObject({ report: { userAgent: 'x500' } })
  })

  test('live comes although calls never stop changing', () => {
    const server = newServer()
    for (let number = 1; number <= 3; number++) server.onCall(callNumber(number, 1), false)
    const seat = openSeat(server)
    const seen: string[] = []
    for (let step = 0; step < 12; step++) {
      for (let number = 1; number <= 3; number++) server.onCall(callNumber(number, step), false)
      const line = server.take(seat)!
      const decoded = decodeEngineMessage(line.subarray(0, -1))
      if (decoded.kind === 'message') seen.push(decoded.message.type)
    }
    expect(seen.indexOf('live')).toBe(4)
  })

  test('keeps a closed call until it is acknowledged, over reconnections; then it is gone', () => {
    const server = newServer()
    server.onCall(callNumber(1, 1), true)
    const first = openSeat(server)
    expect(inWords(takeAll(server, first))).toContain('run-1 c-1@1 closed')
    server.close(first)
    const second = openSeat(server)
    expect(inWords(takeAll(server, second))).toContain('run-1 c-1@1 closed')
    say(server, second, { type: 'ack', run: 'run-1', id: 'c-1', revision: 1 })
    expect(server.calls.closedCount).toBe(0)
    server.close(second)
    expect(inWords(takeAll(server, openSeat(server)))).toEqual(['hello', 'live'])
  })

  test.each([
    ['another revision', { type: 'ack', run: 'run-1', id: 'c-1', revision: 2 }],
    ['another run', { type: 'ack', run: 'run-2', id: 'c-1', revision: 1 }],
    ['an open call', { type: 'ack', run: 'run-1', id: 'c-2', revision: 1 }],
  ])('an acknowledgement of %s is none', (_, ack) => {
    const server = newServer()
    server.onCall(callNumber(1, 1), true)
    server.onCall(callNumber(2, 1), false)
    const seat = openSeat(server)
    say(server, seat, ack)
    expect(server.calls).toMatchObject({ closedCount: 1, openCount: 1 })
    expect(server.strayAcks).toBe(1)
  })

  test('of 2,048 unacknowledged calls the oldest gives way, and is counted', () => {
    const server = newServer()
    for (let number = 1; number <= MAX_CLOSED + 3; number++) server.onCall(callNumber(number, 1), true)
    expect(server.calls).toMatchObject({ closedCount: MAX_CLOSED, dropped: 3 })
    const words = inWords(takeAll(server, openSeat(server)))
    expect(words).toHaveLength(MAX_CLOSED + 2)
    expect(words).not.toContain('run-1 c-3@1 closed')
    expect(words).toContain('run-1 c-4@1 closed')
  })

  test('big closed calls are bounded by bytes', () => {
    const server = newServer()
    const userAgents = Array.from({ length: 400 }, () => 'x'.repeat(128))
    for (let number = 1; number <= 1000; number++) {
      const call = callNumber(number, 1)
      server.onCall({ ...call, exposure: { ...call.exposure, userAgents } }, true)
    }
    expect(server.calls.dropped).toBeGreaterThan(300)
    expect(server.calls.closedCount).toBeGreaterThan(500)
    expect(server.calls.shortened).toBe(0)
  })

  test('a flood of calls leaves no names behind in a client that hangs', () => {
    const server = newServer()
    const seat = openSeat(server)
    for (let number = 1; number <= 10_000; number++) {
      server.onCall(callNumber(number, 1), false)
      server.onCall(callNumber(number, 2), true)
    }
    // It missed some for good, so it is greeted anew when it reads again.
    const words = inWords(takeAll(server, seat))
    expect(words.filter((word) => word.includes('closed')).length).toBeLessThanOrEqual(2 * MAX_CLOSED)
    expect(words.filter((word) => word === 'hello')).toHaveLength(2)
    expect(words.at(-1)).toBe('live')
  })

  test('a reader is told of a closed call that the box acknowledged before the reader came to it', () => {
    const server = newServer()
    const box = openSeat(server)
    const reader = openSeat(server, LOOK_ON)
    takeAll(server, box)
    takeAll(server, reader)
    server.onCall(callNumber(1, 1), false)
    takeAll(server, reader)
    server.onCall(callNumber(1, 2), true)
    takeAll(server, box)
    say(server, box, { type: 'ack', run: 'run-1', id: 'c-1', revision: 2 })
    expect(server.calls.closedCount).toBe(0)
    expect(inWords(takeAll(server, reader))).toEqual(['run-1 c-1@2 closed'])
  })

  test('a reader that hangs costs no more than a few hundred calls, and sees anew what is left', () => {
    const server = newServer()
    const box = openSeat(server)
    const reader = openSeat(server, LOOK_ON)
    takeAll(server, reader)
    for (let number = 1; number <= 1000; number++) {
      server.onCall(callNumber(number, 1), true)
      takeAll(server, box)
      say(server, box, { type: 'ack', run: 'run-1', id: `c-${number}`, revision: 1 })
    }
    expect(server.calls.closedCount).toBe(0)
    const words = inWords(takeAll(server, reader))
    expect(words.filter((word) => word.includes('closed'))).toHaveLength(256)
    expect(words.slice(-2)).toEqual(['hello', 'live'])
  })

  test('a reader acknowledges nothing', () => {
    const server = newServer()
    server.onCall(callNumber(1, 1), true)
    const reader = openSeat(server, LOOK_ON)
    say(server, reader, { type: 'ack', run: 'run-1', id: 'c-1', revision: 1 })
    expect(server.calls.closedCount).toBe(1)
    expect(reader.faults).toBe(1)
  })

  test('one box and three readers; others are refused with a reason', () => {
    const server = newServer()
    const box = openSeat(server)
    for (let i = 0; i < 3; i++) expect(openSeat(server, LOOK_ON).isOver).toBe(false)
    const second = openSeat(server)
    const fourth = openSeat(server, LOOK_ON)
    expect(inWords(takeAll(server, second))).toEqual(['error box-taken'])
    expect(inWords(takeAll(server, fourth))).toEqual(['error too-many-readers'])
    expect(second.isOver && fourth.isOver).toBe(true)
    server.close(box)
    expect(openSeat(server).isOver).toBe(false)
  })

  test('connections that say nothing are bounded', () => {
    const server = newServer()
    for (let i = 0; i < 8; i++) expect(server.open()).not.toBeNull()
    expect(server.open()).toBeNull()
  })

  test('another protocol is answered with a clear error and closed', () => {
    const server = newServer()
    const seat = openSeat(server, { type: 'hello', protocol: PROTOCOL + 1, whatever: true })
    const [error] = takeAll(server, seat)
    expect(error).toMatchObject({ type: 'error', code: 'protocol', protocol: PROTOCOL })
    expect(seat.isOver).toBe(true)
    say(server, seat, HELLO)
    expect(takeAll(server, seat)).toEqual([])
  })

  test('unknown types, rubbish, half lines and endless lines are counted and ignored; too many end it', () => {
    const server = newServer()
    const seat = openSeat(server)
    takeAll(server, seat)
    say(server, seat, { type: 'please' }, 17, { type: 'ack' })
    server.onBytes(seat, Buffer.from('{"type":"ack","run":"r'))
    server.onBytes(seat, Buffer.from('\n'))
    server.onBytes(seat, Buffer.alloc(MAX_LINE + 1, 0x61))
    server.onBytes(seat, Buffer.from('\n'))
    expect(seat.faults).toBe(5)
    expect(seat.isOver).toBe(false)
    server.onCall(callNumber(1, 1), false)
    expect(inWords(takeAll(server, seat))).toEqual(['run-1 c-1@1 open'])
    for (let i = 0; i < 60; i++) say(server, seat, {})
    expect(inWords(takeAll(server, seat))).toEqual(['error too-many-faults'])
  })

  test('the same configuration again changes nothing; another begins a run and truncates what is open', () => {
    const server = newServer()
    server.onCall(callNumber(1, 1, { grade: 'protected' }), false)
    server.onCall(callNumber(2, 1), true)
    const seat = openSeat(server)
    expect(inWords(takeAll(server, seat))).toEqual([
      'hello',
      'run-1 c-2@1 closed',
      'run-1 c-1@1 open',
      'live',
    ])
    say(server, seat, { ...HELLO, config: { ...CONFIG, sipPeers: [] } })
    const messages = takeAll(server, seat)
    expect(inWords(messages)).toEqual(['hello', 'run-1 c-2@1 closed', 'run-1 c-1@2 closed', 'live'])
    expect(messages[0]).toMatchObject({ run: 'run-2' })
    expect(messages[2]).toMatchObject({
      report: { grade: 'undetermined', reasons: ['truncated'], incomplete: ['truncated'], state: 'ended' },
    })
    server.onCall(callNumber(1, 1), false)
    expect(inWords(takeAll(server, seat))).toEqual(['run-2 c-1@1 open'])
  })

  test('stricter privacy reaches what waits already', () => {
    const server = newServer({ ...CONFIG, privacy: 'full' })
    server.onCall(callNumber(1, 1, { from: '07700900123' }), true)
    const seat = openSeat(server)
    const text = JSON.stringify(takeAll(server, seat))
    expect(text).toContain('run-2')
    expect(text).not.toContain('07700900123')
    expect(text).toContain('"from":null')
  })

  test('phones are bounded', () => {
    const server = newServer()
    for (let i = 0; i < 5000; i++) server.onPhone(phone({ address: `192.0.${i >> 8}.${i & 255}` }))
    expect(takeAll(server, openSeat(server)).filter(({ type }) => type === 'phone')).toHaveLength(4096)
  })
})
