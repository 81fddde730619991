/**
 * The panel: lights, screen and button of the box. It is told of every change and ticked each TICK; the lights follow at once, whatever the screen
 * does. What the button means beyond the page is told to the listener.
 */
import type { Button } from './button/button.ts'
import { PressModel, type PressMeaning } from './button/press.ts'
import { lampOf } from './led/led-state.ts'
import { lightsOf, type LampName } from './led/lamps.ts'
import type { Leds } from './led/led.ts'
import { NOTHING_KNOWN, type PanelState } from './panel-state.ts'
import type { PartState } from './part-state.ts'
import { contrastAt, NIGHT, shiftAt, type Night } from './screen/display-care.ts'
import { shifted, turned } from './screen/bitmap.ts'
import { pictureKey, renderScreen } from './screen/render-screen.ts'
import { PAGES, type PageName, type PanelView } from './screen/screen-model.ts'
import type { Screen } from './screen/screen.ts'

/** How often tick() wants to be called, in milliseconds. */
export const TICK = 250
/** The first page is back after so many milliseconds without a press. */
const PAGE_SHOWN = 60_000
const IDENTIFY = 10_000

export interface PanelListener {
  /** The button was held for a survey: start one, or stop the one that runs. */
  onSurvey(): void
  /** The button was held for a safe end. */
  onPowerOff(): void
  onPage(page: PageName): void
}

export interface PanelOptions {
  readonly leds: Leds
  readonly screen: Screen
  readonly button: Button
  readonly listener: PanelListener
  /** When the screen is dim. */
  readonly night?: Night
  /** The screen hangs upside down. */
  readonly isTurned?: boolean
}

/** See the head of this file. `now` is milliseconds of the clock that PanelState is written in. */
export class Panel {
  readonly #options: PanelOptions
  readonly #press = new PressModel()
  #state: PanelState = NOTHING_KNOWN
  #page: PageName = 'verdict'
  #pageAt = -Infinity
  #identifyUntil = -Infinity
  #shownKey = ''

  constructor(options: PanelOptions) {
    this.#options = options
  }

  get page(): PageName {
    return this.#page
  }

  /** How each part is, for `doctor` and the health page. */
  get parts(): readonly PartState[] {
    const { leds, screen, button } = this.#options
    return [leds.state, screen.state, button.state]
  }

  /** What the lights say now. */
  lamp(now: number): LampName {
    return lampOf(this.#state, now, this.#identifyUntil)
  }

  /** Something changed, or is still so: at least each second, because what is old is not believed (STALE_AFTER). */
  update(state: PanelState, now: number): void {
    this.#state = state
    this.#showLights(now)
    this.#draw(now)
  }

  tick(now: number): void {
    this.#showLights(now)
    this.#listen(now)
    if (this.#page !== 'verdict' && now - this.#pageAt >= PAGE_SHOWN) this.showPage('verdict', now)
    this.#draw(now)
  }

  showPage(page: PageName, now: number): void {
    this.#pageAt = now
    if (page === this.#page) return
    this.#page = page
    this.#options.listener.onPage(page)
    this.#draw(now)
  }

  /** All lights blink for so many milliseconds: this box is the one. */
  identify(now: number, duration = IDENTIFY): void {
    this.#identifyUntil = now + duration
    this.#showLights(now)
  }

  /** Dark: nothing that was shown holds any more; but the last words before the machine goes off stay. */
  async close(keepsScreen = false): Promise<void> {
    const { leds, screen, button } = this.#options
    leds.close()
    button.close()
    if (!keepsScreen) await screen.close()
  }

  #showLights(now: number): void {
    this.#options.leds.show(lightsOf(this.lamp(now), now), now)
  }

  #listen(now: number): void {
    for (const edge of this.#options.button.poll(now)) this.#onMeaning(this.#press.onEdge(edge, now), now)
    this.#onMeaning(this.#press.onTick(now), now)
  }

  #onMeaning(meaning: PressMeaning | null, now: number): void {
    const { listener } = this.#options
    if (meaning === 'page')
      this.showPage(PAGES[(PAGES.indexOf(this.#page) + 1) % PAGES.length] ?? 'verdict', now)
    else if (meaning === 'survey') listener.onSurvey()
    else if (meaning === 'power-off') listener.onPowerOff()
  }

  /** Draws only what differs: a picture costs some milliseconds of a small machine. */
  #draw(now: number): void {
    const { screen, night = NIGHT, isTurned = false } = this.#options
    const [right, down] = shiftAt(now)
    const view: PanelView = {
      now,
      page: this.#page,
      heldFor: this.#press.heldFor(now),
      parts: this.parts,
    }
    const contrast = contrastAt(this.#state.hour, night)
    const key = `${pictureKey(this.#state, view)} ${right} ${down} ${contrast}`
    if (key !== this.#shownKey) {
      this.#shownKey = key
      const picture = shifted(renderScreen(this.#state, view, screen.height), right, down)
      screen.show(isTurned ? turned(picture) : picture, contrast)
    }
    screen.tick()
  }
}
