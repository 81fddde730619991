// @ts-check
/** npm test: every test but test/long. Arguments go to jest (`npm test -- test/house`). */
import { makeReady } from './lib/ready.js'
import { runJest } from './lib/run.js'

makeReady({ build: true })
process.exit(runJest(process.argv.slice(2)))
