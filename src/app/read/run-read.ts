/** `callseal read`: each file through an engine of its own, shown as the options say; the exit code is what they add up to. */
import { readCapture, type CaptureOutcome } from '../../capture/index.ts'
import type { Engine } from '../../core/index.ts'
import { COLOURED, PLAIN, sanitise, type Page } from '../../output/text/index.ts'
import { UsageError, type OptionValues } from '../commands/command.ts'
import { EXIT_CODES, heaviest, type ExitName } from '../exit-codes.ts'
import { openOfflineEngine } from '../offline-engine.ts'
import { wantsColour, widthOfOutput } from '../terminal.ts'
import { faultOf, hasLoss } from './capture-notes.ts'
import { Progress } from './progress.ts'
import { toReadOptions, type ReadOptions } from './read-options.ts'
import { Reading } from './reading.ts'
import { ExplainView, JsonView, TableView, type ReadView } from './read-view.ts'

/** See the head of this file. `files` are paths, or `-` for standard input. */
export const runRead = async (files: readonly string[], values: OptionValues): Promise<number> => {
  const options = toReadOptions(values)
  if (files.filter((file) => file === '-').length > 1)
    throw new UsageError('standard input can be read only once')
  if (files.includes('-') && process.stdin.isTTY) {
    throw new UsageError('standard input is a terminal: name a file, or pipe a capture into it')
  }
  const progress = new Progress(options.progress)
  const view = openView(options, files.length > 1, progress)
  const exits: ExitName[] = []
  for (const file of files) exits.push(await readFile(file, view, options, progress))
  const exit = heaviest(exits)
  if (!(view instanceof ExplainView) || view.isFound || exit === 'noInput') return EXIT_CODES[exit].code
  complain(noSuchCall(view, options.explain ?? ''))
  return EXIT_CODES.usage.code
}

const openView = (options: ReadOptions, isOneOfMany: boolean, progress: Progress): ReadView => {
  const write = (text: string): void => {
    if (text === '') return
    progress.clear()
    process.stdout.write(text)
  }
  if (options.json) return new JsonView(write, isOneOfMany)
  const page: Page = {
    width: widthOfOutput(process.stdout, process.env),
    paint: wantsColour(process.stdout, process.env) ? COLOURED : PLAIN,
  }
  if (options.explain !== null) return new ExplainView(write, page, options.explain)
  return new TableView(write, page, isOneOfMany)
}

const noSuchCall = ({ others, isListFull }: ExplainView, wanted: string): string => {
  const there = others.length === 0 ? 'no calls' : `${others.join(', ')}${isListFull ? ' and more' : ''}`
  return `there is no call ${sanitise(wanted, 128)}; there are ${there}`
}

const nameOf = (file: string): string => (file === '-' ? 'standard input' : sanitise(file))

const complain = (sentence: string): void => {
  process.stderr.write(`callseal: ${sentence}\n`)
}

const readFile = async (
  file: string,
  view: ReadView,
  options: ReadOptions,
  progress: Progress,
): Promise<ExitName> => {
  const engine = openOfflineEngine(options.parties, Infinity)
  const reading = new Reading(engine, view)
  view.onStart(file)
  const outcome = await tryCapture(file, engine, (bytesRead, total) => {
    reading.drain()
    progress.show(file, bytesRead, total)
  })
  progress.clear()
  if (typeof outcome === 'string') return reject(file, outcome, view)
  // A directory opens and then cannot be read: nothing of it was seen.
  if (outcome.fault?.reason === 'read-failed' && outcome.bytesRead === 0)
    return reject(file, 'it cannot be read', view)
  if (hasLoss(outcome)) engine.onCaptureLoss()
  engine.finish()
  reading.drain()
  const summary = engine.summary()
  const fault = faultOf(outcome)
  if (fault !== null) {
    complain(`${nameOf(file)}: ${fault}`)
    view.onError(file, outcome.fault?.reason ?? '', outcome.fault?.offset ?? null)
  }
  view.onEnd(summary, reading.phones(), outcome)
  return fault === null ? reading.verdict.toExit(summary) : 'damagedInput'
}

const reject = (file: string, error: string, view: ReadView): ExitName => {
  complain(`${nameOf(file)}: ${error}`)
  view.onError(file, error, null)
  return 'noInput'
}

/** The outcome, or why the file cannot be opened. */
const tryCapture = async (
  file: string,
  engine: Engine,
  onProgress: (bytesRead: number, total: number | null) => void,
): Promise<CaptureOutcome | string> => {
  try {
    return await readCapture(file, engine, { onProgress })
  } catch (error) {
    const reason = openFailure(error)
    if (reason === null) throw error
    return reason
  }
}

const OPEN_FAILURES: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EACCES', 'it may not be read: permission denied'],
  ['EPERM', 'it may not be read: permission denied'],
])

/** Why opening failed; null if the error is something else. */
const openFailure = (error: unknown): string | null => {
  if (!(error instanceof Error) || (error as NodeJS.ErrnoException).syscall !== 'open') return null
  const { code = '' } = error as NodeJS.ErrnoException
  return OPEN_FAILURES.get(code) ?? `it cannot be opened (${code})`
}
