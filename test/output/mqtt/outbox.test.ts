/** The outbox with a broker that does what the test says: nothing lost, the cursor never ahead, news beside the backlog. */
import { beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Surroundings } from '../../../src/output/mqtt/index.ts'
import { Outbox, type OutboxSending } from '../../../src/output/mqtt/outbox.ts'
import { FakeTime } from '../../fakes/fake-time.ts'
import { MemoryCursor, NumberedSource } from '../../tools/numbered-source.ts'

let time: FakeTime
let source: NumberedSource
let cursor: MemoryCursor
let troubles: string[]
let flying: OutboxSending[]
let sent: string[]
let outbox: Outbox

const surroundings = (): Surroundings => ({
  timers: time.timers,
  now: () => time.now,
  wall: () => time.wall,
  random: () => 0.5,
})

/** `7`, or `gap 3-5`. */
const nameOf = ({ message }: OutboxSending): string => {
  const row = JSON.parse(message.payload.toString()) as { seq?: number; fromSeq?: number; toSeq?: number }
  return row.seq === undefined ? `gap ${row.fromSeq}-${row.toSeq}` : String(row.seq)
}

const make = (): Outbox =>
  new Outbox({
    boxId: 'lab',
    source,
    cursor,
    surroundings: surroundings(),
    onReady: () => undefined,
    onTrouble: (sentence) => troubles.push(sentence),
  })

/** Lets what is asynchronous in memory happen. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 100; i++) await Promise.resolve()
}

/** Takes as many as the broker would. */
const fly = async (room = 20): Promise<string[]> => {
  const taken: string[] = []
  for (;;) {
    await settle()
    const sending = flying.length < room ? outbox.take() : null
    if (sending === null) return taken
    flying.push(sending)
    taken.push(nameOf(sending))
    sent.push(nameOf(sending))
  }
}

const land = async (): Promise<void> => {
  for (const sending of flying.splice(0)) sending.acknowledged()
  await settle()
}

/** Until nothing is left. */
const drain = async (): Promise<void> => {
  while ((await fly()).length > 0) await land()
}

beforeEach(() => {
  time = new FakeTime()
  source = new NumberedSource()
  cursor = new MemoryCursor()
  troubles = []
  flying = []
  sent = []
  outbox = make()
})

const up = async (): Promise<void> => {
  await outbox.open()
  outbox.onUp()
}

