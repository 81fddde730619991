/**
 * npm run fuzz -- [TARGET…] [--seconds N] [--runs N] [--seed N]: fuzzes the targets one after the other, led by coverage, for the time (a
 * minute in all, if nothing else is said) or the number of inputs each. A failing input is made small and written to .cache/fuzz;
 * `--replay FILE TARGET` runs it again. `--prove` lets the fuzzer find planted bugs.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { type CampaignOutcome, runCampaign } from './campaign.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import type { FoundFailure, Progress } from './protocol.ts'
import { prove } from './prove.ts'

const LIMIT = 50
const FOUND = join('.cache', 'fuzz')
const SHOWN_UNREACHED = 8
const USAGE = 64

const { values, positionals } = parseArgs({
  options: {
    seconds: { type: 'string' },
    runs: { type: 'string' },
    seed: { type: 'string' },
    replay: { type: 'string' },
    prove: { type: 'boolean' },
  },
  allowPositionals: true,
})

const folder = join(import.meta.dirname, 'targets')
const known = readdirSync(folder)
  .filter((name) => name.endsWith('.js'))
  .map((name) => name.slice(0, -3))
const names = positionals.length === 0 ? known : positionals

const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`

const wordsFor = ({ executions, corpus, coverage, slowest }: Progress, milliseconds: number): string => {
  const speed = Math.round((1_000 * executions) / Math.max(1, milliseconds))
  const reached =
    coverage === null
      ? ''
      : `, functions ${coverage.functionsReached}/${coverage.functions}, blocks ${percent(coverage.blocksReached, coverage.blocks)}`
  return `${executions.toLocaleString('en')} inputs, ${speed.toLocaleString('en')}/s, corpus ${corpus}${reached}, slowest ${slowest.toFixed(1)} ms`
}

const keep = (name: string, failure: FoundFailure): void => {
  mkdirSync(FOUND, { recursive: true })
  const digest = createHash('sha256').update(failure.input).digest('hex').slice(0, 12)
  const file = join(FOUND, `${name}-${failure.kind}-${digest}.bin`)
  writeFileSync(file, failure.input)
  if (failure.original.length !== failure.input.length) writeFileSync(`${file}.original`, failure.original)
  process.stdout.write(`${name}: ${failure.kind}: ${failure.reason}\n`)
  process.stdout.write(
    `${name}: ${failure.input.length} bytes (of ${failure.original.length}) are in ${file}\n`,
  )
}

const report = (name: string, { progress, failure, unreached, milliseconds }: CampaignOutcome): void => {
  if (progress !== null) process.stdout.write(`${name}: ${wordsFor(progress, milliseconds)}\n`)
  if (unreached.length > 0) {
    const more = unreached.length > SHOWN_UNREACHED ? ` and ${unreached.length - SHOWN_UNREACHED} more` : ''
    process.stdout.write(`${name}: never ran: ${unreached.slice(0, SHOWN_UNREACHED).join(', ')}${more}\n`)
  }
  if (failure !== null) keep(name, failure)
}

const run = async (): Promise<boolean> => {
  const runs = values.runs === undefined ? Infinity : Number(values.runs)
  const seconds = Number(values.seconds ?? (runs === Infinity ? 60 : 3_600))
  const seed = Number(values.seed ?? Math.floor(Math.random() * 0x1_0000_0000))
  const end = performance.now() + 1_000 * seconds
  process.stdout.write(`fuzz: seed ${seed}, ${names.join(', ')}\n`)
  let isGood = true
  for (const [index, name] of names.entries()) {
    const milliseconds = (end - performance.now()) / (names.length - index)
    const start = performance.now()
    const onProgress = (progress: Progress): void => {
      if (process.stdout.isTTY)
        process.stdout.write(`\r${name}: ${wordsFor(progress, performance.now() - start)}  `)
    }
    const outcome = await runCampaign({
      ...{ target: name, isPlanted: false, isGuided: true, seed, runs, milliseconds, limit: LIMIT },
      onProgress,
    })
    if (process.stdout.isTTY) process.stdout.write('\r')
    report(name, outcome)
    isGood &&= outcome.failure === null
  }
  return isGood
}

const replay = async (file: string): Promise<void> => {
  for (const name of names) {
    const { target } = (await import(pathToFileURL(join(folder, `${name}.js`)).href)) as FuzzTarget
    const input = new Uint8Array(readFileSync(file))
    const start = performance.now()
    target(input)
    process.stdout.write(`${name}: no failure, ${(performance.now() - start).toFixed(1)} ms\n`)
  }
}

const stranger = names.find((name) => !known.includes(name))
if (stranger !== undefined) {
  process.stderr.write(`fuzz: no target ${stranger}; there are ${known.join(', ')}\n`)
  process.exitCode = USAGE
} else if (values.prove === true) {
  process.exitCode = (await prove()) ? 0 : 1
} else if (values.replay !== undefined) {
  await replay(values.replay)
} else {
  process.exitCode = (await run()) ? 0 : 1
}
