/** The built program as a process of its own: what a user or a script sees of it. */
import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildIfStale } from '../../scripts/lib/build.js'

/** What a test's own surroundings must not change: jest's Node options, a wish for no colours, the verb of npm that runs it. */
const NEUTRAL = { NODE_OPTIONS: '', NO_COLOR: '', npm_lifecycle_event: '', COLUMNS: '80' }

const PROJECT = resolve(import.meta.dirname, '..', '..')

/** A finished run. */
export interface Ran {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** How a run differs from the plain one: 80 columns, no terminal, nothing on standard input. */
export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>
  readonly stdin?: Uint8Array
  /** A file that standard output goes to, instead of being collected. */
  readonly stdout?: string
  /** Called once when the first output came: kills, closes, or whatever a test wants to see survived. */
  readonly onFirstOutput?: (child: ReturnType<typeof spawn>) => void
}

/** Builds dist/ if a source is newer. Call once before running. */
export const buildCli = (): void => buildIfStale(PROJECT)

/** Runs `callseal` with these arguments in the project's folder. */
export const runCli = (args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
  new Promise((done, fail) => {
    const env = { ...process.env, ...NEUTRAL, ...options.environment }
    const child = spawn(process.execPath, [join(PROJECT, 'dist', 'app', 'main.js'), ...args], {
      cwd: PROJECT,
      env,
      stdio: ['pipe', options.stdout === undefined ? 'pipe' : openSync(options.stdout, 'w'), 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (stdout === '') options.onFirstOutput?.(child)
      stdout += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', fail)
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }))
    // A program that ends before it read everything is no failure of the test.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(options.stdin)
  })
