// @ts-check
/**
 * What every verb needs before it starts: a Node that is new enough, the packages of package-lock.json, and a fresh dist/.
 * No dependencies, and nothing that Node 18 lacks: this file runs on a bare clone, before anything is installed.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildIfStale } from './build.js'

/** Root of the checkout: absolute, independent of where the verb was called. */
export const PROJECT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

const OLDEST_NODE = [20, 19]
const NODE_PACKAGE = 'node@20'
const RERUN_MARK = 'CALLSEAL_NODE_RERUN'

/**
 * Makes the checkout usable, or ends the process with one clear line. On an old Node the verb runs once more under a
 * newer one from npm, and this process ends with its exit code.
 * @param {{ build?: boolean }} [wanted] `build`: dist/ must be fresh too.
 */
export function makeReady(wanted = {}) {
  process.chdir(PROJECT)
  if (isOldNode(process.versions.node)) rerunUnderNewerNode()
  installIfStale()
  if (wanted.build === true) buildIfStale(PROJECT)
}

/** True below the `engines` of package.json. @param {string} version such as 18.20.4 */
export function isOldNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor)
}

function rerunUnderNewerNode() {
  const needed = OLDEST_NODE.join('.')
  if (process.env[RERUN_MARK] !== undefined) {
    stop(`Node ${process.versions.node} is older than ${needed}, also after fetching ${NODE_PACKAGE}.`)
  }
  say(`Node ${process.versions.node} is older than ${needed}: running under ${NODE_PACKAGE} from npm`)
  const verb = process.argv.slice(1)
  const ran = runNpm(['exec', '--yes', `--package=${NODE_PACKAGE}`, '--', 'node', ...verb], {
    [RERUN_MARK]: '1',
  })
  if (ran.error !== undefined) stop(`npm did not start (${ran.error.message}). On Debian: apt install npm`)
  process.exit(ran.status ?? 1)
}

function installIfStale() {
  if (isInstalled(PROJECT)) return
  say('installing packages (npm ci)')
  const ran = runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (ran.error !== undefined) stop(`npm did not start (${ran.error.message}). On Debian: apt install npm`)
  if (ran.status !== 0) {
    // The lock file names optional binaries for Linux on x64 and arm64 only; elsewhere npm ci refuses.
    say('npm ci failed; trying npm install without the lock file')
    const again = runNpm(['install', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'])
    if (again.status !== 0) stop('the packages could not be installed (see above); is the network reachable?')
  }
  mkdirSync(dirname(stampFile(PROJECT)), { recursive: true })
  writeFileSync(stampFile(PROJECT), lockDigest(PROJECT))
}

/**
 * True if node_modules holds what package-lock.json names: either we installed it from this very lock file, or npm's
 * own record of it agrees package by package. File times are not asked: git and npm both disturb them.
 * @param {string} project
 */
export function isInstalled(project) {
  if (!existsSync(join(project, 'node_modules'))) return false
  if (existsSync(stampFile(project)) && readFileSync(stampFile(project), 'utf8') === lockDigest(project))
    return true
  const recordFile = join(project, 'node_modules', '.package-lock.json')
  if (!existsSync(recordFile)) return false
  const wanted = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')).packages
  const present = JSON.parse(readFileSync(recordFile, 'utf8')).packages
  return Object.keys(wanted).every((path) => {
    if (path === '') return true
    const found = present[path]
    return found === undefined ? wanted[path].optional === true : found.version === wanted[path].version
  })
}

/** @param {string} project */
function stampFile(project) {
  return join(project, 'node_modules', '.callseal-installed')
}

/** @param {string} project */
function lockDigest(project) {
  return createHash('sha256')
    .update(readFileSync(join(project, 'package-lock.json')))
    .digest('hex')
}

/**
 * Runs npm with the Node of this process where npm's own script is known, else by name.
 * @param {string[]} args @param {Record<string, string>} [extra] environment
 */
function runNpm(args, extra = {}) {
  const script = process.env['npm_execpath']
  const byScript = script !== undefined && /npm-cli\.c?js$/.test(script) && existsSync(script)
  const command = byScript ? process.execPath : 'npm'
  return spawnSync(command, byScript ? [script, ...args] : args, {
    cwd: PROJECT,
    stdio: 'inherit',
    env: { ...process.env, ...extra },
  })
}

/** One short line about what takes time. @param {string} line */
export function say(line) {
  process.stderr.write(`callseal: ${line}\n`)
}

/** Ends the verb. @param {string} line @returns {never} */
export function stop(line) {
  say(line)
  process.exit(1)
}
