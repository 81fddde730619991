/** The two processes as they are: real children, real sockets, real signals; only the wire is a capture that is played. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { EngineAtPath } from '../../src/app/box-process/index.ts'
import {
  DEFAULT_CONFIG,
  PROTOCOL,
  StateClient,
  type EngineConfig,
  type EngineCounters,
  type EngineHealth,
  type EngineMessage,
  type ToldCall,
} from '../../src/app/state-protocol/index.ts'
import { MACHINE_TIMERS } from '../../src/app/timers.ts'
import type { CallReport, PhoneReport } from '../../src/core/index.ts'
import { childrenOf, isAlive, memoryOf, Programs, until, type Program } from '../tools/processes.ts'
import { validateRow } from '../tools/report-schema.ts'
import { buildCli, runCli } from '../tools/run-cli.ts'

const capture = (name: string): string => join(import.meta.dirname, '..', 'cases', name, 'capture.pcap')
const RED = capture('sip-udp-rtp-plain')
const GREEN = capture('sip-tls13-srtp')

type Row = CallReport | PhoneReport

jest.setTimeout(120_000)

let programs: Programs
let folder: string
let boxes: TestBox[]

beforeAll(() => {
  buildCli()
})
beforeEach(() => {
  programs = new Programs()
  folder = mkdtempSync(join(tmpdir(), 'callseal-live-'))
  boxes = []
})
afterEach(async () => {
  for (const box of boxes) await box.close()
  await programs.endAll()
  rmSync(folder, { recursive: true, force: true })
})

const isCall = (row: Row): row is CallReport => row.type === 'call'

const engineOf = (run: Program): Promise<number> =>
  until(
    () => `an engine; ${run.stderr}`,
    () => childrenOf(run.pid)[0],
  )

/** A box in this process, on the engine's socket; it stores when the test says so. */
class TestBox {
  readonly open = new Map<string, ToldCall>()
  readonly closed: ToldCall[] = []
  readonly health: EngineHealth[] = []
  counters: EngineCounters | null = null
  /** Counters so far. */
  beats = 0
  readonly client: StateClient
  readonly link: EngineAtPath
  storesAtOnce = true
  #isClosed = false

  constructor(path: string, config: EngineConfig | null = DEFAULT_CONFIG) {
    const now = (): number => performance.now()
    this.client = new StateClient({
      config,
      now: now(),
      listener: {
        onCall: (call) => this.open.set(`${call.run} ${call.id}`, call),
        onClosed: (call) => {
          this.open.delete(`${call.run} ${call.id}`)
          this.closed.push(call)
          if (this.storesAtOnce) this.client.stored(call)
        },
        onPhone: () => undefined,
        onWire: () => undefined,
        onCounters: (counters) => {
          this.counters = counters
          this.beats++
        },
        onHealth: (health) => this.health.push(health),
      },
    })
    this.link = new EngineAtPath({ path, client: this.client, now, timers: MACHINE_TIMERS })
    boxes.push(this)
    this.link.start()
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.link.stop()
  }

  sees<T>(what: string, probe: (box: TestBox) => T | null | undefined | false): Promise<T> {
    return until(
      () => `${what}; health ${this.health.join()}, ${this.closed.length} closed, ${this.open.size} open`,
      () => probe(this),
    )
  }
}

const socketPath = (): string => join(folder, 'engine.sock')

/** An engine that listens. */
const startEngine = async (...args: string[]): Promise<Program> => {
  const engine = programs.start('replay-engine.js', '--socket', socketPath(), ...args)
  await until(
    () => `the socket; ${engine.stderr}`,
    () => existsSync(socketPath()) || !engine.isRunning,
  )
  return engine
}

/** Bytes to and from the engine, without any protocol in between. */
const rawClient = async (): Promise<{ socket: Socket; text: () => string; isOver: () => boolean }> => {
  const socket = connect(socketPath())
  let text = ''
  let isOver = false
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  socket.on('error', () => undefined).on('close', () => (isOver = true))
  await new Promise((resolve) => socket.once('connect', resolve))
  return { socket, text: () => text, isOver: () => isOver }
}

