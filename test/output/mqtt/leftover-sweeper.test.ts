/** What was left at the broker goes before the new is said, all of it, whatever cuts it off. */
import { describe, expect, test } from '@jest/globals'
import { SubscriptionRefused } from '../../../src/output/mqtt/broker-connection.ts'
import type { BrokerMessage } from '../../../src/output/mqtt/broker-message.ts'
import { toBoxDiscovery, toPhoneDiscovery } from '../../../src/output/mqtt/ha-discovery.ts'
import { LeftoverSweeper } from '../../../src/output/mqtt/leftover-sweeper.ts'
import { phone } from '../../fakes/reports.ts'
import { FakeTime } from '../../fakes/fake-time.ts'
import { IDENTITY } from '../../tools/mqtt-box.ts'

const PREFIX = 'homeassistant'
const PHONE_ID = '0123456789abcdef'
const DISCOVERY = toBoxDiscovery(PREFIX, IDENTITY)

/** Lets everything that was promised happen. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

/** A broker that keeps what it is told to, and tells it to whoever subscribes. */
class KeepingBroker {
  readonly kept = new Map<string, string>()
  readonly refused: string[] = []
  sweeps = 0
  #hears: (topic: string, payload: Buffer, isRetained: boolean) => unknown = () => undefined

  hearWith(hears: (topic: string, payload: Buffer, isRetained: boolean) => unknown): void {
    this.#hears = hears
  }

  subscribe(filter: string): Promise<void> {
    if (this.refused.includes(filter)) return Promise.reject(new SubscriptionRefused(filter))
    const fits = new RegExp(`^${filter.replace('+', '[^/]+').replace('#', '.+')}$`)
    for (const [topic, payload] of this.kept)
      if (fits.test(topic)) this.#hears(topic, Buffer.from(payload), true)
    return Promise.resolve()
  }

  unsubscribe(): Promise<void> {
    return Promise.resolve()
  }

  publish({ topic, payload, retain }: BrokerMessage): void {
    if (retain && payload.length === 0) this.kept.delete(topic)
    else if (retain) this.kept.set(topic, payload.toString())
    else {
      this.sweeps++
      this.#hears(topic, Buffer.from(payload), false)
    }
  }
}

const site = (
  published: { readonly discoveryPrefix?: string | null; readonly phones?: boolean } = {},
): { broker: KeepingBroker; sweeper: LeftoverSweeper; troubles: string[]; goes: () => number } => {
  const time = new FakeTime()
  const broker = new KeepingBroker()
  const troubles: string[] = []
  const discoveryPrefix = published.discoveryPrefix === undefined ? PREFIX : published.discoveryPrefix
  const sweeper = new LeftoverSweeper({
    published: { boxId: IDENTITY.id, discoveryPrefix, phones: published.phones ?? false, display: false },
    discovery: discoveryPrefix === null ? null : DISCOVERY,
    surroundings: { timers: time.timers, now: () => time.now, wall: () => time.wall, random: () => 0.5 },
    onSettled: () => undefined,
    onTrouble: (sentence) => troubles.push(sentence),
  })
  broker.hearWith((topic, payload, isRetained) => sweeper.onMessage(topic, payload, isRetained))
  /** Sends what has to go; gives how many. */
  const goes = (): number => {
    let count = 0
    for (let removal = sweeper.take(); removal !== null; removal = sweeper.take(), count++) {
      broker.publish(removal.message)
      removal.done()
    }
    return count
  }
  return { broker, sweeper, troubles, goes }
}

