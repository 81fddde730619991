// @ts-check
/** What the writer of the test writes and its judge expects. */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const JOURNAL = join(resolve(import.meta.dirname, '../../../dist'), 'output/journal/index.js')

/** The built journal. @returns {Promise<any>} */
export const loadJournal = () => import(pathToFileURL(JOURNAL).href)

/** Of each record, by its number: from a word to a long report. @param {number} seq */
export const nameOf = (seq) => `${seq} `.repeat(1 + ((seq * seq) % 900))

/** Numbers that look random and are the same for the same seed. @param {number} seed @returns {() => number} */
export const numbersFrom = (seed) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed >>> 8
}
