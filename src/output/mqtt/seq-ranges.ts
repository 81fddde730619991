/** Which records beyond the cursor are done already: ranges in ascending order that never touch. Bounded. Pure. */

interface Range {
  from: number
  to: number
}

/** More holes than this do not come about with few messages in flight; beyond, the highest range is forgotten and its records are sent twice. */
const MAX_RANGES = 64

export class SeqRanges {
  readonly #ranges: Range[] = []

  /** The ranges, lowest first. */
  get all(): readonly Readonly<Range>[] {
    return this.#ranges
  }

  add(from: number, to: number): void {
    const at = this.#ranges.findIndex((range) => range.to + 1 >= from)
    const next = at < 0 ? undefined : this.#ranges[at]
    if (next === undefined) this.#ranges.push({ from, to })
    else if (to + 1 < next.from) this.#ranges.splice(at, 0, { from, to })
    else this.#grow(at, from, to)
    if (this.#ranges.length > MAX_RANGES) this.#ranges.pop()
  }

  /** The end of the range that holds `seq`; null: it is not done. */
  endOf(seq: number): number | null {
    const range = this.#ranges.find(({ from, to }) => seq >= from && seq <= to)
    return range === undefined ? null : range.to
  }

  /** What is done at or after `seq` begins here; Infinity: nothing is. */
  nextFrom(seq: number): number {
    return this.#ranges.find(({ from }) => from >= seq)?.from ?? Infinity
  }

  /** Everything up to `seq` is done; gives how far it is done without a hole, and forgets what lies below. */
  advance(seq: number): number {
    let end = seq
    while (this.#ranges[0] !== undefined && this.#ranges[0].from <= end + 1)
      end = Math.max(end, this.#ranges.shift()?.to ?? end)
    return end
  }

  clear(): void {
    this.#ranges.length = 0
  }

  #grow(at: number, from: number, to: number): void {
    const range = this.#ranges[at]
    if (range === undefined) return
    range.from = Math.min(range.from, from)
    range.to = Math.max(range.to, to)
    const above = this.#ranges.slice(at + 1).filter((other) => other.from <= range.to + 1)
    for (const other of above) range.to = Math.max(range.to, other.to)
    this.#ranges.splice(at + 1, above.length)
  }
}
