/** The messages by which Home Assistant shows the box, and each phone if asked for, by itself. Pure. */
import type { PhoneReport } from '../../core/index.ts'
import type { BoxIdentity } from './box-state.ts'
import { shownText, type BrokerMessage, type Json } from './broker-message.ts'
import { BOX_ENTITIES, PHONE_ENTITIES, type HaEntityRow } from './ha-entities.ts'
import { topicOf, type TopicName } from './topics.ts'

/** Whose devices these are; also how ours are known again among others. */
export const ORIGIN = 'callseal'

export type HaComponents = Readonly<Record<string, { readonly [key: string]: Json }>>

/** `callseal_<box-id>`, or of one phone `callseal_<box-id>_phone_<phone-id>`. */
export const deviceIdOf = (boxId: string, phoneId: string | null = null): string =>
  phoneId === null ? `${ORIGIN}_${boxId}` : `${ORIGIN}_${boxId}_phone_${phoneId}`

export const discoveryTopicOf = (prefix: string, deviceId: string): string =>
  `${prefix}/device/${deviceId}/config`

/** Where Home Assistant says that it is there. */
export const birthTopicOf = (prefix: string): string => `${prefix}/status`

const REQUEST = 'request:'

const componentsOf = (
  rows: readonly HaEntityRow[],
  identity: BoxIdentity,
  deviceId: string,
  phoneId: string,
): HaComponents => {
  const toTopic = (name: string): string =>
    name.startsWith(REQUEST)
      ? topicOf(identity.id, 'request', name.slice(REQUEST.length))
      : topicOf(identity.id, name as TopicName, phoneId)
  const shown = rows.filter(({ when }) => when?.(identity) ?? true)
  return Object.fromEntries(
    shown.map(({ key, platform, name, topics, fields }) => [
      key,
      {
        platform,
        ...(name === null ? {} : { name, ...idsOf(platform, deviceId, key) }),
        ...Object.fromEntries(Object.entries(topics).map(([field, topic]) => [field, toTopic(topic)])),
        ...fields,
      },
    ]),
  )
}

/** Home Assistant takes no hyphen in the name of an entity. */
const idsOf = (platform: string, deviceId: string, key: string): { readonly [key: string]: Json } => ({
  unique_id: `${deviceId}_${key}`,
  default_entity_id: `${platform}.${deviceId.replaceAll('-', '_')}_${key}`,
})

const toDiscovery = (
  prefix: string,
  identity: BoxIdentity,
  device: { readonly id: string; readonly fields: { readonly [key: string]: Json } },
  components: HaComponents,
): BrokerMessage =>
  asDiscovery(
    discoveryTopicOf(prefix, device.id),
    JSON.stringify({
      device: { identifiers: [device.id], ...device.fields },
      origin: { name: ORIGIN, sw_version: shownText(identity.version) },
      availability: [
        {
          topic: topicOf(identity.id, 'state'),
          value_template: '{{ value_json.state }}',
          payload_available: 'online',
          payload_not_available: 'offline',
        },
      ],
      availability_mode: 'all',
      qos: 1,
      components,
    }),
  )

const asDiscovery = (topic: string, payload: string): BrokerMessage => ({
  topic,
  payload,
  qos: 1,
  retain: true,
  contentType: 'application/json',
  schema: 'homeassistant.device',
  expirySeconds: null,
})

export const toBoxDiscovery = (prefix: string, identity: BoxIdentity): BrokerMessage => {
  const id = deviceIdOf(identity.id)
  const fields = {
    name: shownText(identity.name),
    manufacturer: 'Callseal',
    model: shownText(identity.model),
    sw_version: shownText(identity.version),
    serial_number: identity.id,
    ...(identity.url === null ? {} : { configuration_url: identity.url }),
  }
  return toDiscovery(prefix, identity, { id, fields }, componentsOf(BOX_ENTITIES, identity, id, ''))
}

/** A device of its own, behind the box. */
export const toPhoneDiscovery = (
  prefix: string,
  identity: BoxIdentity,
  phoneId: string,
  { user, userAgent }: PhoneReport,
): BrokerMessage => {
  const id = deviceIdOf(identity.id, phoneId)
  const fields = {
    name: `Phone ${shownText(user ?? phoneId.slice(0, 6), 48)}`,
    ...(userAgent === null ? {} : { model: shownText(userAgent, 96) }),
    via_device: deviceIdOf(identity.id),
  }
  return toDiscovery(prefix, identity, { id, fields }, componentsOf(PHONE_ENTITIES, identity, id, phoneId))
}

/** Components of an older message for the same device that the new one lacks: by their platform alone Home Assistant forgets them. */
export const removalsOf = (older: string, newer: BrokerMessage): BrokerMessage | null => {
  const old = readComponents(older)
  const next = JSON.parse(newer.payload.toString()) as { components: HaComponents }
  const gone = Object.entries(old).filter(
    ([key, { platform }]) => next.components[key]?.['platform'] !== platform,
  )
  if (gone.length === 0) return null
  // One that changed its platform is forgotten first, and comes with the next message.
  const markers = gone.map(([key, { platform }]) => [key, { platform: platform ?? '' }])
  const components = { ...next.components, ...(Object.fromEntries(markers) as HaComponents) }
  return { ...newer, payload: JSON.stringify({ ...next, components }) }
}

/** The same for a phone, which itself need not be seen again: its older message without what phones have no more. */
export const phoneRemovalsOf = (topic: string, older: string): BrokerMessage | null => {
  const isTold = ([key, { platform }]: [string, { readonly [key: string]: Json }]): boolean =>
    PHONE_ENTITIES.some((row) => row.key === key && row.platform === platform)
  const components = Object.fromEntries(Object.entries(readComponents(older)).filter(isTold))
  return removalsOf(older, asDiscovery(topic, JSON.stringify({ ...readObject(older), components })))
}

/** Of a message that anybody may have written. */
const readComponents = (payload: string): HaComponents => {
  const { components } = readObject(payload)
  if (typeof components !== 'object' || components === null) return {}
  const sound = Object.entries(components as Record<string, unknown>).filter(
    ([key, component]) =>
      /^[a-zA-Z0-9_-]+$/.test(key) &&
      typeof (component as { platform?: unknown } | null)?.platform === 'string',
  )
  return Object.fromEntries(sound) as HaComponents
}

const readObject = (payload: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(payload)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** True for a discovery message that a box with this id wrote, whatever its release. */
export const isOurDiscovery = (topic: string, payload: string, boxId: string): boolean => {
  const { device, origin } = readObject(payload) as {
    device?: { identifiers?: unknown; via_device?: unknown } | null
    origin?: { name?: unknown } | null
  }
  if (origin?.name !== ORIGIN) return false
  const id = topic.split('/').at(-2) ?? ''
  const mine = deviceIdOf(boxId)
  const identifiers = Array.isArray(device?.identifiers) ? (device.identifiers as unknown[]) : []
  // Another box may be called as if it was a phone of this one: a phone says behind which box it is.
  const isPhone = id.startsWith(`${mine}_phone_`) && device?.via_device === mine
  return (id === mine || isPhone) && identifiers.includes(id)
}
