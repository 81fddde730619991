// @ts-check
/** What happens to the two processes: stopped, hung, killed again and again, out of memory, without processor time, without a parent. */
import { readFileSync } from 'node:fs'
import { until } from '../lib/conditions.js'
import { Limits } from '../lib/limits.js'
import { isAlive, lasts, NORMAL_WITHIN, SHOWN_WITHIN, SILENCE_SHOWN_WITHIN } from './site.js'

/** @typedef {import('./site.js').Site} Site */

/** Milliseconds after which a silent engine is killed, and what that and another start may take. */
const HUNG = 30_000
const BLOCKED = 4000
const LOOP_LASTS = 9000
const STARVED = 6000
/** Below what any program needs for its next page. */
const NO_MEMORY = 256 * 1024

/** @param {Site} site */
const engineOf = (site) => until('an engine', 10, () => site.engine())

/** A call of which the engine died: over, and nothing is certain. @param {Site} site @param {string} id */
const wasTruncated = (site, id) => {
  const { grade, state, incomplete } = site.seer.reports.get(id)
  site.check(
    state === 'ended' && grade === 'undetermined' && incomplete.includes('truncated'),
    `its call is ${state}, ${grade} (${incomplete.join()})`,
  )
}

/** Stopped for less than the ring holds: said, and nothing is lost. @param {Site} site */
export const blocked = async (site) => {
  const stopStrangers = site.sendStrangers()
  const call = await site.beginCall()
  const pid = await engineOf(site)
  const begun = performance.now()
  process.kill(pid, 'SIGSTOP')
  await site.says('says nothing', begun, SILENCE_SHOWN_WITHIN)
  const told = site.seer.reportsTold
  await lasts(begun + BLOCKED - performance.now())
  site.check(site.seer.reportsTold === told, 'no verdict is told meanwhile')
  const ended = performance.now()
  process.kill(pid, 'SIGCONT')
  await site.says('the engine is back', ended, NORMAL_WITHIN, 'its end')
  await call.over
  const { grade, incomplete } = site.reportOf(call.number)
  site.check(
    grade === 'protected' && incomplete.length === 0,
    `the call, kept in the ring, is ${grade} ${incomplete.join()}`,
  )
  await stopStrangers()
}

/** Never continued: the box ends it and starts another. @param {Site} site */
export const hung = async (site) => {
  const stopStrangers = site.sendStrangers()
  const call = await site.beginCall()
  const { id } = site.reportOf(call.number)
  const pid = await engineOf(site)
  const begun = performance.now()
  process.kill(pid, 'SIGSTOP')
  await site.says('says nothing', begun, SILENCE_SHOWN_WITHIN)
  await lasts(25_000)
  const killed = await site.says('was ended by SIGKILL', begun + HUNG, SILENCE_SHOWN_WITHIN, '30 s')
  await site.says('the engine is back', killed, NORMAL_WITHIN, 'its end')
  wasTruncated(site, id)
  await stopStrangers()
  await site.judgesAgain()
}

/** Clock ticks (1/100 s) that the box process itself has used. @param {number | undefined} pid */
const ticksOf = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /u, '')
    .split(' ')
  return Number(fields[11]) + Number(fields[12])
}

/** Killed as soon as it is there, again and again. @param {Site} site */
export const crashLoop = async (site) => {
  const stopStrangers = site.sendStrangers()
  const call = await site.beginCall()
  const { id } = site.reportOf(call.number)
  const ticks = ticksOf(site.seer.child.pid)
  const begun = performance.now()
  let kills = 0
  while (performance.now() < begun + LOOP_LASTS) {
    const pid = site.engine()
    if (pid !== undefined && isAlive(pid)) {
      process.kill(pid, 'SIGKILL')
      kills++
    }
    await lasts(20)
  }
  const ended = performance.now()
  await site.says('there is no engine', begun, SHOWN_WITHIN)
  await site.says('the engine is back', ended, NORMAL_WITHIN, 'its end')
  wasTruncated(site, id)
  const waits = site.saidSince(begun).flatMap((line) => /started again in ([\d.]+) s/u.exec(line)?.[1] ?? [])
  const isLonger = waits.every((wait, index) => index === 0 || Number(wait) >= Number(waits[index - 1]))
  site.check(
    isLonger && waits.length >= kills - 1 && kills <= 7,
    `${kills} kills in 9 s, started again after ${waits.join(', ')} s`,
  )
  const spent = (ticksOf(site.seer.child.pid) - ticks) / 100
  site.check(spent < 2, `the box used ${spent} s of the processor`)
  await stopStrangers()
  await site.judgesAgain()
}

