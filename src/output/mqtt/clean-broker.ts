/** `callseal mqtt clean`: one connection that removes what the box left at the broker, and nothing that is not surely its own. */
import { BrokerConnection, type BrokerAllowance } from './broker-connection.ts'
import { clearing } from './broker-message.ts'
import { BROKER_LIMITS, isSecure, parseBrokerUrl, type BrokerOptions } from './broker-options.ts'
import { troubleOf } from './broker-trouble.ts'
import { isLeftover, keeps, leftoverFilters, type Published } from './leftovers.ts'
import { RetainedSweep } from './retained-sweep.ts'
import { MACHINE, type Surroundings } from './surroundings.ts'
import { topicOf } from './topics.ts'

export interface CleanOptions {
  readonly broker: BrokerOptions
  /** What stays, as the configuration says. */
  readonly published: Published
  /** Under these it published formerly. */
  readonly formerIds?: readonly string[]
  readonly formerPrefixes?: readonly string[]
  /** The box goes for good: nothing stays. */
  readonly isRemoval?: boolean
  readonly surroundings?: Surroundings
}

export type CleanResult = { readonly cleared: readonly string[] } | { readonly trouble: string }

const STANDARD_PREFIX = 'homeassistant'

/** Never rejects: what went wrong is one sentence. */
export const cleanBroker = async (options: CleanOptions): Promise<CleanResult> => {
  const { broker, surroundings = MACHINE } = options
  try {
    return { cleared: await clean(options, surroundings) }
  } catch (error) {
    const address = parseBrokerUrl(broker.url)
    const { host, port } = address
    const wall = surroundings.wall()
    const place = { host, port, isSecure: isSecure(address), wasUp: false, user: broker.user, wall }
    return { trouble: troubleOf(error as Error, place).sentence }
  }
}

const clean = async (options: CleanOptions, surroundings: Surroundings): Promise<string[]> => {
  const { published, formerIds = [], formerPrefixes = [], isRemoval = false } = options
  const prefixes = [...new Set([published.discoveryPrefix ?? STANDARD_PREFIX, ...formerPrefixes])]
  const isKept = isRemoval ? () => false : keeps(published)
  const scope = { boxIds: [published.boxId, ...formerIds], prefixes, isKept }
  const sweep = new RetainedSweep(published.boxId, surroundings.random)
  const over: { reject: (error: Error) => void } = { reject: () => undefined }
  const isOver = new Promise<never>((_, reject) => (over.reject = reject))
  // It may be lost while nobody waits for anything.
  isOver.catch(() => undefined)
  const connection = await open(options, sweep, (error) => over.reject(error))
  try {
    const found = await Promise.race([isOver, sweep.run(connection, leftoverFilters(scope), surroundings)])
    const topics = found.filter((retained) => isLeftover(retained, scope)).map(({ topic }) => topic)
    for (const topic of topics) await Promise.race([isOver, clear(connection, topic)])
    return topics
  } finally {
    await connection.close()
  }
}

const clear = (connection: BrokerConnection, topic: string): Promise<void> =>
  new Promise((resolve, reject) =>
    connection.publish(clearing(topic), (result) =>
      result === 'acknowledged' ? resolve() : reject(new Error(`the broker does not forget ${topic}`)),
    ),
  )

/** Under a name of its own: the box may be connected meanwhile. MQTT 3.1.1 where 5 is not to be had. */
const open = async (
  { broker, published }: CleanOptions,
  sweep: RetainedSweep,
  onOver: (error: Error) => void,
): Promise<BrokerConnection> => {
  const attempt = (version: 5 | 4): Promise<BrokerConnection> =>
    new Promise((resolve, reject) => {
      const clientId = `callseal-${published.boxId}-clean`
      // Nobody is to hear of the end of this connection: an empty message that is not kept.
      const will = { ...clearing(topicOf(published.boxId, 'response', 'clean')), retain: false }
      const connection: BrokerConnection = new BrokerConnection(
        { broker, limits: BROKER_LIMITS, version, clientId, will },
        {
          onUp: (_: BrokerAllowance) => resolve(connection),
          onMessage: (topic, payload, isRetained) => sweep.onMessage(topic, payload, isRetained),
          onOver: (error, wasUp) => (wasUp ? onOver(error) : reject(error)),
        },
      )
      connection.open()
    })
  try {
    return await attempt(5)
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code === 1 || code === 132 || code === 'own:closed-before-answer') return attempt(4)
    throw error
  }
}