describe('callseal run', () => {
  test('prints rows as the schema says, how it listens, and ends with the exit code of what it saw', async () => {
    const run = programs.start('replay-run.js', '--json', RED, '--speed', '4')
    await run.says('listening on replay0: memory')
    await run.row<Row>('an open call', (row) => isCall(row) && row.grade === 'exposed')
    run.child.kill('SIGTERM')
    expect(await run.ends()).toBe(10)
    const rows = run.rows<Row>()
    for (const row of rows) expect(validateRow(row)).toEqual([])
    const last = rows.filter(isCall).at(-1)
    expect(last).toMatchObject({ id: 'c-1', state: 'ended', grade: 'exposed' })
    expect(last?.from).toContain('•')
  })

  test('a call that is private: exit code 0, by Ctrl-C too', async () => {
    const run = programs.start('replay-run.js', '--json', GREEN)
    await run.row<Row>('a green call', (row) => isCall(row) && row.grade === 'protected')
    // As a terminal does it: to both.
    process.kill(await engineOf(run), 'SIGINT')
    run.child.kill('SIGINT')
    expect(await run.ends()).toBe(0)
    expect(run.rows<Row>().filter(isCall).at(-1)).toMatchObject({ grade: 'protected', state: 'ended' })
  })

  test('without --json a line a change', async () => {
    const run = programs.start('replay-run.js', RED, '--speed', '2')
    await until(
      () => `a line; ${run.stdout}`,
      () => run.stdout.includes('exposed: Voice is not encrypted'),
    )
    run.child.kill('SIGTERM')
    expect(await run.ends()).toBe(10)
    expect(run.stdout).toMatch(/^ {2}\d+\.\d s +c-1 +OPEN +.*exposed: Voice is not encrypted \(over\)$/m)
  })

  test('an engine that is killed is started again; what was open is truncated and not green', async () => {
    const run = programs.start('replay-run.js', '--json', GREEN)
    await run.row<Row>('a green call', (row) => isCall(row) && row.grade === 'protected')
    const first = await engineOf(run)
    process.kill(first, 'SIGKILL')
    const truncated = await run.row<Row>(
      'a truncated call',
      (row) => isCall(row) && row.incomplete.includes('truncated'),
    )
    expect(truncated).toMatchObject({
      id: 'c-1',
      state: 'ended',
      grade: 'undetermined',
      reasons: ['truncated'],
    })
    await run.says('the engine was ended by SIGKILL; it is started again')
    // The next one plays the capture from its beginning: another call, under another name.
    await run.row<Row>(
      'a call of the next engine',
      ({ type, ...row }) => type === 'call' && 'id' in row && row.id === 'c-1.2',
    )
    expect(await engineOf(run)).not.toBe(first)
    run.child.kill('SIGTERM')
    expect(await run.ends()).toBe(11)
  })

  test('when the box is killed, the engine ends by itself', async () => {
    const run = programs.start('replay-run.js', '--json', RED)
    await run.says('listening')
    const engine = await engineOf(run)
    run.child.kill('SIGKILL')
    await run.ends()
    await until(
      () => `the end of engine ${engine}`,
      () => !isAlive(engine),
    )
  })

  test('an engine that ends with an error is tried again; told to end meanwhile, it ends', async () => {
    const run = programs.start('replay-run.js', '--json', join(folder, 'no-such.pcap'))
    await run.says('it is started again')
    run.child.kill('SIGTERM')
    expect(await run.ends()).toBe(11)
  })

  test('an interface that does not exist ends it at once, with the reason', async () => {
    const { code, stdout, stderr } = await runCli(['run', '--json', '--interface', 'callseal-no0'])
    expect({ code, stdout, stderr }).toEqual({
      code: 66,
      stdout: '',
      stderr: expect.stringContaining('there is no network interface callseal-no0') as unknown,
    })
  })

  test.each([
    [['--interface', '../../etc']],
    [['--interface', 'a'.repeat(16)]],
    [['--interface', 'lo', '--source', 'pigeon']],
    [['--interface', 'lo', '--parties', 'some']],
    [['--interface', 'lo', '--sip-ports', '5060,sip']],
    [['--interface', 'lo', '--tls-ports', '65536']],
    [['--interface', 'lo', '--websocket-ports', Array.from({ length: 17 }, (_, i) => 8000 + i).join()]],
    [['--interface', 'lo', '--filter', 'some']],
  ])('%j makes no sense', async (options) => {
    expect((await runCli(['run', ...options])).code).toBe(64)
  })
})

