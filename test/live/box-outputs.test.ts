/** The box process with everything that it shows and tells: a real engine, a real broker, real kills. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { BoxSite } from '../tools/box-site.ts'
import { clientOf, describeWithBroker, freePort, Listener, TestBroker } from '../tools/broker.ts'
import { until, type Program } from '../tools/processes.ts'
import { buildCli } from '../tools/run-cli.ts'

jest.setTimeout(180_000)

let site: BoxSite
beforeAll(() => buildCli())
beforeEach(() => {
  site = new BoxSite()
})
afterEach(() => site.close())

/** Waits until the box says of itself what is wanted. */
const healthOf = async (
  wanted: (text: string) => boolean,
): Promise<{ text: string; code: number | null }> => {
  let last = { text: '', code: null as number | null }
  let isAsking = false
  await until(
    () => `a box that is as wanted; it said ${last.text}`,
    () => {
      if (wanted(last.text)) return true
      if (isAsking) return false
      isAsking = true
      void site.ask('health').then(({ stdout, stderr, code }) => {
        last = { text: stdout + stderr, code }
        isAsking = false
      })
      return false
    },
  )
  return last
}

describe('callseal health and survey', () => {
  test('say how the box is, and that there is none', async () => {
    expect(await site.ask('health')).toMatchObject({ code: 66, stderr: /no box can be asked at .*ENOENT/u })
    const engine = site.startEngine(30, '--repeat')
    site.startBox()
    const good = await healthOf((text) => text.includes('good: listens on replay0'))
    expect(good.code).toBe(0)
    expect(good.text).toMatch(/leds +There are no lights/u)
    engine.child.kill('SIGKILL')
    const blind = await healthOf((text) => text.includes('fault: '))
    expect(blind).toMatchObject({ code: 11, text: /there is no engine: nothing is seen/u })
  })

  test('a survey is started and stopped by a command, goes on after a kill, and is reported', async () => {
    site.startEngine(30, '--repeat')
    const box = site.startBox()
    await healthOf((text) => text.includes('good: listens'))
    expect(await site.ask('survey', 'stop')).toMatchObject({ code: 66, stderr: /no survey is running/u })
    expect(await site.ask('survey', 'start', 'Site A')).toMatchObject({
      code: 0,
      stdout: /survey Site A runs/u,
    })
    expect(await site.ask('survey', 'start', 'B')).toMatchObject({ code: 66, stderr: /Site A is running/u })
    await healthOf((text) => /survey Site A runs.*calls: \d+ open/u.test(text))
    box.child.kill('SIGKILL')
    await box.ends()
    site.startBox()
    await healthOf((text) => /survey Site A runs.*calls: \d+ open/u.test(text))
    expect(await site.ask('survey', 'stop')).toMatchObject({ code: 0, stdout: /survey Site A took/u })
    const rows = await site.reported('--survey', 'Site A')
    const { title, calls } = rows.at(-1) as unknown as { title: string; calls: Record<string, number> }
    expect([title, calls['exposed']]).toEqual(['Survey Site A', rows.length - 1])
    expect(rows.length).toBeGreaterThan(1)
  })

  test('a wrong key is on record, and without a journal the box goes on', async () => {
    site.startEngine(30, '--repeat')
    const box = site.startBox('mqtt:\n  url: nonsense\n', { CALLSEAL_JOURNAL_FOLDER: '/proc/callseal' })
    const { text, code } = await healthOf((words) => words.includes('good: listens'))
    expect(code).toBe(11)
    expect(text).toMatch(/wrong +.*line 2: mqtt.url: "nonsense" cannot be taken/u)
    expect(text).toMatch(/journal +there is no journal/u)
    await until(
      () => 'calls',
      () => box.stdout.includes('OPEN'),
    )
    expect(await site.ask('survey', 'start')).toMatchObject({ code: 66, stderr: /there is no journal/u })
  })
})

test('metrics are told where the configuration says, and nowhere else', async () => {
  const port = await freePort()
  const engine = site.startEngine(30, '--repeat')
  site.startBox(`metrics:\n  address: 127.0.0.1\n  port: ${port}\n`)
  await healthOf((text) => text.includes('good: listens'))
  const health = await fetch(`http://127.0.0.1:${port}/health`)
  expect([health.status, await health.json()]).toMatchObject([200, { state: 'good' }])
  await healthOf((text) => /ended today: \d+ open/u.test(text))
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  expect(text).toMatch(/callseal_calls_total\{grade="exposed"\} [1-9]/u)
  expect(text).toMatch(/callseal_packets_received_total \d+/u)
  await expect(fetch(`http://127.0.0.2:${port}/health`)).rejects.toThrow('fetch failed')
  engine.child.kill('SIGKILL')
  await healthOf((words) => words.includes('fault: '))
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(503)
})

interface Answer {
  readonly status: string
  readonly data: Readonly<Record<string, unknown>> | null
  readonly error: string | null
}

