// @ts-check
/** Writes records to a journal and each number that became durable to another file: write.js FOLDER ACKNOWLEDGED COUNT SEED. */
import { openSync, writeSync } from 'node:fs'
import { loadJournal, nameOf, numbersFrom } from './records.js'

const [folder = '', acknowledged = '', count = '', seed = ''] = process.argv.slice(2)
const { FolderDisk, JournalWriter } = await loadJournal()
const told = openSync(acknowledged, 'w')
const next = numbersFrom(Number(seed))
let day = 1
/** @type {() => void} */
let heard = () => undefined
const writer = await JournalWriter.open({
  disk: new FolderDisk(folder),
  limits: { keepDays: 3650, keepBytes: 1e9 },
  now: () => ({
    at: `2026-11-${String(day).padStart(2, '0')}T12:00:00.000Z`,
    monotonic: performance.now(),
    boot: 'test',
    clockTrusted: true,
  }),
  after: (/** @type {number} */ milliseconds, /** @type {() => void} */ then) => {
    const timer = setTimeout(then, milliseconds)
    return () => clearTimeout(timer)
  },
  onDurable: (/** @type {number} */ seq) => {
    writeSync(told, `${seq}\n`)
    heard()
  },
  onHealth: (/** @type {{ sentence: string }} */ { sentence }) => {
    throw new Error(sentence)
  },
})
for (let seq = 1; seq <= Number(count);) {
  const durable = new Promise((resolve) => (heard = () => resolve(undefined)))
  for (let size = 1 + (next() % 4); size > 0; size--, seq++)
    writer.append({ kind: 'survey', action: 'start', name: nameOf(seq) }, size === 1)
  await durable
  if (next() % 40 === 0) day++
}
await writer.close()
