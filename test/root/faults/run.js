// @ts-check
/**
 * Every way of being blind, each on a wire of its own while calls go on, three at a time: told in time, its calls marked, over in time, the bridge
 * left alone. `run.js [NAME…]`: only those. Prints a line a check; exit 1 if one is wrong.
 */
import { canLimit } from '../lib/limits.js'
import { elsewhere, oneDirection, quiet, renamed, unplugged, withoutCarrier } from './adapter.js'
import { blocked, crashLoop, hung, lossy, outOfMemory, starved } from './engine.js'
import { clockSet, deaf, OWN_CLOCK, tunnelled } from './sight.js'
import { Site } from './site.js'

/** @typedef {{ run: (site: Site) => Promise<void>, options?: string[], before?: string[], isLimited?: boolean }} Scenario */

const AT_ONCE = 3
/** The longest first. @type {Readonly<Record<string, Scenario>>} */
const SCENARIOS = {
  quiet: { run: quiet },
  hung: { run: hung },
  starved: { run: starved, isLimited: true },
  lossy: { run: lossy },
  'clock-set': { run: clockSet, before: OWN_CLOCK },
  'without-carrier': { run: withoutCarrier },
  unplugged: { run: unplugged },
  elsewhere: { run: elsewhere },
  renamed: { run: renamed },
  deaf: { run: deaf, options: ['--filter', 'none'] },
  'crash-loop': { run: crashLoop },
  'out-of-memory': { run: outOfMemory, isLimited: true },
  'one-direction': { run: oneDirection },
  blocked: { run: blocked },
  tunnelled: { run: tunnelled },
}

/** @param {string} name @param {Scenario} scenario @param {string} prefix */
const judge = async (name, { run, options, before }, prefix) => {
  const site = new Site(name, prefix, options, before)
  try {
    await site.open()
    await run(site)
  } catch (error) {
    site.check(false, error instanceof Error ? error.message : String(error))
  } finally {
    site.close()
  }
  return site
}

const wanted = process.argv.slice(2)
const mayLimit = await canLimit(`csu${process.pid}`)
/** @param {[string, Scenario]} entry */
const isWanted = ([name, { isLimited = false }]) => {
  if (wanted.length > 0 && !wanted.includes(name)) return false
  if (isLimited && !mayLimit) process.stdout.write(`skip: ${name} (control groups may not be written here)\n`)
  return !isLimited || mayLimit
}
const waiting = Object.entries(SCENARIOS).filter(isWanted)
const totals = { right: 0, all: 0 }
let begun = 0
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { right, wrong } = await judge(...next, `csu${process.pid}${String.fromCharCode(97 + begun++)}`)
      totals.right += right
      totals.all += right + wrong
    }
  }),
)
process.stdout.write(`${totals.right} of ${totals.all} right\n`)
process.exit(totals.right === totals.all && totals.all > 0 ? 0 : 1)
