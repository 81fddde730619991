/** What somebody who mistyped a name may have meant. */

/** More changes than so many, and it is another word. */
const MOST_CHANGES = 2

/** Levenshtein's distance of two short texts. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** The nearest of `names`, or null if none is near. */
export const nearestName = (name: string, names: readonly string[]): string | null => {
  if (name.length > 64) return null
  const ranked = names
    .map((candidate) => ({ candidate, changes: distance(name.toLowerCase(), candidate) }))
    .sort((a, b) => a.changes - b.changes)
  const [best] = ranked
  return best !== undefined && best.changes <= MOST_CHANGES ? best.candidate : null
}
