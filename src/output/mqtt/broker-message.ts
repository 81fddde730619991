/** What is published, ready to go. Pure. */
import { sanitise } from '../text/index.ts'
import { TOPIC_TABLE, topicOf, type TopicName } from './topics.ts'

export interface BrokerMessage {
  readonly topic: string
  readonly payload: string | Buffer
  readonly qos: 0 | 1
  readonly retain: boolean
  /** MQTT 5 only, as the next two. */
  readonly contentType: string
  /** User property `schema`. */
  readonly schema: string
  /** After so long the broker forgets it; null: never. */
  readonly expirySeconds: number | null
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** What is over is of no interest to somebody who was away for longer. */
const EVENT_EXPIRY = 7 * 86_400
/** Home Assistant takes no longer state. */
const MAX_TEXT = 255
const MAX_LIST = 64

/** A text from the wire as it may stand in a payload: no control characters, no Jinja template, no HTML, short. */
export const shownText = (text: string, limit: number = MAX_TEXT): string =>
  sanitise(text, limit)
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replace(/\{(?=[{%#])/g, '{ ')

/** A payload with every text in it as it may be shown, and no list long. Keys are the program's own. */
export const shownJson = (value: Json): Json => {
  if (typeof value === 'string') return shownText(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.slice(0, MAX_LIST).map(shownJson)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shownJson(inner)]))
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value)

/** A JSON message of one row of the table. */
export const toMessage = (boxId: string, name: TopicName, payload: Json, part = ''): BrokerMessage => {
  const row = TOPIC_TABLE[name]
  return {
    topic: topicOf(boxId, name, part),
    payload: JSON.stringify(shownJson(payload)),
    qos: row.qos,
    retain: row.retained,
    contentType: 'application/json',
    schema: row.schema,
    expirySeconds: row.retained ? null : EVENT_EXPIRY,
  }
}

/** An empty retained message: the broker forgets the topic. */
export const clearing = (topic: string): BrokerMessage => ({
  topic,
  payload: '',
  qos: 1,
  retain: true,
  contentType: 'application/json',
  schema: 'callseal.cleared/1',
  expirySeconds: null,
})
