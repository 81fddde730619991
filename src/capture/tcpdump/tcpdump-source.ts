/**
 * Frames from a child process `tcpdump -w -`, read by the reader of capture files: the source that needs nothing but tcpdump itself. It costs
 * the most, knows of its drops only when it ends, and has no kernel filter.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Micros } from '../../core/index.ts'
import { readCapture } from '../capture-file.ts'
import type { FrameSink, FrameSourceStatistics } from '../frame-source.ts'
import { BUFFER_SIZE, SNAP_LENGTH, WATCH_INTERVAL, type LiveSource } from '../live-source.ts'
import { InterfaceDrops, readInterface, requireInterface } from '../network-interface.ts'
import { permissionError, SourceError } from '../source-error.ts'

export interface TcpdumpOptions {
  readonly interface: string
  readonly bufferSize?: number
  readonly snapLength?: number
  /** Path or name of the program. */
  readonly program?: string
}

type Child = ChildProcessByStdio<null, Readable, Readable>

/** What is kept of its talk: the last lines are the ones that matter. */
const MOST_TALK = 4096
/** How long it may take to end after it was asked, in milliseconds. */
const PATIENCE = 2000

/** One run of the program. */
interface Run {
  readonly child: Child
  /** Index of the interface when it began. */
  readonly index: number
  /** What it said on standard error. */
  talk: string
  /** It said that it listens: a later failure is the interface's. */
  isListening: boolean
}

export class TcpdumpSource implements LiveSource, FrameSink {
  readonly name = 'tcpdump'
  readonly #interface: string
  readonly #options: TcpdumpOptions
  #sink: FrameSink | null = null
  #run: Run | null = null
  #isStarted = false
  #isStopped = false
  #isPrepared = false
  #wake: () => void = () => undefined
  #drops: InterfaceDrops | null = null
  #received = 0
  /** Null until a run has ended and told. */
  #dropped: number | null = null
  #rebinds = 0

  constructor(options: TcpdumpOptions) {
    this.#interface = options.interface
    this.#options = options
  }

