/** A real mosquitto of a test: its own port on loopback and its own folder; killed and started again as the test says. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, test } from '@jest/globals'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { until } from './processes.ts'

const HOST = '127.0.0.1'
/** Debian keeps daemons where only root looks. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`

const isInstalled = (program: string): boolean =>
  spawnSync(program, ['-h'], { env: { ...process.env, PATH } }).error === undefined

/** `describe` where mosquitto, and what else is named, is installed; otherwise a skipped block and a printed reason. */
export const describeWithBroker = (
  name: string,
  body: () => void,
  programs: readonly string[] = [],
): void => {
  const missing = ['mosquitto', ...programs].find((program) => !isInstalled(program))
  if (missing === undefined) {
    describe(name, body)
    return
  }
  process.stderr.write(`skip: ${name} (${missing} is not installed)\n`)
  describe.skip(name, () => {
    test(`needs ${missing}`, () => {
      throw new Error('a skipped test ran')
    })
  })
}

/** A port on loopback that nobody listens at. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, HOST, () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

/** It keeps what it is told over its own death, as far as it was saved, and holds nothing back from its subscribers. */
const STANDARD = ['allow_anonymous true', 'max_inflight_messages 0', 'max_queued_messages 0']

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, HOST)
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

export class TestBroker {
  readonly port: number
  /** Of its journal, all its lives. */
  log = ''
  readonly #config: string
  readonly #folder: string
  #child: ChildProcess | null = null
  #isGone = true

  /** `lines` of mosquitto.conf; `%` stands for the port. */
  constructor(folder: string, port: number, lines: readonly string[] = STANDARD) {
    this.port = port
    const own = join(folder, `broker-${port}`)
    mkdirSync(own)
    this.#folder = own
    this.#config = join(own, 'mosquitto.conf')
    const all = [
      `listener ${port} ${HOST}`,
      'persistence true',
      `persistence_location ${own}/`,
      'user root',
      'log_type all',
      ...lines,
    ]
    writeFileSync(this.#config, `${all.join('\n')}\n`)
  }

  async start(): Promise<void> {
    const child = spawn('mosquitto', ['-c', this.#config], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, PATH },
    })
    this.#child = child
    this.#isGone = false
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.log += text))
    child.on('close', () => {
      if (child === this.#child) this.#isGone = true
    })
    let isUp = false
    const ask = (): void => {
      void isListening(this.port).then((answer) => (isUp = answer))
    }
    await until(
      () => `a broker at ${this.port}; it said ${this.log.slice(-2000)}`,
      () => {
        if (!isUp) ask()
        return isUp
      },
    )
  }

  /** Without a word, and at once. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#child?.kill(signal)
    // A stopped one is only heard of when it may go on.
    if (signal === 'SIGKILL' || signal === 'SIGTERM')
      await until(
        () => 'its end',
        () => this.#isGone,
      )
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }

  /** What it knows is on its disk: who subscribed survives a kill. It says so before it is true, so the file is waited for. */
  async save(): Promise<void> {
    const before = this.#savedAt()
    this.signal('SIGUSR1')
    await until(
      () => `its database; it said ${this.log.slice(-500)}`,
      () => this.#savedAt() > before,
    )
  }

  /** Written beside and renamed: when it is younger it is whole. Milliseconds since the epoch; 0: never. */
  #savedAt(): number {
    const status = statSync(join(this.#folder, 'mosquitto.db'), { throwIfNoEntry: false })
    return status?.mtimeMs ?? 0
  }
}

/** A client of the test, MQTT 5. */
export const clientOf = (port: number, options: IClientOptions = {}): Promise<MqttClient> =>
  connectAsync(`mqtt://${HOST}:${port}`, {
    protocolVersion: 5,
    reconnectPeriod: 20,
    timerVariant: 'native',
    ...options,
  })

/** What was heard under some topics. */
export interface Heard {
  readonly topic: string
  readonly payload: Buffer
  readonly retain: boolean
  readonly properties: Readonly<Record<string, unknown>>
}

/** Subscribes with QoS 1, and is remembered by the broker while it is away. */
export class Listener {
  readonly heard: Heard[] = []
  readonly client: MqttClient

  private constructor(client: MqttClient) {
    this.client = client
    client.on('message', (topic, payload, { retain, properties }) => {
      this.heard.push({ topic, payload, retain, properties: { ...properties } })
    })
  }

  static async start(
    port: number,
    filters: readonly string[],
    options: IClientOptions = {},
  ): Promise<Listener> {
    const client = await clientOf(port, {
      clientId: `listener-${port}-${filters.length}`,
      clean: false,
      resubscribe: false,
      properties: { sessionExpiryInterval: 3600 },
      ...options,
    })
    const listener = new Listener(client)
    await client.subscribeAsync([...filters], { qos: 1 })
    return listener
  }

  /** Payloads under a topic that ends so, as JSON. */
  rows<T>(ending: string): T[] {
    return this.heard
      .filter(({ topic, payload }) => topic.endsWith(ending) && payload.length > 0)
      .map(({ payload }) => JSON.parse(payload.toString()) as T)
  }

  async close(): Promise<void> {
    await this.client.endAsync(true)
  }
}

/** Stands between a client and a broker, and can be slow, deaf, or tell an old broker's answer. */
export class Relay {
  /** Nothing is carried any more, and nobody is told. */
  isFrozen = false
  /** Milliseconds that each piece takes, each way. */
  delay = 0
  /** Connections so far. */
  accepted = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** Says for the first bytes of a connection what to answer instead of the broker; null: carry on. */
  readonly #answer: (first: Buffer) => Buffer | null

  constructor(target: number, answer: (first: Buffer) => Buffer | null = () => null) {
    this.#answer = answer
    this.#server = createServer((near) => {
      this.accepted++
      const far = connect(target, HOST)
      let isFirst = true
      this.#carry(far, near, () => null)
      this.#carry(near, far, (piece) => {
        const said = isFirst ? this.#answer(piece) : null
        isFirst = false
        return said
      })
    })
  }

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#server.listen(0, HOST, () => resolve((this.#server.address() as AddressInfo).port))
    })
  }

  /** Ends all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #carry(from: Socket, to: Socket, answer: (piece: Buffer) => Buffer | null): void {
    this.#sockets.add(from)
    const isMine = !this.isFrozen
    from.on('data', (piece: Buffer) => {
      // A connection that was made before stays silent for ever; a new one is as good as the relay is then.
      if (this.isFrozen && isMine) return
      const said = answer(piece)
      if (said !== null) from.end(said)
      else if (this.delay === 0) to.write(piece)
      else setTimeout(() => to.write(piece), this.delay)
    })
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      if (!(this.isFrozen && isMine)) to.destroy()
    })
  }
}
