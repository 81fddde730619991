// @ts-check
/**
 * src/ → dist/ with the TypeScript compiler, without type checking (that is `npm run check`): a small box builds in seconds.
 * The new tree is made beside the old and swapped in, so that a running program never sees half of it.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'

const STAMP = '.built'

/** Builds when a source changed since the last build. @param {string} project root of the checkout */
export function buildIfStale(project) {
  const stamp = join(project, 'dist', STAMP)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceDigest(project)) return
  build(project)
}

/** Builds. Throws if the compiler fails. @param {string} project */
export function build(project) {
  process.stderr.write('callseal: building dist/\n')
  const digest = sourceDigest(project)
  // Beside dist/, not below: source maps hold relative paths.
  const fresh = join(project, `dist.${String(process.pid)}`)
  try {
    compile(project, 'tsconfig.build.json', fresh)
    bundle(fresh)
    copyAssets(join(project, 'src'), fresh)
    writeFileSync(join(fresh, STAMP), digest)
    const main = join(fresh, 'app', 'main.js')
    if (existsSync(main)) chmodSync(main, 0o755)
    rmSync(join(project, 'dist'), { recursive: true, force: true })
    renameSync(fresh, join(project, 'dist'))
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/**
 * Compiles without type checking.
 * @param {string} project @param {string} config file name @param {string} outDir
 */
export function compile(project, config, outDir) {
  const tsc = join(project, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = [tsc, '-p', config, '--noCheck', '--noEmit', 'false', '--outDir', outDir]
  const ran = spawnSync(process.execPath, args, { cwd: project, stdio: 'inherit' })
  if (ran.status !== 0) throw new Error(`the compiler failed on ${config}`)
}

/**
 * Joins the command's few hundred modules into one file and a few parts that are loaded when asked for: resolving each module by itself costs
 * more time than judging a small capture. The separate modules stay beside it for tests and tools.
 * @param {string} dist
 */
function bundle(dist) {
  const entry = join(dist, 'app', 'main.js')
  if (!existsSync(entry)) return
  // Not imported above: this file is read before anything is installed.
  const require = createRequire(import.meta.url)
  /** @type {typeof import('esbuild')} */
  const { buildSync } = require('esbuild')
  buildSync({
    entryPoints: [entry],
    outdir: join(dist, 'app'),
    chunkNames: 'parts/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    allowOverwrite: true,
    logLevel: 'warning',
  })
}

/** Files that are not compiled and belong to the program, such as pages. @param {string} from @param {string} to */
function copyAssets(from, to) {
  for (const file of filesBelow(from)) {
    if (/\.ts$|\.md$|(^|\/)tsconfig\.json$/.test(file)) continue
    const target = join(to, relative(from, file))
    mkdirSync(dirname(target), { recursive: true })
    copyFileSync(file, target)
  }
}

/** @param {string} project */
function sourceDigest(project) {
  const hash = createHash('sha256')
  const configs = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) =>
    join(project, name),
  )
  for (const file of [...configs, ...filesBelow(join(project, 'src'))]) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${relative(project, file)} ${String(size)} ${String(mtimeMs)}\n`)
  }
  return hash.digest('hex')
}

/** All files below a directory, sorted. @param {string} directory @returns {string[]} */
function filesBelow(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name)
      return entry.isDirectory() ? filesBelow(path) : [path]
    })
}
