/**
 * The panel of this machine: lamps, screen and button as the configuration says and as far as they are there, and what the button asks for. Without
 * any of them the box goes on; what is missing is a sentence.
 */
import { readFileSync } from 'node:fs'
import {
  MACHINE_CLOCK,
  noButton,
  noLeds,
  noScreen,
  OledScreen,
  openButton,
  openLeds,
  Panel,
  parsePins,
  renderPng,
  TICK,
  type Bitmap,
  type PanelListener,
  type PanelState,
  type PartState,
  type Pins,
  type Screen,
} from '../../output/panel/index.ts'
import type { BoxConfig } from '../config/index.ts'
import { packageRoot } from '../package-root.ts'
import type { Timers } from '../timers.ts'

export interface PanelDeskOptions {
  readonly config: BoxConfig['panel']
  readonly timers: Timers
  readonly listener: PanelListener
  /** A picture of the screen, as PNG, whenever it is another; null: nobody wants it. */
  readonly onPicture: ((png: Uint8Array) => void) | null
  readonly pins?: Pins
}

/** Where the parts are connected. Throws a sentence if the file makes no sense. */
export const readPins = (): Pins =>
  parsePins(JSON.parse(readFileSync(new URL('hardware/pins.json', packageRoot()), 'utf8')) as unknown)

/** See the head of this file. */
export class PanelDesk {
  readonly panel: Panel
  readonly #cancel: () => void

  private constructor(panel: Panel, timers: Timers) {
    this.panel = panel
    this.#cancel = timers.every(TICK, () => panel.tick(MACHINE_CLOCK.now()))
  }

  /** Never rejects for what is missing. */
  static async open({
    config,
    timers,
    listener,
    onPicture,
    pins = readPins(),
  }: PanelDeskOptions): Promise<PanelDesk> {
    const off = (key: string): string => `It is turned off by panel.${key}.`
    const screen =
      config.oled === 'off'
        ? noScreen(off('oled'))
        : new OledScreen({ ...toOled(config), ...pins.oled, clock: MACHINE_CLOCK })
    const panel = new Panel({
      leds:
        config.leds === 'off'
          ? noLeds(off('leds'))
          : await openLeds({ pins: pins.leds, clock: MACHINE_CLOCK, way: config.leds }),
      screen: onPicture === null ? screen : new WatchedScreen(screen, onPicture),
      button:
        config.button === 'off'
          ? noButton(off('button'))
          : await openButton({ pin: pins.button, way: config.button }),
      night: { from: hoursOf(config.night_from), to: hoursOf(config.night_until) },
      isTurned: config.is_turned,
      listener,
    })
    return new PanelDesk(panel, timers)
  }

  get parts(): readonly PartState[] {
    return this.panel.parts
  }

  update(state: PanelState): void {
    this.panel.update(state, MACHINE_CLOCK.now())
  }

  /** Dark; the picture stays if the machine is about to go off. */
  async close(keepsScreen: boolean): Promise<void> {
    this.#cancel()
    await this.panel.close(keepsScreen)
  }
}

/** `22:30` is 22.5. */
const hoursOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours + minutes / 60
}

type OledSettings = Pick<ConstructorParameters<typeof OledScreen>[0], 'height' | 'controller' | 'mode'>

export const toOled = ({ oled, oled_height, oled_mode }: BoxConfig['panel']): OledSettings => ({
  height: oled_height,
  controller: oled === 'sh1106' ? 'sh1106' : 'ssd1306',
  mode: oled_mode === 'auto' ? null : oled_mode,
})

/** Shows, and tells somebody else what it shows. */
class WatchedScreen implements Screen {
  readonly #screen: Screen
  readonly #onPicture: (png: Uint8Array) => void
  #last: Uint8Array = new Uint8Array()

  constructor(screen: Screen, onPicture: (png: Uint8Array) => void) {
    this.#screen = screen
    this.#onPicture = onPicture
  }

  get height(): Screen['height'] {
    return this.#screen.height
  }

  get state(): PartState {
    return this.#screen.state
  }

  show(bitmap: Bitmap, contrast: number): void {
    this.#screen.show(bitmap, contrast)
    if (Buffer.compare(this.#last, bitmap.bytes) === 0) return
    this.#last = bitmap.bytes.slice()
    this.#onPicture(renderPng(bitmap))
  }

  tick(): void {
    this.#screen.tick()
  }

  close(): Promise<void> {
    return this.#screen.close()
  }
}
