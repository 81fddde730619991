/** The screen of a box that is gone: the same picture as of one that was told nothing for a while. */
import {
  MACHINE_CLOCK,
  NOTHING_KNOWN,
  OledScreen,
  renderScreen,
  STALE_AFTER,
} from '../../output/panel/index.ts'
import { loadConfig } from '../config/index.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { readPins, toOled } from './panel-desk.ts'
import { talk } from './talk.ts'

const CONTRAST = 0x8f

/** Gives the exit code; without a screen there is nothing to say. */
export const showFault = async (file: string | null): Promise<number> => {
  const { config } = loadConfig({ file, environment: process.env })
  if (config.panel.oled === 'off') return EXIT_CODES.allProtected.code
  const screen = new OledScreen({ ...toOled(config.panel), ...readPins().oled, clock: MACHINE_CLOCK })
  const view = { now: NOTHING_KNOWN.at + STALE_AFTER + 1, page: 'verdict', heldFor: null, parts: [] } as const
  screen.show(renderScreen(NOTHING_KNOWN, view, screen.height), CONTRAST)
  screen.tick()
  await screen.idle()
  if (screen.state.kind !== 'good') talk(screen.state.sentence)
  // It is left on: what it says holds until the box is back.
  return EXIT_CODES.allProtected.code
}
