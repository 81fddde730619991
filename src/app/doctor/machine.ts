/** What `doctor` may ask of a machine: files below a root, programs, packages, the time. Nothing here changes anything. */
import { execFile } from 'node:child_process'
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs'

/** What a program said. */
export interface CommandOutcome {
  readonly code: number
  readonly stdout: string
}

/** All that doctor knows of the world comes through here, so that a test can be the world. */
export interface Machine {
  /** The first 64 KiB of a file without the white space around them; null if it is not there or may not be read. */
  readText(path: string): string | null
  /** Names in a folder, sorted; null if there is no such folder. */
  listNames(path: string): readonly string[] | null
  /** The last part of where a symbolic link points; null if there is no such link. */
  linkName(path: string): string | null
  /** Null if there is no such program or it took too long. */
  run(program: string, args: readonly string[]): Promise<CommandOutcome | null>
  /** Null if the package can be loaded, else why not; undefined if that cannot be tried. */
  whyNotLoaded(packageName: string): Promise<string | null | undefined>
  /** Milliseconds since 1970. */
  now(): number
  pause(milliseconds: number): Promise<void>
}

const MAX_BYTES = 65_536
const PROGRAM_LIMIT_MS = 5_000
/** Where programs of the network lie that the path of a plain user lacks. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** This machine; with a `root` other than `/`, the trees of another one below it: its programs and packages cannot be tried then. */
export const openMachine = (root: string): Machine => {
  const here = root === '/' || root === ''
  // Not path.join(): a `..` behind a symbolic link of sysfs is the kernel's to resolve.
  const below = (path: string): string => (here ? path : root + path)
  return {
    readText: (path) => readText(below(path)),
    listNames: (path) => attempt(() => readdirSync(below(path)).sort()),
    linkName: (path) => attempt(() => readlinkSync(below(path)).split('/').at(-1) ?? ''),
    run: (program, args) => (here ? runProgram(program, args) : Promise.resolve(null)),
    whyNotLoaded: (packageName) => (here ? whyNotLoaded(packageName) : Promise.resolve(undefined)),
    now: () => Date.now(),
    pause: (milliseconds) => new Promise((done) => setTimeout(done, here ? milliseconds : 0)),
  }
}

const attempt = <Value>(read: () => Value): Value | null => {
  try {
    return read()
  } catch {
    return null
  }
}

const readText = (path: string): string | null =>
  attempt(() => {
    const file = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(MAX_BYTES)
      return bytes.toString('latin1', 0, readSync(file, bytes, 0, MAX_BYTES, 0)).trim()
    } finally {
      closeSync(file)
    }
  })

const runProgram = (program: string, args: readonly string[]): Promise<CommandOutcome | null> =>
  new Promise((done) => {
    const options = { timeout: PROGRAM_LIMIT_MS, maxBuffer: 1 << 20, env: { PATH, LC_ALL: 'C' } }
    execFile(program, args, options, (error, stdout) => {
      if (error === null) done({ code: 0, stdout })
      else done(typeof error.code === 'number' ? { code: error.code, stdout } : null)
    })
  })

const whyNotLoaded = async (packageName: string): Promise<string | null> => {
  try {
    await import(packageName)
    return null
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return text.split('\n')[0] ?? text
  }
}
