/** The box process with its journal: a real engine process on its socket, real kills, and `callseal report` over what is left. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import { EngineAtPath } from '../../src/app/box-process/index.ts'
import { StateClient } from '../../src/app/state-protocol/index.ts'
import { MACHINE_TIMERS } from '../../src/app/timers.ts'
import type { CallReport } from '../../src/core/index.ts'
import { Program, Programs, until } from '../tools/processes.ts'
import { buildCli, runCli } from '../tools/run-cli.ts'

const CAPTURE = join(import.meta.dirname, '../cases/two-calls/capture.pcap')
const MAIN = resolve(import.meta.dirname, '../../dist/app/main.js')

jest.setTimeout(120_000)

let programs: Programs
let folder: string
let boxes: Program[]
beforeAll(() => buildCli())
beforeEach(() => {
  programs = new Programs()
  boxes = []
  folder = mkdtempSync(join(tmpdir(), 'callseal-box-'))
})
afterEach(async () => {
  for (const box of boxes) if (box.isRunning) box.child.kill('SIGKILL')
  await programs.endAll()
  rmSync(folder, { recursive: true, force: true })
})

const journal = (): string => join(folder, 'journal')
const socket = (): string => join(folder, 'engine.sock')

const startBox = (yaml = ''): Program => {
  const file = join(folder, 'config.yaml')
  writeFileSync(file, yaml)
  const environment = { ...process.env, NODE_OPTIONS: '', CALLSEAL_JOURNAL_FOLDER: journal() }
  const args = [MAIN, 'run-box', '--socket', socket(), '--config', file]
  const box = new Program(
    spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment }),
  )
  boxes.push(box)
  return box
}

const reported = async (...options: string[]): Promise<(CallReport & { seq: number; type: string })[]> => {
  const { stdout, stderr, code } = await runCli(['report', '--json', '--journal', journal(), ...options])
  expect([code, stderr]).toEqual([0, ''])
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CallReport & { seq: number; type: string })
}

/** A reader that only looks on: what the engine says of closed calls while it does. */
const watch = (): { closed: Set<string>; stop: () => Promise<void> } => {
  const closed = new Set<string>()
  const nothing = (): void => undefined
  const now = (): number => performance.now()
  const client: StateClient = new StateClient({
    config: null,
    now: now(),
    listener: {
      onCall: nothing,
      onClosed: (call) => {
        closed.add(`${call.report.startedAt} ${call.report.callIds.join()}`)
        client.stored(call)
      },
      onPhone: nothing,
      onWire: nothing,
      onCounters: nothing,
      onHealth: nothing,
    },
  })
  const link = new EngineAtPath({ path: socket(), client, now, timers: MACHINE_TIMERS })
  link.start()
  return { closed, stop: () => link.stop() }
}

test('a box that is killed again and again loses no closed call and writes none twice', async () => {
  const engine = programs.start(
    'replay-engine.js',
    CAPTURE,
    '--socket',
    socket(),
    '--speed',
    '30',
    '--repeat',
  )
  const reader = watch()
  for (let kill = 0; kill < 5; kill++) {
    const box = startBox()
    const before = reader.closed.size
    await until(
      () => `more calls than ${before}; ${engine.stderr} ${box.stderr}`,
      () => reader.closed.size >= before + 3,
    )
    box.child.kill('SIGKILL')
    await box.ends()
  }
  const last = startBox()
  // The engine keeps nothing on a disk: what it still has must be told before it goes.
  await last.says('listening on replay0')
  engine.child.kill('SIGTERM')
  await engine.ends()
  await last.says('there is no engine')
  last.child.kill('SIGTERM')
  expect(await last.ends()).toBe(0)
  await reader.stop()
  const rows = (await reported()).filter(({ type }) => type === 'call')
  const names = rows.map(({ startedAt, callIds }) => `${startedAt} ${callIds.join()}`)
  expect(new Set(names).size).toBe(names.length)
  expect([...reader.closed].filter((name) => !names.includes(name))).toEqual([])
  expect(names.length).toBeGreaterThanOrEqual(15)
})

test('a wrong configuration is said, and the box keeps calls all the same', async () => {
  const box = startBox('mqtt:\n  url: nonsense\nprivacy:\n  parties: masked\n')
  await box.says('line 2: mqtt.url: "nonsense" cannot be taken')
  const engine = programs.start('replay-engine.js', CAPTURE, '--socket', socket(), '--speed', '30')
  await until(
    () => `a line of a call; ${box.stdout}`,
    () => box.stdout.includes('exposed'),
  )
  engine.child.kill('SIGTERM')
  await engine.ends()
  box.child.kill('SIGTERM')
  await box.ends()
  const rows = await reported()
  expect(rows.at(-1)).toMatchObject({ type: 'report', faults: [{ part: 'configuration', untilAt: null }] })
})

test('a second box on the same journal says so and keeps nothing', async () => {
  const first = startBox()
  await until(
    () => `the journal; ${first.stderr}`,
    () => first.stderr.includes('no engine can be reached'),
  )
  const second = startBox()
  await second.says('another program writes the journal')
})
