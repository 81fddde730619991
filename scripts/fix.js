// @ts-check
/** npm run fix: what machines can mend: lint fixes, then the format. Paths may be given. */
import { makeReady } from './lib/ready.js'
import { runTool } from './lib/run.js'

makeReady()
const paths = process.argv.length > 2 ? process.argv.slice(2) : ['.']
const lint = runTool('eslint', ['--fix', ...paths])
const format = runTool('prettier', ['--write', '--log-level', 'warn', ...paths])
process.exit(lint === 0 && format === 0 ? 0 : 1)
