/** Payloads: never green by assumption, nothing hostile, and every topic as the table of topics says. */
import { describe, expect, test } from '@jest/globals'
import { GRADES } from '../../../src/core/index.ts'
import { isTopicId, TOPIC_TABLE, type BoxState, type CallNews } from '../../../src/output/mqtt/index.ts'
import { shownJson, shownText } from '../../../src/output/mqtt/broker-message.ts'
import {
  lampOf,
  toCall,
  toDisplay,
  toGap,
  toHealth,
  toInfo,
  toPhone,
  toRecordMessage,
  toState,
  toStatus,
} from '../../../src/output/mqtt/mqtt-model.ts'
import { phonePseudonym } from '../../../src/output/mqtt/phone-pseudonym.ts'
import { filterOf, topicOf, type TopicName } from '../../../src/output/mqtt/topics.ts'
import { exposedCall, finding, HOSTILE, hostileCall, phone, protectedCall } from '../../fakes/reports.ts'
import { GOOD_STATE, IDENTITY } from '../../tools/mqtt-box.ts'

type Row = Record<string, unknown>
const rowOf = ({ payload }: { payload: string | Buffer }): Row => JSON.parse(payload.toString()) as Row

// eslint-disable-next-line no-control-regex -- these are looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060\ufeff]/
const CAPTURES = ['good', 'blind', 'fault'] as const
const statusOf = (overrides: Partial<BoxState>): Row =>
  rowOf(toStatus('lab', { ...GOOD_STATE, ...overrides }))
const captureOf = (state: BoxState['capture']['state']): BoxState['capture'] => ({
  state,
  sentence: 'a sentence',
})

describe('status', () => {
  test.each(CAPTURES.flatMap((state) => [null, ...GRADES].map((shown) => [state, shown] as const)))(
    'capture %s, shown %s: green and safe only with proof',
    (state, shown) => {
      const capture = captureOf(state)
      const { lamp, unencryptedCall, activeCalls } = statusOf({ capture, shown, activeCalls: 2 })
      expect(lamp === 'green').toBe(state === 'good' && shown === 'protected')
      const isRed = shown === 'exposed' || shown === 'audio-exposed'
      expect(lamp === 'red').toBe(isRed)
      expect(unencryptedCall === true).toBe(isRed)
      if (unencryptedCall === false) {
        expect(state).toBe('good')
        expect(shown).not.toBe('undetermined')
      }
      if (state !== 'good' && !isRed) expect(lampOf({ ...GOOD_STATE, capture, shown })).toBe('fault')
      expect(activeCalls).toBe(state === 'fault' ? null : 2)
    },
  )

  test('the share of private calls is never rounded up, and unknown without a call', () => {
    expect(statusOf({})).toMatchObject({ callsToday: 0, protectedShare: null, lastVerdict: null })
    const today = { ...GOOD_STATE.today, protected: 1999, exposed: 1 }
    expect(statusOf({ today })).toMatchObject({ callsToday: 2000, protectedShare: 99.9 })
    const lastVerdict = {
      callId: 'r/c-1',
      grade: 'weak',
      reasons: ['old-tls'],
      at: '2026-11-23T12:00:00Z',
    } as const
    expect(statusOf({ lastVerdict })).toMatchObject({ lastVerdict: { ...lastVerdict, word: 'PARTLY' } })
  })
})

