// @ts-check
/**
 * The power fails: a journal is written to an ext4 on a disk that remembers every write and flush. Cut at random points of that history, with what was
 * not flushed there, gone or torn in any order, the file system is mounted again: the journal opens, holds every record that was told to be
 * durable before the cut, and takes another. run.js FOLDER CUTS; exit 1 if one is wrong.
 */
import { execFileSync, spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs'
import { join } from 'node:path'
import { until } from '../lib/conditions.js'
import { loadJournal, nameOf, numbersFrom } from './records.js'

const RECORDS = 1200
const IMAGE_BYTES = 48 << 20
/** A disk writes whole sectors. */
const SECTOR = 512
const SEED = 20_261_123

const [folder = '', cuts = ''] = process.argv.slice(2)
const path = (/** @type {string} */ name) => join(folder, name)
/** @param {string} command @param {string[]} args */
const run = (command, ...args) =>
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    .toString()
    .trim()

/** @typedef {{ kind: string, offset: number, data: Buffer }} Entry */

/** @param {Buffer} log @returns {Entry[]} */
const parseLog = (log) => {
  /** @type {Entry[]} */
  const entries = []
  for (let at = 0; at < log.length;) {
    const length = Number(log.readBigUInt64LE(at + 9))
    entries.push({
      kind: log.toString('latin1', at, at + 1),
      offset: Number(log.readBigUInt64LE(at + 1)),
      data: log.subarray(at + 17, at + 17 + length),
    })
    at += 17 + length
  }
  return entries
}

/** Writes the journal onto the remembering disk; gives the disk's history. */
const record = async () => {
  for (const name of ['disk', 'mount', 'cut']) mkdirSync(path(name))
  writeFileSync(path('image'), '')
  run('truncate', '-s', String(IMAGE_BYTES), path('image'))
  run('mkfs.ext4', '-q', '-F', path('image'))
  copyFileSync(path('image'), path('before'))
  const recorder = spawn(
    '/usr/bin/python3',
    [join(import.meta.dirname, 'recorder.py'), path('disk'), path('image'), path('log')],
    {
      stdio: 'inherit',
    },
  )
  await until('the remembering disk', 20, () => existsSync(path('disk/disk')))
  const device = run('losetup', '--find', '--show', path('disk/disk'))
  try {
    run('mount', device, path('mount'))
    try {
      const writer = join(import.meta.dirname, 'write.js')
      run(
        process.execPath,
        writer,
        path('mount/journal'),
        path('disk/acknowledged'),
        String(RECORDS),
        String(SEED),
      )
    } finally {
      run('umount', path('mount'))
    }
  } finally {
    run('losetup', '-d', device)
    run('fusermount', '-u', path('disk'))
  }
  await until('the log to be written', 20, () => recorder.exitCode !== null)
  return parseLog(readFileSync(path('log')))
}

/** @param {number} file @param {Entry} entry */
const apply = (file, { data, offset }) => writeSync(file, data, 0, data.length, offset)

/** What may have come to the disk of writes that were not flushed. @param {number} file @param {Entry[]} entries @param {() => number} next */
const applySome = (file, entries, next) => {
  for (const { kind, data, offset } of entries) {
    if (kind !== 'W') continue
    const chance = next() % 3
    const sectors = chance === 0 ? 0 : chance === 1 ? Infinity : next() % (data.length / SECTOR + 1)
    const bytes = Math.min(data.length, sectors * SECTOR)
    if (bytes > 0) writeSync(file, data, 0, bytes, offset)
  }
}

/** Opens what was left in an image; null if all is as it must be. @param {string} image @param {number} acknowledged */
const judge = async (image, acknowledged) => {
  const { FolderDisk, JournalReader, JournalWriter } = await loadJournal()
  run('mount', '-o', 'loop', image, path('cut'))
  try {
    const disk = new FolderDisk(path('cut/journal'))
    const writer = await JournalWriter.open({
      disk,
      limits: { keepDays: 3650, keepBytes: 1e9 },
      now: () => ({ at: '2026-12-31T00:00:00.000Z', monotonic: 0, boot: 'after', clockTrusted: true }),
      after: () => () => undefined,
      onDurable: () => undefined,
      onHealth: (/** @type {{ sentence: string }} */ { sentence }) => {
        throw new Error(sentence)
      },
    })
    const last = writer.durableSeq
    if (last < acknowledged) return `ends at ${last}`
    writer.append({ kind: 'survey', action: 'stop', name: 'after' })
    await writer.close()
    let expected = 1
    for await (const entry of new JournalReader(disk).read(1)) {
      if (entry.seq !== expected) return `${JSON.stringify(entry).slice(0, 60)} instead of ${expected}`
      if (entry.name !== (expected > last ? 'after' : nameOf(expected)))
        return `record ${expected} is another`
      expected++
    }
    return expected === last + 2 ? null : `${expected - 1} records instead of ${last + 1}`
  } finally {
    run('umount', path('cut'))
  }
}

const history = await record()
const next = numbersFrom(SEED)
const points = Array.from({ length: Number(cuts) }, () => next() % history.length).sort((a, b) => a - b)
// What is flushed for sure grows from cut to cut.
const sure = openSync(path('before'), 'r+')
let flushed = 0
let acknowledged = 0
let counted = 0
let failed = 0
/** The cuts by how many records were acknowledged. */
const most = { acknowledged: 0, unflushed: 0 }
for (const [index, point] of points.entries()) {
  for (; counted < point; counted++)
    if (history[counted]?.kind === 'A') acknowledged = Number(history[counted]?.data.toString().trim())
  const lastFlush = history.slice(flushed, point).findLastIndex(({ kind }) => kind === 'F')
  for (const entry of history.slice(flushed, flushed + lastFlush + 1))
    if (entry.kind === 'W') apply(sure, entry)
  flushed += lastFlush + 1
  // Each a file of its own: a mount that somebody else's namespace still holds would be shown again.
  const image = path(`after-${index}`)
  run('cp', '--sparse=always', path('before'), image)
  const cut = openSync(image, 'r+')
  applySome(cut, history.slice(flushed, point), next)
  closeSync(cut)
  most.acknowledged = Math.max(most.acknowledged, acknowledged)
  most.unflushed = Math.max(most.unflushed, point - flushed)
  const wrong = await judge(image, acknowledged).catch((error) => String(error))
  rmSync(image)
  if (wrong === null) continue
  failed++
  process.stdout.write(
    `FAILED: cut at ${point} of ${history.length}, ${acknowledged} acknowledged: ${wrong}\n`,
  )
}
closeSync(sure)
const writes = history.filter(({ kind }) => kind === 'W').length
const flushes = history.filter(({ kind }) => kind === 'F').length
process.stdout.write(
  `${points.length - failed} of ${points.length} power cuts lost nothing that was acknowledged (${writes} writes, ${flushes} flushes; ` +
    `at most ${most.acknowledged} records acknowledged and ${most.unflushed} steps unflushed at a cut)\n`,
)
process.exit(failed === 0 && most.acknowledged > RECORDS / 2 && most.unflushed > 1 ? 0 : 1)
