// @ts-check
/**
 * An engine process whose wire is a capture, for tests of processes without root:
 *   node replay-engine.js CAPTURE [--socket PATH] [--speed N] [--repeat] [--parties HOW]
 * Without a path it speaks on descriptor 3. It is the built engine in everything but its source.
 */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { framesOf, PacedSource } from './paced-source.js'

const DIST = resolve(import.meta.dirname, '..', '..', 'dist', 'app')
/** @param {string} path @returns {Promise<any>} */
const fromDist = (path) => import(pathToFileURL(join(DIST, path)).href)

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    socket: { type: 'string' },
    speed: { type: 'string', default: '1' },
    repeat: { type: 'boolean', default: false },
    parties: { type: 'string', default: 'masked' },
  },
})
const { runEngine } = await fromDist('engine-process/index.js')
const { DEFAULT_CONFIG } = await fromDist('state-protocol/index.js')
const { MACHINE_CLOCKS, MACHINE_TIMERS } = await fromDist('timers.js')

const source = new PacedSource(framesOf(positionals[0] ?? ''), {
  clocks: MACHINE_CLOCKS,
  every: MACHINE_TIMERS.every,
  speed: Number(values.speed),
  repeat: values.repeat,
})
process.exitCode = await runEngine({
  interfaceName: 'replay0',
  config: { ...DEFAULT_CONFIG, privacy: values.parties },
  filtersFor: () => null,
  doorway:
    values.socket === undefined
      ? { kind: 'inherited', fileDescriptor: 3 }
      : { kind: 'path', path: values.socket },
  openSource: () => Promise.resolve({ source, reason: 'memory: a capture that is played' }),
  readLink: () => ({ index: 1, isUp: true, isBridgePort: false, rxPackets: source.received, txPackets: 0 }),
})
