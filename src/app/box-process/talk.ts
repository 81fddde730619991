/** What a live program says to whoever started it, or to the journal of the system. */

/** A sentence without a full stop. */
export const talk = (sentence: string): void => {
  process.stderr.write(`callseal: ${sentence}\n`)
}
