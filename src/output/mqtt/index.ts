/** MQTT and Home Assistant: what the box tells a broker, and what it may be asked over one. */
export type { BoxIdentity, BoxState, CallNews, FindingNews, OutboxRecord, ToldVerdict } from './box-state.ts'
export { BROKER_LIMITS, parseBrokerUrl, type BrokerLimits, type BrokerOptions } from './broker-options.ts'
export type { Json } from './broker-message.ts'
export { cleanBroker, type CleanOptions, type CleanResult } from './clean-broker.ts'
export { BOX_ENTITIES, PHONE_ENTITIES, type HaEntityRow } from './ha-entities.ts'
export { MqttOutput, type MqttHealth, type MqttOutputOptions } from './mqtt-output.ts'
export type { OutboxCursor } from './outbox.ts'
export type { OutboxSource } from './outbox-lane.ts'
export type { RequestServant } from './request-desk.ts'
export {
  isRequestName,
  readParameters,
  REQUEST_NAMES,
  REQUEST_TABLE,
  type BoxRequest,
  type RequestName,
} from './requests.ts'
export { tryBroker } from './single-connection.ts'
export { MACHINE, type Surroundings } from './surroundings.ts'
export { isTopicId, TOPIC_TABLE, type TopicName, type TopicRow } from './topics.ts'
