/** What may be asked over a broker where anybody may publish: only what the table allows, one at a time, and never many a second. */
import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Json } from '../../../src/output/mqtt/index.ts'
import type { BrokerMessage } from '../../../src/output/mqtt/broker-message.ts'
import { RequestDesk } from '../../../src/output/mqtt/request-desk.ts'
import { parseRequest } from '../../../src/output/mqtt/requests.ts'
import { FakeTime } from '../../fakes/fake-time.ts'

const parse = (name: string, payload: string, isRetained = false): ReturnType<typeof parseRequest> =>
  parseRequest('lab', `callseal/lab/bridge/request/${name}`, Buffer.from(payload), isRetained)

describe('reading a request', () => {
  test.each([
    ['survey', '{"action":"start","name":"Reception"}', { action: 'start', name: 'Reception' }],
    ['survey', 'stop', { action: 'stop' }],
    ['survey', '"stop"', { action: 'stop' }],
    ['page', '3', { page: 3 }],
    ['identify', '', {}],
    ['identify', '{"seconds":10,"whatever":1}', { seconds: 10 }],
    ['report', '{"format":"csv"}', { format: 'csv' }],
    ['restart', '{}', {}],
  ])('%s %s', (name, payload, parameters) => {
    expect(parse(name, payload)).toEqual({ request: { name, parameters, transaction: null } })
  })

  test.each([
    ['survey', '', '"action" must be start or stop'],
    ['survey', '{"action":"START"}', '"action" must be start or stop'],
    [
      'survey',
      `{"action":"start","name":"${'x'.repeat(65)}"}`,
      '"name" must be a text of at most 64 characters',
    ],
    ['page', '{"page":6}', '"page" must be a whole number from 1 to 5'],
    ['page', '{"page":"1"}', '"page" must be a whole number from 1 to 5'],
    ['identify', '{"seconds":1e9}', '"seconds" must be a whole number from 1 to 120'],
    ['report', '[1]', 'the payload must be a JSON object of at most 4096 bytes, or empty'],
    ['report', 'x'.repeat(5000), 'the payload must be a JSON object of at most 4096 bytes, or empty'],
    [
      'constructor',
      '{}',
      'this box knows no request "constructor", but survey, identify, page, report, restart',
    ],
  ])('%s %s is wrong', (name, payload, error) => {
    expect(parse(name, payload)).toMatchObject({ name, error })
  })

  test('a name that cannot be in a topic gets no answer', () => {
    expect(parse('a b', '')).toBeNull()
    expect(parse('', '')).toBeNull()
    expect(parse('x'.repeat(99), '')).toBeNull()
  })

  test('a retained request is refused; a transaction comes back, short', () => {
    expect(parse('restart', '{"transaction":"t"}', true)).toMatchObject({
      transaction: 't',
      error: 'a retained request would come again with each start: publish it without retain',
    })
    expect(parse('restart', `{"transaction":"${'t'.repeat(100)}"}`)).toMatchObject({
      request: { transaction: 't'.repeat(64) },
    })
    expect(parse('restart', '{"transaction":{"a":1}}')).toMatchObject({ request: { transaction: null } })
  })
})

describe('the desk', () => {
  let time: FakeTime
  let responses: BrokerMessage[]
  let finish: ((data: Json) => void)[]
  let desk: RequestDesk

  const ask = (name: string, payload = ''): void =>
    desk.onMessage(`callseal/lab/bridge/request/${name}`, Buffer.from(payload), false)
  const answers = (): unknown[] => responses.map(({ payload }) => JSON.parse(payload.toString()) as unknown)
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await Promise.resolve()
  }

  beforeEach(() => {
    time = new FakeTime()
    responses = []
    finish = []
    desk = new RequestDesk({
      boxId: 'lab',
      servants: {
        report: () => new Promise((resolve) => finish.push(resolve)),
        restart: () => {
          throw new Error('not while a call is up')
        },
      },
      surroundings: { timers: time.timers, now: () => time.now, wall: () => time.wall, random: () => 0 },
      onResponse: (response) => responses.push(response),
    })
  })

  test('one of a kind at a time', async () => {
    ask('report')
    ask('report')
    finish[0]?.('first')
    await settle()
    ask('report')
    finish[1]?.('second')
    await settle()
    expect(answers()).toMatchObject([
      { status: 'error', error: 'the last "report" is still being done' },
      { status: 'ok', data: 'first' },
      { status: 'ok', data: 'second' },
    ])
    expect(responses[0]?.topic).toBe('callseal/lab/bridge/response/report')
    expect(time.pending).toBe(0)
  })

  test('what fails or takes too long is an answer', async () => {
    ask('restart')
    ask('report')
    time.pass(60_000)
    await settle()
    expect(answers()).toMatchObject([
      { status: 'error', error: 'not while a call is up' },
      { status: 'error', error: '"report" takes longer than a minute' },
    ])
  })

  test('a flood is not answered', () => {
    for (let i = 0; i < 1000; i++) ask('page', '1')
    expect(responses).toHaveLength(20)
    expect(desk.ignored).toBe(980)
    time.pass(10_000)
    ask('page', '1')
    expect(responses).toHaveLength(21)
  })
})
