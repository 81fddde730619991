/** `callseal selftest`: each part by itself, and a plain answer for each. What only a person can see is said as that. */
import { FolderDisk } from '../../output/journal/index.ts'
import {
  awaitPress,
  chaseLights,
  MACHINE_CLOCK,
  OledScreen,
  openButton,
  openLeds,
  showTestPictures,
  type SelftestStep,
} from '../../output/panel/index.ts'
import { tryBroker } from '../../output/mqtt/index.ts'
import { COLOURED, PLAIN, sanitise, type Paint } from '../../output/text/index.ts'
import { askBox, readBoxId, readPins, toBrokerOptions, toOled } from '../box-process/index.ts'
import { loadConfig, renderFault, type BoxConfig } from '../config/index.ts'
import { examineMachine } from '../doctor/examine-machine.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { wantsColour } from '../terminal.ts'

export interface SelftestOptions {
  /** The configuration's file; null: the usual one. */
  readonly file: string | null
  /** The socket of a box that may run. */
  readonly control: string
  readonly asksForButton: boolean
  readonly isJson: boolean
}

/** One step's part, and how it goes; `ok` null: there is nothing to try. */
interface Outcome {
  readonly part: string
  readonly ok: boolean | null
  readonly sentence: string
}

/** For somebody to find the button, in milliseconds. */
const BUTTON_PATIENCE = 15_000

const talk = (sentence: string): void => {
  process.stderr.write(`${sentence}\n`)
}

/** Gives the exit code. */
export const runSelftest = async ({
  file,
  control,
  asksForButton,
  isJson,
}: SelftestOptions): Promise<number> => {
  if ((await askBox(control, { request: 'state' })).status === 'ok') {
    talk(
      'callseal: the box runs and holds the panel: sudo systemctl stop callseal.service, and start it again afterwards',
    )
    return EXIT_CODES.noInput.code
  }
  const paint = wantsColour(process.stdout, process.env) ? COLOURED : PLAIN
  const { config, faults } = loadConfig({ file, environment: process.env })
  const failed: string[] = []
  const tell = (outcome: Outcome): void => {
    if (outcome.ok === false) failed.push(outcome.part)
    process.stdout.write(isJson ? `${JSON.stringify(outcome)}\n` : `${renderOutcome(outcome, paint)}\n`)
  }
  const wrong = faults.map(renderFault).join('; ')
  tell({ part: 'configuration', ok: faults.length === 0, sentence: wrong === '' ? 'It is right.' : wrong })
  for (const outcome of await tryLights(config)) tell(outcome)
  tell(await tryScreen(config))
  if (asksForButton) tell(await tryButton(config))
  tell(await tryBridge())
  tell(await tryTheBroker(config))
  return failed.length === 0 ? EXIT_CODES.allProtected.code : EXIT_CODES.findings.code
}

const renderOutcome = ({ part, ok, sentence }: Outcome, paint: Paint): string => {
  const line = `${part}: ${sanitise(sentence)}`
  if (ok === null) return `${paint.dim('none  ')} ${line}`
  return `${ok ? 'ok    ' : paint.severity('high', 'FAILED')} ${line}`
}

const outcomeOf = (part: string, { ok, sentence }: SelftestStep): Outcome => ({ part, ok, sentence })

const tryLights = async ({ panel }: BoxConfig): Promise<readonly Outcome[]> => {
  if (panel.leds === 'off') return [{ part: 'lights', ok: null, sentence: 'Turned off by panel.leds.' }]
  const leds = await openLeds({ pins: readPins().leds, clock: MACHINE_CLOCK, way: panel.leds })
  if (leds.state.kind === 'absent') return [{ part: 'lights', ok: false, sentence: leds.state.sentence }]
  talk('Look at the lights: red, amber, green.')
  const steps = await chaseLights(leds, MACHINE_CLOCK)
  leds.close()
  return steps.map((step) => outcomeOf('lights', step))
}

const tryScreen = async ({ panel }: BoxConfig): Promise<Outcome> => {
  if (panel.oled === 'off') return { part: 'screen', ok: null, sentence: 'Turned off by panel.oled.' }
  talk('Look at the screen: all dots, a frame, a pattern.')
  const screen = new OledScreen({ ...toOled(panel), ...readPins().oled, clock: MACHINE_CLOCK })
  const step = await showTestPictures(screen, MACHINE_CLOCK)
  await screen.close()
  return outcomeOf('screen', step)
}

const tryButton = async ({ panel }: BoxConfig): Promise<Outcome> => {
  if (panel.button === 'off') return { part: 'button', ok: null, sentence: 'Turned off by panel.button.' }
  const button = await openButton({ pin: readPins().button, way: panel.button })
  if (button.state.kind !== 'absent') talk(`Press the button within ${BUTTON_PATIENCE / 1000} s.`)
  const step = await awaitPress(button, MACHINE_CLOCK, BUTTON_PATIENCE)
  button.close()
  return outcomeOf('button', step)
}

/** What doctor finds wrong, in one line. */
const tryBridge = async (): Promise<Outcome> => {
  const failed = (await examineMachine('/', null)).filter(({ status }) => status === 'fail')
  const sentence = failed
    .map(({ subject, says }) => (subject === null ? says : `${subject} ${says}`))
    .join('; ')
  return failed.length === 0
    ? { part: 'bridge', ok: true, sentence: 'Doctor finds nothing that would harm or hide calls.' }
    : { part: 'bridge', ok: false, sentence: `${sentence}. \`callseal doctor\` says how to mend it.` }
}

const tryTheBroker = async (config: BoxConfig): Promise<Outcome> => {
  const broker = toBrokerOptions(config)
  if (broker === null) return { part: 'broker', ok: null, sentence: 'None is configured: see mqtt.url.' }
  // To try it any name will do.
  const boxId = await readBoxId(config, new FolderDisk(config.journal.folder)).catch(() => null)
  const why = await tryBroker(broker, boxId ?? 'selftest')
  return { part: 'broker', ok: why === null, sentence: why ?? `${broker.url} takes what the box has to say.` }
}
