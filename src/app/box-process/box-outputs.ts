/**
 * Everything that the box shows and tells: panel, broker, requests. Kept up to date from one memory: at once when something changes, and each
 * second, because what is old is not believed.
 */
import type { PhoneReport } from '../../core/index.ts'
import type { BoxIdentity, Json, MqttHealth, RequestName, RequestServant } from '../../output/mqtt/index.ts'
import type { DiskState, PanelState } from '../../output/panel/index.ts'
import type { DiskHealth } from '../../output/journal/index.ts'
import { renderFault, type BoxConfig, type ConfigFault } from '../config/index.ts'
import type { EngineHealth, StateListener, ToldCall } from '../state-protocol/index.ts'
import { MACHINE_TIMERS } from '../timers.ts'
import { readVersion } from '../version.ts'
import { MACHINE_CLOCK, type BoxMemory } from './box-memory.ts'
import { captureOf, toBoxState, toPanelState, type BoxSides } from './box-picture.ts'
import { boxServants, NO_JOURNAL, surveyAnswer } from './box-requests.ts'
import { BrokerDesk, boxIdOf } from './broker-desk.ts'
import { ControlSocket, type ControlOptions } from './control-socket.ts'
import { HEALTH_WORDS } from './engine-words.ts'
import type { JournalDesk } from './journal-desk.ts'
import { NO_SIGNS, readMachineSigns, readModel, type MachineSigns } from './machine-signs.ts'
import { MetricsDesk } from './metrics-desk.ts'
import { PanelDesk } from './panel-desk.ts'
import { PowerOff } from './power-off.ts'
import { Survey } from './survey.ts'
import { talk } from './talk.ts'

/** Milliseconds. The panel wants to hear each second; the lamp is to follow a verdict within 200. */
const EVERY = 1000
const SOON = 40
/** The broker is told at most so often. */
const BROKER_EVERY = 990

type Servants = Readonly<Record<RequestName, RequestServant>>

const DISK_WORDS: Readonly<Record<DiskHealth['state'], DiskState>> = {
  good: 'good',
  'disk-full': 'full',
  'read-only': 'read-only',
  failing: 'failing',
}
const BROKER_WORDS: Readonly<Record<MqttHealth['state'], PanelState['broker']>> = {
  up: 'connected',
  connecting: 'connecting',
  trouble: 'failing',
}

export interface BoxOutputsOptions {
  readonly config: BoxConfig
  readonly faults: readonly ConfigFault[]
  /** Null: there is no journal, and then no broker either: what cannot be kept cannot be promised. */
  readonly desk: JournalDesk | null
  readonly memory: BoxMemory
  readonly control: string
  /** The program is to end. */
  readonly onEnd: () => void
}

/** See the head of this file. */
export class BoxOutputs implements StateListener {
  readonly #options: BoxOutputsOptions
  readonly #survey: Survey | null
  readonly #powerOff: PowerOff
  #panel: PanelDesk | null = null
  #broker: BrokerDesk | null = null
  #control: ControlSocket | null = null
  #metrics: MetricsDesk | null = null
  #configFaults: readonly ConfigFault[]
  #signs: MachineSigns = NO_SIGNS
  #megabits: number | null = null
  #brokerToldAt = -Infinity
  #brokerSentence = ''
  #cancelSoon: (() => void) | null = null
  #cancelTurns: () => void = () => undefined

  private constructor(options: BoxOutputsOptions, survey: Survey | null) {
    this.#options = options
    this.#survey = survey
    this.#configFaults = options.faults
    this.#powerOff = new PowerOff(() => this.#tell())
  }

