/** A Map with a maximum: inserting beyond it evicts the oldest entry, tells the owner and counts it. Keys are strings or numbers of ours, never raw wire text. */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>()
  readonly #limit: number
  readonly #onEvict: ((key: K, value: V) => void) | undefined
  /** How many entries were evicted so far. */
  evicted = 0

  /** `limit` entries at most; `onEvict` hears of each entry that had to leave. */
  constructor(limit: number, onEvict?: (key: K, value: V) => void) {
    this.#limit = limit
    this.#onEvict = onEvict
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: K): V | undefined {
    return this.#entries.get(key)
  }

  has(key: K): boolean {
    return this.#entries.has(key)
  }

  /** Inserts or replaces; insertion order is age, replacing keeps it. */
  set(key: K, value: V): void {
    this.#entries.set(key, value)
    if (this.#entries.size <= this.#limit) return
    const oldest = this.#entries.entries().next().value as [K, V]
    this.#entries.delete(oldest[0])
    this.evicted++
    this.#onEvict?.(oldest[0], oldest[1])
  }

  /** Makes `key` the youngest entry. */
  touch(key: K): void {
    const value = this.#entries.get(key)
    if (value === undefined) return
    this.#entries.delete(key)
    this.#entries.set(key, value)
  }

  delete(key: K): boolean {
    return this.#entries.delete(key)
  }

  values(): IterableIterator<V> {
    return this.#entries.values()
  }

  entries(): IterableIterator<[K, V]> {
    return this.#entries.entries()
  }
}