describe('calls and findings', () => {
  const news = (overrides: Partial<CallNews> = {}): CallNews => ({
    kind: 'call',
    type: 'update',
    id: 'run/c-1',
    before: null,
    report: exposedCall(),
    ...overrides,
  })

  test('a call says what changed', () => {
    const call = toCall(
      'lab',
      news({ before: { grade: 'undetermined', reasons: ['one-way'] } }),
      7,
      '2026-11-23',
    )
    expect(call).toMatchObject({ topic: 'callseal/lab/call', qos: 1, retain: false, expirySeconds: 604_800 })
    expect(rowOf(call)).toEqual({
      type: 'update',
      event_type: 'update',
      seq: 7,
      id: 'run/c-1',
      at: '2026-11-23',
      before: { grade: 'undetermined', word: '?', reasons: ['one-way'] },
      after: { grade: 'exposed', word: 'OPEN', reasons: ['media-clear'] },
      isAlarm: true,
      from: '••••••••123',
      to: '•42',
      startedAt: '2026-11-22T10:00:00.000000Z',
      durationSeconds: 11.1,
      signalling: 'plain',
      transport: 'udp',
      media: ['clear'],
      incomplete: [],
      findings: ['media-clear', 'signalling-plain'],
    })
  })

  test('alarm: only when it becomes red', () => {
    const isAlarm = (before: CallNews['before'], report = exposedCall()): unknown =>
      rowOf(toCall('lab', news({ before, report }), 1, ''))['isAlarm']
    expect(isAlarm(null)).toBe(true)
    expect(isAlarm({ grade: 'audio-exposed', reasons: [] })).toBe(false)
    expect(isAlarm({ grade: 'protected', reasons: [] })).toBe(true)
    expect(isAlarm(null, protectedCall())).toBe(false)
  })

  test('records', () => {
    const at = '2026-11-23T12:00:00.000Z'
    const record = toRecordMessage('lab', { seq: 9, at, kind: 'finding', callId: null, finding: finding() })
    expect(rowOf(record!)).toMatchObject({ seq: 9, at, callId: null, id: 'media-clear', severity: 'high' })
    expect(rowOf(record!)).not.toHaveProperty('frames')
    expect(toRecordMessage('lab', { seq: 9, at, ...news() })!.topic).toBe('callseal/lab/call')
    expect(toRecordMessage('lab', { seq: 9, at, kind: 'other' })).toBeNull()
  })

  test('a phone is known by a keyed name; its address stays here', () => {
    const key = Buffer.from('the key of this box')
    const id = phonePseudonym(key, '192.0.2.10')
    expect(id).toMatch(/^[0-9a-f]{16}$/)
    expect(phonePseudonym(key, '192.0.2.10')).toBe(id)
    expect(phonePseudonym(Buffer.from('another'), '192.0.2.10')).not.toBe(id)
    const message = toPhone('lab', id, phone())
    expect(message.topic).toBe(`callseal/lab/phone/${id}`)
    expect(message.payload.toString()).not.toContain('192.0.2.10')
    expect(rowOf(message)).toMatchObject({ id, user: '•42', hasProblem: true })
  })
})

describe('text from the wire', () => {
  test('is harmless in a payload', () => {
    const report = hostileCall()
    const call = toCall('lab', { kind: 'call', type: 'end', id: 'x', before: null, report }, 1, '')
    const told = toPhone('lab', 'x', phone({ userAgent: HOSTILE.zeroWidth, user: HOSTILE.huge }))
    for (const { payload } of [call, told]) {
      expect(payload.toString()).not.toMatch(UNSAFE)
      expect(payload.length).toBeLessThan(8192)
    }
  })

  test('is no template and no markup', () => {
    expect(shownText('{{ 1 }}{% if %}{# #}{{{')).toBe('{ { 1 }}{ % if %}{ # #}{ { {')
    expect(shownText('<img src=x>')).toBe('‹img src=x›')
  })

  test('lists end, and numbers that are none are null', () => {
    expect(shownJson([NaN, Infinity, 1.5])).toEqual([null, null, 1.5])
    expect(shownJson(Array.from({ length: 500 }, () => 1))).toHaveLength(64)
  })
})

describe('topics', () => {
  const time = { at: '2026-11-23T12:00:00.000Z', uptimeSeconds: 5 }
  const messages: Partial<Record<TopicName, ReturnType<typeof toState>>> = {
    state: toState('lab', 'online'),
    info: toInfo({ ...IDENTITY, id: 'lab' }),
    health: toHealth('lab', GOOD_STATE, { sentSeq: 3, lastSeq: 10, gaps: 1 }, time),
    status: toStatus('lab', GOOD_STATE),
    gap: toGap('lab', 3, 9),
    display: toDisplay('lab', Buffer.from([0x89])),
  }

  test.each(Object.entries(messages))('%s is as its row says', (name, message) => {
    const row = TOPIC_TABLE[name as TopicName]
    expect(message).toMatchObject({ topic: `callseal/lab/${row.path}`, qos: row.qos, retain: row.retained })
    expect(message.schema).toBe(row.schema)
    if (row.retained) expect(message.expirySeconds).toBeNull()
    if (name === 'display') return
    // The reference names every member, and no other.
    const named = row.shape.replace(/"[a-z]+"( \| )?|[[\]]/g, (quoted) =>
      quoted === '"state"' ? 'state' : '',
    )
    for (const key of Object.keys(rowOf(message))) expect(named).toContain(key)
  })

  test('health says what waits', () => {
    expect(rowOf(messages.health!)).toMatchObject({
      outbox: { sentSeq: 3, lastSeq: 10, gaps: 1, waiting: 7 },
    })
  })

  test('an id that means something to MQTT is refused', () => {
    for (const id of ['', 'a/b', '#', '+', 'A', 'ä', 'x'.repeat(49), 'a b', '\u0000']) {
      expect(isTopicId(id)).toBe(false)
      expect(() => topicOf(id, 'state')).toThrow(/an id holds/)
      expect(() => topicOf('lab', 'phone', id)).toThrow(/an id holds/)
    }
    expect(filterOf('lab')).toBe('callseal/lab/#')
    expect(filterOf('lab', 'request')).toBe('callseal/lab/bridge/request/+')
  })
})
