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
    const both = (i: number, value: number) => [phone(`p-${i}`, value), phone(`q-${i}`, value)]
    for (let i = 0; i < 300; i++) board.offer(both(i, 1))
    expect(board.messages).toHaveLength(512)
    expect(board.refused).toBe(44)
    board.offer(both(0, 2))
    expect(board.refused).toBe(44)
    // However many phones there are, what the box says of itself finds room.
    board.put(toMessage('lab', 'status', { value: 7 }))
    expect(board.messages).toHaveLength(513)
    expect(valueOf(board.take((topic) => topic.endsWith('/status')))).toBe(7)
  })

  test('two topics that belong together find room together, or neither does', () => {
    const board = new StateBoard()
    for (let i = 0; i < 511; i++) board.offer([phone(`p-${i}`, 1)])
    board.offer([phone('a', 1), phone('b', 1)])
    expect([board.messages.length, board.refused]).toEqual([511, 1])
  })

  test('what may not be told yet waits, and nothing behind it does', () => {
    const board = new StateBoard()
    board.put(phone('a', 1))
    board.put(phone('b', 2))
    const notYet = (topic: string): boolean => !topic.endsWith('/a')
    expect(valueOf(board.take(notYet))).toBe(2)
    expect(board.take(notYet)).toBeNull()
    expect(valueOf(board.take())).toBe(1)
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