/** @param {Site} site */
export const outOfMemory = async (site) => {
  const stopStrangers = site.sendStrangers()
  const limits = new Limits('memory', site.wire.prefix)
  try {
    const call = await site.beginCall()
    const { id } = site.reportOf(call.number)
    const pid = await engineOf(site)
    limits.memory(NO_MEMORY)
    limits.take(pid)
    void site.play({ kind: 'media', sides: ['phones', 'far'], rate: 500, seconds: 5, bytes: 160 })
    const begun = await until('the kernel to end the engine', 30, () => !isAlive(pid) && performance.now())
    await site.says('was ended by SIGKILL', begun - 100, SHOWN_WITHIN, 'its death')
    await site.says('the engine is back', begun, NORMAL_WITHIN, 'its death')
    wasTruncated(site, id)
  } finally {
    await limits.remove()
  }
  await stopStrangers()
  await site.judgesAgain()
  const engine = await engineOf(site)
  const begun = performance.now()
  site.seer.child.kill('SIGKILL')
  await until('the engine to end', 10, () => !isAlive(engine))
  const after = performance.now() - begun
  site.check(after < 5000, `an engine without a parent ended after ${(after / 1000).toFixed(1)} s`)
}

/** @param {Site} site */
export const starved = async (site) => {
  const stopStrangers = site.sendStrangers()
  const limits = new Limits('cpu', site.wire.prefix)
  const pid = await engineOf(site)
  try {
    const call = await site.beginCall()
    const flood = site.play({ kind: 'media', sides: ['phones', 'far'], rate: 16_000, seconds: 8, bytes: 960 })
    const begun = performance.now()
    limits.processor(1)
    limits.take(pid)
    await lasts(STARVED)
    limits.processor(0)
    const ended = performance.now()
    const told = /says nothing|capture-loss|sampled/u
    site.check(
      limits.throttled > 0 && site.saidSince(begun).some((line) => told.test(line)),
      'with a hundredth of the processor it says so',
    )
    await flood
    await until('its recovery', 30, () => site.seesAll())
    // That media are sampled ends by a rule of its own: ten seconds without any sign of pressure.
    const blind =
      site.seer.said.filter(({ text }) => /is back|sees everything/u.test(text)).at(-1)?.at ?? ended
    site.check(
      blind - ended < NORMAL_WITHIN * 1000,
      `it sees again ${((blind - ended) / 1000).toFixed(1)} s after its end`,
    )
    await call.over
    site.isNotGreenerThan(call.number, begun)
    site.check(site.engine() === pid, 'nothing was ended')
  } finally {
    if (isAlive(pid)) limits.release(pid)
    await limits.remove()
  }
  await stopStrangers()
  // Calls of the next ten seconds count as sampled, and take longer.
  await lasts(10_000)
  await site.judgesAgain()
}

/** Stopped for longer than the ring holds. @param {Site} site */
export const lossy = async (site) => {
  const stopStrangers = site.sendStrangers()
  const call = await site.beginCall()
  const pid = await engineOf(site)
  const flood = site.play({ kind: 'media', sides: ['phones', 'far'], rate: 20_000, seconds: 5, bytes: 960 })
  process.kill(pid, 'SIGSTOP')
  await flood
  const ended = performance.now()
  process.kill(pid, 'SIGCONT')
  await site.says('capture-loss', ended, SHOWN_WITHIN, 'it could be known')
  await site.recovers(ended)
  await site.isMarked(call)
  await stopStrangers()
  await until('no sampling', 15, () => site.seesAll())
  // Calls of the next ten seconds count as sampled, and take longer.
  await lasts(10_000)
  await site.judgesAgain()
}
