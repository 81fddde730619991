// @ts-check
/** npm start -- ARGUMENTS: the command line program, built from this checkout (`npm start -- --help`). */
import { makeReady } from './lib/ready.js'
import { runNode } from './lib/run.js'

makeReady({ build: true })
process.exit(runNode(['dist/app/main.js', ...process.argv.slice(2)]))
