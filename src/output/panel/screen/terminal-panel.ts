/** The panel on a terminal: the lights as words, and below them the very picture of the display. For machines without a display. */
import { DARK, type Lights } from '../led/lamps.ts'
import type { Leds } from '../led/led.ts'
import type { PartState } from '../part-state.ts'
import { emptyBitmap, type Bitmap, type Height } from './bitmap.ts'
import { renderTerminal } from './render-terminal.ts'
import type { Screen } from './screen.ts'

const HOME = '\u001b[H'
const CLEAR_LINE_END = '\u001b[K'
const CLEAR_BELOW = '\u001b[J'

/** SGR parameters; a light that is off is dim. */
const STYLES = { red: '1;31', amber: '1;33', green: '1;32' } as const

/** What is needed of a terminal. */
export interface TerminalOutput {
  write(text: string): unknown
}

/** Lights and screen in one, since both share the page. */
export class TerminalFace {
  readonly leds: Leds
  readonly screen: Screen
  readonly #output: TerminalOutput
  #lights: Lights = DARK
  #bitmap: Bitmap
  #drawn = ''

  constructor(output: TerminalOutput, height: Height = 64) {
    this.#output = output
    this.#bitmap = emptyBitmap(height)
    this.leds = {
      state: stateOf(
        'leds',
        'The lights are drawn on the terminal; they stay as they are if this program hangs.',
      ),
      show: (lights) => {
        this.#lights = lights
        this.#draw()
      },
      close: () => {
        this.#lights = DARK
        this.#draw()
      },
    }
    this.screen = {
      height,
      state: stateOf('screen', 'The screen is drawn on the terminal.'),
      show: (bitmap) => {
        this.#bitmap = bitmap
        this.#draw()
      },
      tick: () => undefined,
      close: () => {
        this.#bitmap = emptyBitmap(height)
        this.#draw()
        return Promise.resolve()
      },
    }
  }

  #draw(): void {
    const lines = [lightsLine(this.#lights), ...renderTerminal(this.#bitmap)]
    const text = `${HOME}${lines.map((line) => `${line}${CLEAR_LINE_END}`).join('\r\n')}${CLEAR_BELOW}`
    if (text === this.#drawn) return
    this.#drawn = text
    this.#output.write(text)
  }
}

const stateOf = (part: PartState['part'], sentence: string): PartState => ({
  part,
  kind: part === 'leds' ? 'limited' : 'good',
  sentence,
})

const lightsLine = (lights: Lights): string =>
  (['red', 'amber', 'green'] as const)
    .map((colour) => {
      const isOn = lights[colour] !== 'off'
      return `\u001b[${isOn ? STYLES[colour] : '2'}m${isOn ? '●' : '○'} ${colour}\u001b[0m`
    })
    .join('  ')
