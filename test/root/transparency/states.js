// @ts-check
/**
 * What may happen to the program while frames pass the bridge. Each state: `begin` brings it about, `during` goes on while frames are sent, `shown`
 * says that it really was so, or throws; `end` clears it away.
 */
import { readFileSync } from 'node:fs'
import { until } from '../lib/conditions.js'
import { Limits } from '../lib/limits.js'
import { Observer } from '../lib/observer.js'

/** For both processes: one of them alone needs as much before it listens. */
const TOO_LITTLE_MEMORY = 16 << 20
const MOST_SECONDS = 30
/** A million frames take a hundred. */
const SECONDS_A_STATE = 1000

/** @param {number} pid @returns {number[]} */
const childrenOf = (pid) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

/** @param {number} pid @returns {string} one letter, as ps(1) has it; empty for one that is gone */
const stateOf = (pid) => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2)[0] ?? ''
  } catch {
    return ''
  }
}

/** `callseal run` on the tapped port, and the engine below it. */
class Program {
  /** @param {import('../lib/wire.js').TappedWire} wire @param {string} main */
  constructor(wire, main) {
    this.observer = new Observer(wire, main)
  }

  get pids() {
    const { pid = 0 } = this.observer.child
    try {
      return [pid, ...childrenOf(pid)]
    } catch {
      return []
    }
  }

  /** @param {NodeJS.Signals} signal */
  send(signal) {
    for (const pid of this.pids.reverse()) process.kill(pid, signal)
  }
}

/** @typedef {{ wire: import('../lib/wire.js').TappedWire, main: string, group: string, halfTime: () => boolean, isOver: () => boolean }} Stage */

/**
 * @typedef {object} State
 * @property {string} name
 * @property {'cpu' | 'memory'} [needs]
 * @property {(stage: Stage) => Promise<{ during?: () => Promise<void>, shown: () => string, end?: () => Promise<void> | void }>} begin
 */

/** @param {Stage} stage */
const listening = async ({ wire, main }) => {
  const program = new Program(wire, main)
  await program.observer.listens()
  return program
}

/** Starts anew as often as it ends. @param {Stage} stage @param {(program: Program) => Promise<void>} live */
const againAndAgain = async (stage, live) => {
  let rounds = 0
  while (!stage.isOver()) {
    const program = new Program(stage.wire, stage.main)
    await live(program)
    if (!program.observer.hasEnded) program.send('SIGKILL')
    await until('a killed program to end', MOST_SECONDS, () => program.observer.hasEnded)
    rounds++
  }
  return rounds
}

/** @type {readonly State[]} */
export const STATES = [
  { name: 'without the program', begin: async () => ({ shown: () => 'nothing runs' }) },
  {
    name: 'running',
    begin: async (stage) => {
      const program = await listening(stage)
      return {
        shown: () => {
          if (program.observer.hasEnded) throw new Error('it ended')
          return `${program.pids.length} processes`
        },
        end: () => program.observer.close(),
      }
    },
  },
  {
    name: 'killed',
    begin: async (stage) => {
      const program = await listening(stage)
      const { pids } = program
      return {
        during: async () => {
          await until('half of the frames', SECONDS_A_STATE, stage.halfTime)
          program.send('SIGKILL')
        },
        shown: () => {
          const left = pids.filter((pid) => !['', 'Z'].includes(stateOf(pid)))
          if (pids.length < 2 || left.length > 0) throw new Error(`not killed: ${left}`)
          return `${pids.length} processes killed`
        },
      }
    },
  },
  {
    name: 'stopped',
    begin: async (stage) => {
      const program = await listening(stage)
      const { pids } = program
      program.send('SIGSTOP')
      return {
        shown: () => {
          const states = pids.map(stateOf).join('')
          if (states !== 'TT') throw new Error(`not stopped: ${states}`)
          return 'stopped all the time'
        },
        end: async () => {
          program.send('SIGCONT')
          await program.observer.close()
        },
      }
    },
  },
  {
    name: 'starved',
    needs: 'cpu',
    begin: async (stage) => {
      const program = await listening(stage)
      const limits = new Limits('cpu', stage.group)
      limits.processor(1)
      for (const pid of program.pids) limits.take(pid)
      return {
        shown: () => {
          if (limits.throttled === 0) throw new Error('it had all the processor it wanted')
          return `kept waiting ${limits.throttled} times`
        },
        end: async () => {
          limits.processor(0)
          await program.observer.close()
          await limits.remove()
        },
      }
    },
  },
  {
    name: 'out of memory',
    needs: 'memory',
    begin: async (stage) => {
      const limits = new Limits('memory', stage.group)
      limits.memory(TOO_LITTLE_MEMORY)
      return {
        during: async () => {
          await againAndAgain(stage, async ({ observer }) => {
            limits.take(observer.child.pid ?? 0)
            await until(
              'the end of it or of the frames',
              SECONDS_A_STATE,
              () => observer.hasEnded || stage.isOver(),
            )
          })
        },
        shown: () => {
          if (limits.killed === 0) throw new Error('it never ran out of memory')
          return `killed by the kernel ${limits.killed} times`
        },
        end: () => limits.remove(),
      }
    },
  },
  {
    name: 'restarted in a loop',
    begin: async (stage) => {
      let rounds = 0
      return {
        during: async () => {
          rounds = await againAndAgain(stage, ({ observer }) => observer.listens())
        },
        shown: () => {
          if (rounds < 2) throw new Error(`restarted ${rounds} times only`)
          return `${rounds} times`
        },
      }
    },
  },
]
