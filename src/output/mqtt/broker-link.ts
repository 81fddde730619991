/**
 * Keeps a connection to the broker for as long as it runs: MQTT 5 first and 3.1.1 where a broker cannot, longer waits between tries that fail, and a
 * new connection when one is up but nothing is acknowledged. Says in one sentence how it is.
 */
import {
  BrokerConnection,
  type BrokerAllowance,
  type MqttVersion,
  type PublishResult,
} from './broker-connection.ts'
import type { BrokerMessage } from './broker-message.ts'
import { isSecure, parseBrokerUrl, type BrokerLimits, type BrokerOptions } from './broker-options.ts'
import { OwnTrouble, troubleOf, type BrokerTrouble } from './broker-trouble.ts'
import type { Surroundings } from './surroundings.ts'

export interface LinkHealth {
  readonly state: 'connecting' | 'up' | 'trouble'
  /** Of the row in the table of troubles, or empty. */
  readonly trouble: string
  readonly sentence: string
}

export interface LinkEvents {
  readonly onUp: (allowance: BrokerAllowance) => void
  readonly onDown: () => void
  readonly onMessage: (topic: string, payload: Buffer, isRetained: boolean) => void
  readonly onHealth: (health: LinkHealth) => void
}

export interface LinkOptions {
  readonly broker: BrokerOptions
  readonly limits: BrokerLimits
  readonly clientId: string
  readonly will: BrokerMessage
  readonly surroundings: Surroundings
}

/** Troubles by which a broker that knows no MQTT 5 answers a client that speaks it. */
const OLD_BROKERS: readonly string[] = ['protocol-version', 'closed-at-once']
/** So often the watchdog looks, of the time that it allows. */
const LOOKS = 6
/** Bytes of a packet beside topic and payload. */
const OVERHEAD = 128

export class BrokerLink {
  health: LinkHealth = { state: 'connecting', trouble: '', sentence: 'the broker is not asked yet' }
  readonly #options: LinkOptions
  readonly #events: LinkEvents
  #connection: BrokerConnection | null = null
  #allowance: BrokerAllowance | null = null
  #version: MqttVersion = 5
  #wait: number
  #upSince = 0
  #inFlight = 0
  /** Since then something is on its way and nothing came back. */
  #silentSince = 0
  #isStopped = true
  #cancels: (() => void)[] = []

  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options
    this.#events = events
    this.#wait = options.limits.shortestWait
  }

  get isUp(): boolean {
    return this.#allowance !== null
  }

  /** How many more messages with QoS 1 may be on their way now. */
  get room(): number {
    return this.#allowance === null ? 0 : this.#allowance.inFlight - this.#inFlight
  }

  start(): void {
    if (!this.#isStopped) return
    this.#isStopped = false
    const { limits, surroundings } = this.#options
    this.#cancels = [surroundings.timers.every(limits.stallAfter / LOOKS, () => this.#look())]
    this.#try()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    for (const cancel of this.#cancels) cancel()
    this.#cancels = []
    const connection = this.#connection
    this.#connection = null
    if (this.#allowance !== null) this.#goDown()
    await connection?.close()
  }

  /** Only while it is up; a message that a lost connection leaves open gets no result. */
  publish(message: BrokerMessage, onResult: (result: PublishResult) => void): void {
    const { surroundings } = this.#options
    const { topic, payload, qos } = message
    const connection = this.#connection
    if (connection === null || this.#allowance === null) return
    const bytes = Buffer.byteLength(topic) + Buffer.byteLength(payload) + OVERHEAD
    if (bytes > this.#allowance.packetBytes) {
      // Never within this call: whoever publishes is in the middle of something.
      queueMicrotask(() => onResult('rejected'))
      return
    }
    if (qos === 1 && this.#inFlight++ === 0) this.#silentSince = surroundings.now()
    connection.publish(message, (result) => {
      if (qos === 1 && connection === this.#connection) {
        this.#inFlight--
        this.#silentSince = surroundings.now()
      }
      onResult(result)
    })
  }

  /** Rejects with SubscriptionRefused when the broker does not allow it, or when the connection ends. */
  async subscribe(filter: string, qos: 0 | 1 = 1): Promise<void> {
    if (this.#connection === null) throw new OwnTrouble('closed')
    await this.#connection.subscribe(filter, qos)
  }

  async unsubscribe(filters: readonly string[]): Promise<void> {
    await this.#connection?.unsubscribe(filters)
  }

  #try(): void {
    const { broker, limits, clientId, will } = this.#options
    const connection = new BrokerConnection(
      { broker, limits, clientId, will, version: this.#version },
      {
        onUp: (allowance) => this.#onUp(allowance),
        onMessage: (topic, payload, isRetained) => this.#events.onMessage(topic, payload, isRetained),
        onOver: (error, wasUp) => this.#onOver(error, wasUp),
      },
    )
    this.#connection = connection
    connection.open()
  }

  #onUp(allowance: BrokerAllowance): void {
    this.#allowance = allowance
    this.#inFlight = 0
    this.#upSince = this.#options.surroundings.now()
    const version = allowance.version === 5 ? '5' : '3.1.1'
    this.#say({
      state: 'up',
      trouble: '',
      sentence: `connected to the broker ${this.#where} (MQTT ${version})`,
    })
    this.#events.onUp(allowance)
  }

  #onOver(error: Error, wasUp: boolean): void {
    const { limits, surroundings } = this.#options
    this.#connection = null
    if (this.#allowance !== null) this.#goDown()
    if (this.#isStopped) return
    const trouble = this.#troubleOf(error, wasUp)
    if (this.#fallsBack(trouble, wasUp)) {
      this.#try()
      return
    }
    this.#say({ state: 'trouble', trouble: trouble.name, sentence: trouble.sentence })
    // What held for a while was no failed try.
    if (wasUp && surroundings.now() - this.#upSince >= limits.stallAfter) this.#wait = limits.shortestWait
    const wait = this.#wait * (0.5 + surroundings.random() / 2)
    this.#wait = Math.min(limits.longestWait, this.#wait * 2)
    this.#cancels.push(surroundings.timers.after(wait, () => this.#tryAgain()))
  }

  #tryAgain(): void {
    this.#cancels.length = 1
    this.#try()
  }

  /** To 3.1.1 at once where a broker cannot speak 5 or ends the connection at the sight of it; back to 5 with the next try. */
  #fallsBack({ name }: BrokerTrouble, wasUp: boolean): boolean {
    const isOld = !wasUp && this.#version === 5 && OLD_BROKERS.includes(name)
    this.#version = isOld ? 4 : 5
    return isOld
  }

  #goDown(): void {
    this.#allowance = null
    this.#inFlight = 0
    this.#events.onDown()
  }

  #look(): void {
    const { limits, surroundings } = this.#options
    if (this.#inFlight === 0 || surroundings.now() - this.#silentSince < limits.stallAfter) return
    this.#connection?.abort(new OwnTrouble('stalled'))
  }

  get #where(): string {
    const { host, port } = parseBrokerUrl(this.#options.broker.url)
    return `${host}:${port}`
  }

  #troubleOf(error: Error, wasUp: boolean): BrokerTrouble {
    const { broker, surroundings } = this.#options
    const address = parseBrokerUrl(broker.url)
    const { host, port } = address
    const wall = surroundings.wall()
    return troubleOf(error, { host, port, isSecure: isSecure(address), wasUp, user: broker.user, wall })
  }

  #say(health: LinkHealth): void {
    const { state, sentence } = this.health
    this.health = health
    if (state !== health.state || sentence !== health.sentence) this.#events.onHealth(health)
  }
}
