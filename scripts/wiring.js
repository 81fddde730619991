// @ts-check
/**
 * npm run wiring: draws and prints everything that follows from hardware/pins.json (`test/hardware/wiring.test.ts` fails when it is stale): the
 * drawing, the device-tree overlay, the drilling template, and the table of assembly.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { printedFiles } from './lib/hardware-files.js'
import { PROJECT } from './lib/ready.js'

const folder = join(PROJECT, 'hardware')
/** @param {string} name below hardware/ */
const read = (name) => readFileSync(join(folder, name), 'utf8')

for (const [name, text] of Object.entries(printedFiles(read))) {
  const isNew = isMissing(name) || read(name) !== text
  if (isNew) writeFileSync(join(folder, name), text)
  process.stdout.write(`hardware/${name}: ${isNew ? 'printed anew' : 'as pins.json says'}\n`)
}

/** @param {string} name */
function isMissing(name) {
  try {
    read(name)
    return false
  } catch {
    return true
  }
}
