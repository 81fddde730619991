/** What a real broker holds of the box, what Home Assistant would hear, what is asked over it, and what is left when the box goes. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import type { MqttClient } from 'mqtt'
import {
  cleanBroker,
  MACHINE,
  MqttOutput,
  tryBroker,
  type BoxRequest,
  type Json,
  type MqttOutputOptions,
} from '../../src/output/mqtt/index.ts'
import { exposedCall, hostileCall, phone } from '../fakes/reports.ts'
import { clientOf, describeWithBroker, freePort, Listener, Relay, TestBroker } from '../tools/broker.ts'
import { brokerAt, GOOD_STATE, IDENTITY, optionsFor } from '../tools/mqtt-box.ts'
import { until } from '../tools/processes.ts'

jest.setTimeout(60_000)

const DISCOVERY = 'homeassistant/device/callseal_lab-1/config'

let folder: string
let broker: TestBroker
let client: MqttClient
let ends: (() => Promise<unknown>)[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'callseal-mqtt-ha-'))
  broker = new TestBroker(folder, await freePort())
  await broker.start()
  client = await clientOf(broker.port)
  ends = [() => client.endAsync(true)]
})
afterEach(async () => {
  for (const end of ends.reverse()) await end()
  await broker.kill()
  rmSync(folder, { recursive: true, force: true })
})

const start = (overrides: Partial<MqttOutputOptions> = {}, port = broker.port): MqttOutput => {
  const output = new MqttOutput(optionsFor(port, { discoveryPrefix: 'homeassistant', ...overrides }))
  ends.push(() => output.stop())
  output.onState(GOOD_STATE)
  output.start()
  return output
}

const hear = async (): Promise<Listener> => {
  const listener = await Listener.start(broker.port, ['#'])
  ends.push(() => listener.close())
  return listener
}

/** What somebody finds who subscribes now: retained topics with their payloads. */
const retained = async (): Promise<Map<string, string>> => {
  const found = new Map<string, string>()
  const other = await clientOf(broker.port)
  let isComplete = false
  other.on('message', (topic, payload, { retain }) => {
    if (retain) found.set(topic, payload.toString())
    else if (topic === 'marker') isComplete = true
  })
  await other.subscribeAsync('#', { qos: 1 })
  await other.publishAsync('marker', '', { qos: 1 })
  await until(
    () => 'the marker',
    () => isComplete,
  )
  await other.endAsync(true)
  return found
}

/** Asks until what is kept fits; nothing fits before the first answer. */
const holds = async (
  what: string,
  fits: (found: Map<string, string>) => boolean,
): Promise<Map<string, string>> => {
  let found: Map<string, string> | null = null
  let isAsking = false
  return until(
    () => `${what}; it holds ${[...(found ?? [])].map((one) => one.join(' = ').slice(0, 120)).join('\n')}`,
    () => {
      if (!isAsking) {
        isAsking = true
        void retained().then((now) => {
          found = now
          isAsking = false
        })
      }
      return found !== null && fits(found) ? found : null
    },
  )
}

