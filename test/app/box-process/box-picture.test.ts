/** One state of the box for panel, broker and metrics: they agree, and none is ever greener than what the engine said and could see. */
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { BoxMemory } from '../../../src/app/box-process/box-memory.ts'
import {
  captureOf,
  toBoxState,
  toMetricsState,
  toPanelState,
  type BoxSides,
} from '../../../src/app/box-process/box-picture.ts'
import { NO_SIGNS } from '../../../src/app/box-process/machine-signs.ts'
import { BLINDNESS_NAMES, type EngineHealth } from '../../../src/app/state-protocol/index.ts'
import { GRADES, GRADE_TABLE, type CallReport, type Grade } from '../../../src/core/index.ts'
import { healthOf } from '../../../src/output/metrics/index.ts'
import { lampOf, verdictShown } from '../../../src/output/panel/index.ts'
import { counters } from '../../fakes/state.ts'
import { judgeFrames, loadFrames } from '../../tools/judge-frames.ts'

const CAPTURE = join(import.meta.dirname, '../../cases/sip-udp-rtp-plain/capture.pcap')
const WALL = Date.UTC(2026, 10, 23, 12)
const HEALTHS: readonly EngineHealth[] = [
  'starting',
  'good',
  'no-engine',
  'silent',
  'damaged',
  'protocol',
  'box-taken',
]

let sample: CallReport
beforeAll(async () => {
  sample = judgeFrames(await loadFrames(CAPTURE)).calls[0]!
})

class Scene {
  now = 1_000_000
  wall = WALL
  changes = 0
  readonly memory = new BoxMemory({ now: () => this.now, wall: () => this.wall }, () => this.changes++)

  constructor() {
    this.memory.onHealth('good')
    this.memory.onCounters(counters())
  }

  call(id: string, grade: Grade, isClosed = false, state: CallReport['state'] = 'up'): void {
    const told = { run: 'r', id, revision: 1, report: { ...sample, id, grade, state } }
    if (isClosed) this.memory.onClosed(told)
    else this.memory.onCall(told)
  }

  get sides(): BoxSides {
    return {
      now: this.now,
      wall: this.wall,
      signs: NO_SIGNS,
      megabitsPerSecond: null,
      disk: 'good',
      broker: 'off',
      survey: null,
      configFaults: [],
      powerOffAt: null,
      url: null,
    }
  }

  get panel() {
    return toPanelState(this.memory, this.sides)
  }

  get lamp() {
    return lampOf(this.panel, this.now)
  }

  get box() {
    return toBoxState(this.memory, this.sides)
  }

  get metrics() {
    const own = {
      version: '1',
      startedAt: WALL,
      durableSeq: 1,
      brokerWaiting: 0,
      memoryBytes: 1,
      cpuSeconds: 1,
    }
    return toMetricsState(this.memory, this.sides, own)
  }
}

