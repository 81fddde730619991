/** The broker's side for longer: both ends killed at random, and a dead connection with the limits as they are delivered. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { MqttOutput } from '../../src/output/mqtt/index.ts'
import { describeWithBroker, freePort, Listener, Relay, TestBroker } from '../tools/broker.ts'
import { optionsFor } from '../tools/mqtt-box.ts'
import { NumberedSource } from '../tools/numbered-source.ts'
import { Programs, until } from '../tools/processes.ts'
import { buildCli } from '../tools/run-cli.ts'

const EVENTS = 40_000
const KILLS = 20

let folder: string
let broker: TestBroker
let listener: Listener
let seen: Set<number>
let programs: Programs

beforeAll(() => {
  buildCli()
})
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callseal-mqtt-long-'))
  programs = new Programs()
  broker = new TestBroker(folder, await freePort())
  await broker.start()
  listener = await Listener.start(broker.port, ['callseal/#'])
  seen = new Set()
  listener.client.on('message', (topic, payload) => {
    if (topic.endsWith('/call')) seen.add((JSON.parse(payload.toString()) as { seq: number }).seq)
  })
  await broker.save()
})
afterEach(async () => {
  await programs.endAll()
  await listener.close()
  await broker.kill()
  rmSync(folder, { recursive: true, force: true })
})

describeWithBroker('a broker and a sender', () => {
  test(`both killed, ${KILLS} times each: ${EVENTS} events, none lost`, async () => {
    const file = join(folder, 'cursor')
    const start = (): ReturnType<Programs['start']> =>
      programs.start('mqtt-sender.js', `${broker.port}`, file, `${EVENTS}`)
    let sender = start()
    for (let kill = 1; kill <= KILLS; kill++) {
      const enough = Math.min(EVENTS, seen.size + Math.floor(Math.random() * 1500))
      await until(
        () => `${enough} events; ${seen.size} ${sender.stderr}`,
        () => seen.size >= enough,
      )
      sender.child.kill('SIGKILL')
      await broker.kill()
      await sender.ends()
      sender = start()
      await broker.start()
      await until(
        () => 'the listener',
        () => listener.client.connected,
      )
    }
    for (let before = -1; seen.size < EVENTS && before !== seen.size;) {
      before = seen.size
      await until(
        () => `more than ${before}; ${sender.stderr}`,
        () => seen.size > Math.min(EVENTS - 1, before + 5000),
      )
    }
    await until(
      () => 'the cursor',
      () => existsSync(file) && readFileSync(file, 'utf8') === String(EVENTS),
    )
    expect(seen.size).toBe(EVENTS)
  })

  test('a dead connection is left after 30 s', async () => {
    const relay = new Relay(broker.port)
    const source = new NumberedSource(10)
    const output = new MqttOutput({ ...optionsFor(await relay.listen(), { source }), limits: {} })
    output.start()
    await until(
      () => output.health.sentence,
      () => seen.size === 10,
    )
    relay.isFrozen = true
    source.append(10)
    const frozen = performance.now()
    for (let i = 0; i < 2 && relay.accepted === 1; i++)
      await until(
        () => output.health.sentence,
        () => relay.accepted > 1 || performance.now() - frozen > 25_000 * (i + 1),
      )
    await until(
      () => output.health.sentence,
      () => seen.size === 20,
    )
    const seconds = (performance.now() - frozen) / 1000
    expect(seconds).toBeGreaterThan(29)
    expect(seconds).toBeLessThan(40)
    await output.stop()
    await relay.close()
  })
})
