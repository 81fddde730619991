// @ts-check
/**
 * When the evidence for a verdict was on the wire: the frames that a second listener wrote to a file are judged again without any delay, and the
 * first moment at which a report is as expected is noted. What `callseal run` says may come only a little later.
 */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { until } from '../lib/conditions.js'

const DIST = resolve(import.meta.dirname, '../../../dist')
/** Of capture time between two looks at the verdicts, in microseconds. */
const LOOK = 20_000

/** @param {string} path below dist/ @returns {Promise<any>} */
const fromDist = (path) => import(pathToFileURL(join(DIST, path)).href)

/** tcpdump on the tapped port, until it is closed; what still waits in a buffer then would be lost, so there is none. */
export class Witness {
  /** @param {import('../lib/wire.js').TappedWire} wire @param {string} file */
  constructor(wire, file) {
    this.file = file
    this.talk = ''
    const command = ['tcpdump', '-i', wire.tap, '-B', '16384', '--immediate-mode', '-U', '-w', file]
    this.child = wire.spawn(wire.box, command, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.child.stderr?.setEncoding('utf8').on('data', (piece) => (this.talk += piece))
  }

  async listens() {
    await until(`tcpdump to listen; it said: ${this.talk}`, 20, () => this.talk.includes('listening on'))
  }

  async close() {
    this.child.kill('SIGTERM')
    await until(`tcpdump to end; it said: ${this.talk}`, 20, () => this.child.exitCode !== null)
  }
}

/**
 * `nameOf` gives the name of what a report fulfils, or null. The answer: milliseconds since the epoch by that name, when it first was so.
 * @param {string} file @param {(report: any) => string | null} nameOf @returns {Promise<Map<string, number>>}
 */
export async function evidenceTimes(file, nameOf) {
  const { Engine } = await fromDist('core/index.js')
  const { readCapture } = await fromDist('capture/index.js')
  const { nodeCryptography } = await fromDist('app/node-cryptography.js')
  const engine = new Engine({
    cryptography: nodeCryptography,
    randomSeed: 0x5eed,
    runKey: new Uint8Array(32).fill(7),
    parties: 'full',
    clockTrusted: true,
    changeInterval: LOOK,
  })
  /** @type {Map<string, number>} */
  const times = new Map()
  let lookedAt = 0
  const sink = {
    /** @param {number} at @param {unknown[]} frame */
    onFrame(at, ...frame) {
      engine.onFrame(at, ...frame)
      if (at - lookedAt < LOOK) return
      lookedAt = at
      engine.onTick(at)
      const note = (/** @type {{ report: any, kind: string }} */ { kind, report }) => {
        const name = kind === 'phone-changed' ? null : nameOf(report)
        if (name !== null && !times.has(name)) times.set(name, at / 1000)
      }
      while (engine.drain(note)) continue
    },
  }
  await readCapture(file, sink)
  return times
}
