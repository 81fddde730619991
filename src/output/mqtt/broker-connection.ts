/**
 * One connection to a broker by one client of `mqtt`: from the first packet to its end, which is told once. It never reconnects and has no queue:
 * what is not acknowledged when it ends is its owner's to send again.
 */
import type { IClientOptions, IConnackPacket, MqttClient } from 'mqtt'
import type { BrokerMessage } from './broker-message.ts'
import { parseBrokerUrl, readSecrets, type BrokerLimits, type BrokerOptions } from './broker-options.ts'
import { OwnTrouble } from './broker-trouble.ts'

/** 5, or 4 for MQTT 3.1.1. */
export type MqttVersion = 5 | 4

/** What the broker allows. */
export interface BrokerAllowance {
  readonly version: MqttVersion
  /** Messages with QoS 1 on their way. */
  readonly inFlight: number
  /** Bytes of a packet. */
  readonly packetBytes: number
}

export interface ConnectionEvents {
  readonly onUp: (allowance: BrokerAllowance) => void
  readonly onMessage: (topic: string, payload: Buffer, isRetained: boolean) => void
  /** The connection was open when it ended, or not. */
  readonly onOver: (error: Error, wasUp: boolean) => void
}

export interface ConnectionOptions {
  readonly broker: BrokerOptions
  readonly limits: BrokerLimits
  readonly version: MqttVersion
  readonly clientId: string
  /** Published by the broker when the connection ends without a word. */
  readonly will: BrokerMessage
}

/** The broker took it; refuses it whenever it comes; or the connection is over. */
export type PublishResult = 'acknowledged' | 'rejected'

/** OASIS MQTT 5.0 §2.4: topic name invalid, packet too large, payload format invalid. */
const NEVER_TAKEN: readonly unknown[] = [144, 149, 153]
/** A broker that names no limit takes this much (OASIS MQTT 5.0 §2.2.2.2: largest variable byte integer). */
const LARGEST_PACKET = 268_435_455
/** Reason codes from here on refuse a subscription (OASIS MQTT 5.0 §3.9.3, 3.1.1 §3.9.3). */
const REFUSED = 128
/** Milliseconds for a goodbye. */
const END_WITHIN = 1000

/** The connection lasts. */
export class SubscriptionRefused extends Error {
  override readonly name = 'SubscriptionRefused'

  constructor(filter: string) {
    super(`the broker does not let this box subscribe to ${filter}`)
  }
}

export class BrokerConnection {
  readonly #options: ConnectionOptions
  readonly #events: ConnectionEvents
  #client: MqttClient | null = null
  #isUp = false
  #isOver = false

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.#options = options
    this.#events = events
  }

  /** Returns at once; what comes of it is told by the events. */
  open(): void {
    this.#connect().catch((error: unknown) => this.#end(error as Error))
  }

  publish(message: BrokerMessage, onResult: (result: PublishResult) => void): void {
    const { topic, payload, qos, retain, contentType, schema, expirySeconds } = message
    const properties = {
      contentType,
      userProperties: { schema },
      ...(expirySeconds === null ? {} : { messageExpiryInterval: expirySeconds }),
      ...(typeof payload === 'string' ? { payloadFormatIndicator: true } : {}),
    }
    this.#client?.publish(topic, payload, { qos, retain, properties }, (error) => {
      if (this.#isOver) return
      if (error == null) {
        onResult('acknowledged')
        return
      }
      const { code } = error as { code?: unknown }
      if (NEVER_TAKEN.includes(code)) onResult('rejected')
      else this.#end(typeof code === 'number' ? new OwnTrouble(`publish-${code}`, topic) : error)
    })
  }

  /** Rejects with SubscriptionRefused when the broker does not allow it, or when the connection ends. */
  async subscribe(filter: string, qos: 0 | 1 = 1): Promise<void> {
    if (this.#client === null || this.#isOver) throw new OwnTrouble('closed')
    try {
      await this.#client.subscribeAsync(filter, { qos })
    } catch (error) {
      const { packet } = error as { packet?: { granted?: readonly unknown[] } }
      throw packet?.granted?.some((code) => Number(code) >= REFUSED) === true
        ? new SubscriptionRefused(filter)
        : error
    }
  }

  async unsubscribe(filters: readonly string[]): Promise<void> {
    if (this.#client === null || this.#isOver) return
    await this.#client.unsubscribeAsync([...filters])
  }

  /** Says goodbye, so that the broker does not publish the will. */
  async close(): Promise<void> {
    const client = this.#client
    this.#isOver = true
    this.#client = null
    if (client === null) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, END_WITHIN)
      client.end(false, {}, () => {
        clearTimeout(timer)
        resolve()
      })
    })
    client.stream.destroy()
  }

  /** Ends it without a goodbye, and tells why. */
  abort(error: Error): void {
    this.#end(error)
  }

  async #connect(): Promise<void> {
    const { connect } = await import('mqtt')
    const options = await toClientOptions(this.#options)
    if (this.#isOver) return
    const client = connect(options)
    this.#client = client
    client.on('connect', (packet) => this.#onConnack(packet))
    client.on('error', (error) => this.#end(error))
    client.on('disconnect', ({ reasonCode }) => {
      if (reasonCode !== undefined && reasonCode >= 128) this.#end(new OwnTrouble(`disconnect-${reasonCode}`))
    })
    client.on('close', () => this.#end(new OwnTrouble(this.#isUp ? 'closed' : 'closed-before-answer')))
    client.on('message', (topic, payload, packet) => {
      if (!this.#isOver) this.#events.onMessage(topic, payload, packet.retain)
    })
  }

  #onConnack({ properties }: IConnackPacket): void {
    if (this.#isOver) return
    this.#isUp = true
    this.#events.onUp({
      version: this.#options.version,
      inFlight: Math.min(this.#options.limits.inFlight, properties?.receiveMaximum ?? Infinity),
      packetBytes: properties?.maximumPacketSize ?? LARGEST_PACKET,
    })
  }

  #end(error: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    const client = this.#client
    this.#client = null
    // Its own listeners stay, for they clear its timers; ours look whether it is over.
    client?.end(true)
    this.#events.onOver(error, this.#isUp)
  }
}

const toClientOptions = async ({
  broker,
  limits,
  version,
  clientId,
  will,
}: ConnectionOptions): Promise<IClientOptions> => {
  const { protocol, host, port, path } = parseBrokerUrl(broker.url)
  const { password, ca, cert, key } = await readSecrets(broker)
  const tls = {
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
    ...(broker.serverName === null ? {} : { servername: broker.serverName }),
    rejectUnauthorized: true,
  }
  const isWeb = protocol === 'ws' || protocol === 'wss'
  return {
    protocol,
    host,
    hostname: host,
    port,
    ...(isWeb ? { path, wsOptions: protocol === 'wss' ? tls : {} } : {}),
    ...(protocol === 'mqtts' ? tls : {}),
    ...(broker.user === null ? {} : { username: broker.user }),
    ...(password === null ? {} : { password }),
    protocolVersion: version,
    clientId,
    clean: true,
    keepalive: limits.keepalive,
    connectTimeout: limits.connectWithin,
    // A connection is a client: the next try is BrokerLink's, so nothing is ever queued or replayed in here.
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    // Without it timers live in a worker that is made for browsers.
    timerVariant: 'native',
    will: { topic: will.topic, payload: Buffer.from(will.payload), qos: will.qos, retain: will.retain },
  }
}
