/** Every discovery payload that can be sent, against rules of our own and, where it lies beside the checkout, the checker of Home Assistant's rules. */
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { BrokerMessage } from '../../../src/output/mqtt/broker-message.ts'
import {
  isOurDiscovery,
  removalsOf,
  toBoxDiscovery,
  toPhoneDiscovery,
} from '../../../src/output/mqtt/ha-discovery.ts'
import {
  BOX_ENTITIES,
  PHONE_ENTITIES,
  TOPIC_TABLE,
  type BoxIdentity,
} from '../../../src/output/mqtt/index.ts'
import { parseRequest } from '../../../src/output/mqtt/requests.ts'
import { isLeftover, keeps, leftoverFilters } from '../../../src/output/mqtt/leftovers.ts'
import { HOSTILE, phone } from '../../fakes/reports.ts'
import { IDENTITY } from '../../tools/mqtt-box.ts'
import { describeIfShared } from '../../tools/shared.ts'

const PROJECT = resolve(import.meta.dirname, '..', '..', '..')
const PHONE_ID = '0123456789abcdef'

const identities: readonly BoxIdentity[] = [
  IDENTITY,
  { ...IDENTITY, latestVersion: '0.2.0', url: null },
  { ...IDENTITY, id: 'a_b-c', name: HOSTILE.clearScreen, model: '<b>{{ x }}' },
]
const phones = [
  phone(),
  phone({ user: null, userAgent: null }),
  phone({ user: HOSTILE.huge, userAgent: HOSTILE.title }),
]

/** All that can be sent, on both prefixes. */
const everyMessage = (): BrokerMessage[] => {
  const messages = ['homeassistant', 'ha/test'].flatMap((prefix) =>
    identities.flatMap((identity) => [
      toBoxDiscovery(prefix, identity),
      ...phones.map((one) => toPhoneDiscovery(prefix, identity, PHONE_ID, one)),
    ]),
  )
  const older = JSON.stringify({
    components: { antique: { platform: 'sensor' }, call: { platform: 'sensor' } },
  })
  return [...messages, ...messages.flatMap((message) => removalsOf(older, message) ?? [])]
}

interface Component {
  readonly [field: string]: unknown
  readonly platform: string
}
interface Discovery {
  readonly device: {
    readonly identifiers: readonly string[]
    readonly via_device?: string
    readonly name: string
  }
  readonly components: Readonly<Record<string, Component>>
}
const parse = ({ payload }: BrokerMessage): Discovery => JSON.parse(payload.toString()) as Discovery

/** Derived from home-assistant.io/integrations/mqtt: what each platform must have and may have beside what all may have. */
const COMMON = ['platform', 'name', 'unique_id', 'default_entity_id', 'entity_category', 'enabled_by_default', 'icon', 'json_attributes_topic', 'json_attributes_template'] // prettier-ignore
const PLATFORM_FIELDS: Readonly<Record<string, { must: readonly string[]; may: readonly string[] }>> = {
  binary_sensor: {
    must: ['state_topic', 'unique_id'],
    may: ['value_template', 'device_class', 'expire_after'],
  },
  sensor: {
    must: ['state_topic', 'unique_id'],
    may: ['value_template', 'device_class', 'expire_after', 'state_class', 'unit_of_measurement', 'suggested_display_precision', 'options'], // prettier-ignore
  },
  event: { must: ['state_topic', 'event_types', 'unique_id'], may: ['value_template'] },
  device_automation: {
    must: ['automation_type', 'topic', 'type', 'subtype'],
    may: ['payload', 'value_template'],
  },
  switch: {
    must: ['command_topic', 'unique_id'],
    may: ['state_topic', 'value_template', 'state_on', 'state_off', 'payload_on', 'payload_off'],
  },
  button: { must: ['command_topic', 'unique_id'], may: ['payload_press', 'device_class'] },
  update: {
    must: ['state_topic', 'unique_id'],
    may: ['value_template', 'device_class', 'latest_version_topic', 'latest_version_template'],
  },
  image: { must: ['image_topic', 'unique_id'], may: ['content_type'] },
}

