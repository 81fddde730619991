/**
 * The broker's side of the box behind one small door. It never throws into its caller and never blocks: what is told is kept (events in the journal,
 * states as their newest value) until the broker has it, and how that goes is its `health`.
 */
import type { PhoneReport } from '../../core/index.ts'
import type { BoxIdentity, BoxState, CallNews } from './box-state.ts'
import { BrokerLink, type LinkHealth } from './broker-link.ts'
import { BROKER_LIMITS, parseBrokerUrl, type BrokerLimits, type BrokerOptions } from './broker-options.ts'
import { birthTopicOf, toBoxDiscovery, toPhoneDiscovery } from './ha-discovery.ts'
import { LeftoverSweeper } from './leftover-sweeper.ts'
import { toCall, toDisplay, toHealth, toInfo, toPhone, toState, toStatus } from './mqtt-model.ts'
import type { OutboxSource } from './outbox-lane.ts'
import { Outbox, type OutboxCursor } from './outbox.ts'
import { PassingQueue } from './passing-queue.ts'
import { phonePseudonym } from './phone-pseudonym.ts'
import { RequestDesk, type RequestServant } from './request-desk.ts'
import type { RequestName } from './requests.ts'
import { StateBoard } from './state-board.ts'
import { MACHINE, type Surroundings } from './surroundings.ts'
import { filterOf, isTopicId } from './topics.ts'

export interface MqttOutputOptions {
  readonly identity: BoxIdentity
  readonly broker: BrokerOptions
  /** Where Home Assistant listens, `homeassistant` as a rule; null: it is told nothing. */
  readonly discoveryPrefix: string | null
  /** Phones are told, under names made with this secret key of the box; null: they are not. */
  readonly phoneKey: Uint8Array | null
  /** The picture on the screen is told. */
  readonly display: boolean
  readonly source: OutboxSource
  readonly cursor: OutboxCursor
  /** Who does what is asked for; what has nobody is answered with an error. */
  readonly servants: Readonly<Partial<Record<RequestName, RequestServant>>>
  /** How it is has changed. */
  readonly onHealth?: (health: MqttHealth) => void
  /** A sentence for the log about what is not the connection's health. */
  readonly onTrouble?: (sentence: string) => void
  readonly limits?: Partial<BrokerLimits>
  readonly surroundings?: Surroundings
}

export interface MqttHealth extends LinkHealth {
  /** Records of the journal that the broker does not have yet. */
  readonly waiting: number
}

/** Milliseconds. */
const HEALTH_EVERY = 60_000
const BIRTH_SOONEST = 1000
const BIRTH_LATEST = 10_000
const OPEN_AGAIN = 5000
/** For the last word before the connection is closed. */
const OFFLINE_WITHIN = 1000

export class MqttOutput {
  readonly #options: MqttOutputOptions
  readonly #surroundings: Surroundings
  readonly #link: BrokerLink
  readonly #board = new StateBoard()
  readonly #passing = new PassingQueue()
  readonly #outbox: Outbox
  readonly #sweeper: LeftoverSweeper
  readonly #desk: RequestDesk
  #state: BoxState | null = null
  #isPumping = false
  #isStarted = false
  #startedAt = 0
  #cancelBirth: () => void = () => undefined
  #cancelOpen: () => void = () => undefined
  #cancels: (() => void)[] = []

