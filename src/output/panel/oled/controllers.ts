/** What differs between the two controllers that small OLED modules have. Sources: Solomon Systech SSD1306 rev. 1.1, Sino Wealth SH1106 rev. 2.3. */

export interface Controller {
  readonly name: string
  /** Its memory is wider than the glass: the first visible column. */
  readonly firstColumn: number
  /** Commands instead of oled-js's, by their first byte; empty: the controller has no such command. */
  readonly instead: ReadonlyMap<number, readonly number[]>
}

export const COMMANDS = {
  memoryMode: 0x20,
  columnRange: 0x21,
  pageRange: 0x22,
  startLine: 0x40,
  contrast: 0x81,
  chargePump: 0x8d,
  off: 0xae,
  on: 0xaf,
  firstPage: 0xb0,
  columnLow: 0x00,
  columnHigh: 0x10,
  nothing: 0xe3,
} as const

/** How many bytes follow a command; none if it is not here (SSD1306 §9, table 9-1). */
export const ARGUMENTS: ReadonlyMap<number, number> = new Map([
  [0x20, 1],
  [0x21, 2],
  [0x22, 2],
  [0x26, 6],
  [0x27, 6],
  [0x29, 5],
  [0x2a, 5],
  [0x81, 1],
  [0x8d, 1],
  [0xa3, 2],
  [0xa8, 1],
  [0xad, 1],
  [0xd3, 1],
  [0xd5, 1],
  [0xd9, 1],
  [0xda, 1],
  [0xdb, 1],
])

/** Page addressing, which both controllers have. */
const PAGE_MODE = 0x02

export const CONTROLLERS = {
  ssd1306: {
    name: 'SSD1306',
    firstColumn: 0,
    instead: new Map([[COMMANDS.memoryMode, [COMMANDS.memoryMode, PAGE_MODE]]]),
  },
  sh1106: {
    name: 'SH1106',
    firstColumn: 2,
    // Page addressing is all it has; its DC-DC converter is switched on by another command.
    instead: new Map([
      [COMMANDS.memoryMode, []],
      [COMMANDS.chargePump, [0xad, 0x8b]],
    ]),
  },
} as const satisfies Readonly<Record<string, Controller>>
export type ControllerName = keyof typeof CONTROLLERS
