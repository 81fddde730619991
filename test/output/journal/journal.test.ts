/** The journal: what it took is there in order, whatever happens to the disk, the program, the clock or the power. */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  Cursor,
  FolderDisk,
  JournalReader,
  JournalWriter,
  lockJournal,
  type JournalBody,
  type JournalDisk,
  type JournalGap,
  type JournalRecord,
  type RecordTime,
} from '../../../src/output/journal/index.ts'
import { fileNameOf, outdatedFiles, toJournalFiles } from '../../../src/output/journal/journal-files.ts'
import { BATCH, MOST_BYTES } from '../../../src/output/journal/journal-writer.ts'
import { decodeRecord, encodeRecord } from '../../../src/output/journal/journal-record.ts'
import { CrashDisk } from './crash-disk.ts'

const folder = mkdtempSync(join(tmpdir(), 'callseal-journal-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const TIME: RecordTime = { at: '2026-11-23T10:00:00.000Z', monotonic: 1, boot: 'b', clockTrusted: true }
const survey = (name: string): JournalBody => ({ kind: 'survey', action: 'start', name })

/** A writer on a clock that the test moves. */
class Desk {
  readonly disk: JournalDisk
  time: RecordTime = TIME
  readonly durable: number[] = []
  readonly healths: string[] = []
  limits = { keepDays: 30, keepBytes: 1 << 30 }
  writer!: JournalWriter
  #timers: { at: number; then: () => void }[] = []
  #now = 0

  constructor(disk: JournalDisk) {
    this.disk = disk
  }

  async open(): Promise<this> {
    this.writer = await JournalWriter.open({
      disk: this.disk,
      limits: this.limits,
      now: () => this.time,
      after: (milliseconds, then) => {
        const timer = { at: this.#now + milliseconds, then }
        this.#timers.push(timer)
        return () => (this.#timers = this.#timers.filter((other) => other !== timer))
      },
      onDurable: (seq) => this.durable.push(seq),
      onHealth: ({ state }) => this.healths.push(state),
    })
    return this
  }

  /** Lets time pass, and what it starts be done. */
  async pass(milliseconds: number): Promise<void> {
    this.#now += milliseconds
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= this.#now)
      this.#timers = this.#timers.filter(({ at }) => at > this.#now)
      for (const { then } of due) then()
      for (let turn = 0; turn < 60; turn++) await Promise.resolve()
      if (!this.#timers.some(({ at }) => at <= this.#now)) return
    }
  }

  append(...names: string[]): (number | null)[] {
    return names.map((name) => this.writer.append(survey(name)))
  }
}

const all = async (
  disk: JournalDisk,
  fromSeq = 1,
  throughSeq?: number,
): Promise<(JournalRecord | JournalGap)[]> => {
  const records = []
  for await (const record of new JournalReader(disk).read(fromSeq, throughSeq)) records.push(record)
  return records
}

const brief = (records: readonly (JournalRecord | JournalGap)[]): string[] =>
  records.map((record) =>
    record.kind === 'gap'
      ? `gap ${record.fromSeq}-${record.toSeq}`
      : `${record.seq} ${record.kind === 'survey' ? record.name : record.kind}`,
  )

describe('a record', () => {
  test('is a line of JSON that says itself whether it is whole', () => {
    const line = encodeRecord({ seq: 7, ...TIME, ...survey('Zoë’s') })
    const text = line.toString().trimEnd()
    expect(JSON.parse(text)).toMatchObject({
      seq: 7,
      name: 'Zoë’s',
      crc: expect.stringMatching(/^[0-9a-f]{8}$/u),
    })
    const bytes = line.subarray(0, -1)
    expect(decodeRecord(bytes)).toEqual({ seq: 7, ...TIME, ...survey('Zoë’s') })
    for (let i = 0; i < bytes.length; i++) {
      const damaged = Buffer.from(bytes)
      damaged[i] = damaged[i]! ^ 1
      expect(decodeRecord(damaged)).toBeNull()
      expect(decodeRecord(bytes.subarray(0, i))).toBeNull()
    }
  })
})

describe('writing', () => {
  test('is done in batches, at once if it is urgent, and told when it is durable', async () => {
    const desk = await new Desk(new CrashDisk()).open()
    expect(desk.append('a', 'b')).toEqual([1, 2])
    await desk.pass(BATCH - 1)
    expect(desk.durable).toEqual([])
    await desk.pass(1)
    expect(desk.durable).toEqual([2])
    desk.append('c')
    desk.writer.append(survey('d'), true)
    await desk.pass(0)
    expect(desk.durable).toEqual([2, 4])
    expect(brief(await all(desk.disk))).toEqual(['1 a', '2 b', '3 c', '4 d'])
  })

  test('takes more while it writes, and loses nothing of it', async () => {
    const disk = new CrashDisk()
    const desk = await new Desk(disk).open()
    let busy = 0
    disk.fault = (operation) => {
      if (busy++ < 9) desk.writer.append(survey(operation), operation === 'sync')
      return null
    }
    desk.append('a')
    await desk.pass(BATCH)
    await desk.pass(BATCH)
    await desk.pass(BATCH)
    const records = await all(disk)
    expect(records.map((record) => 'seq' in record && record.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(desk.durable.at(-1)).toBe(10)
  })

  test('goes on where it was after a start, with the next number', async () => {
    const disk = new CrashDisk()
    const first = await new Desk(disk).open()
    first.append('a')
    await first.writer.close()
    const second = await new Desk(disk).open()
    expect(second.writer.durableSeq).toBe(1)
    expect(second.append('b')).toEqual([2])
    await second.writer.close()
    expect(disk.files.size).toBe(1)
    expect(brief(await all(disk))).toEqual(['1 a', '2 b'])
  })

  test('begins another file for another day and beyond eight megabytes; not for a clock that nobody trusts', async () => {
    const disk = new CrashDisk()
    const desk = await new Desk(disk).open()
    desk.append('a')
    await desk.pass(BATCH)
    desk.time = { ...TIME, at: '1970-01-01T00:00:00.000Z', clockTrusted: false }
    desk.append('b')
    await desk.pass(BATCH)
    desk.time = { ...TIME, at: '2026-11-24T00:00:00.000Z' }
    desk.append('c')
    await desk.pass(BATCH)
    expect([...disk.files.keys()]).toEqual(['000000000001-2026-11-23.jsonl', '000000000003-2026-11-24.jsonl'])
    for (let bytes = 0; bytes < MOST_BYTES; bytes += 1 << 17) {
      desk.append('x'.repeat(1 << 17))
      await desk.pass(BATCH)
    }
    desk.append('y')
    await desk.pass(BATCH)
    expect([...disk.files.keys()].at(-1)).toBe('000000000068-2026-11-24.jsonl')
    expect((await all(disk)).map((record) => 'seq' in record && record.seq)).toEqual(
      Array.from({ length: 68 }, (_, index) => index + 1),
    )
  })
})

describe('retention', () => {
  const file = (firstSeq: number, day: string | null, size = 10) => ({
    ...toJournalFiles([fileNameOf(firstSeq, day)])[0]!,
    size,
  })
  const files = [
    file(1, null),
    file(5, '2026-11-01'),
    file(9, '2026-11-10'),
    file(12, null),
    file(20, '2026-11-23'),
  ]

  test.each([
    ['by days', { keepDays: 15, keepBytes: 1000 }, '2026-11-23', [1, 5]],
    ['by bytes', { keepDays: 365, keepBytes: 25 }, '2026-11-23', [1, 5, 9]],
    ['not by days without a clock', { keepDays: 1, keepBytes: 1000 }, null, []],
    ['never the newest', { keepDays: 1, keepBytes: 0 }, '2036-01-01', [1, 5, 9, 12]],
  ])('%s', (_, limits, today, gone) => {
    expect(outdatedFiles(files, limits, today).map(({ firstSeq }) => firstSeq)).toEqual(gone)
  })

  test('is told as a gap', async () => {
    const disk = new CrashDisk()
    const desk = await new Desk(disk).open()
    for (const day of ['01', '02', '03']) {
      desk.time = { ...TIME, at: `2026-11-${day}T00:00:00.000Z` }
      desk.append('a', 'b')
      await desk.pass(BATCH)
    }
    desk.writer.limits = { keepDays: 1, keepBytes: 1 << 30 }
    desk.time = { ...TIME, at: '2026-11-04T00:00:00.000Z' }
    desk.append('c')
    await desk.pass(BATCH)
    expect(brief(await all(disk))).toEqual(['gap 1-4', '5 a', '6 b', '7 c'])
  })
})

describe('a disk that fails', () => {
  test.each([
    ['ENOSPC', 'disk-full'],
    ['EROFS', 'read-only'],
    ['EIO', 'failing'],
  ])('%s: nothing is thrown, nothing is lost, and it is tried again', async (code, state) => {
    for (const operation of ['open', 'write', 'sync']) {
      for (const partial of [0, 1, 57, 1e6]) {
        const disk = new CrashDisk()
        const desk = await new Desk(disk).open()
        desk.append('a')
        await desk.pass(BATCH)
        disk.partial = partial
        disk.fault = (asked) => (asked === operation ? code : null)
        // Another day, so that a file is opened too.
        desk.time = { ...TIME, at: '2026-11-24T00:00:00.000Z' }
        desk.append('b', 'c')
        await desk.pass(BATCH)
        desk.writer.append(survey('d'), true)
        await desk.pass(60_000)
        expect(desk.healths).toEqual([state])
        expect(desk.durable).toEqual([1])
        disk.fault = () => null
        await desk.pass(30_000)
        expect(desk.healths).toEqual([state, 'good'])
        expect(desk.durable).toEqual([1, 4])
        expect(brief(await all(disk))).toEqual(['1 a', '2 b', '3 c', '4 d'])
        const next = await new Desk(disk.cutPower(0, false)).open()
        expect(next.writer.durableSeq).toBe(4)
      }
    }
  })

  test('for long: what has no room in memory is not taken, and counted', async () => {
    const disk = new CrashDisk()
    disk.fault = () => 'EIO'
    const desk = await new Desk(disk).open()
    const taken = Array.from({ length: 40 }, () => desk.writer.append(survey('x'.repeat(1 << 17))))
    expect(taken.filter((seq) => seq !== null)).toHaveLength(32)
    expect(desk.writer.refused).toBe(8)
    disk.fault = () => null
    await desk.pass(60_000)
    expect(desk.durable.at(-1)).toBe(32)
    expect(desk.append('after')).toEqual([33])
    expect(() => desk.append('x'.repeat(1 << 18))).toThrow(RangeError)
    expect(desk.append('next')).toEqual([34])
  })
})

describe('a power cut', () => {
  test('at any moment loses nothing that was durable, and the journal opens', async () => {
    const steps = fc.array(fc.oneof(fc.constant('append'), fc.constant('urgent'), fc.constant('flush')), {
      maxLength: 30,
    })
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        async (todo, share, zeros) => {
          let disk = new CrashDisk()
          let acknowledged = 0
          for (let start = 0; start < 3; start++) {
            const desk = await new Desk(disk).open()
            expect(desk.writer.durableSeq).toBeGreaterThanOrEqual(acknowledged)
            for (const step of todo) {
              if (step !== 'flush') desk.writer.append(survey(step), step === 'urgent')
              await desk.pass(step === 'flush' ? BATCH : 0)
            }
            acknowledged = Math.max(acknowledged, desk.durable.at(-1) ?? 0)
            disk = disk.cutPower(share, zeros)
            const records = await all(disk)
            expect(records.slice(0, acknowledged).map((record) => 'seq' in record && record.seq)).toEqual(
              Array.from({ length: acknowledged }, (_, index) => index + 1),
            )
          }
        },
      ),
      { numRuns: 200, seed: 7 },
    )
  })

  test('at any byte of a real file', async () => {
    const place = join(folder, 'bytes')
    const desk = await new Desk(new FolderDisk(place)).open()
    desk.append('a', 'b', 'c')
    await desk.writer.close()
    const [name = ''] = readdirSync(place)
    const whole = readFileSync(join(place, name))
    const ends = [...whole.keys()].filter((index) => whole[index] === 0x0a).map((index) => index + 1)
    for (let size = whole.length - 1; size >= 0; size--) {
      truncateSync(join(place, name), size)
      const left = ends.filter((end) => end <= size).length
      const next = await new Desk(new FolderDisk(place)).open()
      expect(next.writer.durableSeq).toBe(left)
    }
  })
})

describe('reading', () => {
  test('a damaged line in the middle is a gap, and the rest is read', async () => {
    const disk = new CrashDisk()
    const desk = await new Desk(disk).open()
    desk.append('a', 'b', 'c')
    await desk.writer.close()
    const [[name, bytes]] = [...disk.files] as [[string, Buffer]]
    bytes[bytes.indexOf('"name":"b"') + 8] = 0x58
    disk.files.set(name, bytes)
    const reader = new JournalReader(disk)
    const records = []
    for await (const record of reader.read(1)) records.push(record)
    expect(brief(records)).toEqual(['1 a', 'gap 2-2', '3 c'])
    expect(reader.damaged).toBe(1)
  })

  test('goes on where it was, while somebody writes, up to what is durable', async () => {
    const disk = new FolderDisk(join(folder, 'tail'))
    const desk = await new Desk(disk).open()
    const reader = new JournalReader(disk)
    const take = async (from: number, through: number): Promise<string[]> => {
      const records = []
      for await (const record of reader.read(from, through)) records.push(record)
      return brief(records)
    }
    desk.append('a', 'b')
    await desk.writer.close()
    expect(await take(1, 1)).toEqual(['1 a'])
    const next = await new Desk(disk).open()
    next.append('c')
    await next.writer.close()
    appendFileSync(join(folder, 'tail', readdirSync(join(folder, 'tail'))[0]!), '{"seq":4,"torn')
    expect(await take(2, 3)).toEqual(['2 b', '3 c'])
    expect(await take(4, 9)).toEqual([])
    expect(await take(1, 9)).toEqual(['1 a', '2 b', '3 c'])
    expect(await reader.firstSeq()).toBe(1)
  })
})

describe('beside it', () => {
  test('the cursor may lag and never leads', async () => {
    const disk = new CrashDisk()
    const timers: (() => void)[] = []
    const after = (_: number, then: () => void) => {
      timers.push(then)
      return () => undefined
    }
    const cursor = await Cursor.open(disk, 'outbox', after)
    expect(cursor.seq).toBe(0)
    cursor.moveTo(5)
    cursor.moveTo(9)
    expect((await Cursor.open(disk, 'outbox', after)).seq).toBe(0)
    expect(timers).toHaveLength(1)
    timers[0]!()
    await cursor.keep()
    expect((await Cursor.open(disk, 'outbox', after)).seq).toBe(9)
    disk.files.set('outbox', Buffer.from('9x\n'))
    expect((await Cursor.open(disk, 'outbox', after)).seq).toBe(0)
  })

  test('only one process writes', async () => {
    const release = await lockJournal(folder)
    expect(release).not.toBeNull()
    expect(await lockJournal(folder)).toBeNull()
    release?.()
    const again = await lockJournal(folder)
    expect(again).not.toBeNull()
    again?.()
  })
})
