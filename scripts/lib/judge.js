// @ts-check
/** The built engine over one capture file, as the verbs use it: fixed seeds, parties in full, reports at the end. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PROJECT } from './ready.js'

/** @param {string} path below dist/ @returns {Promise<any>} */
const fromDist = (path) => import(pathToFileURL(join(PROJECT, 'dist', path)).href)

/**
 * Loads the built engine. dist/ must be fresh (`makeReady({ build: true })`).
 * @returns {Promise<(file: string) => Promise<{ calls: any[], summary: any }>>} judges one capture; what is behind damage in it is left out
 */
export async function loadJudge() {
  const { Engine } = await fromDist('core/index.js')
  const { readCapture } = await fromDist('capture/index.js')
  const { nodeCryptography } = await fromDist('app/node-cryptography.js')
  return async (file) => {
    const engine = new Engine({
      cryptography: nodeCryptography,
      randomSeed: 0x5eed,
      runKey: new Uint8Array(32).fill(7),
      parties: 'full',
      clockTrusted: true,
      changeInterval: Infinity,
    })
    await readCapture(file, engine)
    engine.finish()
    /** @type {any[]} */
    const calls = []
    const collect = (/** @type {{ kind: string, report: any }} */ event) => {
      if (event.kind === 'call-closed') calls.push(event.report)
    }
    while (engine.drain(collect)) continue
    return { calls, summary: engine.summary() }
  }
}
