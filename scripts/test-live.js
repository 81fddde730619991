// @ts-check
/** npm run test:live: real processes, sockets and signals, and the sources of frames on a wire in namespaces. Arguments go to jest. */
import { makeReady } from './lib/ready.js'
import { runJest } from './lib/run.js'

makeReady({ build: true })
process.exit(runJest(['--config', 'jest.live.config.js', ...process.argv.slice(2)]))
