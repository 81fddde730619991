// @ts-check
/** What happens to the adapter: unplugged, in another namespace, renamed, without carrier, flapping; and traffic that comes one way or not at all. */
import { execFileSync } from 'node:child_process'
import { Output } from '../lib/conditions.js'
import { lasts, MAIN, NORMAL_WITHIN, SHOWN_WITHIN } from './site.js'

/** @typedef {import('./site.js').Site} Site */

/** @param {string[]} args */
const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] })

const FAULT_LASTS = 2500

/**
 * A call is up, the fault comes and goes: told, marked, over.
 * @param {Site} site @param {string} words that `run` says @param {() => void} begin @param {() => void} end
 */
const comesAndGoes = async (site, words, begin, end) => {
  const call = await site.beginCall()
  const begun = performance.now()
  begin()
  await site.says(words, begun, SHOWN_WITHIN)
  await lasts(FAULT_LASTS)
  end()
  await site.recovers(performance.now())
  await site.isMarked(call)
  await site.leavesBridgeAlone()
}

/** `callseal top` looks on with an engine of its own. @param {Site} site */
const openTop = async (site) => {
  const command = `stty cols 120 rows 30; ${process.execPath} ${MAIN} top --interface ${site.wire.tap}`
  const top = site.wire.spawn(site.wire.box, ['script', '-qfec', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const page = new Output(top)
  await page.shows('ring', 20, 'top')
  return { page, close: () => top.stdin?.write('q') }
}

/** @param {Site} site */
export const unplugged = async (site) => {
  const { wire } = site
  const { page, close } = await openTop(site)
  await comesAndGoes(
    site,
    'interface-gone',
    () => wire.unplug(),
    () => wire.replug(),
  )
  site.check(page.text.includes('CANNOT SEE: interface-gone'), 'top shows it too')
  close()
  await site.judgesAgain()
}

/** @param {Site} site */
export const elsewhere = async (site) => {
  const { wire } = site
  const index = () =>
    execFileSync('ip', ['-n', wire.box, '-o', 'link', 'show', wire.tap], { encoding: 'utf8' }).split(':')[0]
  const before = index()
  await comesAndGoes(
    site,
    'interface-gone',
    () => ip('-n', wire.box, 'link', 'set', wire.tap, 'netns', String(site.elsewhere)),
    () => {
      ip('-n', String(site.elsewhere), 'link', 'set', wire.tap, 'netns', wire.box)
      ip('-n', wire.box, 'link', 'set', wire.tap, 'up')
      ip('-n', wire.box, 'link', 'set', wire.tap, 'master', 'br0')
    },
  )
  process.stdout.write(`  index ${before}, and ${index()} when it was back\n`)
  await site.judgesAgain()
}

/** @param {Site} site */
export const renamed = async (site) => {
  const { wire } = site
  /** @param {string} from @param {string} to */
  const rename = (from, to) => {
    // Older kernels rename only what is down.
    ip('-n', wire.box, 'link', 'set', from, 'down')
    ip('-n', wire.box, 'link', 'set', from, 'name', to)
    ip('-n', wire.box, 'link', 'set', to, 'up')
  }
  await comesAndGoes(
    site,
    'interface-gone',
    () => rename(wire.tap, 'other'),
    () => rename('other', wire.tap),
  )
  await site.judgesAgain()
}

/** @param {Site} site */
export const withoutCarrier = async (site) => {
  const { wire } = site
  const set = (/** @type {string} */ state) =>
    ip('-n', `${wire.prefix}-phones`, 'link', 'set', 'uplink', state)
  const begun = performance.now()
  set('down')
  await site.says('link-down', begun, SHOWN_WITHIN)
  await lasts(FAULT_LASTS)
  set('up')
  await site.recovers(performance.now())
  const flapsBegin = performance.now()
  for (let flap = 0; flap < 50; flap++) {
    set('down')
    await lasts(50)
    set('up')
    await lasts(50)
  }
  const ended = performance.now()
  process.stdout.write(`  frames pass ${Math.round(await site.passes())} ms after the last flap\n`)
  // What is over when nobody looked was never said.
  await site.judgesAgain()
  const lines = site.saidSince(flapsBegin)
  const isOver =
    !lines.some((line) => line.includes('cannot see')) || lines.at(-1)?.includes('again') === true
  const late = site.seer.said.filter(({ at }) => at > ended + NORMAL_WITHIN * 1000)
  site.check(
    lines.length <= 12,
    `fifty flaps in ${((ended - flapsBegin) / 1000).toFixed(1)} s gave ${lines.length} lines`,
  )
  site.check(isOver && late.length === 0, 'nothing was said ten seconds after the last flap')
  await site.leavesBridgeAlone()
}

/** @param {Site} site */
export const oneDirection = async (site) => {
  await site.play({ kind: 'media', sides: ['phones', 'far'], rate: 100, seconds: 2, bytes: 160 })
  const begun = performance.now()
  const mute = site.play({ kind: 'media', sides: ['phones'], rate: 100, seconds: 13, bytes: 160 })
  await site.says('one-direction', begun + 10_000, SHOWN_WITHIN, 'ten seconds of one direction')
  await mute
  const ended = performance.now()
  void site.play({ kind: 'media', sides: ['phones', 'far'], rate: 100, seconds: 4, bytes: 160 })
  await site.recovers(ended)
  await site.leavesBridgeAlone()
}

/** @param {Site} site */
export const quiet = async (site) => {
  await site.play({ kind: 'media', sides: ['phones', 'far'], rate: 100, seconds: 1, bytes: 160 })
  const begun = performance.now()
  await lasts(55_000)
  await site.says('no-traffic', begun + 60_000, SHOWN_WITHIN, 'a minute of silence')
  const ended = performance.now()
  await Promise.all([site.recovers(ended), site.judgesAgain()])
}
