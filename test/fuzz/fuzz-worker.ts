/** The thread that runs the target: a target that never returns must not take the fuzzer with it. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { Coverage } from './coverage.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { type Failure, GuidedFuzzer } from './guided.ts'
import { minimise } from './minimise.ts'
import {
  type Assignment,
  CurrentInput,
  type FoundFailure,
  type Message,
  type PlantedName,
} from './protocol.ts'

const REPORT_MILLISECONDS = 1_000
const ROOT = join(import.meta.dirname, '..', '..')
const assignment = workerData as Assignment
const current = new CurrentInput(assignment.shared)

/** First line and place of an error, without addresses that change with the input. */
const signatureOf = ({ kind, reason }: Failure): string => {
  const place = reason.split('\n').find((line) => line.includes('/src/') || line.includes('/fuzz/'))
  return `${kind} ${place?.replace(/^.*\//, '') ?? reason}`
}

const load = async (): Promise<FuzzTarget> => {
  if (!assignment.isPlanted) {
    const file = join(import.meta.dirname, 'targets', `${assignment.target}.js`)
    return (await import(pathToFileURL(file).href)) as FuzzTarget
  }
  const { PLANTED } = await import('./planted.ts')
  return PLANTED[assignment.target as PlantedName]
}

const smallest = (fuzzer: GuidedFuzzer, failure: Failure): FoundFailure => {
  const signature = signatureOf(failure)
  const fails = (input: Uint8Array): boolean => {
    const again = fuzzer.tryInput(input)
    return again !== null && signatureOf(again) === signature
  }
  // Each try of a slow input takes its time.
  const input = minimise(failure.input, fails, failure.kind === 'slow' ? 60 : undefined)
  return { kind: failure.kind, reason: failure.reason, input, original: failure.input }
}

const run = async (): Promise<void> => {
  let covers: readonly string[] = ['src/core/']
  const root = pathToFileURL(join(ROOT, '/')).href
  const coverage = assignment.isGuided
    ? new Coverage((url) => covers.some((prefix) => url.startsWith(root + prefix)))
    : null
  const fuzzed = await load()
  covers = fuzzed.covers ?? covers
  const fuzzer = new GuidedFuzzer(fuzzed, {
    seed: assignment.seed,
    limit: assignment.limit,
    coverage,
    onInput: (input) => {
      current.write(input)
    },
  })
  const progress = () => ({
    executions: fuzzer.executions,
    corpus: fuzzer.corpus.length,
    coverage: coverage?.counts() ?? null,
    slowest: fuzzer.slowest,
  })
  const tell = (message: Message): void => parentPort?.postMessage(message)
  const start = performance.now()
  let nextReport = start + REPORT_MILLISECONDS
  let failure = fuzzer.begin()
  while (
    failure === null &&
    fuzzer.executions < assignment.runs &&
    performance.now() - start < assignment.milliseconds
  ) {
    failure = fuzzer.step()
    if (performance.now() < nextReport) continue
    nextReport = performance.now() + REPORT_MILLISECONDS
    tell({ type: 'progress', progress: progress() })
  }
  const end = progress()
  const found = failure === null ? null : smallest(fuzzer, failure)
  tell({ type: 'end', progress: end, failure: found, unreached: coverage?.unreached() ?? [] })
  coverage?.close()
}

await run()
