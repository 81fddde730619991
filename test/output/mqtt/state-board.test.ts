/** Only the newest value of a state is sent, one at a time; what passes is bounded. */
import { describe, expect, test } from '@jest/globals'
import { toMessage } from '../../../src/output/mqtt/broker-message.ts'
import { PassingQueue } from '../../../src/output/mqtt/passing-queue.ts'
import { StateBoard } from '../../../src/output/mqtt/state-board.ts'

const phone = (id: string, value: number): ReturnType<typeof toMessage> =>
  toMessage('lab', 'phone', { value }, id)
const valueOf = (sending: { message: { payload: string | Buffer } } | null): unknown =>
  sending === null ? null : (JSON.parse(sending.message.payload.toString()) as { value: number }).value

describe('the board', () => {
  test('coalesces, and never has two of a topic on their way', () => {
    const board = new StateBoard()
    board.put(phone('a', 1))
    const first = board.take()
    for (let value = 2; value <= 50; value++) board.put(phone('a', value))
    expect(board.take()).toBeNull()
    first?.acknowledged()
    const second = board.take()
    expect(valueOf(second)).toBe(50)
    second?.acknowledged()
    board.put(phone('a', 50))
    expect(board.take()).toBeNull()
    board.touch('callseal/lab/phone/a')
    expect(valueOf(board.take())).toBe(50)
  })

  test('a new connection is told everything again, and old acknowledgements do not count', () => {
    const board = new StateBoard()
    board.put(phone('a', 1))
    const before = board.take()
    board.onUp()
    const now = board.take()
    expect(valueOf(now)).toBe(1)
    board.put(phone('a', 2))
    before?.acknowledged()
    expect(board.take()).toBeNull()
    now?.acknowledged()
    expect(valueOf(board.take())).toBe(2)
  })

  test('is bounded', () => {
    const board = new StateBoard()
    for (let i = 0; i < 600; i++) board.put(phone(`p-${i}`, 1))
    expect(board.messages).toHaveLength(512)
    expect(board.refused).toBe(88)
    board.put(phone('p-0', 2))
    expect(board.refused).toBe(88)
  })
})

describe('what passes', () => {
  test('is in order, replaced by its key, bounded, and counted when it is lost', () => {
    const queue = new PassingQueue()
    queue.put(phone('a', 1), 'call')
    queue.put(phone('a', 2))
    queue.put(phone('a', 3), 'call')
    expect(JSON.parse(queue.take()!.payload.toString())).toEqual({ value: 3 })
    for (let i = 0; i < 200; i++) queue.put(phone('a', i))
    expect(queue.dropped).toBe(73)
    queue.clear()
    expect(queue.take()).toBeNull()
    expect(queue.dropped).toBe(201)
  })
})
