// @ts-check
/**
 * Loaded before a program (NODE_OPTIONS=--import): its wall clock is wrong by the milliseconds in the file CALLSEAL_CLOCK_STEP. Nobody else's is;
 * the kernel's stamps of frames stay right too, as those of frames that lay in the ring when somebody set the clock.
 */
import { readFileSync } from 'node:fs'
import { setInterval } from 'node:timers'

const now = Date.now
let step = 0
Date.now = () => now() + step
const look = () => {
  step = Number(readFileSync(String(process.env['CALLSEAL_CLOCK_STEP']), 'utf8'))
}
look()
setInterval(look, 50).unref()