describe('discovery', () => {
  test.each(everyMessage().map((message) => [message.topic, message] as const))(
    '%s keeps the rules',
    (_, message) => {
      expect(message.topic).toMatch(/^(homeassistant|ha\/test)\/device\/[a-zA-Z0-9_-]+\/config$/)
      expect(message).toMatchObject({ qos: 1, retain: true })
      // eslint-disable-next-line no-control-regex -- these are looked for
      expect(message.payload.toString()).not.toMatch(/[\u0000-\u001f\u202e]/)
      const { device, components } = parse(message)
      expect(device.identifiers).toEqual([message.topic.split('/').at(-2)])
      const ids = Object.values(components).flatMap(({ unique_id: id }) =>
        typeof id === 'string' ? [id] : [],
      )
      expect(new Set(ids).size).toBe(ids.length)
      for (const [key, component] of Object.entries(components)) {
        if (Object.keys(component).length === 1) continue
        const { must, may } = PLATFORM_FIELDS[component.platform]!
        const allowed = component.platform === 'device_automation' ? ['platform'] : COMMON
        const fields = Object.keys(component)
        expect({ key, missing: must.filter((field) => !fields.includes(field)) }).toEqual({
          key,
          missing: [],
        })
        const odd = fields.filter((field) => ![...must, ...may, ...allowed].includes(field))
        expect({ key, odd }).toEqual({ key, odd: [] })
        const entity = component['default_entity_id']
        if (entity !== undefined) expect(entity).toMatch(new RegExp(`^${component.platform}\\.[a-z0-9_]+$`))
      }
    },
  )

  test('every row is there, with or without a newest release', () => {
    const keys = new Set(BOX_ENTITIES.map(({ key }) => key))
    expect([...keys].sort()).toEqual(
      ['active_calls', 'call', 'calls_today', 'capture', 'capture_problem', 'cpu_temperature', 'display', 'dropped_packets', 'identify', 'insecure_call', 'last_verdict', 'protected_share', 'restart', 'software', 'started', 'survey', 'unencrypted_call', 'write_report'], // prettier-ignore
    )
    for (const identity of identities)
      expect(Object.keys(parse(toBoxDiscovery('h', identity)).components).sort()).toEqual([...keys].sort())
    expect(parse(toBoxDiscovery('h', identities[1]!)).components['software']).toHaveProperty(
      'latest_version_topic',
    )
    expect(parse(toBoxDiscovery('h', IDENTITY)).components['software']).not.toHaveProperty(
      'latest_version_topic',
    )
  })

  test('a value expires only where it is not retained; events come from what is not retained', () => {
    for (const { fields, topics } of [...BOX_ENTITIES, ...PHONE_ENTITIES]) {
      const state = topics['state_topic']
      if (state === undefined || state.startsWith('request:')) continue
      const { retained } = TOPIC_TABLE[state as keyof typeof TOPIC_TABLE]
      if ('expire_after' in fields) expect(retained).toBe(false)
      if ('event_types' in fields) expect(retained).toBe(false)
    }
  })

  test('templates read what the payloads have', () => {
    for (const { fields, topics } of [...BOX_ENTITIES, ...PHONE_ENTITIES]) {
      const topic = topics['state_topic'] ?? topics['topic']
      if (topic === undefined || topic.startsWith('request:')) continue
      const { shape } = TOPIC_TABLE[topic as keyof typeof TOPIC_TABLE]
      for (const value of Object.values(fields))
        for (const [, member] of String(value).matchAll(/value_json\.([a-zA-Z]+)/g))
          expect(shape).toContain(member)
    }
  })

  test('what a button or a switch sends is a request that the box takes', () => {
    for (const identity of identities) {
      const { components } = parse(toBoxDiscovery('homeassistant', identity))
      const sent = Object.entries(components).flatMap(([key, component]) =>
        ['payload_press', 'payload_on', 'payload_off']
          .filter((field) => component[field] !== undefined && 'command_topic' in component)
          .map((field) => [key, String(component['command_topic']), String(component[field])] as const),
      )
      expect(sent.map(([key]) => key).sort()).toEqual(['identify', 'restart', 'survey', 'survey', 'write_report']) // prettier-ignore
      for (const [key, topic, payload] of sent)
        expect([key, parseRequest(identity.id, topic, Buffer.from(payload), false)]).toEqual([
          key,
          { request: expect.anything() },
        ])
    }
  })

  test('a phone is behind the box', () => {
    const { device } = parse(toPhoneDiscovery('homeassistant', IDENTITY, PHONE_ID, phone()))
    expect(device.via_device).toBe('callseal_lab-1')
    expect(device.name).toBe('Phone •42')
  })

  test('what is gone is marked, once', () => {
    const now = toBoxDiscovery('homeassistant', IDENTITY)
    expect(removalsOf(now.payload.toString(), now)).toBeNull()
    for (const older of [
      '',
      'x',
      '[]',
      '{"components":7}',
      '{"components":{"a":null,"b c":{"platform":"sensor"}}}',
    ])
      expect(removalsOf(older, now)).toBeNull()
    const older = JSON.stringify({
      components: { antique: { platform: 'sensor' }, call: { platform: 'sensor' } },
    })
    const { components } = parse(removalsOf(older, now)!)
    expect(components['antique']).toEqual({ platform: 'sensor' })
    // It changed its platform: the old one goes first.
    expect(components['call']).toEqual({ platform: 'sensor' })
  })
})

