// @ts-check
/**
 * Numbered frames through the bridge, both ways at once, while the program runs, dies, hangs, starves: not one may be lost, doubled, changed or late
 * that is not so without the program too. `run.js FOLDER`: where numbered-frames was compiled to. FRAMES: of each state and direction.
 */
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { until } from '../lib/conditions.js'
import { canLimit } from '../lib/limits.js'
import { TappedWire } from '../lib/wire.js'
import { STATES } from './states.js'

const MAIN = resolve(import.meta.dirname, '../../../dist/app/main.js')
const RATE = 10_000
const FRAMES = Number(process.env['FRAMES'] ?? 30_000)
const SECONDS = FRAMES / RATE
const HARM = /** @type {const} */ (['lost', 'twice', 'changed', 'late'])

/** One end of the wire. */
class End {
  /** @param {TappedWire} wire @param {string} side @param {number} number @param {string} program */
  constructor(wire, side, number, program) {
    const words = [program, 'uplink', number, FRAMES, RATE].map(String)
    this.child = spawn('ip', ['netns', 'exec', `${wire.prefix}-${side}`, ...words], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.text = ''
    this.child.stdout.setEncoding('utf8').on('data', (piece) => (this.text += piece))
  }

  get hasEnded() {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  /** What came. @returns {Record<string, number>} */
  get told() {
    if (this.child.exitCode !== 0)
      throw new Error(`an end of the wire failed: exit code ${this.child.exitCode}`)
    return JSON.parse(this.text.slice(this.text.indexOf('{')))
  }
}

/** @param {import('./states.js').State} state @param {string} program @param {number} index */
const tryState = async (state, program, index) => {
  const wire = new TappedWire(`ct${process.pid}${index}`)
  try {
    wire.up()
    let began = Infinity
    let isOver = false
    const passed = () => (performance.now() - began) / 1000
    const stage = {
      wire,
      main: MAIN,
      group: `ct${process.pid}${index}`,
      halfTime: () => passed() > SECONDS / 2,
      isOver: () => isOver,
    }
    const { during = async () => undefined, shown, end } = await state.begin(stage)
    const ends = [new End(wire, 'phones', 1, program), new End(wire, 'far', 2, program)]
    await until('both ends of the wire', 30, () => ends.every(({ text }) => text.startsWith('ready')))
    for (const one of ends) one.child.stdin.write('\n')
    began = performance.now()
    const going = during()
    await until('all frames', SECONDS * 3 + 60, () => ends.every((one) => one.hasEnded))
    isOver = true
    await going
    const proof = shown()
    await end?.()
    return { proof, came: ends.map((one) => one.told) }
  } finally {
    wire.down()
  }
}

const [folder = ''] = process.argv.slice(2)
const program = resolve(folder, 'numbered-frames')
const mayLimit = await canLimit(`ct${process.pid}`)
/** @type {Record<string, number> | null} */
let control = null
let failed = 0
for (const [index, state] of STATES.entries()) {
  if (state.needs !== undefined && !mayLimit) {
    console.log(`skip: frames past a program that is ${state.name} (no control groups may be made here)`)
    continue
  }
  const { proof, came } = await tryState(state, program, index)
  const harm = Object.fromEntries(
    HARM.map((what) => [what, came.reduce((sum, one) => sum + (one[what] ?? 0), 0)]),
  )
  control ??= harm
  const isHarmless = HARM.every((what) => (harm[what] ?? 0) <= (control?.[what] ?? 0))
  if (!isHarmless) failed++
  const sum = HARM.map((what) => `${harm[what]} ${what}`).join(', ')
  console.log(`${isHarmless ? 'ok' : 'FAILED'}: ${state.name} (${proof}): ${2 * FRAMES} frames, ${sum}`)
  if (!isHarmless) console.log(`  ${JSON.stringify(came)}`)
}
if (control !== null && HARM.some((what) => (control?.[what] ?? 0) > 0)) {
  console.log('FAILED: the wire itself loses frames here, without the program')
  failed++
}
process.exitCode = failed === 0 ? 0 : 1
