/** Events reach a real broker whatever dies: the broker, the connection, or the sender. None is lost; what comes twice has the same `seq`. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import { MqttOutput, type MqttOutputOptions } from '../../src/output/mqtt/index.ts'
import { describeWithBroker, freePort, Listener, Relay, TestBroker } from '../tools/broker.ts'
import { optionsFor } from '../tools/mqtt-box.ts'
import { MemoryCursor, NumberedSource } from '../tools/numbered-source.ts'
import { Programs, until } from '../tools/processes.ts'
import { buildCli } from '../tools/run-cli.ts'

jest.setTimeout(120_000)

interface CallRow {
  readonly seq: number
  readonly id: string
}

let folder: string
let port: number
let broker: TestBroker
let programs: Programs
let ends: (() => Promise<unknown>)[]

beforeAll(() => {
  buildCli()
})
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callseal-mqtt-'))
  port = await freePort()
  broker = new TestBroker(folder, port)
  programs = new Programs()
  ends = []
})
afterEach(async () => {
  for (const end of ends.reverse()) await end()
  await programs.endAll()
  await broker.kill()
  rmSync(folder, { recursive: true, force: true })
})

const listen = async (filters: readonly string[] = ['callseal/#']): Promise<Listener> => {
  const listener = await Listener.start(port, filters)
  ends.push(() => listener.close())
  return listener
}

const send = (options: MqttOutputOptions): MqttOutput => {
  const output = new MqttOutput(options)
  ends.push(() => output.stop())
  output.start()
  return output
}

const seqs = (listener: Listener): number[] => listener.rows<CallRow>('/call').map(({ seq }) => seq)

/** Counted as they come: to look at 10,000 messages again and again takes longer than to send them. */
const countSeqs = (listener: Listener): { readonly seen: Set<number> } => {
  const seen = new Set<number>()
  listener.client.on('message', (topic, payload) => {
    if (topic.endsWith('/call')) seen.add((JSON.parse(payload.toString()) as CallRow).seq)
  })
  return { seen }
}

const allOf = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)

/** Nothing missing, the order to be had again, and the same `seq` always the same event. */
const expectAll = (listener: Listener, count: number): void => {
  const rows = listener.rows<CallRow>('/call')
  const events = new Map<number, string>()
  for (const { seq, id } of rows) {
    expect(events.get(seq) ?? id).toBe(id)
    events.set(seq, id)
  }
  expect([...events.keys()].sort((a, b) => a - b)).toEqual(allOf(count))
  process.stderr.write(`mqtt: ${count} events, ${rows.length - count} of them twice\n`)
}

