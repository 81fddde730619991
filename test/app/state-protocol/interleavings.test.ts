/**
 * Both state machines against each other, in any order of events: calls that come, change and end, bytes that arrive in pieces, connections that
 * break, engines and boxes that die, journals that lag, configurations that change. Whatever happened, once both are left alone
 * - nothing acknowledged is lost: the box has stored it, with the revision that the engine meant;
 * - every call that an engine closed is stored, or the engine died with it, or it was dropped and counted;
 * - in one life the box hears of the end of each call once;
 * - the box believes of every live call what the engine said last, and believes in no other.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  keyOf,
  MAX_CLOSED,
  StateClient,
  StateServer,
  type ClientSeat,
  type EngineConfig,
  type ToldCall,
} from '../../../src/app/state-protocol/index.ts'
import { callNumber, CONFIG, counters } from '../../fakes/state.ts'

/** A process pair and the socket between them; the journal is what survives the box. */
class World {
  readonly journal = new Map<string, ToldCall>()
  /** Last report by call that an engine closed, and engines that are dead. */
  readonly closed = new Map<string, number>()
  readonly open = new Map<string, number>()
  readonly believed = new Map<string, number>()
  dropped = 0
  #runs = 0
  #now = 0
  server: StateServer
  client: StateClient
  #seat: ClientSeat | null = null
  #toBox: Buffer = Buffer.alloc(0)
  #toEngine: Buffer = Buffer.alloc(0)
  #lag: ToldCall[] = []
  #config: EngineConfig = CONFIG
  #markers = 0

  constructor() {
    this.server = this.#newServer()
    this.client = this.#newClient()
  }

  get run(): string {
    return this.server.run
  }

  openOrChange(number: number): void {
    const key = keyOf({ run: this.run, id: `c-${number}` })
    if (this.closed.has(key)) return
    const marker = ++this.#markers
    this.open.set(key, marker)
    this.server.onCall(callNumber(number, marker), false)
  }

  close(number: number): void {
    const key = keyOf({ run: this.run, id: `c-${number}` })
    if (this.closed.has(key)) return
    const marker = ++this.#markers
    this.open.delete(key)
    this.closed.set(key, marker)
    this.server.onCall(callNumber(number, marker), true)
  }

