/**
 * npm run fuzz -- [--seconds N] [--seed N] [TARGET…]: fuzzes the targets in turn until the time is over (default one minute, a random seed).
 * A failing input is written to .cache/fuzz; `npm run fuzz -- --replay FILE TARGET` runs it again.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { fuzz, type FuzzTarget } from './fuzz-target.ts'

const BATCH = 2_000
const LIMIT = 500
const FOUND = join('.cache', 'fuzz')

const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string' }, seed: { type: 'string' }, replay: { type: 'string' } },
  allowPositionals: true,
})

const folder = join(import.meta.dirname, 'targets')
const names = readdirSync(folder)
  .map((name) => /^(.*)\.(?:js|ts)$/.exec(name)?.[1])
  .filter((name) => name !== undefined)
  .filter((name) => positionals.length === 0 || positionals.includes(name))

const load = async (name: string): Promise<FuzzTarget> =>
  (await import(pathToFileURL(join(folder, `${name}.js`)).href)) as FuzzTarget

const replay = async (file: string): Promise<void> => {
  for (const name of names) (await load(name)).target(new Uint8Array(readFileSync(file)))
  process.stdout.write(`${file}: no failure\n`)
}

const report = (name: string, input: Uint8Array, reason: string): void => {
  mkdirSync(FOUND, { recursive: true })
  const file = join(FOUND, `${name}-${Date.now()}.bin`)
  writeFileSync(file, input)
  process.stdout.write(`${name}: ${reason}\n${name}: the ${input.length} bytes are in ${file}\n`)
}

const run = async (): Promise<number> => {
  const end = Date.now() + Number(values.seconds ?? 60) * 1_000
  let seed = Number(values.seed ?? Math.floor(Math.random() * 0x1_0000_0000))
  const failed = new Set<string>()
  const totals = new Map(names.map((name) => [name, { runs: 0, slowest: 0 }]))
  process.stdout.write(`fuzz: seed ${seed}, ${names.join(', ')}\n`)
  for (; Date.now() < end && failed.size < names.length; seed++) {
    for (const [name, total] of totals) {
      if (failed.has(name) || Date.now() >= end) continue
      const outcome = fuzz(await load(name), {
        seed,
        runs: BATCH,
        limit: LIMIT,
        clock: () => performance.now(),
      })
      total.runs += outcome.runs
      total.slowest = Math.max(total.slowest, outcome.slowest)
      if (outcome.failure === null) continue
      failed.add(name)
      report(name, outcome.failure.input, outcome.failure.reason)
    }
  }
  for (const [name, { runs, slowest }] of totals) {
    process.stdout.write(
      `${name}: ${runs} inputs, slowest ${slowest.toFixed(1)} ms${failed.has(name) ? ', FAILED' : ''}\n`,
    )
  }
  return failed.size === 0 ? 0 : 1
}

if (names.length === 0) {
  process.stdout.write('fuzz: no such target\n')
  process.exitCode = 64
} else if (values.replay === undefined) {
  process.exitCode = await run()
} else {
  await replay(values.replay)
}
