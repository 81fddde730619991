/** `callseal mqtt clean`: one connection that removes what the box left at the broker, and nothing that is not surely its own. */
import type { BrokerConnection } from './broker-connection.ts'
import { clearing } from './broker-message.ts'
import type { BrokerOptions } from './broker-options.ts'
import { isLeftover, keeps, leftoverFilters, STANDARD_PREFIX, type Published } from './leftovers.ts'
import { RetainedSweep } from './retained-sweep.ts'
import { connectOnce, sentenceOf } from './single-connection.ts'
import { MACHINE, type Surroundings } from './surroundings.ts'

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

/** Never rejects: what went wrong is one sentence. */
export const cleanBroker = async (options: CleanOptions): Promise<CleanResult> => {
  const { broker, surroundings = MACHINE } = options
  try {
    return { cleared: await clean(options, surroundings) }
  } catch (error) {
    return { trouble: sentenceOf(error, broker, surroundings) }
  }
}

const clean = async (options: CleanOptions, surroundings: Surroundings): Promise<string[]> => {
  const { broker, published, formerIds = [], formerPrefixes = [], isRemoval = false } = options
  const prefixes = [...new Set([published.discoveryPrefix ?? STANDARD_PREFIX, ...formerPrefixes])]
  const isKept = isRemoval ? () => false : keeps(published)
  const scope = { boxIds: [published.boxId, ...formerIds], prefixes, isKept }
  const sweep = new RetainedSweep(published.boxId, surroundings.random)
  const over: { reject: (error: Error) => void } = { reject: () => undefined }
  const isOver = new Promise<never>((_, reject) => (over.reject = reject))
  // It may be lost while nobody waits for anything.
  isOver.catch(() => undefined)
  // Under a name of its own: the box may be connected meanwhile.
  const connection = await connectOnce(broker, published.boxId, 'clean', {
    onMessage: (topic, payload, isRetained) => sweep.onMessage(topic, payload, isRetained),
    onOver: (error) => over.reject(error),
  })
  try {
    const looking = sweep.run(connection, leftoverFilters(scope), surroundings)
    const { found, refused } = await Promise.race([isOver, looking])
    if (refused[0] !== undefined) throw refused[0]
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
