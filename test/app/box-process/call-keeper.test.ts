/** Calls on their way to the disk: acknowledged when they are there, in order, offered again when there was no room. */
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { CallKeeper } from '../../../src/app/box-process/call-keeper.ts'
import { Survey } from '../../../src/app/box-process/survey.ts'
import type { ToldCall } from '../../../src/app/state-protocol/index.ts'
import type { CallReport } from '../../../src/core/index.ts'
import type { JournalBody } from '../../../src/output/journal/index.ts'
import { CrashDisk } from '../../output/journal/crash-disk.ts'
import { judgeFrames, loadFrames } from '../../tools/judge-frames.ts'

const CAPTURE = join(import.meta.dirname, '../../cases/sip-udp-rtp-plain/capture.pcap')
let report: CallReport
beforeAll(async () => {
  const { calls } = judgeFrames(await loadFrames(CAPTURE))
  report = calls[0]!
})

const told = (id: string, findings = report.findings): ToldCall => ({
  run: 'r',
  id,
  revision: 1,
  report: { ...report, id, findings },
})

class Scene {
  readonly bodies: { body: JournalBody; isUrgent: boolean }[] = []
  readonly stored: string[] = []
  room = Infinity
  readonly keeper = new CallKeeper({
    append: (body, isUrgent) => {
      if (this.bodies.length >= this.room) return null
      this.bodies.push({ body, isUrgent })
      return this.bodies.length
    },
    stored: ({ id }) => this.stored.push(id),
  })

  get kinds(): string[] {
    return this.bodies.map(({ body, isUrgent }) => {
      const what = body.kind === 'finding' ? body.finding.id : body.kind === 'call' ? body.id : ''
      return `${body.kind} ${what}${isUrgent ? '!' : ''}`
    })
  }
}

describe('CallKeeper', () => {
  test('a closed call is acknowledged when its record is on the disk, not before', () => {
    const scene = new Scene()
    scene.keeper.onClosed(told('c-1'))
    scene.keeper.onClosed(told('c-2'))
    expect(scene.stored).toEqual([])
    scene.keeper.onDurable(1)
    expect(scene.stored).toEqual(['c-1'])
    expect(scene.keeper.waiting).toBe(1)
    scene.keeper.onDurable(2)
    expect(scene.stored).toEqual(['c-1', 'c-2'])
  })

  test('what the journal does not take waits in its order and is offered when the disk has moved', () => {
    const scene = new Scene()
    scene.room = 1
    for (const id of ['c-1', 'c-2', 'c-3']) scene.keeper.onClosed(told(id))
    expect(scene.kinds).toEqual(['call c-1'])
    scene.room = 2
    scene.keeper.onDurable(1)
    scene.room = Infinity
    scene.keeper.onClosed(told('c-4'))
    scene.keeper.onDurable(2)
    scene.keeper.onDurable(4)
    expect(scene.kinds).toEqual(['call c-1', 'call c-2', 'call c-3', 'call c-4'])
    expect(scene.stored).toEqual(['c-1', 'c-2', 'c-3', 'c-4'])
    expect(scene.keeper.waiting).toBe(0)
  })

  test('what is bad in a call that is up is written once, high severity at once', () => {
    const scene = new Scene()
    const bad = report.findings.filter(({ severity }) => severity === 'high' || severity === 'medium')
    expect(bad.length).toBeGreaterThan(1)
    scene.keeper.onCall(told('c-1', []))
    scene.keeper.onCall(told('c-1', report.findings.slice(0, 1)))
    scene.keeper.onCall(told('c-1'))
    scene.keeper.onCall(told('c-1'))
    const expected = bad.map(({ id, severity }) => `finding ${id}${severity === 'high' ? '!' : ''}`)
    expect([...scene.kinds].sort()).toEqual(expected.sort())
  })
})

describe('Survey', () => {
  const open = (disk: CrashDisk, scene: Scene, earlier: readonly CallReport[] = []): Promise<Survey> =>
    Survey.open({
      disk,
      append: (body, isUrgent) => {
        scene.bodies.push({ body, isUrgent })
        return scene.bodies.length
      },
      callsFrom: async function* (seq) {
        expect(seq).toBe(1)
        yield* await Promise.resolve(earlier)
      },
      wall: () => Date.UTC(2026, 10, 23, 9, 5),
    })

  test('adds up the calls between its begin and its end, and only one runs', async () => {
    const scene = new Scene()
    const survey = await open(new CrashDisk(), scene)
    survey.onClosed(report)
    expect(await survey.stop()).toBe('no survey is running')
    expect(await survey.start(' ')).toBeNull()
    expect(survey.running?.name).toBe('2026-11-23 09:05')
    expect(await survey.start('another')).toMatch(/is running: stop it first/u)
    survey.onClosed(report)
    survey.onClosed(report)
    expect(survey.shown).toMatchObject({ isRunning: true, totals: { exposed: 2 } })
    expect(await survey.stop()).toBeNull()
    expect(survey.shown).toMatchObject({ name: '2026-11-23 09:05', isRunning: false, totals: { exposed: 2 } })
    expect(survey.running).toBeNull()
    expect(scene.kinds).toEqual(['survey !', 'survey !'])
  })

  test('goes on after a restart of the box, with what it had counted', async () => {
    const disk = new CrashDisk()
    const scene = new Scene()
    const before = await open(disk, scene)
    await before.start('site A')
    before.onClosed(report)
    const after = await open(disk.cutPower(0, false), scene, [report])
    expect(after.running).toEqual(before.running)
    expect(after.shown).toEqual(before.shown)
    await after.stop()
  })

  test('a file that makes no sense is no survey', async () => {
    const disk = new CrashDisk()
    await disk.replace('survey.json', '{"name":1')
    expect((await open(disk, new Scene())).running).toBeNull()
  })
})
