/** The engine on a made-up wire, in made-up time: what it tells of captured calls, and of its own blindness. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { LiveEngine, type InterfaceTotals } from '../../../src/app/engine-process/index.ts'
import {
  decodeEngineMessage,
  DEFAULT_CONFIG,
  PROTOCOL,
  type ClientSeat,
  type EngineConfig,
  type EngineCounters,
  type EngineMessage,
} from '../../../src/app/state-protocol/index.ts'
import { assembleFilters } from '../../../src/capture/index.ts'
import type { CallReport, Grade } from '../../../src/core/index.ts'
import { FakeTime } from '../../fakes/fake-time.ts'
import { framesOf, PacedSource } from '../../tools/paced-source.js'

const CASES = join(import.meta.dirname, '..', '..', 'cases')
const GREEN = 'sip-tls13-srtp'
const RED = 'sip-udp-rtp-plain'

const gradesOf = (name: string): Grade[] =>
  (JSON.parse(readFileSync(join(CASES, name, 'expected.json'), 'utf8')) as { grade: Grade }[]).map(
    ({ grade }) => grade,
  )

class Stage {
  readonly time = new FakeTime()
  readonly source: PacedSource
  readonly live: LiveEngine
  readonly ended: Promise<unknown>
  countLink: () => number = () => this.source.received
  link: InterfaceTotals | null = { index: 2, isUp: true, isBridgePort: false, rxPackets: 0, txPackets: 0 }
  readonly #seat: ClientSeat
  readonly closed: CallReport[] = []
  readonly open = new Map<string, CallReport>()
  counters: EngineCounters | null = null
  runs: string[] = []
  news = 0

  constructor(name: string, config: EngineConfig = DEFAULT_CONFIG) {
    const { clocks, timers } = this.time
    this.source = new PacedSource(framesOf(join(CASES, name, 'capture.pcap')), {
      clocks,
      every: timers.every,
    })
    this.live = new LiveEngine({
      chosen: { source: this.source, reason: 'a test' },
      interfaceName: 'eth0',
      config,
      filtersFor: ({ ports }) => assembleFilters(ports),
      clocks,
      timers,
      readLink: () => this.link && { ...this.link, rxPackets: this.countLink() },
      onNews: () => this.news++,
    })
    const seat = this.live.server.open()
    if (seat === null) throw new Error('no seat')
    this.#seat = seat
    this.say({ type: 'hello', protocol: PROTOCOL, config })
    this.ended = this.live.run().catch((error: unknown) => error)
  }

  say(message: unknown): void {
    this.live.server.onBytes(this.#seat, Buffer.from(`${JSON.stringify(message)}\n`))
  }

  /** Seconds pass; what the engine says is read. */
  pass(seconds: number): this {
    for (let i = 0; i < seconds * 10; i++) {
      this.time.pass(100)
      this.hear()
    }
    return this
  }

  hear(): void {
    const { server } = this.live
    for (let line = server.take(this.#seat); line !== null; line = server.take(this.#seat)) {
      const decoded = decodeEngineMessage(line.subarray(0, -1))
      if (decoded.kind !== 'message') throw new Error(`${decoded.kind}: ${Buffer.from(line).toString()}`)
      this.#onMessage(decoded.message)
    }
  }

  #onMessage(message: EngineMessage): void {
    if (message.type === 'hello') this.runs.push(message.run)
    if (message.type === 'counters') this.counters = message.counters
    if (message.type !== 'call') return
    const { run, id, revision, state, report } = message
    if (state === 'open') this.open.set(id, report)
    else {
      this.open.delete(id)
      this.closed.push(report)
      this.say({ type: 'ack', run, id, revision })
    }
  }
}

