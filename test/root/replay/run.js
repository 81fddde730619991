// @ts-check
/**
 * Live equals offline: each capture is played at its own pace onto a bridge's port (tcpreplay) while `callseal run` listens there, and the last
 * report of each call must say what `callseal read` says of the file; times and frame numbers aside. Several captures go at once, each on a
 * wire of its own. `run.js SOURCE FOLDER…`: SOURCE as `--source` takes it. Exit 1 if one differs.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { until } from '../lib/conditions.js'
import { Observer } from '../lib/observer.js'
import { TappedWire } from '../lib/wire.js'

const MAIN = resolve(import.meta.dirname, '../../../dist/app/main.js')
const AT_ONCE = 8
/** What two views of the same packets must agree on. */
const FIELDS = ['callIds', 'grade', 'reasons', 'from', 'to', 'claims']
const STREAM_FIELDS =
  'source destination ssrc media payloadType codec claim protection keying profile keyExposure packets'.split(
    ' ',
  )

/** What is so of the file only: on the wire somebody listened before the first packet came. */
const ABOUT_THE_FILE = ['start-unseen']

/** tcpreplay keeps its times as well as a busy machine lets it. @param {string} key @param {unknown} value */
const withoutTimes = (key, value) => (/econds$/u.test(key) ? undefined : value)

/** In no order: which of two packets of one moment came first is up to the wire. @param {readonly object[]} rows */
const sorted = (rows) => rows.map((row) => JSON.stringify(row, withoutTimes)).sort()

/** @param {any} report */
const viewOf = (report) =>
  JSON.stringify(
    {
      ...Object.fromEntries(FIELDS.map((name) => [name, report[name]])),
      exposure: { ...report.exposure, audio: sorted(report.exposure.audio) },
      signalling: {
        protection: report.signalling.protection,
        transport: report.signalling.transport,
        tls: report.signalling.tls,
      },
      findings: report.findings
        .map((/** @type {any} */ { id }) => id)
        .filter((/** @type {string} */ id) => !ABOUT_THE_FILE.includes(id))
        .sort(),
      media: report.media
        .map((/** @type {any} */ stream) => STREAM_FIELDS.map((name) => stream[name]).join(' '))
        .sort(),
    },
    withoutTimes,
  )

/** @param {string} file @returns {string[]} */
const offline = (file) => {
  /** @type {string} */
  let text
  try {
    text = execFileSync(process.execPath, [MAIN, 'read', '--json', '--no-progress', file], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch (error) {
    // Its exit code says what was found.
    text = String(/** @type {any} */ (error).stdout)
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'call')
    .map(viewOf)
    .sort()
}

/** @param {string} file @param {string} source @param {number} index */
const live = async (file, source, index) => {
  const wire = new TappedWire(`cr${process.pid}${String.fromCharCode(97 + index)}`)
  try {
    wire.up()
    const observer = new Observer(wire, MAIN, ['--source', source])
    await observer.listens()
    const player = wire.spawn(`${wire.prefix}-phones`, ['tcpreplay', '-q', '-i', 'uplink', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    await until(`tcpreplay of ${file} to end`, 180, () => player.exitCode !== null)
    if (player.exitCode !== 0) throw new Error(`tcpreplay of ${file} exited ${player.exitCode}`)
    await observer.close()
    return [...observer.reports.values()].map(viewOf).sort()
  } finally {
    wire.down()
  }
}

/** @param {string} file @param {string} source @param {number} index */
const check = async (file, source, index) => {
  const name = `${basename(dirname(file))}/${basename(file)}`
  const expected = offline(file)
  const got = await live(file, source, index).catch((error) => [String(error)])
  const isSame = JSON.stringify(expected) === JSON.stringify(got)
  process.stdout.write(`${isSame ? 'ok' : 'FAILED'}: ${name}: ${expected.length} calls\n`)
  if (!isSame) {
    for (const line of expected.filter((one) => !got.includes(one))) process.stdout.write(`  read: ${line}\n`)
    for (const line of got.filter((one) => !expected.includes(one))) process.stdout.write(`  run:  ${line}\n`)
  }
  return isSame
}

const [source = 'auto', ...folders] = process.argv.slice(2)
const files = folders
  .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith('.pcap'))
  .map((entry) => join(entry.parentPath, entry.name))
  .sort()
let right = 0
const waiting = [...files]
await Promise.all(
  Array.from({ length: AT_ONCE }, async (_, index) => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift())
      if (await check(file, source, index)) right++
  }),
)
process.stdout.write(`${right} of ${files.length} captures judged alike by run (${source}) and read\n`)
process.exit(right === files.length && files.length > 0 ? 0 : 1)
