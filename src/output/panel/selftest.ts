/** Building blocks of `callseal selftest`: each does one thing that a person can see and says in a sentence what it did. */
import type { Button } from './button/button.ts'
import { COLOURS, DARK, type Colour } from './led/lamps.ts'
import type { Leds } from './led/led.ts'
import type { PartState } from './part-state.ts'
import { testPictures } from './screen/test-pictures.ts'
import { DAY_CONTRAST } from './screen/display-care.ts'
import type { Screen } from './screen/screen.ts'
import { waitFor, type PanelClock } from './time.ts'

/** What a step found. Whether a light was seen only the person in front of it can tell. */
export interface SelftestStep {
  readonly ok: boolean
  readonly sentence: string
}

/** Milliseconds. */
const LIGHT_SHOWN = 800
const PICTURE_SHOWN = 1500
const LOOK = 50
/** As long as a display may take to answer, start and show. */
const SCREEN_PATIENCE = 3000

const stepOf = ({ kind, sentence }: PartState, done: string): SelftestStep =>
  kind === 'good' || kind === 'limited'
    ? { ok: true, sentence: `${done} ${sentence}` }
    : { ok: false, sentence }

/** Each light by itself; a step a light. `onLight` hears which one is on. */
export const chaseLights = async (
  leds: Leds,
  clock: PanelClock,
  onLight: (colour: Colour) => void = () => undefined,
): Promise<readonly SelftestStep[]> => {
  const steps: SelftestStep[] = []
  for (const colour of COLOURS) {
    leds.show({ ...DARK, [colour]: 'on' }, clock.now())
    onLight(colour)
    await waitFor(clock, LIGHT_SHOWN)
    steps.push(stepOf(leds.state, `The ${colour} light was on for ${LIGHT_SHOWN / 1000} s.`))
    leds.show(DARK, clock.now())
  }
  return steps
}

/** The test pictures, one after the other. */
export const showTestPictures = async (screen: Screen, clock: PanelClock): Promise<SelftestStep> => {
  const pictures = testPictures(screen.height)
  for (const picture of pictures) {
    screen.show(picture, DAY_CONTRAST)
    await tickFor(screen, clock, PICTURE_SHOWN)
  }
  if (screen.state.kind === 'starting') await tickFor(screen, clock, SCREEN_PATIENCE)
  return stepOf(screen.state, `${pictures.length} test pictures were sent to the display.`)
}

const tickFor = async (screen: Screen, clock: PanelClock, milliseconds: number): Promise<void> => {
  const end = clock.now() + milliseconds
  while (clock.now() < end) {
    screen.tick()
    await waitFor(clock, LOOK)
  }
}

/** Waits for a press and its release. */
export const awaitPress = async (
  button: Button,
  clock: PanelClock,
  patience: number,
): Promise<SelftestStep> => {
  const end = clock.now() + patience
  let isPressed = false
  while (clock.now() < end) {
    for (const edge of button.poll(clock.now())) {
      if (edge === 'release' && isPressed) return stepOf(button.state, 'The button was pressed and let go.')
      isPressed = edge === 'press'
    }
    if (button.state.kind === 'absent') break
    await waitFor(clock, LOOK)
  }
  if (button.state.kind === 'absent' || button.state.kind === 'failing') {
    return { ok: false, sentence: button.state.sentence }
  }
  const what = isPressed ? 'It was not let go' : 'The button was not pressed'
  return { ok: false, sentence: `${what} within ${patience / 1000} s. ${button.state.sentence}` }
}
