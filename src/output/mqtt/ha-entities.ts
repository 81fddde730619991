/**
 * The entities that Home Assistant shows, as rows; topics stand by their name in the table of topics. Keys are those of MQTT discovery, written out.
 * Source: home-assistant.io/integrations/mqtt, 2026.9.
 */
import { GRADES } from '../../core/index.ts'
import type { BoxIdentity } from './box-state.ts'
import type { TopicName } from './topics.ts'
import type { RequestName } from './requests.ts'

export type HaPlatform =
  'binary_sensor' | 'sensor' | 'event' | 'device_automation' | 'switch' | 'button' | 'update' | 'image'

export interface HaEntityRow {
  /** Part of `unique_id` and of the entity's name in automations: never change one. */
  readonly key: string
  readonly platform: HaPlatform
  /** What people read; null for what has no name. */
  readonly name: string | null
  readonly what: string
  /** Fields that name a topic. */
  readonly topics: Readonly<Record<string, TopicName | `request:${RequestName}`>>
  readonly fields: Readonly<Record<string, string | number | boolean | readonly string[]>>
  /** Only under this condition. */
  readonly when?: (identity: BoxIdentity) => boolean
}

/** Not retained, and sent every 60 s: after three that are missing the value is not known. */
const EXPIRE_AFTER = 180
const DIAGNOSTIC = { entity_category: 'diagnostic' } as const

/** Home Assistant shows `None` as unknown: what the box does not know is never shown as safe. */
const onOff = (condition: string): string =>
  `{{ 'None' if value_json.${condition} is none else 'ON' if value_json.${condition} else 'OFF' }}`