describe('an engine on a socket', () => {
  test('what is not acknowledged is told again to the next box; what is acknowledged is not', async () => {
    await startEngine(RED, '--repeat', '--speed', '20')
    const first = new TestBox(socketPath())
    first.storesAtOnce = false
    const [stored, kept] = await first.sees('two closed calls', ({ closed }) =>
      closed.length >= 2 ? ([closed[0]!, closed[1]!] as const) : null,
    )
    first.client.stored(stored)
    first.link.flush()
    await first.sees('that the engine heard it', ({ counters, closed }) =>
      counters === null ? null : counters.calls.unacknowledged < closed.length,
    )
    await first.close()
    const second = new TestBox(socketPath())
    await second.sees('the other call', ({ closed }) => closed.some(({ id }) => id === kept.id))
    expect(second.closed.map(({ id }) => id)).not.toContain(stored.id)
    await second.sees('all acknowledged', ({ counters }) => counters?.calls.unacknowledged === 0)
  })

  test('engine and box die both: nothing that was stored is told again, nothing open stays open', async () => {
    const engine = await startEngine(GREEN)
    const box = new TestBox(socketPath())
    await box.sees('a call', ({ open }) => open.size > 0)
    engine.child.kill('SIGKILL')
    await engine.ends()
    await box.sees('the fault', ({ client }) => client.health === 'no-engine')
    // The socket that the dead engine left is no obstacle.
    await startEngine(GREEN)
    await box.sees('good again', ({ client }) => client.health === 'good')
    await box.sees('the truncated call', ({ closed }) => closed.length === 1)
    expect(box.closed[0]!.report).toMatchObject({ grade: 'undetermined', incomplete: ['truncated'] })
    await box.sees('a call of the new run', ({ open }) =>
      [...open.values()].find(({ run }) => run !== box.closed[0]!.run),
    )
  })

  test('a box that hangs costs the engine nothing: it goes on, its memory is bounded, and the box sees the newest', async () => {
    const engine = await startEngine(RED, '--repeat', '--speed', '400')
    const idle = programs.start('idle-box.js', socketPath())
    await idle.row<EngineMessage>('live', ({ type }) => type === 'live')
    idle.child.kill('SIGSTOP')
    const reader = new TestBox(socketPath(), null)
    // More than any socket buffer holds, for more seconds than heartbeats fit in between two calls.
    await reader.sees('many calls that nobody acknowledges', ({ counters, beats }) => {
      return counters !== null && counters.calls.unacknowledged > 400 && beats > 12
    })
    expect(reader.health).toEqual(['good'])
    expect(reader.counters!.received).toBeGreaterThan(200_000)
    expect(memoryOf(engine.pid)).toBeLessThan(300)
    const lines = idle.rows().length
    const { received } = reader.counters!
    idle.child.kill('SIGCONT')
    await idle.row<EngineMessage>(
      'newer counters',
      (row) => row.type === 'counters' && row.counters.received >= received,
    )
    const rows = idle.rows<EngineMessage>().slice(lines)
    // Not one for each second that it slept through, and no call in two revisions that are both old.
    expect(rows.filter(({ type }) => type === 'counters').length).toBeLessThan(reader.beats - 4)
    const { closed } = reader
    await idle.row<EngineMessage>(
      'the last call',
      (row) => row.type === 'call' && row.id === closed.at(-1)?.id,
    )
  })

  test('another configuration begins another run, whose reports are as private as it says', async () => {
    await startEngine(RED, '--parties', 'full')
    const box = new TestBox(socketPath(), { ...DEFAULT_CONFIG, privacy: 'full' })
    const call = await box.sees('an open call', ({ open }) =>
      [...open.values()].find(({ report }) => report.from),
    )
    expect(call.report.from).not.toContain('•')
    box.client.configure({ ...DEFAULT_CONFIG, privacy: 'none' })
    box.link.flush()
    const last = await box.sees('its end', ({ closed }) => closed[0])
    expect(last).toMatchObject({ run: call.run, id: call.id })
    expect(last.report.incomplete).toContain('truncated')
    expect(last.report.from).toBeNull()
    const next = await box.sees('a call of the next run', ({ open }) =>
      [...open.values()].find(({ run }) => run !== call.run),
    )
    expect(next.report.from).toBeNull()
  })

  test('told to end, it closes its calls, says so to everybody and goes', async () => {
    const engine = await startEngine(RED)
    const box = new TestBox(socketPath())
    await box.sees('a red call', ({ open }) =>
      [...open.values()].some(({ report }) => report.grade === 'exposed'),
    )
    engine.child.kill('SIGTERM')
    expect(await engine.ends()).toBe(0)
    await box.sees('its end', ({ closed }) => closed.length === 1)
    expect(box.closed[0]!.report).toMatchObject({ grade: 'exposed', state: 'ended' })
    expect(existsSync(socketPath())).toBe(false)
  })

  test('told to end while the box hangs and cannot be told anything, it goes all the same', async () => {
    const engine = await startEngine(RED, '--repeat', '--speed', '400')
    const idle = programs.start('idle-box.js', socketPath())
    await idle.row<EngineMessage>('live', ({ type }) => type === 'live')
    idle.child.kill('SIGSTOP')
    const reader = new TestBox(socketPath(), null)
    await reader.sees('many calls', ({ counters }) => (counters?.calls.unacknowledged ?? 0) > 150)
    engine.child.kill('SIGTERM')
    expect(await engine.ends()).toBe(0)
  })

  test('its socket is for owner and group; a second engine does not take it', async () => {
    const engine = await startEngine(RED)
    expect(statSync(socketPath()).mode & 0o777).toBe(0o660)
    const second = programs.start('replay-engine.js', '--socket', socketPath(), RED)
    expect(await second.ends()).toBe(66)
    expect(second.stderr).toContain(`another engine listens on ${socketPath()}`)
    expect(engine.isRunning).toBe(true)
  })

  test('version skew is answered with a clear error and closed', async () => {
    await startEngine(RED)
    const client = await rawClient()
    client.socket.write('{"type":"hello","protocol":2,"config":null}\n')
    await until(client.text, client.isOver)
    expect(JSON.parse(client.text())).toMatchObject({ type: 'error', protocol: PROTOCOL, code: 'protocol' })
  })

  test('half a line, rubbish and a line of 64 KiB + 1 harm nobody', async () => {
    await startEngine(RED)
    const box = new TestBox(socketPath())
    await box.sees('good', ({ client }) => client.health === 'good')
    const half = await rawClient()
    half.socket.write('{"type":"hello","proto')
    half.socket.destroy()
    const wild = await rawClient()
    wild.socket.write(`${'x'.repeat(65_537)}\n{}\n`)
    wild.socket.write(`{"type":"hello","protocol":${PROTOCOL},"config":null}\n`)
    await until(wild.text, () => wild.text().includes('"live"'))
    wild.socket.destroy()
    expect(box.health).toEqual(['good'])
  })

  test('who says nothing is not kept', async () => {
    await startEngine(RED)
    const mute = await rawClient()
    await until(() => 'the engine to hang up', mute.isOver)
    expect(mute.text()).toBe('')
  })
})