  /** Never rejects for what is missing. */
  static async open(options: BoxOutputsOptions): Promise<BoxOutputs> {
    const outputs = new BoxOutputs(options, await openSurvey(options.desk))
    outputs.#panel = await outputs.#openPanel()
    const servants = boxServants({
      survey: outputs.#survey,
      panel: outputs.#panel,
      journalFolder: options.config.journal.folder,
      onRestart: options.onEnd,
      onChange: () => outputs.#tell(),
    })
    outputs.#broker = await outputs.#openBroker(servants)
    outputs.#control = await openControl({
      path: options.control,
      servants,
      state: () => outputs.#stateAnswer(),
    })
    outputs.#metrics = await MetricsDesk.open(options.config)
    outputs.#cancelTurns = MACHINE_TIMERS.every(EVERY, () => outputs.#turn())
    outputs.#turn()
    outputs.#broker?.start()
    return outputs
  }

  /** Lamp, screen and broker are told soon, and once for many changes. */
  onChange(): void {
    this.#cancelSoon ??= MACHINE_TIMERS.after(SOON, () => {
      this.#cancelSoon = null
      this.#tell()
    })
  }

  onConfig(faults: readonly ConfigFault[]): void {
    this.#configFaults = faults
    this.#tell()
  }

  onDurable(): void {
    this.#broker?.onDurable()
  }

  onCall(call: ToldCall): void {
    this.#broker?.onCall(call)
  }

  onClosed({ report }: ToldCall): void {
    // Its end comes to the broker from the journal.
    this.#survey?.onClosed(report)
  }

  onPhone(report: PhoneReport): void {
    this.#broker?.onPhone(report)
  }

  onWire(): void {
    // Told in the log.
  }

  onCounters(): void {
    // The memory has them.
  }

  onHealth(health: EngineHealth): void {
    const isFault = health !== 'good' && health !== 'starting'
    const sentence = HEALTH_WORDS[health]
    this.#options.desk?.append({ kind: 'health', part: 'engine', isFault, sentence }, false)
  }

  /** Dark and gone, unless the machine goes off and says so. */
  async close(): Promise<void> {
    this.#cancelTurns()
    this.#cancelSoon?.()
    this.#control?.stop()
    this.#metrics?.stop()
    await this.#broker?.stop()
    await this.#panel?.close(this.#powerOff.isOver)
  }

  #openPanel(): Promise<PanelDesk> {
    const { config } = this.#options
    return PanelDesk.open({
      config: config.panel,
      timers: MACHINE_TIMERS,
      listener: {
        onSurvey: () => void this.#turnSurvey(),
        onPowerOff: () => this.#powerOff.begin(),
        // Any press of the button calls it off.
        onPage: () => this.#powerOff.cancel(),
      },
    })
  }

  async #openBroker(servants: Servants): Promise<BrokerDesk | null> {
    const { config, desk } = this.#options
    if (desk === null) {
      if (config.mqtt.url !== null)
        talk('without a journal nothing is told to the broker: what cannot be kept could be lost')
      return null
    }
    try {
      const identity = await identityOf(config, desk)
      return await BrokerDesk.open({
        config,
        desk,
        identity,
        servants,
        onHealth: (health) => this.#onBroker(health),
      })
    } catch (error) {
      talk(`nothing is told to the broker: ${(error as Error).message}`)
      return null
    }
  }

  #onBroker({ state, sentence }: MqttHealth): void {
    if (sentence !== this.#brokerSentence) {
      talk(`broker: ${sentence}`)
      this.#options.desk?.append(
        { kind: 'health', part: 'broker', isFault: state === 'trouble', sentence },
        false,
      )
    }
    this.#brokerSentence = sentence
    this.onChange()
  }

  /** The button has no name to give. */
  async #turnSurvey(): Promise<void> {
    const survey = this.#survey
    const why =
      survey === null ? NO_JOURNAL : survey.running === null ? await survey.start('') : await survey.stop()
    if (why !== null) talk(`survey: ${why}`)
    this.#tell()
  }

  /** Each second. */
  #turn(): void {
    const tapped = this.#options.memory.counters?.source.interface ?? null
    const before = this.#signs.receivedBytes
    this.#signs = readMachineSigns(tapped)
    const { receivedBytes: after } = this.#signs
    this.#megabits = before === null || after === null ? null : (Math.max(0, after - before) * 8) / 1e6
    this.#tell()
    const picture = this.#options.config.mqtt.display ? (this.#panel?.takePicture() ?? null) : null
    if (picture !== null) this.#broker?.onPicture(picture)
  }

  #tell(): void {
    const { memory } = this.#options
    const sides = this.#sides()
    this.#panel?.update(toPanelState(memory, sides))
    this.#metrics?.onState(memory, sides, {
      durableSeq: this.#options.desk?.writer.durableSeq ?? null,
      brokerWaiting: this.#broker?.health.waiting ?? 0,
    })
    if (this.#broker === null || sides.now - this.#brokerToldAt < BROKER_EVERY) return
    this.#brokerToldAt = sides.now
    this.#broker.onState(toBoxState(memory, sides))
  }

  #sides(): BoxSides {
    const { desk } = this.#options
    return {
      now: MACHINE_CLOCK.now(),
      wall: MACHINE_CLOCK.wall(),
      signs: this.#signs,
      megabitsPerSecond: this.#megabits,
      disk: desk === null ? 'failing' : DISK_WORDS[desk.writer.health.state],
      broker: this.#broker === null ? 'off' : BROKER_WORDS[this.#broker.health.state],
      survey: this.#survey?.shown ?? null,
      configFaults: this.#configFaults,
      powerOffAt: this.#powerOff.at,
      url: this.#metrics?.url ?? null,
    }
  }

  /** For `callseal health`. */
  #stateAnswer(): Json {
    const { memory, desk } = this.#options
    const { calls, ...state } = toPanelState(memory, this.#sides())
    return {
      capture: { ...captureOf(memory) },
      calls: calls.length,
      today: { ...memory.today },
      journal: desk === null ? NO_JOURNAL : desk.writer.health.sentence,
      broker: this.#broker === null ? 'off' : this.#broker.health.sentence,
      panel: (this.#panel?.parts ?? []).map((part) => ({ ...part })),
      configuration: this.#configFaults.map(renderFault),
      survey: surveyAnswer(this.#survey?.shown ?? null),
      clockTrusted: state.isClockTrusted,
      disk: state.disk,
    }
  }
}

const openSurvey = async (desk: JournalDesk | null): Promise<Survey | null> => {
  if (desk === null) return null
  try {
    return await Survey.open({
      disk: desk.disk,
      append: (...record) => desk.append(...record),
      callsFrom: (seq) => desk.callsFrom(seq),
      wall: MACHINE_CLOCK.wall,
    })
  } catch (error) {
    talk(`there can be no survey: ${(error as Error).message}`)
    return null
  }
}

const openControl = async (options: ControlOptions): Promise<ControlSocket | null> => {
  const control = new ControlSocket(options)
  const why = await control.start()
  if (why === null) return control
  talk(why)
  return null
}

const identityOf = async (config: BoxConfig, desk: JournalDesk): Promise<BoxIdentity> => ({
  id: await boxIdOf(config, desk.disk),
  name: config.box.name,
  model: readModel(),
  version: readVersion(),
  latestVersion: null,
  startedAt: new Date(MACHINE_CLOCK.wall()).toISOString(),
  url: null,
})