describeWithBroker('events and a real broker', () => {
  test('a backlog of 10,000 drains at 300 a second and more, and news do not wait behind it', async () => {
    await broker.start()
    const listener = await listen()
    const { seen } = countSeqs(listener)
    const source = new NumberedSource(10_000)
    const from = performance.now()
    send(optionsFor(port, { source }))
    await until(
      () => 'the first',
      () => seen.size > 100,
    )
    const waits: number[] = []
    while (seen.size < 9000) {
      source.append()
      const seq = source.lastSeq
      const appended = performance.now()
      await until(
        () => `news ${seq}`,
        () => seen.has(seq),
      )
      waits.push(performance.now() - appended)
    }
    await until(
      () => `all; ${seen.size}`,
      () => seen.size === source.lastSeq,
    )
    const rate = source.lastSeq / ((performance.now() - from) / 1000)
    const slowest = Math.max(...waits)
    process.stderr.write(
      `mqtt: ${Math.round(rate)} events a second; ${waits.length} news in between, the slowest after ${Math.round(slowest)} ms\n`,
    )
    expect(rate).toBeGreaterThan(300)
    expect(waits.length).toBeGreaterThan(0)
    // Behind the backlog it would have been many seconds.
    expect(slowest).toBeLessThan(2000)
    expectAll(listener, source.lastSeq)
    const { properties } = listener.heard.find(({ topic }) => topic.endsWith('/call'))!
    expect(properties).toMatchObject({ contentType: 'application/json', messageExpiryInterval: 604_800 })
    expect({ ...(properties['userProperties'] as object) }).toEqual({ schema: 'callseal.call/1' })
  })

  test('10,000 events through a broker that is killed again and again', async () => {
    await broker.start()
    const listener = await listen()
    const { seen } = countSeqs(listener)
    await broker.save()
    const source = new NumberedSource(10_000)
    const cursor = new MemoryCursor()
    const output = send(optionsFor(port, { source, cursor }))
    for (let kill = 1; kill <= 4; kill++) {
      await until(
        () => `part ${kill}; ${output.health.sentence}`,
        () => seen.size >= kill * 1800,
      )
      await broker.kill()
      await broker.start()
      await until(
        () => 'the listener',
        () => listener.client.connected,
      )
    }
    await until(
      () => `all; ${seen.size}`,
      () => seen.size === 10_000,
    )
    await until(
      () => 'the cursor',
      () => cursor.seq === 10_000,
    )
    expectAll(listener, 10_000)
    expect(output.health).toMatchObject({ state: 'up', waiting: 0 })
  })

  test('a broker that is away for the whole run, and comes back', async () => {
    await broker.start()
    const listener = await listen()
    await broker.save()
    await broker.kill()
    const source = new NumberedSource()
    const output = send(optionsFor(port, { source }))
    for (let i = 0; i < 100; i++) source.append(10)
    await until(
      () => 'trouble',
      () => output.health.state === 'trouble',
    )
    expect(output.health).toMatchObject({
      trouble: 'refused',
      waiting: 1000,
      sentence: `nothing listens at 127.0.0.1:${port}: start the broker, or correct mqtt.url`,
    })
    await broker.start()
    await until(
      () => output.health.sentence,
      () => output.health.waiting === 0,
    )
    await until(
      () => 'all',
      () => new Set(seqs(listener)).size === 1000,
    )
    expectAll(listener, 1000)
    expect(output.health.state).toBe('up')
  })

  test('the sender is killed at random and started again', async () => {
    await broker.start()
    const listener = await listen()
    const { seen } = countSeqs(listener)
    const file = join(folder, 'cursor')
    for (let kill = 1; kill <= 4; kill++) {
      const before = seen.size
      const sender = programs.start('mqtt-sender.js', `${port}`, file, '3000')
      await until(
        () => `events; ${sender.stderr}`,
        () => seen.size > before + 97 * kill || seen.size === 3000,
      )
      sender.child.kill('SIGKILL')
      await sender.ends()
    }
    const sender = programs.start('mqtt-sender.js', `${port}`, file, '3000')
    await until(
      () => `all; ${seen.size} ${sender.stderr}`,
      () => seen.size === 3000,
    )
    await until(
      () => 'the cursor',
      () => existsSync(file) && readFileSync(file, 'utf8') === '3000',
    )
    expectAll(listener, 3000)
  })

  test('a connection that is dead and does not say so', async () => {
    await broker.start()
    const listener = await listen()
    const { seen } = countSeqs(listener)
    const relay = new Relay(port)
    ends.push(() => relay.close())
    const source = new NumberedSource(200)
    const stallAfter = 1500
    const output = send(
      optionsFor(await relay.listen(), { source, limits: { stallAfter, shortestWait: 50 } }),
    )
    await until(
      () => 'the first',
      () => seen.size === 200,
    )
    await until(
      () => 'the state',
      () => listener.rows('/bridge/state').length > 0,
    )
    relay.isFrozen = true
    source.append(50)
    await until(
      () => `a new connection; ${output.health.sentence}`,
      () => relay.accepted > 1,
    )
    await until(
      () => `all; ${seen.size}`,
      () => seen.size === 250,
    )
    await until(
      () => 'the acknowledgements',
      () => output.health.waiting === 0,
    )
    expectAll(listener, 250)
    // The broker says offline for the dead connection before it lets the new one in, not after.
    expect(listener.rows<{ state: string }>('/bridge/state').map(({ state }) => state)).toEqual([
      'online',
      'offline',
      'online',
    ])
  })

  test('a slow broker takes everything, twenty at a time', async () => {
    await broker.start()
    const listener = await listen()
    const { seen } = countSeqs(listener)
    const relay = new Relay(port)
    relay.delay = 50
    ends.push(() => relay.close())
    const source = new NumberedSource(400)
    send(optionsFor(await relay.listen(), { source }))
    await until(
      () => `all; ${seen.size}`,
      () => seen.size === 400,
    )
    // Twenty every 100 ms at most.
    expect(seqs(listener)).toEqual(allOf(400))
  })

  test('a full queue of somebody who is away: nobody else misses anything', async () => {
    broker = new TestBroker(folder, await freePort(), ['allow_anonymous true', 'max_queued_messages 50'])
    port = broker.port
    await broker.start()
    const away = await listen()
    await away.client.endAsync()
    const present = await listen(['callseal/+/call', 'callseal/+/gap'])
    const { seen } = countSeqs(present)
    const output = send(optionsFor(port, { source: new NumberedSource(500) }))
    await until(
      () => `all; ${seen.size} ${output.health.sentence}`,
      () => seen.size === 500 && output.health.waiting === 0,
    )
    expectAll(present, 500)
    // It was full indeed.
    expect(broker.log).toMatch(/messages are being dropped/)
  })

  test('a broker that allows three at a time is obeyed', async () => {
    broker = new TestBroker(folder, await freePort(), ['allow_anonymous true', 'max_inflight_messages 3'])
    port = broker.port
    await broker.start()
    const listener = await listen()
    const { seen } = countSeqs(listener)
    const output = send(optionsFor(port, { source: new NumberedSource(300) }))
    await until(
      () => `all; ${seen.size} ${output.health.sentence}`,
      () => seen.size === 300,
    )
    expect(listener.heard.filter(({ topic }) => topic.endsWith('/state'))).toHaveLength(1)
    expect(broker.log).not.toMatch(/receive maximum|protocol error/i)
  })
})
