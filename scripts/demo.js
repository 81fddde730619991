// @ts-check
/** npm run demo: shows Callseal at work on captured calls. Needs no root, no phone and no compiler. */
import { makeReady } from './lib/ready.js'
import { runNode } from './lib/run.js'

makeReady({ build: true })
process.exit(runNode(['dist/app/main.js', 'demo', ...process.argv.slice(2)]))
