/**
 * The button as an input device of the kernel (gpio-keys), found by its name. It is asked without waiting: a read that waits would hold one of the
 * four threads that files, names and the display share, and the kernel keeps the events until they are asked for.
 */
import { closeSync, constants, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf, reasonOf, type PartState } from '../part-state.ts'
import { readKernelFile } from '../sysfs.ts'
import { BackOff } from '../time.ts'
import type { Button } from './button.ts'
import { edgesOf, eventSizeOf } from './input-event.ts'
import type { Edge } from './press.ts'

export const INPUT_ROOT = '/sys/class/input'
export const DEVICES_ROOT = '/dev/input'
/** Part of the device's name, whatever its case. */
const NAME = 'callseal'
/** Events asked for at once; the kernel keeps 64. */
const EVENTS = 64

/** `event3`, or null. */
export const findKeyDevice = (root: string = INPUT_ROOT): string | null => {
  try {
    return readdirSync(root).find((name) => name.startsWith('event') && isOurs(join(root, name))) ?? null
  } catch {
    // A machine without input devices.
    return null
  }
}

const isOurs = (folder: string): boolean => {
  try {
    return readKernelFile(join(folder, 'device', 'name'))
      .toLowerCase()
      .includes(NAME)
  } catch {
    // It went away between two looks.
    return false
  }
}

export interface KeyButtonOptions {
  readonly root?: string
  readonly devices?: string
  /** As `process.arch`. */
  readonly processor?: string
}

/** See the head of this file. */
export class KeyButton implements Button {
  readonly #root: string
  readonly #devices: string
  readonly #eventSize: number
  readonly #buffer: Buffer
  readonly #backOff = new BackOff(1000, 8000)
  #file: number | null = null
  #retryAt = -Infinity
  #state: PartState = { part: 'button', kind: 'starting', sentence: 'The button was not asked yet.' }

  constructor({
    root = INPUT_ROOT,
    devices = DEVICES_ROOT,
    processor = process.arch,
  }: KeyButtonOptions = {}) {
    this.#root = root
    this.#devices = devices
    this.#eventSize = eventSizeOf(processor)
    this.#buffer = Buffer.alloc(EVENTS * this.#eventSize)
  }

  get state(): PartState {
    return this.#state
  }

  poll(now: number): readonly Edge[] {
    if (this.#file === null && now < this.#retryAt) return []
    try {
      this.#file ??= this.#open()
      const length = readSync(this.#file, this.#buffer)
      return edgesOf(this.#buffer.subarray(0, length), this.#eventSize)
    } catch (error) {
      if (codeOf(error) === 'EAGAIN') return []
      this.#fail(error, now)
      return ['lost']
    }
  }

  close(): void {
    const file = this.#file
    this.#file = null
    if (file === null) return
    try {
      closeSync(file)
    } catch (error) {
      this.#state = {
        part: 'button',
        kind: 'failing',
        sentence: `The button cannot be closed (${reasonOf(error)}).`,
      }
    }
  }

  #open(): number {
    const name = findKeyDevice(this.#root)
    if (name === null) throw new Error(`no input device has ${NAME} in its name`)
    const path = join(this.#devices, name)
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    this.#backOff.succeed()
    this.#state = { part: 'button', kind: 'good', sentence: `The button is the input device ${path}.` }
    return file
  }

  #fail(error: unknown, now: number): void {
    this.close()
    this.#retryAt = now + this.#backOff.fail()
    const advice =
      codeOf(error) === 'EACCES'
        ? 'put the user of this program into the group input'
        : 'look at its wire and the device tree'
    const sentence = `The button cannot be read (${reasonOf(error)}): ${advice}.`
    this.#state = { part: 'button', kind: codeOf(error) === 'EACCES' ? 'failing' : 'absent', sentence }
  }
}
