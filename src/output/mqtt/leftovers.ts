/** What an older release, another name or a removed phone left behind at the broker: which retained topics are ours and would not be published now. Pure. */
import { deviceIdOf, discoveryTopicOf, isOurDiscovery } from './ha-discovery.ts'
import { filterOf, topicOf } from './topics.ts'

/** Where Home Assistant listens as a rule. */
export const STANDARD_PREFIX = 'homeassistant'

/** A retained message as it was found. */
export interface RetainedTopic {
  readonly topic: string
  readonly payload: string
}

export interface CleanScope {
  /** The ids of this box, now and formerly. */
  readonly boxIds: readonly string[]
  /** Where Home Assistant listens, now and formerly. */
  readonly prefixes: readonly string[]
  /** What is published now, or may be at any moment: it stays. Nothing, when the box goes for good. */
  readonly isKept: (topic: string) => boolean
}

/** What to subscribe to. */
export const leftoverFilters = ({ boxIds, prefixes }: CleanScope): string[] => [
  ...boxIds.map((id) => filterOf(id)),
  ...prefixes.map((prefix) => `${prefix}/device/+/config`),
]

/** True: nobody needs it any more. What is not surely ours is never touched. */
export const isLeftover = (
  { topic, payload }: RetainedTopic,
  { boxIds, prefixes, isKept }: CleanScope,
): boolean => {
  if (payload === '' || isKept(topic)) return false
  if (boxIds.some((id) => topic.startsWith(filterOf(id).slice(0, -1)))) return true
  const isDiscovery = prefixes.some((prefix) => topic.startsWith(`${prefix}/device/`))
  return isDiscovery && boxIds.some((id) => isOurDiscovery(topic, payload, id))
}

/** What a box is set to publish. */
export interface Published {
  readonly boxId: string
  /** Null: Home Assistant is told nothing. */
  readonly discoveryPrefix: string | null
  readonly phones: boolean
  readonly display: boolean
}

/** Phones that were not seen since the start stay: they may be seen at any moment. */
export const keeps = ({
  boxId,
  discoveryPrefix,
  phones,
  display,
}: Published): ((topic: string) => boolean) => {
  const own = new Set([topicOf(boxId, 'state'), topicOf(boxId, 'info'), topicOf(boxId, 'status')])
  if (display) own.add(topicOf(boxId, 'display'))
  if (discoveryPrefix !== null) own.add(discoveryTopicOf(discoveryPrefix, deviceIdOf(boxId)))
  const beginnings = [
    filterOf(boxId, 'phone').slice(0, -1),
    ...(discoveryPrefix === null ? [] : [`${discoveryPrefix}/device/${deviceIdOf(boxId)}_phone_`]),
  ]
  return (topic) => own.has(topic) || (phones && beginnings.some((beginning) => topic.startsWith(beginning)))
}
