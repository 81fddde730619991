// @ts-check
/** Waiting for what happens, never for a time: a line in a program's output, an answer of a function. */

const POLL_MILLISECONDS = 50

/**
 * Waits until `probe` gives something; fails with `what` after `seconds`.
 * @template T @param {string} what @param {number} seconds @param {() => T | null | undefined | false} probe @returns {Promise<T>}
 */
export async function until(what, seconds, probe) {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const found = probe()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS))
  }
}

/** Everything that a child prints, by lines. */
export class Output {
  /** @param {import('node:child_process').ChildProcess} child */
  constructor(child) {
    this.text = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (piece) => (this.text += piece))
  }

  /** @param {string} words @param {number} seconds @param {string} who */
  async shows(words, seconds, who) {
    await until(`${who} to print "${words}"; it printed:\n${this.text.slice(-2000)}`, seconds, () =>
      this.text.includes(words),
    )
  }
}