describe('what the box shows', () => {
  test('the worst call that is up, then the one that ended last, then nothing', () => {
    const scene = new Scene()
    expect([scene.lamp, scene.box.shown]).toEqual(['idle', null])
    scene.call('a', 'protected')
    scene.call('b', 'exposed')
    expect([scene.lamp, scene.box.shown]).toEqual(['red', 'exposed'])
    scene.call('b', 'exposed', true)
    expect([scene.lamp, scene.box.shown]).toEqual(['green', 'protected'])
    scene.call('a', 'protected', true)
    expect([scene.lamp, scene.box.shown, scene.box.lastVerdict?.callId]).toEqual([
      'green',
      'protected',
      'r-a',
    ])
    scene.now += 60_001
    expect([scene.lamp, scene.box.shown]).toEqual(['idle', null])
    expect(scene.box.today).toMatchObject({ protected: 1, exposed: 1 })
  })

  test('a call that nobody knows yet hides what was', () => {
    const scene = new Scene()
    scene.call('a', 'protected', true)
    scene.call('b', 'undetermined', false, 'pending')
    expect([scene.lamp, scene.box.shown]).toEqual(['listening', null])
  })

  test('each fault of the engine is one, in panel, broker, metrics and sentence', () => {
    for (const health of HEALTHS.filter((one) => one !== 'good')) {
      const scene = new Scene()
      scene.call('a', 'protected')
      scene.memory.onHealth(health)
      expect([health, scene.lamp]).toEqual([health, health === 'starting' ? 'listening' : 'fault'])
      expect(scene.box.capture.state).toBe('fault')
      expect(healthOf(scene.metrics, scene.now).isGood).toBe(false)
      expect(captureOf(scene.memory).sentence.length).toBeGreaterThan(10)
    }
  })

  test('what is blind is named for people', () => {
    const scene = new Scene()
    for (const name of BLINDNESS_NAMES) {
      scene.memory.onCounters(counters({ blindness: [name] }))
      expect(scene.box.capture.state).toBe('blind')
      expect(scene.box.capture.sentence).not.toContain('undefined')
      expect(scene.lamp).not.toBe('green')
      expect(scene.lamp).not.toBe('idle')
    }
  })

  test('nothing is believed that nobody vouched for in the last three seconds', () => {
    const scene = new Scene()
    scene.call('a', 'protected')
    const panel = scene.panel
    expect(lampOf(panel, scene.now + 2900)).toBe('green')
    expect(lampOf(panel, scene.now + 3100)).toBe('fault')
    expect(healthOf(scene.metrics, scene.now + 3100).isGood).toBe(false)
  })

  test('a clock that jumps for years makes no negative time and begins another day', () => {
    const scene = new Scene()
    scene.call('a', 'protected', true)
    scene.wall = Date.UTC(1970, 0, 1, 0, 5)
    expect(scene.panel).toMatchObject({ hour: null, isClockTrusted: false })
    expect(scene.box.today.protected).toBe(0)
    expect(scene.box.clockTrusted).toBe(false)
    expect(verdictShown(scene.panel, scene.now).lines.join(' ')).toContain('0 s ago')
    scene.wall = Date.UTC(2038, 5, 1)
    scene.call('b', 'exposed', true)
    expect(scene.box.today).toMatchObject({ exposed: 1, protected: 0 })
  })

  test('packets lost now are told beside those of before', () => {
    const scene = new Scene()
    scene.memory.onCounters(counters({ dropped: 5 }))
    scene.memory.onCounters(counters({ dropped: 12 }))
    expect(scene.panel).toMatchObject({ dropped: 12, droppedPerSecond: 7 })
    scene.memory.onCounters(counters({ dropped: null }))
    expect(scene.panel).toMatchObject({ dropped: null, droppedPerSecond: null })
  })
})

const happening = fc.oneof(
  fc.record({
    kind: fc.constant('call' as const),
    id: fc.constantFrom('a', 'b', 'c'),
    grade: fc.constantFrom('protected' as const, 'protected' as const, ...GRADES),
    closed: fc.boolean(),
    pending: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('health' as const),
    health: fc.constantFrom('good' as const, 'good' as const, 'good' as const, ...HEALTHS),
  }),
  fc.record({
    kind: fc.constant('blind' as const),
    names: fc.oneof(fc.constant([]), fc.subarray([...BLINDNESS_NAMES], { maxLength: 2 })),
  }),
  fc.record({ kind: fc.constant('time' as const), passed: fc.integer({ min: 0, max: 70_000 }) }),
)

test('whatever happens, green is only where every call that is shown was judged private and all is seen', () => {
  let greens = 0
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 30 }), (story) => {
      const scene = new Scene()
      const open = new Map<string, Grade | null>()
      for (const one of story) {
        if (one.kind === 'time') scene.now += one.passed
        else if (one.kind === 'health') scene.memory.onHealth(one.health)
        else if (one.kind === 'blind') scene.memory.onCounters(counters({ blindness: one.names }))
        else {
          scene.call(one.id, one.grade, one.closed, one.pending && !one.closed ? 'pending' : 'up')
          if (one.closed) open.delete(one.id)
          else open.set(one.id, one.pending ? null : one.grade)
        }
        const { memory, lamp, box } = scene
        const isSeen = memory.health === 'good' && (memory.counters?.blindness ?? []).length === 0
        const judged = [...open.values()].filter((grade) => grade !== null)
        const isPrivate =
          judged.length > 0
            ? judged.every((grade) => grade === 'protected')
            : open.size === 0 && memory.lastCall?.report.grade === 'protected'
        if (lamp === 'green') {
          greens++
          expect([isSeen, isPrivate]).toEqual([true, true])
        }
        if (box.capture.state === 'good') {
          // Lamp and broker say the same.
          expect(box.shown === null ? null : GRADE_TABLE[box.shown].lamp).toBe(
            lamp === 'idle' || lamp === 'listening' ? null : lamp,
          )
        } else expect(lamp).not.toBe('green')
      }
    }),
    { seed: 4, numRuns: 3000 },
  )
  expect(greens).toBeGreaterThan(100)
})