  async prepare(): Promise<void> {
    const state = requireInterface(this.#interface)
    if (this.#isPrepared) return
    // -L opens the interface, names its link types and ends. One that is down is waited for, so only the program is tried.
    const run = this.#spawn(state.isUp ? ['-i', this.#interface, '-L'] : ['--version'], state.index)
    run.child.stdout.resume()
    if ((await ended(run, this.#interface)) !== 0) throw talkError(this.#interface, run.talk)
    this.#isPrepared = true
  }

  #spawn(args: readonly string[], index: number): Run {
    const child = spawn(this.#options.program ?? 'tcpdump', args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its sentences are read.
      env: { ...process.env, LC_ALL: 'C' },
    })
    const run: Run = { child, index, talk: '', isListening: false }
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      run.talk = (run.talk + text).slice(-MOST_TALK)
      run.isListening ||= run.talk.includes('listening on')
    })
    return run
  }

  async start(sink: FrameSink): Promise<void> {
    if (this.#isStarted) throw new SourceError('failed', 'a source is started once')
    this.#isStarted = true
    this.#sink = sink
    await this.prepare()
    this.#drops = new InterfaceDrops(this.#interface)
    const watch = setInterval(() => this.#look(), WATCH_INTERVAL)
    try {
      for (let runs = 0; !this.#isStopped;) {
        const state = readInterface(this.#interface)
        if (state?.isUp === true) {
          if (runs++ > 0) this.#rebinds++
          await this.#listen(state.index)
        }
        await this.#nextLook()
      }
    } finally {
      clearInterval(watch)
    }
  }

  /** One run from its beginning to its end; rejects only if it could never listen or the sink threw. */
  async #listen(index: number): Promise<void> {
    const run = this.#spawn(this.#arguments(), index)
    this.#run = run
    const end = ended(run, this.#interface)
    // If the sink throws, that is what is heard; this one must not be an unhandled rejection then.
    end.catch(() => undefined)
    try {
      await readCapture(run.child.stdout, this)
    } finally {
      // Damage in the stream, or the sink, ends the reading before the program.
      run.child.stdout.destroy()
      endSoon(run.child)
      this.#run = null
    }
    await end
    const drops = parseDrops(run.talk)
    if (drops !== null) this.#dropped = (this.#dropped ?? 0) + drops
    if (this.#isStopped || run.isListening || this.#rebinds > 0) return
    requireInterface(this.#interface)
    throw talkError(this.#interface, run.talk)
  }

  #arguments(): string[] {
    const { snapLength = SNAP_LENGTH, bufferSize = BUFFER_SIZE } = this.#options
    const sizes = ['-s', String(snapLength), '-B', String(Math.ceil(bufferSize / 1024))]
    return ['-i', this.#interface, '-w', '-', '-U', '--immediate-mode', '-n', ...sizes]
  }

  onFrame(
    at: Micros,
    bytes: Uint8Array,
    start: number,
    end: number,
    wireLength: number,
    linkType: number,
  ): void {
    if (this.#isStopped) return
    this.#received++
    this.#sink?.onFrame(at, bytes, start, end, wireLength, linkType)
  }

  /** A run on an interface that was renamed or made anew would hear nothing any more. */
  #look(): void {
    if (this.#run !== null && readInterface(this.#interface)?.index !== this.#run.index)
      endSoon(this.#run.child)
    this.#wake()
  }

  #nextLook(): Promise<void> {
    if (this.#isStopped) return Promise.resolve()
    return new Promise((resolve) => (this.#wake = resolve))
  }

  listenAnew(): void {
    if (this.#run !== null) endSoon(this.#run.child)
  }

  stop(): void {
    this.#isStopped = true
    if (this.#run !== null) endSoon(this.#run.child)
    this.#wake()
  }

  useFilter(): boolean {
    return false
  }

  statistics(): FrameSourceStatistics {
    return {
      received: this.#received,
      dropped: this.#dropped,
      interfaceDropped: this.#drops?.total() ?? null,
      freezes: null,
      fill: null,
      filter: null,
      rebinds: this.#rebinds,
    }
  }
}

/** Asks it to end, and insists after a while. */
const endSoon = (child: Child): void => {
  if (child.exitCode !== null || child.signalCode !== null || !child.kill('SIGTERM')) return
  const insist = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
  child.once('close', () => clearTimeout(insist))
}

/** Exit code, null of a killed one; rejects if it could not be started. Its talk is whole by then. */
const ended = ({ child }: Run, name: string): Promise<number | null> =>
  new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => reject(spawnError(name, error)))
    child.once('close', resolve)
  })

const spawnError = (name: string, error: NodeJS.ErrnoException): SourceError => {
  if (error.code === 'ENOENT') return new SourceError('unavailable', 'tcpdump is not installed')
  const why = error.code ?? error.message
  return new SourceError('unavailable', `tcpdump could not be started on ${name} (${why})`, { cause: error })
}

/** Why it refused, from its own words. */
const talkError = (name: string, talk: string): SourceError => {
  const words = talk.toLowerCase()
  if (words.includes('permission') || words.includes('not permitted')) return permissionError(name)
  const line = talk.split('\n').find((text) => text.startsWith('tcpdump: ')) ?? 'tcpdump: it ended at once'
  return new SourceError('failed', `tcpdump cannot listen on ${name} (${line.slice('tcpdump: '.length)})`)
}

/** The number of "N packets dropped by kernel" that it prints when it ends; null if it did not. */
export const parseDrops = (talk: string): number | null => {
  for (const line of talk.split('\n')) {
    const [count = '', noun = '', ...rest] = line.trim().split(' ')
    if (!noun.startsWith('packet') || rest.join(' ') !== 'dropped by kernel') continue
    const drops = Number(count)
    return Number.isSafeInteger(drops) && drops >= 0 ? drops : null
  }
  return null
}
