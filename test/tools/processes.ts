/** Processes of a test: started here, waited for by what they do, and ended with the test whatever happens. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const TOOLS = import.meta.dirname
const POLL = 20
/** Milliseconds; generous, because a loaded machine is slow and a wait ends as soon as it can. */
const PATIENCE = 30_000

/** Waits until `probe` gives something; fails with `what` after half a minute. */
export const until = async <T>(what: () => string, probe: () => T | null | undefined | false): Promise<T> => {
  const end = performance.now() + PATIENCE
  for (;;) {
    const found = probe()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`waited in vain for ${what()}`)
    await new Promise((resolve) => setTimeout(resolve, POLL))
  }
}

/** A child with its output by lines. */
export class Program {
  readonly child: ChildProcess
  stdout = ''
  stderr = ''
  #ended: { code: number | null; signal: NodeJS.Signals | null } | null = null

  constructor(child: ChildProcess) {
    this.child = child
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
    child.on('close', (code, signal) => (this.#ended = { code, signal }))
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('it never started')
    return this.child.pid
  }

  /** Rows of JSON on standard output; a last line that is not whole yet is left out. */
  rows<T>(): T[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as T)
  }

  /** Waits until a row fits. */
  row<T>(what: string, fits: (row: T) => boolean): Promise<T> {
    return until(
      () => `${what}; it said ${this.stderr} ${this.stdout.slice(-2000)}`,
      () => this.rows<T>().find(fits),
    )
  }

  says(words: string): Promise<true> {
    return until(
      () => `"${words}" in ${this.stderr}`,
      () => (this.stderr.includes(words) ? true : null),
    )
  }

  /** Waits for its end; gives the exit code or the signal. */
  async ends(): Promise<number | NodeJS.Signals | null> {
    const ended = await until(
      () => `the end; it said ${this.stderr}`,
      () => this.#ended,
    )
    return ended.signal ?? ended.code
  }

  get isRunning(): boolean {
    return this.#ended === null
  }
}

/** All that a test started. */
export class Programs {
  readonly #all: Program[] = []

  /** Starts one of test/tools. */
  start(tool: string, ...args: string[]): Program {
    const child = spawn(process.execPath, [join(TOOLS, tool), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Jest's own Node options are not for them.
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    const program = new Program(child)
    this.#all.push(program)
    return program
  }

  /** Ends what still runs, stopped or not. */
  async endAll(): Promise<void> {
    for (const program of this.#all) if (program.isRunning) program.child.kill('SIGKILL')
    await Promise.all(this.#all.map((program) => program.ends()))
  }
}

/** Processes whose parent is this one, as the kernel knows them. */
export const childrenOf = (pid: number): number[] => {
  const path = `/proc/${pid}/task/${pid}/children`
  return existsSync(path) ? readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number) : []
}

/** Is there such a process, that is not merely waiting to be buried? */
export const isAlive = (pid: number): boolean => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

/** Resident memory in megabytes. */
export const memoryOf = (pid: number): number => {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8')
    .split('\n')
    .find((one) => one.startsWith('VmRSS:'))
  return Number(line?.replace(/\D+/g, '')) / 1024
}