export const BOX_ENTITIES: readonly HaEntityRow[] = [
  {
    key: 'unencrypted_call',
    platform: 'binary_sensor',
    name: 'Unencrypted call',
    what: 'somebody on the wire can hear a call that is up or was until a moment ago',
    topics: { state_topic: 'status' },
    fields: { device_class: 'safety', value_template: onOff('unencryptedCall') },
  },
  {
    key: 'capture_problem',
    platform: 'binary_sensor',
    name: 'Capture problem',
    what: 'the box cannot see everything, or nothing; the attribute `sentence` says why',
    topics: { state_topic: 'status', json_attributes_topic: 'status' },
    fields: {
      ...DIAGNOSTIC,
      device_class: 'problem',
      value_template: "{{ 'OFF' if value_json.capture == 'good' else 'ON' }}",
      json_attributes_template: "{{ {'sentence': value_json.sentence} | tojson }}",
    },
  },
  {
    key: 'capture',
    platform: 'binary_sensor',
    name: 'Capture',
    what: 'the box listens',
    topics: { state_topic: 'status' },
    fields: {
      ...DIAGNOSTIC,
      device_class: 'connectivity',
      value_template: "{{ 'OFF' if value_json.capture == 'fault' else 'ON' }}",
    },
  },
  {
    key: 'last_verdict',
    platform: 'sensor',
    name: 'Last verdict',
    what: 'the verdict of the call that ended last',
    topics: { state_topic: 'status', json_attributes_topic: 'status' },
    fields: {
      device_class: 'enum',
      options: GRADES,
      value_template: "{{ value_json.lastVerdict.grade if value_json.lastVerdict else 'None' }}",
      json_attributes_template: '{{ (value_json.lastVerdict or {}) | tojson }}',
    },
  },
  {
    key: 'active_calls',
    platform: 'sensor',
    name: 'Active calls',
    what: 'calls that are up',
    topics: { state_topic: 'status' },
    fields: {
      state_class: 'measurement',
      unit_of_measurement: 'calls',
      suggested_display_precision: 0,
      value_template: '{{ value_json.activeCalls }}',
    },
  },
  {
    key: 'calls_today',
    platform: 'sensor',
    name: 'Calls today',
    what: 'calls that ended since midnight',
    topics: { state_topic: 'status' },
    fields: {
      state_class: 'total_increasing',
      unit_of_measurement: 'calls',
      suggested_display_precision: 0,
      value_template: '{{ value_json.callsToday }}',
    },
  },
  {
    key: 'protected_share',
    platform: 'sensor',
    name: 'Protected share',
    what: 'of the calls of today, how many are private; unknown while there is none',
    topics: { state_topic: 'status' },
    fields: {
      state_class: 'measurement',
      unit_of_measurement: '%',
      suggested_display_precision: 0,
      value_template: '{{ value_json.protectedShare }}',
    },
  },
  {
    key: 'dropped_packets',
    platform: 'sensor',
    name: 'Dropped packets',
    what: 'packets that the box could not look at; calls are not touched by it',
    topics: { state_topic: 'health' },
    fields: {
      ...DIAGNOSTIC,
      state_class: 'total_increasing',
      unit_of_measurement: 'packets',
      expire_after: EXPIRE_AFTER,
      value_template: '{{ value_json.droppedPackets }}',
    },
  },
  {
    key: 'cpu_temperature',
    platform: 'sensor',
    name: 'CPU temperature',
    what: 'of the box',
    topics: { state_topic: 'health' },
    fields: {
      ...DIAGNOSTIC,
      device_class: 'temperature',
      state_class: 'measurement',
      unit_of_measurement: '°C',
      suggested_display_precision: 0,
      expire_after: EXPIRE_AFTER,
      value_template: '{{ value_json.cpuTemperature }}',
    },
  },
  {
    key: 'started',
    platform: 'sensor',
    name: 'Started',
    what: 'since when the program runs',
    topics: { state_topic: 'info' },
    fields: { ...DIAGNOSTIC, device_class: 'timestamp', value_template: '{{ value_json.startedAt }}' },
  },
  {
    key: 'call',
    platform: 'event',
    name: 'Call',
    what: 'a call appeared, its verdict changed, or it is over; all about it in the attributes',
    topics: { state_topic: 'call' },
    fields: { event_types: ['new', 'update', 'end'] },
  },
  {
    key: 'insecure_call',
    platform: 'device_automation',
    name: null,
    what: 'starts an automation when a call is found to be open',
    topics: { topic: 'call' },
    fields: {
      automation_type: 'trigger',
      type: 'insecure_call',
      subtype: 'any',
      payload: 'insecure_call',
      value_template: "{{ 'insecure_call' if value_json.isAlarm else '' }}",
    },
  },
  {
    key: 'survey',
    platform: 'switch',
    name: 'Survey',
    what: 'starts and stops a survey',
    topics: { state_topic: 'status', command_topic: 'request:survey' },
    fields: {
      entity_category: 'config',
      icon: 'mdi:clipboard-search',
      value_template: "{{ 'ON' if value_json.survey.isRunning else 'OFF' }}",
      state_on: 'ON',
      state_off: 'OFF',
      payload_on: '{"action":"start"}',
      payload_off: '{"action":"stop"}',
    },
  },
  {
    key: 'write_report',
    platform: 'button',
    name: 'Write report',
    what: 'writes a report of the last survey, or of all that is kept, into the state folder of the box',
    topics: { command_topic: 'request:report' },
    fields: { payload_press: '{}', icon: 'mdi:file-document' },
  },
  {
    key: 'identify',
    platform: 'button',
    name: 'Identify',
    what: 'the lamps of the box blink',
    topics: { command_topic: 'request:identify' },
    fields: { entity_category: 'config', device_class: 'identify', payload_press: '{}' },
  },
  {
    key: 'restart',
    platform: 'button',
    name: 'Restart',
    what: 'starts the program anew; no call is touched',
    topics: { command_topic: 'request:restart' },
    fields: { entity_category: 'config', device_class: 'restart', payload_press: '{}' },
  },
  {
    key: 'software',
    platform: 'update',
    name: 'Software',
    what: 'which release runs; it is not installed from here. Whether it is the newest is unknown until the box knows',
    topics: { state_topic: 'info' },
    fields: { ...DIAGNOSTIC, device_class: 'firmware', value_template: '{{ value_json.version }}' },
    when: ({ latestVersion }) => latestVersion === null,
  },
  {
    key: 'software',
    platform: 'update',
    name: 'Software',
    what: 'which release runs, and which is the newest',
    topics: { state_topic: 'info', latest_version_topic: 'info' },
    fields: {
      ...DIAGNOSTIC,
      device_class: 'firmware',
      value_template: '{{ value_json.version }}',
      latest_version_template: '{{ value_json.latestVersion }}',
    },
    when: ({ latestVersion }) => latestVersion !== null,
  },
  {
    key: 'display',
    platform: 'image',
    name: 'Display',
    what: 'the picture on the screen; off until it is switched on there',
    topics: { image_topic: 'display' },
    fields: { ...DIAGNOSTIC, content_type: 'image/png', enabled_by_default: false },
  },
]

/** Of each phone, where phones are told. */
export const PHONE_ENTITIES: readonly HaEntityRow[] = [
  {
    key: 'problem',
    platform: 'binary_sensor',
    name: 'Exposed by itself',
    what: 'the phone does something that others on the wire can use',
    topics: { state_topic: 'phone', json_attributes_topic: 'phone' },
    fields: {
      device_class: 'safety',
      // A phone without findings is not known to be safe: it may not have shown everything.
      value_template: "{{ 'ON' if value_json.hasProblem else 'None' }}",
    },
  },
  {
    key: 'findings',
    platform: 'sensor',
    name: 'Findings',
    what: 'how many',
    topics: { state_topic: 'phone' },
    fields: {
      state_class: 'measurement',
      unit_of_measurement: 'findings',
      value_template: '{{ value_json.findings | length }}',
    },
  },
]
