// @ts-check
/** npm test: every test but test/long, which must stay below four minutes. Arguments go to jest (`npm test -- test/house`). */
import { makeReady, say } from './lib/ready.js'
import { runJest } from './lib/run.js'

const MOST_SECONDS = 240

makeReady({ build: true })
const start = Date.now()
const exit = runJest(process.argv.slice(2))
const seconds = Math.round((Date.now() - start) / 1000)
if (seconds > MOST_SECONDS)
  say(`the tests took ${seconds} s, more than ${MOST_SECONDS} s: what is slow belongs into test/long`)
process.exit(exit)
