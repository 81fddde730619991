/** Pictures and commands as messages on the bus: only what differs, a page in a burst, in the addressing that both controllers know. Pure. */
import { WIDTH } from '../screen/bitmap.ts'
import { COMMANDS, type Controller } from './controllers.ts'
import type { Command } from './oled-wire.ts'

/** Plain I²C writes, or blocks of at most 32 bytes behind a command byte where a bus knows nothing else (SMBus). */
export type BusMode = 'plain' | 'block'

/** One message. In block mode `command` is its first byte, in plain mode it stands in `bytes`. */
export type Transfer =
  | { readonly mode: 'plain'; readonly bytes: Uint8Array }
  | { readonly mode: 'block'; readonly command: number; readonly bytes: Uint8Array }

/** What follows (SSD1306 §8.1.5.2): commands to the end; data to the end; one command byte. */
const COMMANDS_FOLLOW = 0x00
const DATA_FOLLOW = 0x40
const ONE_COMMAND = 0x80
/** I2C_SMBUS_BLOCK_MAX */
const BLOCK = 32

/** Columns of a page, `to` included. */
export interface PageRange {
  readonly page: number
  readonly from: number
  readonly to: number
}

/** Where two pictures of one size differ; everything if there is no old one. */
export const changedRanges = (old: Uint8Array | null, wanted: Uint8Array): PageRange[] => {
  const ranges: PageRange[] = []
  for (let page = 0; page < wanted.length / WIDTH; page++) {
    const start = page * WIDTH
    if (old === null) {
      ranges.push({ page, from: 0, to: WIDTH - 1 })
      continue
    }
    let from = 0
    while (from < WIDTH && old[start + from] === wanted[start + from]) from++
    if (from === WIDTH) continue
    let to = WIDTH - 1
    while (old[start + to] === wanted[start + to]) to--
    ranges.push({ page, from, to })
  }
  return ranges
}

/** Commands together. */
export const commandTransfers = (commands: readonly Command[], mode: BusMode): Transfer[] => {
  if (mode === 'plain') return [{ mode, bytes: Uint8Array.from([COMMANDS_FOLLOW, ...commands.flat()]) }]
  const blocks: number[][] = [[]]
  for (const command of commands) {
    const last = blocks[blocks.length - 1] as number[]
    // A command and its arguments stay in one message.
    if (last.length + command.length > BLOCK) blocks.push([...command])
    else last.push(...command)
  }
  return blocks.map((block) => ({ mode, command: COMMANDS_FOLLOW, bytes: Uint8Array.from(block) }))
}

/** The columns of one page of a picture. */
export const rangeTransfers = (
  wanted: Uint8Array,
  { page, from, to }: PageRange,
  controller: Controller,
  mode: BusMode,
): Transfer[] => {
  const column = from + controller.firstColumn
  const place = [
    COMMANDS.firstPage | page,
    COMMANDS.columnLow | (column & 0x0f),
    COMMANDS.columnHigh | (column >> 4),
  ]
  const dots = wanted.subarray(page * WIDTH + from, page * WIDTH + to + 1)
  if (mode === 'plain') {
    const head = place.flatMap((command) => [ONE_COMMAND, command])
    return [{ mode, bytes: Uint8Array.from([...head, DATA_FOLLOW, ...dots]) }]
  }
  const blocks = Array.from({ length: Math.ceil(dots.length / BLOCK) }, (_, index): Transfer => ({
    mode,
    command: DATA_FOLLOW,
    bytes: dots.slice(index * BLOCK, (index + 1) * BLOCK),
  }))
  return [{ mode, command: COMMANDS_FOLLOW, bytes: Uint8Array.from(place) }, ...blocks]
}

/** What sets a controller up, from what oled-js sends for it; the display is left as it is, on or off. */
export const setUpCommands = (
  sent: readonly Command[],
  controller: Controller,
  contrast: number,
): Command[] => {
  const commands = sent.flatMap((command): readonly Command[] => {
    const [first = 0] = command
    if (first === COMMANDS.off || first === COMMANDS.on || first === COMMANDS.contrast) return []
    // oled-js means the start line and says `lower column 0`.
    if (first === COMMANDS.columnLow) return [[COMMANDS.startLine]]
    const instead = controller.instead.get(first)
    return instead === undefined ? [command] : instead.length === 0 ? [] : [instead]
  })
  return [...commands, [COMMANDS.contrast, contrast]]
}
