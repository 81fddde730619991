// @ts-check
/** npm run test:long: the tests that take minutes (soak, large captures, long fuzzing). Arguments go to jest. */
import { makeReady } from './lib/ready.js'
import { runJest } from './lib/run.js'

makeReady({ build: true })
process.exit(runJest(['--config', 'jest.long.config.js', '--passWithNoTests', ...process.argv.slice(2)]))
