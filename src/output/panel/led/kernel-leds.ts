/**
 * Lights of the kernel's LED class (/sys/class/leds/callseal:red …). The kernel's trigger `transient` switches each light off 2.5 s after it was
 * last armed, and it is armed anew each second: when this program dies or hangs, no light stays that says anything. Without that trigger
 * the lights are switched plainly, and the state says what that costs.
 *
 * The trigger ignores `activate` while it runs (drivers/leds/trigger/ledtrig-transient.c), so arming anew is 0 and then 1: dark for microseconds.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf, reasonOf, type PartState } from '../part-state.ts'
import { readKernelFile, writeKernelFile } from '../sysfs.ts'
import { BackOff, type PanelClock } from '../time.ts'
import { COLOURS, DARK, PULSE, type Colour, type Light, type Lights } from './lamps.ts'
import type { Leds } from './led.ts'
import { PlainLights } from './plain-lights.ts'

export const LEDS_ROOT = '/sys/class/leds'
/** How long a light outlives the program, and when it is armed anew; milliseconds. */
export const HOLD = 2500
export const REARM = 1000

export type WriteText = (path: string, text: string) => void

const folderOf = (root: string, colour: Colour): string => join(root, `callseal:${colour}`)

/** True if the kernel has the three lights. */
export const hasKernelLeds = (root: string = LEDS_ROOT): boolean =>
  COLOURS.every((colour) => existsSync(folderOf(root, colour)))

export interface KernelLedsOptions {
  readonly clock: PanelClock
  readonly root?: string
  /** For tests that want to see the order. */
  readonly write?: WriteText
}

/** One light of the trigger. */
interface Armed {
  light: Light
  at: number
  duration: number
}

/** See the head of this file. */
export class KernelLeds implements Leds {
  readonly #root: string
  readonly #write: WriteText
  readonly #clock: PanelClock
  readonly #backOff = new BackOff(500, 8000)
  readonly #armed = new Map<Colour, Armed>()
  #plain: PlainLights | null = null
  #isReady = false
  #retryAt = -Infinity
  #state: PartState = { part: 'leds', kind: 'starting', sentence: 'The lights are not switched yet.' }

  constructor({ clock, root = LEDS_ROOT, write = writeKernelFile }: KernelLedsOptions) {
    this.#clock = clock
    this.#root = root
    this.#write = write
  }

  get state(): PartState {
    return this.#state
  }

  show(lights: Lights, now: number): void {
    if (now < this.#retryAt) return
    try {
      if (!this.#isReady) this.#open()
      if (this.#plain !== null) this.#plain.show(lights)
      else for (const colour of COLOURS) this.#showOne(colour, lights[colour], now)
    } catch (error) {
      this.#fail(error, now)
    }
  }

  close(): void {
    this.show(DARK, Infinity)
    this.#plain?.close()
  }

  #open(): void {
    this.#armed.clear()
    const isArmable = COLOURS.every((colour) => this.#triggersOf(colour).includes('transient'))
    if (isArmable) this.#openTransient()
    else this.#openPlain()
    this.#isReady = true
    this.#backOff.succeed()
    this.#state = isArmable ? GOOD : PLAINLY
  }

  #triggersOf(colour: Colour): string[] {
    const text = readKernelFile(join(folderOf(this.#root, colour), 'trigger'))
    return text.split(' ').map((name) => name.replace('[', '').replace(']', ''))
  }

  /** Files that a trigger brings are root's until udev has given them away: all are chosen before one is armed, so that one retry is enough. */
  #openTransient(): void {
    for (const colour of COLOURS) this.#choose(colour)
    for (const colour of COLOURS) this.#ready(colour)
  }

  /** Choosing it again would put a light out that another start of this program had on. */
  #choose(colour: Colour): void {
    const chosen = readKernelFile(join(folderOf(this.#root, colour), 'trigger'))
    if (!chosen.includes('[transient]')) this.#put(colour, 'trigger', 'transient')
  }

  #ready(colour: Colour): void {
    this.#put(colour, 'activate', '0')
    this.#put(colour, 'duration', HOLD.toString())
    this.#put(colour, 'state', '1')
    this.#armed.set(colour, { light: 'off', at: -Infinity, duration: HOLD })
  }

  #openPlain(): void {
    for (const colour of COLOURS) this.#put(colour, 'trigger', 'none')
    this.#plain = new PlainLights((colour, isOn) => this.#put(colour, 'brightness', isOn ? '1' : '0'), {
      clock: this.#clock,
      onError: (error) => this.#fail(error, this.#clock.now()),
    })
  }

  #showOne(colour: Colour, light: Light, now: number): void {
    const armed = this.#armed.get(colour)
    if (armed === undefined) return
    const isChange = armed.light !== light
    armed.light = light
    if (light === 'off') {
      if (isChange) this.#put(colour, 'activate', '0')
      return
    }
    // A glimpse is given once; a light that stays is armed again and again.
    const isDue = light === 'on' && now - armed.at >= REARM
    if (isChange || isDue) this.#arm(colour, armed, light === 'on' ? HOLD : PULSE, now)
  }

  #arm(colour: Colour, armed: Armed, duration: number, now: number): void {
    this.#put(colour, 'activate', '0')
    if (armed.duration !== duration) this.#put(colour, 'duration', duration.toString())
    this.#put(colour, 'activate', '1')
    armed.duration = duration
    armed.at = now
  }

  #put(colour: Colour, file: string, text: string): void {
    this.#write(join(folderOf(this.#root, colour), file), text)
  }

  #fail(error: unknown, now: number): void {
    this.#isReady = false
    this.#plain?.close()
    this.#plain = null
    this.#retryAt = now + this.#backOff.fail()
    const advice =
      codeOf(error) === 'EACCES'
        ? 'let this program write there (udev rule, group)'
        : 'look at the device tree'
    const sentence = `The lights in ${this.#root} cannot be switched (${reasonOf(error)}): ${advice}.`
    this.#state = { part: 'leds', kind: 'failing', sentence }
  }
}

const GOOD: PartState = {
  part: 'leds',
  kind: 'good',
  sentence: `The kernel's lights callseal:red, amber and green; they go dark ${HOLD / 1000} s after this program hangs.`,
}

const PLAINLY: PartState = {
  part: 'leds',
  kind: 'limited',
  sentence:
    "The kernel lacks the LED trigger 'transient': a light stays on if this program hangs. Load ledtrig-transient.",
}
