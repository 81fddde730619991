/** One connection to the broker that is not kept: for `callseal mqtt clean` and `callseal selftest`. MQTT 3.1.1 where 5 is not to be had. */
import { BrokerConnection, type BrokerAllowance } from './broker-connection.ts'
import { clearing } from './broker-message.ts'
import { BROKER_LIMITS, isSecure, parseBrokerUrl, type BrokerOptions } from './broker-options.ts'
import { troubleOf } from './broker-trouble.ts'
import { MACHINE, type Surroundings } from './surroundings.ts'
import { topicOf } from './topics.ts'

export interface SingleEvents {
  readonly onMessage: (topic: string, payload: Buffer, isRetained: boolean) => void
  /** It was up and is lost. */
  readonly onOver: (error: Error) => void
}

const DEAF: SingleEvents = { onMessage: () => undefined, onOver: () => undefined }

/** `purpose` tells it from the box's own connection. Rejects with what sentenceOf() can word. */
export const connectOnce = async (
  broker: BrokerOptions,
  boxId: string,
  purpose: string,
  events: SingleEvents = DEAF,
): Promise<BrokerConnection> => {
  const attempt = (version: 5 | 4): Promise<BrokerConnection> =>
    new Promise((resolve, reject) => {
      // Nobody is to hear of the end of this connection: an empty message that is not kept.
      const will = { ...clearing(topicOf(boxId, 'response', 'none')), retain: false }
      const connection: BrokerConnection = new BrokerConnection(
        { broker, limits: BROKER_LIMITS, version, clientId: `callseal-${boxId}-${purpose}`, will },
        {
          onUp: (_: BrokerAllowance) => resolve(connection),
          onMessage: events.onMessage,
          onOver: (error, wasUp) => (wasUp ? events.onOver(error) : reject(error)),
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

/** What went wrong, for people. */
export const sentenceOf = (error: unknown, broker: BrokerOptions, { wall }: Surroundings): string => {
  const address = parseBrokerUrl(broker.url)
  const { host, port } = address
  const place = { host, port, isSecure: isSecure(address), wasUp: false, user: broker.user, wall: wall() }
  return troubleOf(error as Error, place).sentence
}

/** Connects and goes. Never rejects: null if the broker can be used, else why not. */
export const tryBroker = async (broker: BrokerOptions, boxId: string): Promise<string | null> => {
  try {
    await (await connectOnce(broker, boxId, 'try')).close()
    return null
  } catch (error) {
    return sentenceOf(error, broker, MACHINE)
  }
}
