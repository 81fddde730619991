/**
 * The broker's side of the box: connected as the configuration says, told of calls and states, and asked for things. Without a broker in the
 * configuration there is none, and its package is not loaded.
 */
import { randomBytes } from 'node:crypto'
import { Cursor, type JournalDisk } from '../../output/journal/index.ts'
import type {
  BoxIdentity,
  BoxState,
  BrokerOptions,
  MqttHealth,
  MqttOutput,
  RequestName,
  RequestServant,
  ToldVerdict,
} from '../../output/mqtt/index.ts'
import type { PhoneReport } from '../../core/index.ts'
import type { BoxConfig } from '../config/index.ts'
import type { ToldCall } from '../state-protocol/index.ts'
import { MACHINE_TIMERS } from '../timers.ts'
import { callIdOf } from './box-memory.ts'
import type { JournalDesk } from './journal-desk.ts'
import { JournalOutbox } from './journal-outbox.ts'
import { talk } from './talk.ts'

const CURSOR = 'mqtt-cursor'
const PHONE_KEY = 'phone-key'
const KEY_BYTES = 32
const ID = 'box-id'
const ID_BYTES = 4
/** More calls than an engine can have open, and those that end at once. */
const MOST_TOLD = 16_384

export interface BrokerDeskOptions {
  readonly config: BoxConfig
  readonly desk: JournalDesk
  readonly identity: BoxIdentity
  readonly servants: Readonly<Partial<Record<RequestName, RequestServant>>>
  readonly onHealth: (health: MqttHealth) => void
}

/** The section as the broker's side wants it; null: no broker is named. */
export const toBrokerOptions = ({ mqtt }: BoxConfig): BrokerOptions | null =>
  mqtt.url === null
    ? null
    : {
        url: mqtt.url,
        user: mqtt.user,
        passwordFile: mqtt.password_file,
        caFile: mqtt.ca_file,
        certFile: mqtt.cert_file,
        keyFile: mqtt.key_file,
        serverName: mqtt.server_name,
      }

/** What is kept beside the journal under a name: so many bytes as hexadecimal digits; null: nothing of that kind. Rejects if it cannot be read. */
const readSecret = async (disk: JournalDisk, name: string, bytes: number): Promise<string | null> => {
  const kept = (await disk.load(name))?.toString('latin1').trim() ?? ''
  return kept.length === 2 * bytes && /^[\da-f]+$/u.test(kept) ? kept : null
}

/** The same, made where there is none. Rejects if it can be neither read nor kept. */
const keptSecret = async (disk: JournalDisk, name: string, bytes: number): Promise<string> => {
  const kept = await readSecret(disk, name, bytes)
  if (kept !== null) return kept
  const made = randomBytes(bytes).toString('hex')
  await disk.replace(name, `${made}\n`)
  return made
}

/** The box's name in topics. */
export const boxIdOf = async (config: BoxConfig, disk: JournalDisk): Promise<string> =>
  config.box.id ?? (await keptSecret(disk, ID, ID_BYTES))

/** The same for other programs, which leave nothing beside the journal; null: the box was never at a broker. Rejects if it cannot be read. */
export const readBoxId = async (config: BoxConfig, disk: JournalDisk): Promise<string | null> =>
  config.box.id ?? (await readSecret(disk, ID, ID_BYTES))

/** See the head of this file. */
export class BrokerDesk {
  readonly #output: MqttOutput
  readonly #source: JournalOutbox
  readonly #cursor: Cursor
  /** What the broker was told of each call, since the connection is up. */
  readonly #told: Map<string, ToldVerdict>

  private constructor(
    output: MqttOutput,
    source: JournalOutbox,
    cursor: Cursor,
    told: Map<string, ToldVerdict>,
  ) {
    this.#output = output
    this.#source = source
    this.#cursor = cursor
    this.#told = told
  }

  /** Null without a broker in the configuration. Rejects if what stands beside the journal cannot be read. */
  static async open(options: BrokerDeskOptions): Promise<BrokerDesk | null> {
    const { config, desk, identity, servants, onHealth } = options
    const broker = toBrokerOptions(config)
    if (broker === null) return null
    const told = new Map<string, ToldVerdict>()
    const source = await JournalOutbox.open({ desk, toldBefore: (callId) => told.get(callId) ?? null })
    const cursor = await Cursor.open(desk.disk, CURSOR, MACHINE_TIMERS.after)
    const { mqtt } = config
    const { MqttOutput } = await import('../../output/mqtt/index.ts')
    const output = new MqttOutput({
      identity,
      broker,
      discoveryPrefix: mqtt.home_assistant ? mqtt.discovery_prefix : null,
      phoneKey: mqtt.phones ? Buffer.from(await keptSecret(desk.disk, PHONE_KEY, KEY_BYTES), 'hex') : null,
      display: mqtt.display,
      source,
      cursor: { get: () => cursor.seq, set: (seq) => cursor.moveTo(seq) },
      servants,
      onHealth: (health) => {
        // Nobody knows what of it arrived.
        if (health.state !== 'up') told.clear()
        onHealth(health)
      },
      onTrouble: (sentence) => talk(`broker: ${sentence}`),
    })
    return new BrokerDesk(output, source, cursor, told)
  }

  get health(): MqttHealth {
    return this.#output.health
  }

  start(): void {
    this.#output.start()
  }

  /** Says goodbye; what the broker does not have yet is told after the next start. */
  async stop(): Promise<void> {
    await this.#output.stop()
    await this.#cursor.keep()
  }

  onState(state: BoxState): void {
    this.#output.onState(state)
  }

  /** A call appeared, or what is known of it. */
  onCall(call: ToldCall): void {
    if (this.#output.health.state !== 'up') return
    const id = callIdOf(call)
    const before = this.#told.get(id) ?? null
    const { grade, reasons } = call.report
    if (before?.grade === grade && before.reasons.join() === reasons.join()) return
    this.#remember(id, { grade, reasons })
    this.#output.onCall({
      kind: 'call',
      type: before === null ? 'new' : 'update',
      id,
      before,
      report: call.report,
    })
  }

  onPhone(report: PhoneReport): void {
    this.#output.onPhone(report)
  }

  onPicture(png: Uint8Array): void {
    this.#output.onDisplay(Buffer.from(png))
  }

  onDurable(): void {
    this.#source.onDurable()
  }

  #remember(id: string, verdict: ToldVerdict): void {
    this.#told.delete(id)
    this.#told.set(id, verdict)
    const [oldest] = this.#told.keys()
    if (this.#told.size > MOST_TOLD && oldest !== undefined) this.#told.delete(oldest)
  }
}