describeWithBroker('the box at a real broker', () => {
  test('says what it is and shows itself; offline when it is cut off, and when it stops', async () => {
    const relay = new Relay(broker.port)
    ends.push(() => relay.close())
    const listener = await hear()
    const output = start({}, await relay.listen())
    const found = await holds('the device', (now) => now.has(DISCOVERY) && now.has('callseal/lab-1/status'))
    expect([...found.keys()].sort()).toEqual([
      'callseal/lab-1/bridge/info',
      'callseal/lab-1/bridge/state',
      'callseal/lab-1/status',
      DISCOVERY,
    ])
    const states = (): unknown[] =>
      listener.rows<{ state: string }>('/bridge/state').map(({ state }) => state)
    await until(
      () => 'health at once',
      () => listener.rows('/bridge/health').length > 0,
    )
    relay.cut()
    await until(
      () => `back; ${states().join()}`,
      () => states().length === 3,
    )
    await output.stop()
    await until(
      () => `the end; ${states().join()}`,
      () => states().length === 4,
    )
    expect(states()).toEqual(['online', 'offline', 'online', 'offline'])
  })

  test('is told again a while after Home Assistant is born', async () => {
    const listener = await hear()
    start({ surroundings: { ...MACHINE, random: () => 0.05 } })
    const told = (): number => listener.heard.filter(({ topic }) => topic === DISCOVERY).length
    await until(
      () => 'the device',
      () => told() === 1,
    )
    const born = performance.now()
    await client.publishAsync('homeassistant/status', 'online', { qos: 1 })
    await until(
      () => 'the device again',
      () => told() === 2,
    )
    // 1 s and a twentieth of nine.
    expect(performance.now() - born).toBeGreaterThan(1400)
  })

  test('does what it is asked, and answers', async () => {
    const asked: BoxRequest[] = []
    const servant = (answer: Json) => (request: BoxRequest) => {
      asked.push(request)
      return Promise.resolve(answer)
    }
    const listener = await hear()
    const output = start({
      servants: {
        survey: servant({ survey: 'running' }),
        report: () => Promise.reject(new Error('there is no survey yet')),
      },
    })
    await until(
      () => 'the connection',
      () => listener.rows('/bridge/info').length > 0 && output.health.state === 'up',
    )
    // With that it hears requests.
    await until(
      () => 'the subscription',
      () => /lab-1 1 callseal\/lab-1\/bridge\/request\/\+/.test(broker.log),
    )
    const ask = (name: string, payload: string, retain = false): Promise<unknown> =>
      client.publishAsync(`callseal/lab-1/bridge/request/${name}`, payload, { qos: 1, retain })
    await ask('survey', '{"action":"start","transaction":"t-1"}')
    await ask('survey', 'perhaps')
    await ask('report', '')
    await ask('page', '{"page": 2}')
    await ask('fly', '{"transaction": 7}')
    const responses = (): unknown[] =>
      listener.heard
        .filter(({ topic }) => topic.includes('/response/') && !topic.endsWith('/sweep'))
        .map(({ topic, payload }) => [topic.split('/').at(-1), JSON.parse(payload.toString()) as unknown])
    await until(
      () => JSON.stringify(responses()),
      () => responses().length === 5,
    )
    expect(responses()).toEqual(
      expect.arrayContaining([
        ['survey', { status: 'ok', data: { survey: 'running' }, error: null, transaction: 't-1' }],
        [
          'survey',
          { status: 'error', data: null, error: '"action" must be start or stop', transaction: null },
        ],
        ['report', { status: 'error', data: null, error: 'there is no survey yet', transaction: null }],
        ['page', { status: 'error', data: null, error: 'this box cannot do "page"', transaction: null }],
        [
          'fly',
          {
            status: 'error',
            data: null,
            error: 'this box knows no request "fly", but survey, identify, page, report, restart',
            transaction: '7',
          },
        ],
      ]),
    )
    expect(asked).toEqual([{ name: 'survey', parameters: { action: 'start' }, transaction: 't-1' }])
  })

  test('a request that the broker had kept is not done, and kept no longer', async () => {
    const survey = jest.fn<() => Promise<Json>>()
    const topic = 'callseal/lab-1/bridge/request/survey'
    await client.publishAsync(topic, 'start', { qos: 1, retain: true })
    start({ servants: { survey } })
    await holds('the device, and not the request', (now) => now.has(DISCOVERY) && !now.has(topic))
    expect(survey).not.toHaveBeenCalled()
  })

  test('what an older release left goes, what is of others stays', async () => {
    const keep = async (topic: string, payload: unknown): Promise<unknown> =>
      client.publishAsync(topic, JSON.stringify(payload), { qos: 1, retain: true })
    const ours = (id: string, components: object, device: object = {}): object => ({
      device: { identifiers: [id], ...device },
      origin: { name: 'callseal' },
      components,
    })
    await keep('callseal/lab-1/old/thing', { a: 1 })
    await keep('callseal/lab-1/phone/0123456789abcdef', { a: 1 })
    await keep('callseal/lab-10/bridge/state', { state: 'online' })
    await keep('homeassistant/device/callseal_lab-1_phone_0123456789abcdef/config', {
      ...ours('callseal_lab-1_phone_0123456789abcdef', {}, { via_device: 'callseal_lab-1' }),
    })
    await keep('homeassistant/device/callseal_lab-10/config', ours('callseal_lab-10', {}))
    await keep('homeassistant/device/callseal_lab-1_stranger/config', { origin: { name: 'else' } })
    await keep(DISCOVERY, ours('callseal_lab-1', { antique: { platform: 'sensor', unique_id: 'x' } }))
    const listener = await hear()
    start()
    const found = await holds(
      'the new device',
      (now) => now.get(DISCOVERY)?.includes('unencrypted_call') ?? false,
    )
    await holds('nothing old', (now) => !now.has('callseal/lab-1/old/thing'))
    const devices = listener.rows<{ components: Record<string, object> }>('callseal_lab-1/config')
    expect(devices.map(({ components }) => components['antique'])).toEqual([
      { platform: 'sensor', unique_id: 'x' },
      { platform: 'sensor' },
      undefined,
    ])
    expect([...found.keys()]).toEqual(expect.arrayContaining(['callseal/lab-10/bridge/state']))
    expect(
      [...(await retained()).keys()].filter((topic) => !topic.startsWith('callseal/lab-1/')).sort(),
    ).toEqual([
      'callseal/lab-10/bridge/state',
      DISCOVERY,
      'homeassistant/device/callseal_lab-10/config',
      'homeassistant/device/callseal_lab-1_stranger/config',
    ])
  })

  test('a connection that is cut again and again while leftovers go: in the end none is left', async () => {
    const COUNT = 300
    for (let i = 0; i < COUNT; i++)
      await client.publishAsync(`callseal/lab-1/old/${i}`, '{}', { qos: 1, retain: true })
    const relay = new Relay(broker.port)
    ends.push(() => relay.close())
    relay.delay = 2
    const output = start({}, await relay.listen())
    for (const share of [0.8, 0.4]) {
      await holds('fewer', (now) => [...now.keys()].filter((topic) => topic.includes('/old/')).length <= share * COUNT) // prettier-ignore
      relay.cut()
      await until(
        () => output.health.sentence,
        () => output.health.state !== 'up',
      )
    }
    await holds('nothing old', (now) => ![...now.keys()].some((topic) => topic.includes('/old/')))
    expect(relay.accepted).toBeGreaterThan(2)
  })

  test('a broker that does not let it look or hear: which topic, and all else goes on', async () => {
    const plugin = readdirSync('/usr/lib')
      .map((name) => join('/usr/lib', name, 'mosquitto_dynamic_security.so'))
      .find((path) => existsSync(path))
    if (plugin === undefined) {
      process.stderr.write('skip: refused subscriptions (mosquitto has no dynamic security here)\n')
      return
    }
    const file = join(folder, 'rights.json')
    const deny = { acltype: 'subscribePattern', topic: 'homeassistant/#', priority: 0, allow: false }
    const all = { publishClientSend: true, publishClientReceive: true, subscribe: true, unsubscribe: true }
    writeFileSync(
      file,
      JSON.stringify({
        defaultACLAccess: all,
        groups: [{ groupname: 'guests', roles: [{ rolename: 'guest' }] }],
        roles: [{ rolename: 'guest', acls: [deny] }],
        anonymousGroup: 'guests',
      }),
    )
    const strict = new TestBroker(folder, await freePort(), [
      'allow_anonymous true',
      `plugin ${plugin}`,
      `plugin_opt_config_file ${file}`,
    ])
    ends.push(() => strict.kill())
    await strict.start()
    const other = await clientOf(strict.port)
    ends.push(() => other.endAsync(true))
    const answers: string[] = []
    other.on('message', (topic, payload) => answers.push(`${topic} ${payload.toString()}`))
    await other.subscribeAsync('callseal/lab-1/bridge/response/identify', { qos: 1 })
    const troubles: string[] = []
    const identify = (): Promise<Json> => Promise.resolve(null)
    start({ onTrouble: (sentence) => troubles.push(sentence), servants: { identify } }, strict.port)
    await until(
      () => `both troubles; ${troubles.join('\n')}`,
      () => troubles.length === 2,
    )
    expect(troubles).toEqual([
      'what was left at the broker cannot be looked for: the broker does not let this box subscribe to homeassistant/device/+/config',
      'it is not heard when Home Assistant starts: the broker does not let this box subscribe to homeassistant/status',
    ])
    await other.publishAsync('callseal/lab-1/bridge/request/identify', '', { qos: 1 })
    await until(
      () => `an answer; ${answers.join()}`,
      () => answers.some((answer) => answer.includes('"status":"ok"')),
    )
  })

  test('when Home Assistant is told nothing any more, it forgets the box', async () => {
    const output = start()
    await holds('the device', (now) => now.has(DISCOVERY))
    await output.stop()
    start({ discoveryPrefix: null })
    await holds('no device', (now) => !now.has(DISCOVERY))
  })

  test('a box with the longest id there can be is tried, cleaned, and told', async () => {
    const id = 'b'.repeat(48)
    const output = start({ identity: { ...IDENTITY, id } })
    const device = `homeassistant/device/callseal_${id}/config`
    await holds('the device', (now) => now.has(device))
    await output.stop()
    const at = brokerAt(`mqtt://127.0.0.1:${broker.port}`)
    expect(await tryBroker(at, id)).toBeNull()
    const published = { boxId: id, discoveryPrefix: 'homeassistant', phones: false, display: false }
    expect(await cleanBroker({ broker: at, published, isRemoval: true })).toMatchObject({
      cleared: { length: 4 },
    })
    expect((await retained()).size).toBe(0)
  })

  test('mqtt clean: keeps what is published now, and for good removes all', async () => {
    const output = start({ phoneKey: Buffer.from('a key'), display: true })
    output.onPhone(phone())
    output.onDisplay(Buffer.from([0x89, 0x50]))
    await holds('all of it', (now) => now.size === 7)
    await output.stop()
    const options = {
      broker: brokerAt(`mqtt://127.0.0.1:${broker.port}`),
      published: { boxId: 'lab-1', discoveryPrefix: 'homeassistant', phones: true, display: true },
    }
    expect(await cleanBroker(options)).toEqual({ cleared: [] })
    const noPhones = await cleanBroker({ ...options, published: { ...options.published, phones: false } })
    expect(noPhones).toMatchObject({ cleared: { length: 2 } })
    const renamed = { ...options, published: { ...options.published, boxId: 'lab-2' }, formerIds: ['lab-1'] }
    expect(await cleanBroker(renamed)).toMatchObject({ cleared: { length: 5 } })
    expect((await retained()).size).toBe(0)
    expect(await cleanBroker({ ...options, isRemoval: true })).toEqual({ cleared: [] })
    const nobody = await freePort()
    expect(await cleanBroker({ ...options, broker: brokerAt(`mqtt://127.0.0.1:${nobody}`) })).toEqual({
      trouble: `nothing listens at 127.0.0.1:${nobody}: start the broker, or correct mqtt.url`,
    })
  })

  test('nothing from the wire is in a topic, and no trick in a payload', async () => {
    const listener = await hear()
    const output = start({ phoneKey: Buffer.from('a key') })
    await until(
      () => output.health.sentence,
      () => output.health.state === 'up',
    )
    output.onPhone(phone({ address: 'evil/#/+', user: '<script>{{ 7*7 }}', userAgent: 'a/+/#\u0000\u202e' }))
    output.onCall({ kind: 'call', type: 'new', id: 'r/c-1', before: null, report: hostileCall() })
    output.onCall({ kind: 'call', type: 'update', id: 'r/c-1', before: exposedCall(), report: hostileCall() })
    await until(
      () => 'both',
      () =>
        listener.rows('/call').length === 2 && listener.heard.some(({ topic }) => topic.includes('_phone_')),
    )
    for (const { topic, payload } of listener.heard) {
      expect(topic).toMatch(/^(callseal\/lab-1|homeassistant\/device)\/[a-z0-9_/-]+$/)
      // eslint-disable-next-line no-control-regex -- these are looked for
      expect(payload.toString()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e\u200b]|<script|\{\{ 7|\{\{7/)
      expect(payload.length).toBeLessThan(16_384)
    }
    expect(listener.rows('/call')).toMatchObject([
      { type: 'new', event_type: 'new', seq: null, isAlarm: true },
      { type: 'update', isAlarm: false },
    ])
  })
})
