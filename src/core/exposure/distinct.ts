/** Bounded lists of different texts. */

/** Different non-empty texts in their first order, at most `limit`. */
export const distinctTexts = (texts: Iterable<string>, limit: number): string[] => {
  const found = new Set<string>()
  for (const text of texts) {
    if (text !== '' && found.size < limit) found.add(text)
  }
  return [...found]
}