  /** Throws on an id or a url that can never work: the configuration has them checked. */
  constructor(options: MqttOutputOptions) {
    const { identity, broker, source, cursor, surroundings = MACHINE } = options
    parseBrokerUrl(broker.url)
    if (!isTopicId(identity.id))
      throw new Error(`the id of a box holds 1 to 48 of a-z, 0-9, _ and -: "${identity.id}"`)
    const boxId = identity.id
    this.#options = options
    this.#surroundings = surroundings
    this.#link = new BrokerLink(
      {
        broker,
        limits: { ...BROKER_LIMITS, ...options.limits },
        clientId: `callseal-${boxId}`,
        will: toState(boxId, 'offline'),
        surroundings,
      },
      {
        onUp: () => this.#onUp(),
        onDown: () => this.#onDown(),
        onMessage: (topic, payload, isRetained) => this.#onMessage(topic, payload, isRetained),
        onHealth: () => this.#tellHealth(),
      },
    )
    const onReady = (): void => this.#pump()
    const onTrouble = (sentence: string): void => this.#trouble(sentence)
    this.#outbox = new Outbox({ boxId, source, cursor, surroundings, onReady, onTrouble })
    this.#desk = new RequestDesk({
      boxId,
      servants: options.servants,
      surroundings,
      onResponse: (response) => {
        this.#passing.put(response)
        this.#pump()
      },
    })
    const { discoveryPrefix } = options
    const discovery = discoveryPrefix === null ? null : toBoxDiscovery(discoveryPrefix, identity)
    this.#sweeper = new LeftoverSweeper({
      published: { boxId, discoveryPrefix, phones: options.phoneKey !== null, display: options.display },
      discovery,
      surroundings,
      onSettled: () => this.#settle(),
      onTrouble,
    })
    this.#board.put(toState(boxId, 'online'))
    this.#board.put(toInfo(identity))
    if (discovery !== null) this.#board.put(discovery)
  }

  /** How it is now, in one sentence for people. */
  get health(): MqttHealth {
    const { sentSeq, lastSeq } = this.#outbox.count
    return { ...this.#link.health, waiting: Math.max(0, lastSeq - sentSeq) }
  }

  start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.#startedAt = this.#surroundings.now()
    this.#cancels.push(this.#surroundings.timers.every(HEALTH_EVERY, () => this.#publishHealth()))
    this.#openOutbox()
    this.#link.start()
  }

  /** Says goodbye; what the broker does not have yet is sent after the next start. */
  async stop(): Promise<void> {
    if (!this.#isStarted) return
    this.#isStarted = false
    for (const cancel of this.#cancels) cancel()
    this.#cancels = []
    this.#cancelOpen()
    this.#cancelBirth()
    this.#outbox.close()
    if (this.#link.isUp) await this.#sayOffline()
    await this.#link.stop()
  }

  onState(state: BoxState): void {
    this.#safely(() => {
      this.#state = state
      this.#board.put(toStatus(this.#options.identity.id, state))
      this.#pump()
    })
  }

  /** A call that appeared or changed; not said later if there is no broker now, for its end comes from the journal. */
  onCall(news: CallNews): void {
    this.#safely(() => {
      if (!this.#link.isUp) return
      const at = new Date(this.#surroundings.wall()).toISOString()
      // Only the newest verdict of a call is news; that it is new is said all the same.
      this.#passing.put(toCall(this.#options.identity.id, news, null, at), `call ${news.type} ${news.id}`)
      this.#pump()
    })
  }

  onPhone(report: PhoneReport): void {
    this.#safely(() => {
      const { phoneKey, discoveryPrefix, identity } = this.#options
      if (phoneKey === null) return
      const id = phonePseudonym(phoneKey, report.address)
      const device = discoveryPrefix === null ? [] : [toPhoneDiscovery(discoveryPrefix, identity, id, report)]
      this.#board.offer([toPhone(identity.id, id, report), ...device])
      this.#pump()
    })
  }

  /** A PNG of what the screen shows; only the newest is sent. */
  onDisplay(png: Buffer): void {
    this.#safely(() => {
      if (!this.#options.display) return
      this.#board.put(toDisplay(this.#options.identity.id, png))
      this.#pump()
    })
  }

  #openOutbox(): void {
    this.#outbox.open().catch((error: unknown) => {
      this.#trouble(`the place in the journal cannot be read, so no event is sent: ${wordsOf(error)}`)
      if (this.#isStarted)
        this.#cancelOpen = this.#surroundings.timers.after(OPEN_AGAIN, () => this.#openOutbox())
    })
  }

  #onUp(): void {
    this.#board.onUp()
    this.#outbox.onUp()
    this.#sweeper.onUp(this.#link)
    this.#publishHealth()
    this.#pump()
  }

  /** After the sweep only: where two filters fit, some brokers tell a request twice. */
  #settle(): void {
    const { identity, discoveryPrefix } = this.#options
    this.#hear(filterOf(identity.id, 'request'), 'requests are not heard')
    if (discoveryPrefix !== null)
      this.#hear(birthTopicOf(discoveryPrefix), 'it is not heard when Home Assistant starts')
    this.#pump()
  }

  #hear(filter: string, loss: string): void {
    this.#link.subscribe(filter).catch((error: unknown) => {
      if (this.#link.isUp) this.#trouble(`${loss}: ${wordsOf(error)}`)
    })
  }

  #onDown(): void {
    this.#sweeper.onDown()
    this.#outbox.onDown()
    this.#passing.clear()
    this.#cancelBirth()
  }

  #onMessage(topic: string, payload: Buffer, isRetained: boolean): void {
    this.#safely(() => {
      const { identity, discoveryPrefix } = this.#options
      if (this.#sweeper.onMessage(topic, payload, isRetained)) return
      if (topic.startsWith(filterOf(identity.id, 'request').slice(0, -1)))
        this.#desk.onMessage(topic, payload, isRetained)
      else if (discoveryPrefix !== null && topic === birthTopicOf(discoveryPrefix) && !isRetained)
        if (payload.toString() === 'online') this.#onBirth(discoveryPrefix)
    })
  }

  /** All devices of a house hear of it at once: each waits a while of its own. */
  #onBirth(prefix: string): void {
    const { timers, random } = this.#surroundings
    this.#cancelBirth()
    this.#cancelBirth = timers.after(BIRTH_SOONEST + random() * (BIRTH_LATEST - BIRTH_SOONEST), () => {
      for (const { topic } of this.#board.messages)
        if (topic.startsWith(`${prefix}/device/`)) this.#board.touch(topic)
      this.#publishHealth()
      this.#pump()
    })
  }

  #publishHealth(): void {
    this.#safely(() => {
      if (this.#state === null || !this.#link.isUp) return
      const { wall, now } = this.#surroundings
      const uptimeSeconds = Math.round((now() - this.#startedAt) / 1000)
      const time = { at: new Date(wall()).toISOString(), uptimeSeconds }
      const message = toHealth(this.#options.identity.id, this.#state, this.#outbox.count, time)
      this.#link.publish(message, () => undefined)
    })
  }

  /** As long as the broker takes more: what must go first, then what passes, then states, then events. */
  #pump(): void {
    if (this.#isPumping || !this.#isStarted) return
    this.#isPumping = true
    this.#safely(() => {
      while (this.#link.room > 0 && this.#sendNext()) continue
    })
    this.#isPumping = false
  }

  #sendNext(): boolean {
    return this.#sendRemoval() || this.#sendPassing() || this.#sendState() || this.#sendEvent()
  }

  #sendRemoval(): boolean {
    const removal = this.#sweeper.take()
    if (removal === null) return false
    this.#link.publish(removal.message, () => {
      removal.done()
      this.#pump()
    })
    return true
  }

  #sendPassing(): boolean {
    const message = this.#passing.take()
    if (message === null) return false
    this.#link.publish(message, () => this.#pump())
    return true
  }

  #sendState(): boolean {
    // What Home Assistant is to forget must be gone before it is told anew.
    const devices = `${this.#options.discoveryPrefix ?? ''}/device/`
    const sending = this.#board.take((topic) => this.#sweeper.isSettled || !topic.startsWith(devices))
    if (sending === null) return false
    this.#link.publish(sending.message, () => {
      sending.acknowledged()
      this.#pump()
    })
    return true
  }

  #sendEvent(): boolean {
    const sending = this.#outbox.take()
    if (sending === null) return false
    this.#link.publish(sending.message, (result) => {
      if (result === 'acknowledged') sending.acknowledged()
      else sending.rejected()
      this.#pump()
    })
    return true
  }

  #sayOffline(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#surroundings.timers.after(OFFLINE_WITHIN, resolve)
      this.#link.publish(toState(this.#options.identity.id, 'offline'), () => {
        cancel()
        resolve()
      })
    })
  }

  #tellHealth(): void {
    this.#safely(() => this.#options.onHealth?.(this.health))
  }

  #trouble(sentence: string): void {
    this.#options.onTrouble?.(sentence)
  }

  /** A fault in here is said, and is nobody else's. */
  #safely(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#trouble(`the broker's side failed: ${wordsOf(error)}`)
    }
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