describe('the outbox', () => {
  test('sends in order, and the cursor follows what is acknowledged without a hole', async () => {
    source.append(5)
    await up()
    expect(await fly()).toEqual(['1', '2', '3', '4', '5'])
    const [one, two, three] = flying
    three!.acknowledged()
    two!.acknowledged()
    await settle()
    expect(cursor.seq).toBe(0)
    one!.acknowledged()
    await settle()
    expect(cursor.seq).toBe(3)
    expect(outbox.count).toEqual({ sentSeq: 3, lastSeq: 5, gaps: 0 })
  })

  test('what was not acknowledged is sent again, what was is not', async () => {
    source.append(6)
    await up()
    await fly()
    flying[0]!.acknowledged()
    flying[3]!.acknowledged()
    flying = []
    outbox.onDown()
    expect(outbox.take()).toBeNull()
    outbox.onUp()
    expect(await fly()).toEqual(['2', '3', '5', '6'])
    await land()
    expect(cursor.seq).toBe(6)
  })

  test('news and backlog take turns', async () => {
    source.append(100)
    await up()
    await fly()
    source.append(3)
    await land()
    expect((await fly()).slice(0, 6)).toEqual(['101', '21', '102', '22', '103', '23'])
    await land()
    // Done beyond the hole: the cursor waits.
    expect(cursor.seq).toBe(37)
    await drain()
    expect(cursor.seq).toBe(103)
    expect(new Set(sent).size).toBe(sent.length)
  })

  test('what the journal has no more is one gap', async () => {
    source.append(20)
    source.firstSeq = 11
    source.missing.add(15).add(16)
    await up()
    await drain()
    expect(sent).toEqual(['gap 1-10', '11', '12', '13', '14', 'gap 15-16', '17', '18', '19', '20'])
    expect(outbox.count).toEqual({ sentSeq: 20, lastSeq: 20, gaps: 12 })
  })

  test('that the last records are missing is sure only when a later one is there', async () => {
    source.append(5)
    source.missing.add(4).add(5)
    await up()
    await drain()
    expect(sent).toEqual(['1', '2', '3'])
    source.append(1)
    await drain()
    expect(sent.sort()).toEqual(['1', '2', '3', '6', 'gap 4-5'])
    expect(cursor.seq).toBe(6)
  })

  test('records that do not concern a broker are passed over', async () => {
    source.append(60)
    for (let seq = 1; seq <= 60; seq++) if (seq % 20 !== 0) source.others.add(seq)
    await up()
    await drain()
    expect(sent).toEqual(['20', '40', '60'])
    expect(cursor.seq).toBe(60)
  })

  test('what the broker never takes is told as a gap, and what follows goes on', async () => {
    source.append(3)
    await up()
    await fly()
    flying[1]!.rejected()
    flying.splice(1, 1)
    expect(await fly()).toEqual(['gap 2-2'])
    await land()
    expect(cursor.seq).toBe(3)
    // Not even that: then it is only counted here.
    source.append(1)
    await fly()
    flying.pop()!.rejected()
    await fly()
    flying.pop()!.rejected()
    await settle()
    expect(await fly()).toEqual([])
    expect(cursor.seq).toBe(4)
  })

  test('an acknowledgement that comes after the connection was lost counts once', async () => {
    source.append(2)
    await up()
    await fly()
    const late = flying.splice(0)
    outbox.onDown()
    outbox.onUp()
    for (const sending of late) sending.acknowledged()
    await settle()
    expect(cursor.seq).toBe(2)
  })

  test('a journal that was begun anew is sent from its beginning', async () => {
    cursor.seq = 5000
    source.append(3)
    await up()
    await drain()
    expect(sent).toEqual(['1', '2', '3'])
    expect(cursor.seq).toBe(3)
  })

  test('goes on after the cursor', async () => {
    cursor.seq = 7
    source.append(9)
    await up()
    await drain()
    expect(sent).toEqual(['8', '9'])
  })

  test('a journal that cannot be read is read again', async () => {
    source.append(3)
    source.failure = new Error('EIO: i/o error, read')
    await up()
    await drain()
    expect(sent).toEqual([])
    expect(troubles).toEqual(['the journal cannot be read: EIO: i/o error, read'])
    source.failure = null
    time.pass(5000)
    await drain()
    expect(sent).toEqual(['1', '2', '3'])
  })

  test('a cursor that cannot be kept is said, and tried again', async () => {
    source.append(1)
    cursor.failure = new Error('ENOSPC: no space left on device')
    await up()
    await drain()
    expect(troubles).toEqual(['the place in the journal cannot be kept: ENOSPC: no space left on device'])
    cursor.failure = null
    source.append(1)
    await drain()
    expect(cursor.seq).toBe(2)
  })

  test('is open before or after the connection is made', async () => {
    source.append(1)
    outbox.onUp()
    expect(outbox.take()).toBeNull()
    await outbox.open()
    expect(await fly()).toEqual(['1'])
    outbox.close()
    source.append(1)
    expect(await fly()).toEqual([])
  })

  test('whatever happens, in whatever order: nothing is lost, and the cursor is never ahead', async () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('append' as const), n: fc.integer({ min: 1, max: 40 }) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('fly' as const), n: fc.integer({ min: 1, max: 20 }) }),
      },
      { weight: 6, arbitrary: fc.record({ do: fc.constant('ack' as const), n: fc.nat(19) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const), n: fc.nat(19) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), n: fc.nat(19) }) },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('retention' as const), n: fc.integer({ min: 1, max: 9 }) }),
      },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        source = new NumberedSource(30)
        cursor = new MemoryCursor()
        flying = []
        sent = []
        outbox = make()
        await up()
        const acknowledged = new Set<number>()
        const acknowledge = (sending: OutboxSending): void => {
          const { seq, fromSeq, toSeq } = JSON.parse(sending.message.payload.toString()) as Record<
            string,
            number
          >
          for (let one = seq ?? fromSeq!; one <= (seq ?? toSeq!); one++) acknowledged.add(one)
          sending.acknowledged()
        }
        const check = (): void => {
          for (let seq = 1; seq <= cursor.seq; seq++) expect(acknowledged.has(seq)).toBe(true)
        }
        for (const { do: what, n } of steps) {
          if (what === 'append') source.append(n)
          else if (what === 'fly') await fly(n)
          else if (what === 'ack')
            for (const sending of flying.splice(n % Math.max(1, flying.length), 3)) acknowledge(sending)
          else if (what === 'retention') source.firstSeq = Math.min(source.lastSeq, source.firstSeq + n)
          else {
            flying = []
            outbox.onDown()
            if (what === 'kill') {
              outbox.close()
              outbox = make()
              await outbox.open()
            }
            outbox.onUp()
          }
          await settle()
          check()
        }
        for (;;) {
          await fly()
          if (flying.length === 0) break
          for (const sending of flying.splice(0)) acknowledge(sending)
        }
        check()
        await settle()
        expect(cursor.seq).toBe(source.lastSeq)
        outbox.close()
      }),
      { numRuns: 60 },
    )
  })
})
