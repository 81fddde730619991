/**
 * Which code ran, by V8's own precise block coverage (node:inspector). Every character of a file under test belongs to its innermost
 * function; it is covered once a look says that the innermost block around it was entered. A look names only functions that ran since
 * the last one, so functions that never run are known from the first.
 */
import { Session, type Profiler } from 'node:inspector'

/** What was reached so far. */
export interface CoverageCounts {
  readonly functions: number
  readonly functionsReached: number
  /** Stretches of code between the places where V8 counts. */
  readonly blocks: number
  readonly blocksReached: number
}

/** One file under test. */
interface Script {
  readonly name: string
  /** Index of the innermost function of each character. */
  owner: Int32Array
  covered: Uint8Array
  readonly functions: {
    readonly name: string
    readonly start: number
    readonly end: number
    reached: boolean
  }[]
  readonly byRange: Map<string, number>
  /** Where V8 begins or ends a block. */
  readonly edges: Set<number>
}

/** See the head of this file. Begin it before the code under test is loaded. */
export class Coverage {
  readonly #session = new Session()
  readonly #isUnderTest: (url: string) => boolean
  readonly #scripts = new Map<string, Script>()

  /** `isUnderTest` chooses files by URL. */
  constructor(isUnderTest: (url: string) => boolean) {
    this.#isUnderTest = isUnderTest
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** How many characters ran since the last look that never ran before; they stay new. */
  peek(): number {
    return this.#take(false)
  }

  /** As peek, and they are old from now on. */
  sample(): number {
    return this.#take(true)
  }

  /** Sums over all files under test that were loaded. */
  counts(): CoverageCounts {
    const counts = { functions: 0, functionsReached: 0, blocks: 0, blocksReached: 0 }
    for (const script of this.#scripts.values()) {
      for (const [index, { reached }] of script.functions.entries()) {
        // The first is the file itself: code that runs once when it is loaded.
        if (index === 0) continue
        counts.functions++
        if (reached) counts.functionsReached++
      }
      for (const edge of script.edges) {
        if (edge >= script.owner.length || (script.owner[edge] as number) === 0) continue
        counts.blocks++
        if (script.covered[edge] === 1) counts.blocksReached++
      }
    }
    return counts
  }

  /** Functions that never ran, as `file: name`. */
  unreached(): string[] {
    return [...this.#scripts.values()].flatMap(({ name, functions }) =>
      functions
        .filter(({ reached }) => !reached)
        .map((one) => `${name}: ${one.name === '' ? `at ${one.start}` : one.name}`),
    )
  }

  close(): void {
    this.#session.disconnect()
  }

  #take(commit: boolean): number {
    let fresh = 0
    this.#session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) throw error
      for (const { url, functions } of taken.result) {
        if (this.#isUnderTest(url)) fresh += this.#onScript(url, functions, commit)
      }
    })
    return fresh
  }

  #onScript(url: string, functions: readonly Profiler.FunctionCoverage[], commit: boolean): number {
    let script = this.#scripts.get(url)
    if (script === undefined) {
      const length = Math.max(...functions.map(({ ranges }) => ranges[0]?.endOffset ?? 0))
      script = emptyScript(url.slice(url.lastIndexOf('/') + 1), length)
      this.#scripts.set(url, script)
    }
    let fresh = 0
    // Outer functions come first, so that inner ones take their characters from them.
    for (const one of functions) indexOf(script, one)
    for (const one of functions) fresh += paint(script, indexOf(script, one), one.ranges, commit)
    return fresh
  }
}

const emptyScript = (name: string, length: number): Script => ({
  name,
  owner: new Int32Array(length),
  covered: new Uint8Array(length),
  functions: [],
  byRange: new Map(),
  edges: new Set(),
})

/** The function's index; one that was not known takes its characters from the functions around it. */
const indexOf = (script: Script, one: Profiler.FunctionCoverage): number => {
  const { startOffset: start, endOffset: end } = one.ranges[0] as Profiler.CoverageRange
  const key = `${start}-${end}`
  const known = script.byRange.get(key)
  if (known !== undefined) return known
  if (end > script.owner.length) widen(script, end)
  const index = script.functions.length
  script.functions.push({ name: one.functionName, start, end, reached: false })
  script.byRange.set(key, index)
  script.edges.add(start)
  for (let at = start; at < end; at++) {
    const owner = script.functions[script.owner[at] as number]
    if (
      owner !== undefined &&
      owner.start >= start &&
      owner.end <= end &&
      index > 0 &&
      script.owner[at] !== 0
    )
      continue
    script.owner[at] = index
    script.covered[at] = 0
  }
  return index
}

const widen = (script: Script, length: number): void => {
  const owner = new Int32Array(length)
  owner.set(script.owner)
  const covered = new Uint8Array(length)
  covered.set(script.covered)
  script.owner = owner
  script.covered = covered
}

/** Marks what the ranges (outer ones first) say was entered; gives how many characters that are new. */
const paint = (
  script: Script,
  index: number,
  ranges: readonly Profiler.CoverageRange[],
  commit: boolean,
): number => {
  const [whole] = ranges
  const known = script.functions[index]
  if (whole === undefined || whole.count === 0 || known === undefined) return 0
  if (commit) known.reached = true
  let fresh = 0
  for (const { start, end, count } of flatten(ranges)) {
    script.edges.add(start)
    script.edges.add(end)
    if (count === 0) continue
    for (let at = start; at < end; at++) {
      if (script.owner[at] !== index || script.covered[at] === 1) continue
      if (commit) script.covered[at] = 1
      fresh++
    }
  }
  return fresh
}

interface Stretch {
  readonly start: number
  readonly end: number
  readonly count: number
}

/** Nested ranges, outer ones first, as stretches that do not overlap, each with the count of its innermost range. */
const flatten = (ranges: readonly Profiler.CoverageRange[]): Stretch[] => {
  const stretches: Stretch[] = []
  const open: Profiler.CoverageRange[] = []
  let at = 0
  const advance = (end: number): void => {
    const inner = open.at(-1)
    if (inner !== undefined && end > at) stretches.push({ start: at, end, count: inner.count })
    at = Math.max(at, end)
  }
  const close = (offset: number): void => {
    for (let inner = open.at(-1); inner !== undefined && inner.endOffset <= offset; inner = open.at(-1)) {
      advance(inner.endOffset)
      open.pop()
    }
  }
  for (const range of ranges) {
    close(range.startOffset)
    advance(range.startOffset)
    open.push(range)
  }
  close(Infinity)
  return stretches
}