describe('leftovers', () => {
  const published = { boxId: 'lab-1', discoveryPrefix: 'homeassistant', phones: false, display: false }
  const scope = { boxIds: ['lab-1'], prefixes: ['homeassistant'], isKept: keeps(published) }
  const of = (topic: string, payload = '{}'): boolean => isLeftover({ topic, payload }, scope)
  const box = toBoxDiscovery('homeassistant', IDENTITY)
  const telephone = toPhoneDiscovery('homeassistant', IDENTITY, PHONE_ID, phone())

  test('only what is surely ours goes', () => {
    expect(leftoverFilters(scope)).toEqual(['callseal/lab-1/#', 'homeassistant/device/+/config'])
    expect(of('callseal/lab-1/old')).toBe(true)
    expect(of('callseal/lab-1/display')).toBe(true)
    expect(of('callseal/lab-1/status')).toBe(false)
    expect(of('callseal/lab-10/status')).toBe(false)
    expect(of(box.topic, box.payload.toString())).toBe(false)
    expect(of(telephone.topic, telephone.payload.toString())).toBe(true)
    expect(of(telephone.topic, '{"origin":{"name":"callseal"}}')).toBe(false)
    expect(of(telephone.topic, 'null')).toBe(false)
    expect(of('homeassistant/device/callseal_lab-10/config', box.payload.toString())).toBe(false)
    expect(of('callseal/lab-1/old', '')).toBe(false)
  })

  test('phones that were not seen yet stay while phones are told', () => {
    const isKept = keeps({ ...published, phones: true, display: true })
    for (const topic of [telephone.topic, `callseal/lab-1/phone/${PHONE_ID}`, 'callseal/lab-1/display'])
      expect(isKept(topic)).toBe(true)
    expect(isKept('callseal/lab-1/call')).toBe(false)
  })

  test('another box is not this one', () => {
    expect(isOurDiscovery(box.topic, box.payload.toString(), 'lab-1')).toBe(true)
    expect(isOurDiscovery(box.topic, box.payload.toString(), 'lab')).toBe(false)
    // Whatever it is called.
    const sly = toBoxDiscovery('homeassistant', { ...IDENTITY, id: 'lab-1_phone_7' })
    expect(isOurDiscovery(sly.topic, sly.payload.toString(), 'lab-1')).toBe(false)
    expect(isOurDiscovery(telephone.topic, telephone.payload.toString(), 'lab-1')).toBe(true)
  })
})

describeIfShared('the checker of Home Assistant', (shared) => {
  let folder: string
  beforeAll(() => {
    // It looks for its packages beside itself: ours are lent to a copy.
    folder = mkdtempSync(join(tmpdir(), 'callseal-ha-'))
    copyFileSync(join(shared, 'ha', 'ha-check.mjs'), join(folder, 'ha-check.mjs'))
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('accepts every payload, without a warning', async () => {
    const { check } = (await import(pathToFileURL(join(folder, 'ha-check.mjs')).href)) as {
      check: (topic: string, text: string, options: object) => { errors: string[]; warnings: string[] }
    }
    for (const { topic, payload } of everyMessage()) {
      const prefix = topic.slice(0, topic.indexOf('/device/'))
      expect(check(topic, payload.toString(), { prefix })).toEqual({ errors: [], warnings: [] })
    }
    // It can say no.
    expect(check('homeassistant/device/x/config', '{}', {}).errors).not.toEqual([])
  })
})
