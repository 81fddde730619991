// @ts-check
/** `callseal run` with a played capture for a wire: node replay-run.js [--json] CAPTURE [options of replay-engine.js] */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const DIST = resolve(import.meta.dirname, '..', '..', 'dist', 'app')
/** @param {string} path @returns {Promise<any>} */
const fromDist = (path) => import(pathToFileURL(join(DIST, path)).href)

const json = process.argv[2] === '--json'
const rest = process.argv.slice(json ? 3 : 2)
const { runLive } = await fromDist('box-process/index.js')
const { DEFAULT_CONFIG } = await fromDist('state-protocol/index.js')

process.exitCode = await runLive({
  config: DEFAULT_CONFIG,
  json,
  engineCommand: [process.execPath, join(import.meta.dirname, 'replay-engine.js'), ...rest],
})