  connect(): void {
    if (this.#seat !== null) return
    this.#seat = this.server.open()
    this.client.onConnected(this.#now)
  }

  disconnect(): void {
    if (this.#seat === null) return
    this.server.close(this.#seat)
    this.#seat = null
    this.#toBox = this.#toEngine = Buffer.alloc(0)
    this.client.onDisconnected(this.#now)
  }

  /** Moves some bytes each way: at most `lines` lines are written, at most `bytes` bytes arrive. */
  move(lines: number, bytes: number): void {
    if (this.#seat === null) return
    const written = [this.#toBox]
    for (let i = 0; i < lines; i++) {
      const line = this.server.take(this.#seat)
      if (line === null) break
      written.push(Buffer.from(line))
    }
    const answered = [this.#toEngine]
    for (let line = this.client.take(); line !== null; line = this.client.take())
      answered.push(Buffer.from(line))
    const [toBox, toEngine] = [Buffer.concat(written), Buffer.concat(answered)].map((all) =>
      all.subarray(0, bytes),
    ) as [Buffer, Buffer]
    this.#toBox = Buffer.concat(written).subarray(bytes)
    this.#toEngine = Buffer.concat(answered).subarray(bytes)
    if (toBox.length > 0) this.client.onBytes(toBox, this.#now)
    if (toEngine.length > 0) this.server.onBytes(this.#seat, toEngine)
    this.#checkAcks()
  }

  beat(): void {
    this.#now += 500
    this.server.onCounters(counters({ received: this.#now }))
    this.client.onTick(this.#now)
  }

  /** The journal catches up by one call. */
  store(): void {
    const call = this.#lag.shift()
    if (call === undefined) return
    this.#write(call)
    this.client.stored(call)
  }

  engineDies(isKnown: boolean): void {
    this.disconnect()
    if (isKnown) this.client.onEngineGone(this.#now)
    this.#forgetRun()
    this.dropped += this.server.calls.dropped
    this.server = this.#newServer()
  }

  boxDies(): void {
    this.disconnect()
    this.#lag = []
    this.believed.clear()
    this.client = this.#newClient()
  }

  configure(privacy: EngineConfig['privacy']): void {
    this.#config = { ...CONFIG, privacy }
    this.client.configure(this.#config)
  }

  /** Leaves both alone until nothing is to be said. */
  settle(): void {
    for (let round = 0; round < 12; round++) {
      this.connect()
      this.beat()
      for (let i = 0; i < 4; i++) this.move(1000, 1 << 24)
      while (this.#lag.length > 0) this.store()
    }
  }

  #newServer(): StateServer {
    return new StateServer({
      run: `run-${++this.#runs}`,
      config: CONFIG,
      clock: () => counters().clock,
      onConfig: () => {
        // What was open is closed by the server itself: with another report, so any will do.
        for (const key of this.open.keys()) this.closed.set(key, NaN)
        this.open.clear()
        return `run-${++this.#runs}`
      },
    })
  }

  #newClient(): StateClient {
    const believe = (call: ToldCall): void => {
      const key = keyOf(call)
      const last = this.believed.get(key) ?? 0
      // Time does not run backwards, and nothing that is stored comes to life again.
      if (call.report.durationSeconds < last) throw new Error(`${key} went back`)
      if (this.journal.has(key)) return
      this.believed.set(key, call.report.durationSeconds)
    }
    const told = new Set<string>()
    return new StateClient({
      config: this.#config,
      now: this.#now,
      listener: {
        onCall: believe,
        onClosed: (call) => {
          if (told.has(keyOf(call))) throw new Error(`${keyOf(call)} was told to be over twice`)
          told.add(keyOf(call))
          this.believed.delete(keyOf(call))
          this.#lag.push(call)
        },
        onPhone: () => undefined,
        onWire: () => undefined,
        onCounters: () => undefined,
        onHealth: () => undefined,
      },
    })
  }

  #write(call: ToldCall): void {
    this.journal.set(keyOf(call), call)
  }

  #forgetRun(): void {
    // Its calls die with it; what they are in the box is for the box to say.
    for (const key of [...this.open.keys(), ...this.closed.keys()]) {
      this.open.delete(key)
      this.closed.delete(key)
    }
  }

  /** An engine that gave up a closed call did it because it is stored. */
  #checkAcks(): void {
    const kept = new Set(this.server.calls.keys())
    for (const key of this.closed.keys())
      if (!kept.has(key) && this.server.calls.dropped === 0)
        expect([key, this.journal.has(key)]).toEqual([key, true])
  }
}

type Step = readonly [weight: number, step: fc.Arbitrary<(world: World) => void>]

const number = fc.integer({ min: 1, max: 6 })
const always = (step: (world: World) => void): fc.Arbitrary<(world: World) => void> => fc.constant(step)
const STEPS: readonly Step[] = [
  [8, number.map((n) => (world) => world.openOrChange(n))],
  [4, number.map((n) => (world) => world.close(n))],
  [
    12,
    fc.tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom(1, 100, 3000, 1 << 20)).map(
      ([lines, bytes]) =>
        (world) =>
          world.move(lines, bytes),
    ),
  ],
  [4, always((world) => world.connect())],
  [1, always((world) => world.disconnect())],
  [3, always((world) => world.store())],
  [3, always((world) => world.beat())],
  [1, fc.boolean().map((isKnown) => (world) => world.engineDies(isKnown))],
  [1, always((world) => world.boxDies())],
  [
    1,
    fc.constantFrom('masked' as const, 'none' as const).map((privacy) => (world) => world.configure(privacy)),
  ],
]

const anyStep = fc.oneof(...STEPS.map(([weight, arbitrary]) => ({ weight, arbitrary })))

describe('engine and box in any order', () => {
  test('nothing acknowledged is lost, nothing closed is lost, the newest of every live call arrives', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 20, maxLength: 150, size: 'max' }), (steps) => {
        const world = new World()
        for (const step of steps) step(world)
        world.settle()
        expect(world.dropped + world.server.calls.dropped).toBe(0)
        expect(world.server.calls.closedCount).toBe(0)
        for (const [key, marker] of world.closed) {
          expect([key, world.journal.has(key)]).toEqual([key, true])
          if (!Number.isNaN(marker)) expect(world.journal.get(key)?.report.durationSeconds).toBe(marker)
        }
        expect(world.believed).toEqual(world.open)
        expect(world.client.openCount).toBe(world.open.size)
        expect(world.client.health).toBe('good')
      }),
      { seed: 20261123, numRuns: 300 },
    )
  })

  test('more closed calls than are kept: what is lost is counted, the rest is stored', () => {
    const world = new World()
    world.connect()
    world.move(10, 1 << 20)
    const many = MAX_CLOSED + 500
    for (let n = 1; n <= many; n++) world.close(n)
    world.settle()
    expect(world.server.calls.dropped).toBe(500)
    expect(world.journal.size).toBe(MAX_CLOSED)
    expect(world.believed.size).toBe(0)
  })
})
