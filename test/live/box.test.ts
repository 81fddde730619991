/** The box process with its journal: a real engine process on its socket, real kills, and `callseal report` over what is left. */
import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import { EngineAtPath } from '../../src/app/box-process/index.ts'
import { StateClient } from '../../src/app/state-protocol/index.ts'
import { MACHINE_TIMERS } from '../../src/app/timers.ts'
import { BoxSite } from '../tools/box-site.ts'
import { until } from '../tools/processes.ts'
import { buildCli } from '../tools/run-cli.ts'

jest.setTimeout(120_000)

let site: BoxSite
beforeAll(() => buildCli())
beforeEach(() => {
  site = new BoxSite()
})
afterEach(() => site.close())

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
  const link = new EngineAtPath({ path: site.socket, client, now, timers: MACHINE_TIMERS })
  link.start()
  return { closed, stop: () => link.stop() }
}

test('a box that is killed again and again loses no closed call and writes none twice', async () => {
  const engine = site.startEngine(30, '--repeat')
  const reader = watch()
  for (let kill = 0; kill < 5; kill++) {
    const box = site.startBox()
    const before = reader.closed.size
    await until(
      () => `more calls than ${before}; ${engine.stderr} ${box.stderr}`,
      () => reader.closed.size >= before + 3,
    )
    box.child.kill('SIGKILL')
    await box.ends()
  }
  const last = site.startBox()
  // The engine keeps nothing on a disk: what it still has must be told before it goes.
  await last.says('listening on replay0')
  engine.child.kill('SIGTERM')
  await engine.ends()
  await last.says('there is no engine')
  last.child.kill('SIGTERM')
  expect(await last.ends()).toBe(0)
  await reader.stop()
  const rows = (await site.reported()).filter(({ type }) => type === 'call')
  const names = rows.map(({ startedAt, callIds }) => `${startedAt} ${callIds.join()}`)
  expect(new Set(names).size).toBe(names.length)
  expect([...reader.closed].filter((name) => !names.includes(name))).toEqual([])
  expect(names.length).toBeGreaterThanOrEqual(15)
})

test('a wrong configuration is said, and the box keeps calls all the same', async () => {
  const box = site.startBox('mqtt:\n  url: nonsense\nprivacy:\n  parties: masked\n')
  await box.says('line 2: mqtt.url: "nonsense" cannot be taken')
  const engine = site.startEngine()
  await until(
    () => `a line of a call; ${box.stdout}`,
    () => box.stdout.includes('exposed'),
  )
  engine.child.kill('SIGTERM')
  await engine.ends()
  box.child.kill('SIGTERM')
  await box.ends()
  const rows = await site.reported()
  expect(rows.at(-1)).toMatchObject({
    type: 'report',
    faults: [
      { part: 'configuration', untilAt: null },
      { part: 'engine', sentence: 'there is no engine: nothing is seen' },
    ],
  })
})

test('a second box on the same journal says so and keeps nothing', async () => {
  const first = site.startBox()
  await until(
    () => `the journal; ${first.stderr}`,
    () => first.stderr.includes('no engine can be reached'),
  )
  const second = site.startBox()
  await second.says('another program writes the journal')
})
