/** `callseal demo`: one bundled capture after another through the real engine, on a live panel or as lines. */
import { setTimeout as delay } from 'node:timers/promises'
import {
  PanelModel,
  renderChange,
  renderPanel,
  renderScene,
  TerminalPanel,
} from '../../output/panel-text/index.ts'
import { COLOURED, PLAIN, type Paint } from '../../output/text/index.ts'
import type { OptionValues } from '../commands/command.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { openOfflineEngine } from '../offline-engine.ts'
import { wantsColour, widthOfOutput } from '../terminal.ts'
import { toDemoOptions, type DemoOptions } from './demo-options.ts'
import { closingWords } from './closing-words.ts'
import { loadCapture, playCapture } from './play-capture.ts'
import { loadScenes, type DemoScene } from './scenes.ts'

/** Wall time of one scene, and how long its end is shown; in milliseconds. Thirteen of them stay below a minute. */
const SCENE_TIME = 2600
const HOLD_TIME = 1700
/** Capture time between two reports of a call, in microseconds. */
const CHANGE_INTERVAL = 200_000

/** See the head of this file. It ends well after Ctrl-C too: who has seen enough made no mistake. */
export const runDemo = async (values: OptionValues): Promise<number> => {
  const options = toDemoOptions(values)
  const scenes = tryScenes()
  if (scenes === null) return EXIT_CODES.noInput.code
  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal)
  const screen = openScreen(scenes.length)
  try {
    do {
      screen.model.played.length = 0
      for (const [index, scene] of scenes.entries()) {
        if (!stop.signal.aborted) await playScene(scene, index + 1, screen, options, stop.signal)
      }
    } while (options.loop && !stop.signal.aborted)
  } finally {
    screen.close()
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('SIGHUP', onSignal)
  }
  process.stdout.write(closingWords(screen.model.played, screen.paint, process.env))
  return EXIT_CODES.allProtected.code
}

const tryScenes = (): DemoScene[] | null => {
  try {
    return loadScenes()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    process.stderr.write(`callseal: the captures of the demo are not part of this installation (${reason})\n`)
    return null
  }
}

const playScene = async (
  scene: DemoScene,
  number: number,
  screen: Screen,
  { speed }: DemoOptions,
  signal: AbortSignal,
): Promise<void> => {
  const capture = await loadCapture(scene.capture)
  const { model } = screen
  model.onScene(scene, capture.seconds)
  screen.onScene(number)
  const sleep = async (milliseconds: number): Promise<void> => {
    // The abort is what the caller asks for next.
    await delay(milliseconds, undefined, { signal }).catch(() => undefined)
  }
  await playCapture(capture, {
    engine: openOfflineEngine('masked', CHANGE_INTERVAL),
    speed: speed ?? Math.max(0.1, (capture.seconds * 1000) / SCENE_TIME),
    signal,
    sleep,
    onEvent: (event) => {
      const change = model.onEvent(event)
      if (change !== null) screen.onLine(renderChange(change, screen.paint))
    },
    onStep: (position) => {
      model.position = position
      if (speed !== Infinity) screen.onStep(number)
    },
  })
  // What was cut short is not the engine's word on the capture.
  if (signal.aborted) return
  model.onSceneEnd()
  screen.onStep(number)
  if (speed !== Infinity) await sleep(HOLD_TIME)
}

/** Where the demo is shown: redrawn in place, or line by line. */
interface Screen {
  readonly model: PanelModel
  readonly paint: Paint
  onScene(number: number): void
  onLine(line: string): void
  onStep(number: number): void
  close(): void
}

const openScreen = (of: number): Screen => {
  const model = new PanelModel()
  const paint = wantsColour(process.stdout, process.env) ? COLOURED : PLAIN
  const write = (line: string): void => {
    process.stdout.write(`${line}\n`)
  }
  if (!process.stdout.isTTY || process.env['TERM'] === 'dumb') {
    return {
      model,
      paint,
      onScene: (number) => {
        if (model.scene !== null) write(renderScene(model.scene, number, of, paint))
      },
      onLine: write,
      onStep: () => undefined,
      close: () => undefined,
    }
  }
  const panel = new TerminalPanel(process.stdout)
  const draw = (number: number): void => {
    const page = { width: widthOfOutput(process.stdout, process.env), paint }
    panel.draw(renderPanel(model, { number, of }, page, panel.rows))
  }
  return { model, paint, onScene: draw, onLine: () => undefined, onStep: draw, close: () => panel.close() }
}
