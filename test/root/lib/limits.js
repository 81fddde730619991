// @ts-check
/** What the kernel may be told to give a program: a control group of this run's own, of either version of control groups. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from './conditions.js'

const ROOT = '/sys/fs/cgroup'
const PERIOD = 100_000

/** @typedef {'memory' | 'cpu'} Controller */

export class Limits {
  /** Throws where control groups may not be written. @param {Controller} controller @param {string} name */
  constructor(controller, name) {
    this.isUnified = existsSync(join(ROOT, 'cgroup.controllers'))
    this.parent = this.isUnified ? ROOT : join(ROOT, controller)
    this.folder = join(this.parent, name)
    if (!existsSync(this.parent)) throw new Error(`no controller ${controller}`)
    if (this.isUnified) writeFileSync(join(ROOT, 'cgroup.subtree_control'), `+${controller}`)
    mkdirSync(this.folder)
  }

  /** @param {number} bytes */
  memory(bytes) {
    writeFileSync(join(this.folder, this.isUnified ? 'memory.max' : 'memory.limit_in_bytes'), String(bytes))
  }

  /** @param {number} percent of one processor; 0: no limit */
  processor(percent) {
    const quota = percent === 0 ? null : (percent * PERIOD) / 100
    if (this.isUnified) writeFileSync(join(this.folder, 'cpu.max'), `${quota ?? 'max'} ${PERIOD}`)
    else writeFileSync(join(this.folder, 'cpu.cfs_quota_us'), String(quota ?? -1))
  }

  /** @param {number} pid */
  take(pid) {
    writeFileSync(join(this.folder, 'cgroup.procs'), String(pid))
  }

  /** @param {number} pid */
  release(pid) {
    writeFileSync(join(this.parent, 'cgroup.procs'), String(pid))
  }

  /** How many processes the kernel has killed because there was no more memory. */
  get killed() {
    const events = readFileSync(
      join(this.folder, this.isUnified ? 'memory.events' : 'memory.oom_control'),
      'utf8',
    )
    return Number(/^oom_kill (\d+)$/mu.exec(events)?.[1] ?? 0)
  }

  /** How often its processes had to wait for the processor. */
  get throttled() {
    const statistics = readFileSync(join(this.folder, 'cpu.stat'), 'utf8')
    return Number(/^nr_throttled (\d+)$/mu.exec(statistics)?.[1] ?? 0)
  }

  /** Whoever was in it must be told to end already; the kernel lets go of a dead process a moment later. */
  async remove() {
    await until(`the control group ${this.folder} to be empty`, 10, () => {
      try {
        rmdirSync(this.folder)
        return true
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EBUSY') return false
        throw error
      }
    })
  }
}

/** @param {string} prefix whether this machine lets us */
export const canLimit = async (prefix) => {
  try {
    for (const controller of /** @type {Controller[]} */ (['memory', 'cpu']))
      await new Limits(controller, `${prefix}-try`).remove()
    return true
  } catch {
    return false
  }
}