describe('LiveEngine', () => {
  test.each([RED, GREEN, 'two-calls', 'srtp-key-in-readable-sip', 'trap-no-signalling-srtp'])(
    'says of %s on the wire what it says of the capture',
    (name) => {
      const stage = new Stage(name).pass(100)
      expect(stage.closed.map(({ grade }) => grade).sort()).toEqual(gradesOf(name).sort())
      expect(stage.closed.flatMap(({ incomplete }) => incomplete)).not.toContain('capture-loss')
      expect(stage.live.server.calls.closedCount).toBe(0)
      expect(stage.open.size).toBe(0)
    },
  )

  test('beats every second, although somebody sets the clock', () => {
    const stage = new Stage(RED)
    const beats: number[] = []
    for (let i = 0; i < 200; i++) {
      const before = stage.counters
      if (i === 100) stage.time.wall -= 5 * 365 * 86_400_000
      stage.time.pass(100)
      stage.hear()
      if (stage.counters !== before) beats.push(stage.time.now)
    }
    const gaps = beats.slice(1).map((at, index) => at - beats[index]!)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1200)
    expect(beats.length).toBeGreaterThanOrEqual(19)
  })

  test.each([
    ['forwards', 7 * 365 * 86_400_000],
    ['backwards', -7 * 365 * 86_400_000],
  ])('a clock set %s by years in the middle of a call changes no verdict and no duration', (_, step) => {
    const calm = new Stage(GREEN).pass(85)
    const stage = new Stage(GREEN).pass(6)
    stage.time.wall += step
    stage.pass(1.5)
    expect(stage.counters?.blindness).toEqual(['clock-step'])
    expect(stage.counters?.clock.steps).toBe(1)
    stage.pass(80)
    expect(stage.closed.map(({ grade }) => grade)).toEqual(['protected'])
    expect(stage.closed[0]!.durationSeconds).toBeCloseTo(calm.closed[0]!.durationSeconds, 1)
    // When no call is up any more, another run begins, whose reports say the new time.
    expect(new Set(stage.runs).size).toBe(2)
    const { clock } = stage.counters!
    expect(Math.abs(clock.engine - stage.time.wall * 1000)).toBeLessThan(1e6)
  })

  test('frames that the kernel dropped make a green call uncertain, and say so', () => {
    const stage = new Stage(GREEN).pass(6)
    stage.source.dropped = 3
    stage.pass(1.5)
    expect(stage.counters).toMatchObject({ dropped: 3, blindness: ['capture-loss'] })
    stage.pass(80)
    expect(stage.closed.map(({ grade, reasons }) => [grade, reasons])).toEqual([
      ['undetermined', ['capture-loss']],
    ])
  })

  test('an adapter that is pulled out makes the calls of then uncertain', () => {
    const stage = new Stage(GREEN).pass(6)
    stage.link = null
    stage.pass(1.5)
    expect(stage.counters).toMatchObject({ link: null, blindness: ['interface-gone', 'capture-loss'] })
    stage.pass(80)
    expect(stage.closed[0]).toMatchObject({ grade: 'undetermined', reasons: ['capture-loss'] })
  })

  test('what was shown to be open stays open, whatever was lost', () => {
    const stage = new Stage(RED).pass(6)
    stage.source.dropped = 3
    expect(stage.pass(30).closed[0]).toMatchObject({ grade: 'exposed', incomplete: ['capture-loss'] })
  })

  test('a socket that stays deaf is opened to the interface anew, every five seconds', () => {
    const stage = new Stage(RED)
    let passed = 0
    stage.pass(2)
    stage.countLink = () => (passed += 100)
    stage.source.isDeaf = true
    stage.pass(4)
    expect(stage.source.anew).toBe(0)
    stage.pass(12)
    expect(stage.counters?.blindness).toContain('deaf-socket')
    expect(stage.source.anew).toBe(3)
  })

  test('under pressure it samples, and says so; later it looks at everything again', () => {
    const stage = new Stage(GREEN)
    stage.source.filter = 'full'
    stage.pass(2)
    stage.source.fill = 0.8
    stage.pass(2)
    expect(stage.counters).toMatchObject({ filter: 'sampling', fill: 0.8 })
    stage.source.fill = 0.1
    stage.pass(12)
    expect(stage.counters).toMatchObject({ filter: 'full' })
    expect(stage.counters!.sampledSeconds).toBeGreaterThanOrEqual(10)
    stage.pass(80)
    expect(stage.closed[0]!.incomplete).toEqual(['sampled'])
  })

  test('other ports are let through as soon as they are configured', () => {
    const stage = new Stage(RED)
    stage.source.filter = 'sampling'
    const ports = { sip: [5070], tls: [], webSocket: [] }
    stage.say({ type: 'hello', protocol: PROTOCOL, config: { ...DEFAULT_CONFIG, ports } })
    expect(stage.source).toMatchObject({ filter: 'sampling', filters: assembleFilters(ports) })
  })

  test('parties leave it as the configuration says; another configuration begins another run', () => {
    const stage = new Stage(RED).pass(6)
    expect(stage.open.get('c-1')?.from).toContain('•')
    stage.say({ type: 'hello', protocol: PROTOCOL, config: { ...DEFAULT_CONFIG, privacy: 'none' } })
    stage.pass(1)
    expect(stage.closed[0]).toMatchObject({ grade: 'exposed', incomplete: ['truncated'] })
    stage.pass(80)
    expect(new Set(stage.runs).size).toBe(2)
    for (const report of [...stage.closed, ...stage.open.values()])
      if (report !== stage.closed[0]) expect(report).toMatchObject({ from: null, to: null })
  })

  test('told to end, it closes every call and says so', async () => {
    const stage = new Stage(RED).pass(6)
    stage.live.stop()
    expect(await stage.ended).toBeUndefined()
    stage.hear()
    expect(stage.closed).toHaveLength(1)
    expect(stage.closed[0]).toMatchObject({ grade: 'exposed', state: 'ended' })
    expect(stage.time.pending).toBe(0)
  })

  test('a source that is lost for good ends it; what was up is uncertain', async () => {
    const stage = new Stage(GREEN).pass(6)
    const failure = new Error('gone')
    stage.source.fail(failure)
    expect(await stage.ended).toBe(failure)
    stage.hear()
    expect(stage.closed[0]).toMatchObject({ grade: 'undetermined', reasons: ['capture-loss'] })
  })

  test('a live wire has no end: a source that stops by itself is a fault', async () => {
    const stage = new Stage(RED).pass(1)
    stage.source.stop()
    expect(await stage.ended).toBeInstanceOf(Error)
  })

  test('a minute without a frame is said', () => {
    const stage = new Stage(RED).pass(15)
    expect(stage.counters?.blindness).toEqual([])
    stage.pass(60)
    expect(stage.counters?.blindness).toEqual(['no-traffic'])
  })
})