interface Event {
  readonly seq: number | null
  readonly type: string
  readonly id: string
}

describeWithBroker('the box and its broker', () => {
  let broker: TestBroker
  let listener: Listener
  let yaml: string
  beforeEach(async () => {
    broker = new TestBroker(site.folder, await freePort())
    await broker.start()
    listener = await Listener.start(broker.port, ['callseal/#', 'homeassistant/#'])
    yaml = `box:\n  id: lab-1\nmqtt:\n  url: mqtt://127.0.0.1:${broker.port}\n  phones: true\n  display: true\n`
  })
  afterEach(async () => {
    await listener.close()
    await broker.kill()
  })

  const seqs = (): Set<number> =>
    new Set(
      [...listener.rows<Event>('/call'), ...listener.rows<Event>('/finding')]
        .map(({ seq }) => seq)
        .filter((seq) => seq !== null),
    )

  const killedBetween = async (start: () => Program, times: number): Promise<Program> => {
    for (let kill = 0; kill < times; kill++) {
      const box = start()
      const before = seqs().size
      await until(
        () => `more events; the box said ${box.stderr}`,
        () => seqs().size > before + 5,
      )
      if (kill % 2 === 0) {
        await broker.save()
        await broker.kill()
        await box.says('broker: ')
        box.child.kill('SIGKILL')
        await box.ends()
        await broker.start()
      } else {
        box.child.kill('SIGKILL')
        await box.ends()
      }
    }
    return start()
  }

  test('tells it everything that the journal holds, whatever dies meanwhile', async () => {
    const engine = site.startEngine(30, '--repeat')
    const box = await killedBetween(() => site.startBox(yaml), 4)
    await box.says('connected to the broker')
    engine.child.kill('SIGTERM')
    await engine.ends()
    await box.says('there is no engine')
    const wanted = async (): Promise<number[]> =>
      (await site.records()).filter(({ kind }) => kind === 'call' || kind === 'finding').map(({ seq }) => seq)
    // What was told last is written within five seconds.
    let missing: number[] = [0]
    await until(
      () => `the last of it; missing ${missing.join()}`,
      () => {
        void wanted().then((all) => (missing = all.filter((seq) => !seqs().has(seq))))
        return missing.length === 0
      },
    )
    box.child.kill('SIGTERM')
    expect(await box.ends()).toBe(0)
    expect(seqs().size).toBeGreaterThan(20)
    const ends = listener.rows<Event>('/call').filter(({ type }) => type === 'end')
    const bySeq = new Map(ends.map((event) => [event.seq, event.id]))
    // Repetitions carry the same number.
    expect(ends.every(({ seq, id }) => bySeq.get(seq) === id)).toBe(true)
    expect(listener.rows<{ state: string }>('/bridge/state').at(-1)).toEqual({ state: 'offline' })
    expect(listener.rows<object>('homeassistant/device/callseal_lab-1/config').length).toBeGreaterThan(0)
    expect(listener.heard.some(({ topic }) => topic === 'callseal/lab-1/display')).toBe(true)
  })

  test('does what it is asked for, and restarts when it is asked to', async () => {
    site.startEngine(30, '--repeat')
    const box = site.startBox(yaml)
    await box.says('connected to the broker')
    const client = await clientOf(broker.port)
    // It hears requests when it has told who it is.
    await until(
      () => `the box at the broker; it said ${box.stderr}`,
      () => listener.rows('homeassistant/device/callseal_lab-1/config').length > 0,
    )
    const ask = (name: string, payload: string): Promise<Answer> => {
      const before = listener.rows(`bridge/response/${name}`).length
      client.publish(`callseal/lab-1/bridge/request/${name}`, payload)
      return until(
        () => `an answer to ${name}; the box said ${box.stderr}`,
        () => listener.rows<Answer>(`bridge/response/${name}`)[before],
      )
    }
    expect(await ask('survey', '{"action":"start","name":"by broker"}')).toMatchObject({
      status: 'ok',
      data: { name: 'by broker', isRunning: true },
    })
    expect(await ask('survey', 'stop')).toMatchObject({ status: 'ok', data: { isRunning: false } })
    expect(await ask('survey', 'stop')).toMatchObject({ status: 'error', error: 'no survey is running' })
    expect(await ask('page', '4')).toMatchObject({ status: 'ok', data: { page: 'health' } })
    expect(await ask('identify', '{"seconds":3}')).toMatchObject({ status: 'ok' })
    const report = await ask('report', '{"format":"csv"}')
    const file = String(report.data?.['file'])
    expect(file.startsWith(join(site.folder, 'state/reports/report-'))).toBe(true)
    expect(readFileSync(file, 'utf8')).toContain('grade')
    expect(await ask('restart', '')).toMatchObject({ status: 'ok' })
    expect(await box.ends()).toBe(0)
    await client.endAsync()
  })
})
