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
  readonly pins?: Pins
}

/** Where the parts are connected. Throws a sentence if the file makes no sense. */
export const readPins = (): Pins =>
  parsePins(JSON.parse(readFileSync(new URL('hardware/pins.json', packageRoot()), 'utf8')) as unknown)

/** See the head of this file. */
export class PanelDesk {
  readonly panel: Panel
  readonly #screen: WatchedScreen
  readonly #cancel: () => void

  private constructor(panel: Panel, screen: WatchedScreen, timers: Timers) {
    this.panel = panel
    this.#screen = screen
    this.#cancel = timers.every(TICK, () => panel.tick(MACHINE_CLOCK.now()))
  }

  /** Never rejects for what is missing. */
  static async open({ config, timers, listener, pins = readPins() }: PanelDeskOptions): Promise<PanelDesk> {
    const off = (key: string): string => `It is turned off by panel.${key}.`
    const screen = new WatchedScreen(
      config.oled === 'off'
        ? noScreen(off('oled'))
        : new OledScreen({ ...toOled(config), ...pins.oled, clock: MACHINE_CLOCK }),
    )
    const panel = new Panel({
      leds:
        config.leds === 'off'
          ? noLeds(off('leds'))
          : await openLeds({ pins: pins.leds, clock: MACHINE_CLOCK, way: config.leds }),
      screen,
      button:
        config.button === 'off'
          ? noButton(off('button'))
          : await openButton({ pin: pins.button, way: config.button }),
      night: { from: hoursOf(config.night_from), to: hoursOf(config.night_until) },
      isTurned: config.is_turned,
      listener,
    })
    return new PanelDesk(panel, screen, timers)
  }

  get parts(): readonly PartState[] {
    return this.panel.parts
  }

  /** What the screen shows as PNG, if it is another than it was when last asked; else null. */
  takePicture(): Uint8Array | null {
    const picture = this.#screen.takePicture()
    return picture === null ? null : renderPng(picture)
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

/** Shows, and remembers what it shows for somebody else. */
class WatchedScreen implements Screen {
  readonly #screen: Screen
  #picture: Bitmap | null = null

  constructor(screen: Screen) {
    this.#screen = screen
  }

  takePicture(): Bitmap | null {
    const picture = this.#picture
    this.#picture = null
    return picture
  }

  get height(): Screen['height'] {
    return this.#screen.height
  }

  get state(): PartState {
    return this.#screen.state
  }

  show(bitmap: Bitmap, contrast: number): void {
    this.#screen.show(bitmap, contrast)
    this.#picture = bitmap
  }

  tick(): void {
    this.#screen.tick()
  }

  close(): Promise<void> {
    return this.#screen.close()
  }
}