describe('leftovers', () => {
  test('nothing of the new is said before it was looked; what stays, stays', async () => {
    const { broker, sweeper, goes } = site()
    broker.kept.set('callseal/lab-1/status', '{}')
    broker.kept.set('callseal/lab-1/old', '{}')
    sweeper.onUp(broker)
    expect(sweeper.isSettled).toBe(false)
    await settle()
    expect(sweeper.isSettled).toBe(true)
    expect(goes()).toBe(1)
    expect([...broker.kept.keys()]).toEqual(['callseal/lab-1/status'])
    sweeper.onDown()
    expect(sweeper.isSettled).toBe(false)
    sweeper.onUp(broker)
    expect([sweeper.isSettled, broker.sweeps]).toEqual([true, 1])
  })

  test('five hundred go, and none is left out', async () => {
    const { broker, sweeper, goes } = site()
    for (let i = 0; i < 500; i++) broker.kept.set(`callseal/lab-1/phone/${i}`, '{}')
    sweeper.onUp(broker)
    await settle()
    expect(goes()).toBe(500)
    expect(broker.kept.size).toBe(0)
  })

  test('what a lost connection cut off is looked for again', async () => {
    const { broker, sweeper, goes } = site()
    for (const name of ['a', 'b', 'c']) broker.kept.set(`callseal/lab-1/${name}`, '{}')
    sweeper.onUp(broker)
    await settle()
    const first = sweeper.take()
    broker.publish(first!.message)
    const second = sweeper.take()
    sweeper.onDown()
    // That it was acknowledged comes too late to count.
    first!.done()
    second!.done()
    expect(sweeper.take()).toBeNull()
    sweeper.onUp(broker)
    await settle()
    expect(goes()).toBe(2)
    expect([broker.kept.size, broker.sweeps]).toEqual([0, 2])
    sweeper.onDown()
    sweeper.onUp(broker)
    expect(broker.sweeps).toBe(2)
  })

  test('a connection that is lost while it looks: the next looks, and the old one has no say', async () => {
    const { broker, sweeper, goes } = site()
    broker.kept.set('callseal/lab-1/old', '{}')
    sweeper.onUp(broker)
    sweeper.onDown()
    sweeper.onUp(broker)
    await settle()
    expect(sweeper.isSettled).toBe(true)
    expect(goes()).toBe(1)
  })

  test('where it may not look beside its own topics, these are clean all the same, and it says so', async () => {
    const { broker, sweeper, troubles, goes } = site()
    broker.refused.push(`${PREFIX}/device/+/config`)
    broker.kept.set('callseal/lab-1/old', '{}')
    sweeper.onUp(broker)
    await settle()
    expect(goes()).toBe(1)
    expect(troubles).toEqual([
      `what was left at the broker cannot be looked for: the broker does not let this box subscribe to ${PREFIX}/device/+/config`,
    ])
  })

  test('where it may look nowhere, nothing goes and all else goes on', async () => {
    const { broker, sweeper, troubles, goes } = site()
    broker.refused.push('callseal/lab-1/#', `${PREFIX}/device/+/config`)
    sweeper.onUp(broker)
    await settle()
    expect([goes(), sweeper.isSettled, troubles.length]).toEqual([0, true, 1])
  })

  test('Home Assistant is told nothing any more: it forgets the box and its phones; without that right nobody is bothered', async () => {
    const told = toPhoneDiscovery(PREFIX, IDENTITY, PHONE_ID, phone())
    const { broker, sweeper, troubles, goes } = site({ discoveryPrefix: null })
    for (const { topic, payload } of [DISCOVERY, told]) broker.kept.set(topic, payload.toString())
    sweeper.onUp(broker)
    await settle()
    expect(goes()).toBe(2)
    expect(broker.kept.size).toBe(0)
    const other = site({ discoveryPrefix: null })
    other.broker.refused.push(`${PREFIX}/device/+/config`)
    other.sweeper.onUp(other.broker)
    await settle()
    expect([other.sweeper.isSettled, troubles, other.troubles]).toEqual([true, [], []])
  })

  test('components that phones have no more are marked, seen or not; others are left alone', async () => {
    const told = toPhoneDiscovery(PREFIX, IDENTITY, PHONE_ID, phone())
    const { components, ...rest } = JSON.parse(told.payload.toString()) as { components: object }
    const older = { ...rest, components: { ...components, antique: { platform: 'sensor', unique_id: 'x' } } }
    const { broker, sweeper } = site({ phones: true })
    broker.kept.set(told.topic, JSON.stringify(older))
    broker.kept.set(told.topic.replace('cdef/', 'cdee/'), told.payload.toString())
    sweeper.onUp(broker)
    await settle()
    const removal = sweeper.take()
    expect(removal?.message).toMatchObject({ topic: told.topic, retain: true })
    expect(JSON.parse(removal!.message.payload.toString())).toEqual({
      ...rest,
      components: { ...components, antique: { platform: 'sensor' } },
    })
    expect(sweeper.take()).toBeNull()
  })

  test('a request that comes meanwhile is not swallowed', () => {
    const { broker, sweeper } = site()
    sweeper.onUp(broker)
    expect(sweeper.onMessage('callseal/lab-1/bridge/request/identify', Buffer.from('{}'), false)).toBe(false)
    expect(sweeper.onMessage('callseal/lab-1/bridge/request/identify', Buffer.from('{}'), true)).toBe(true)
  })
})
