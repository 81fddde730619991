/** `callseal top`: looks on at an engine that runs, or starts one for itself, and shows its calls on the terminal until `q`. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { TerminalPanel } from '../../output/panel-text/index.ts'
import { COLOURED, PLAIN, sanitise } from '../../output/text/index.ts'
import { keysIn, renderTop, TopModel, viewLines, type TopRequest } from '../../output/top/index.ts'
import { EngineAtPath, EngineChild } from '../box-process/index.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import {
  StateClient,
  type EngineConfig,
  type EngineHealth,
  type StateListener,
  type ToldCall,
} from '../state-protocol/index.ts'
import { wantsColour } from '../terminal.ts'
import { MACHINE_TIMERS } from '../timers.ts'

/** Milliseconds between two pages at most: a slow line (SSH) is not filled with what nobody can read. */
const REDRAW = 250

/** Which engine to look at. */
export type TopEngine =
  | { readonly kind: 'running'; readonly path: string }
  | {
      readonly kind: 'own'
      readonly config: EngineConfig
      readonly command: readonly [string, ...string[]]
    }

const now = (): number => performance.now()

/** Shows until it is told to end; gives the exit code. */
export const runTop = async (engine: TopEngine): Promise<number> => {
  const page = new TopPage()
  const client = new StateClient({
    config: engine.kind === 'own' ? engine.config : null,
    listener: page,
    now: now(),
  })
  const ended = page.open(client)
  const link =
    engine.kind === 'running'
      ? new EngineAtPath({
          path: engine.path,
          client,
          now,
          timers: MACHINE_TIMERS,
          onTrouble: (sentence) => page.notice(sentence),
        })
      : new EngineChild({
          command: engine.command,
          client,
          now,
          timers: MACHINE_TIMERS,
          onTrouble: (sentence) => page.notice(sentence),
          onHopeless: (code) => page.end(code),
        })
  link.start()
  try {
    return await ended
  } finally {
    page.close()
    await link.stop()
  }
}

/** The page on the terminal: told by the engine and by keys. */
class TopPage implements StateListener {
  readonly #model = new TopModel()
  readonly #panel = new TerminalPanel({
    get columns() {
      return process.stdout.columns
    },
    get rows() {
      return process.stdout.rows
    },
    write: (text) => process.stdout.write(text),
  })
  readonly #paint = wantsColour(process.stdout, process.env) ? COLOURED : PLAIN
  #client: StateClient | null = null
  #resolve: (code: number) => void = () => undefined
  #cancelDrawing: () => void = () => undefined
  readonly #onInput = (input: string): void => {
    for (const key of keysIn(input)) this.#do(this.#model.onKey(key, viewLines(this.#panel.rows)))
    this.#draw()
  }

  /** Resolves with the exit code when the page is to be closed. */
  open(client: StateClient): Promise<number> {
    this.#client = client
    process.stdin.setRawMode(true)
    process.stdin.setEncoding('utf8').on('data', this.#onInput)
    process.stdin.resume()
    process.on('SIGTERM', () => this.end(EXIT_CODES.allProtected.code))
    process.on('SIGHUP', () => this.end(EXIT_CODES.allProtected.code))
    process.stdout.on('resize', () => this.#draw())
    this.#cancelDrawing = MACHINE_TIMERS.every(REDRAW, () => this.#draw())
    this.#draw()
    return new Promise((resolvePromise) => {
      this.#resolve = resolvePromise
    })
  }

  end(code: number): void {
    this.#resolve(code)
  }

  notice(sentence: string): void {
    this.#model.onNotice(sanitise(sentence))
  }

  /** The terminal is as it was. */
  close(): void {
    this.#cancelDrawing()
    this.#panel.close()
    process.stdin.off('data', this.#onInput)
    process.stdin.setRawMode(false)
    process.stdin.pause()
  }

  onCall({ report }: ToldCall): void {
    this.#model.onCall(report)
  }

  onClosed(call: ToldCall): void {
    this.#model.onCall(call.report)
    // With an engine of its own nobody else would ever say so; for one that runs this is said to nobody.
    this.#client?.stored(call)
  }

  onPhone(): void {
    // Only calls are listed.
  }

  onWire(): void {
    // Likewise.
  }

  onCounters(counters: Parameters<StateListener['onCounters']>[0]): void {
    const { source, received, dropped, filter, blindness } = counters
    this.#model.onCounters({
      interface: sanitise(source.interface),
      source: source.name,
      received,
      dropped: dropped ?? 0,
      isSampling: filter === 'sampling',
      blindness,
    })
  }

  onHealth(health: EngineHealth): void {
    this.#model.onHealth(health)
  }

  #do(request: TopRequest): void {
    if (request.kind === 'quit') this.end(EXIT_CODES.allProtected.code)
    else if (request.kind === 'save') {
      const file = resolve(`callseal-${request.report.id.replaceAll('/', '_')}.json`)
      try {
        writeFileSync(file, `${JSON.stringify(request.report, null, 2)}\n`, { flag: 'wx' })
        this.notice(`saved as ${file}`)
      } catch (error) {
        this.notice(`not saved: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }

  #draw(): void {
    const { columns, rows } = this.#panel
    this.#panel.draw(renderTop(this.#model, { width: columns, paint: this.#paint }, rows))
  }
}
