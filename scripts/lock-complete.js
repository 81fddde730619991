// @ts-check
/**
 * npm run lock:complete: names in package-lock.json the binaries for other machines that the registry in use did not carry.
 * npm leaves such optional packages out of the lock file, and `npm ci` then refuses it everywhere. Their versions stand in
 * the package that wants them; what machine they are for stands in their name. Run it after `npm install PACKAGE`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from './lib/ready.js'

const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const PROCESSORS = [
  'arm64',
  'arm',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'universal',
  'wasm32',
  'x64',
]
const EXACT_VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/

const file = join(PROJECT, 'package-lock.json')
/** @typedef {{ version?: string, dev?: boolean, optionalDependencies?: Record<string, string> }} Locked */

/** @type {{ packages: Record<string, Locked> }} */
const lock = JSON.parse(readFileSync(file, 'utf8'))
const added = Object.entries(lock.packages).flatMap(([path, entry]) => missingOf(path, entry))
for (const [path, entry] of added) lock.packages[path] = entry

const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'))
lock.packages = Object.fromEntries(sorted)
if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(`lock file: ${added.length} optional packages named\n`)

/**
 * The optional packages that one entry wants and the lock file lacks.
 * @param {string} path @param {Locked} entry @returns {[string, Locked][]}
 */
function missingOf(path, entry) {
  return Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !isNamed(path, name))
    .map(([name, version]) => {
      if (!EXACT_VERSION.test(version))
        throw new Error(`${name}@${version}: a range cannot be named without a registry`)
      const named = { ...machineOf(name), ...(entry.dev ? { dev: true } : {}), optional: true }
      // npm's own order of keys: the version, then the alphabet.
      const ordered = Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1))
      return [`node_modules/${name}`, { version, ...Object.fromEntries(ordered) }]
    })
}

/** True if npm would find the package from there: beside it or in any folder above. @param {string} path @param {string} name */
function isNamed(path, name) {
  const steps = path.split('/node_modules/')
  for (let depth = steps.length; depth > 0; depth--) {
    if (lock.packages[`${steps.slice(0, depth).join('/node_modules/')}/node_modules/${name}`]) return true
  }
  return lock.packages[`node_modules/${name}`] !== undefined
}

/** `@swc/core-linux-arm64-musl` → {os: [linux], cpu: [arm64], libc: [musl]}. @param {string} name */
function machineOf(name) {
  const words = name.split(/[/-]/)
  const system = SYSTEMS.find((one) => words.includes(one))
  const processor = PROCESSORS.find((one) => words.includes(one))
  const libc = words.includes('musl')
    ? 'musl'
    : words.some((one) => one === 'gnu' || one === 'glibc')
      ? 'glibc'
      : undefined
  if (system === undefined && processor !== 'wasm32')
    throw new Error(`${name}: its name does not tell the machine`)
  return {
    ...(processor === undefined || processor === 'universal' ? {} : { cpu: [processor] }),
    ...(system === 'linux' && libc !== undefined ? { libc: [libc] } : {}),
    ...(system === undefined ? {} : { os: [system] }),
  }
}
