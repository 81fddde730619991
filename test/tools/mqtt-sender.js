// @ts-check
/**
 * A process that does nothing but send numbered records to a broker, to be killed: node mqtt-sender.js PORT CURSOR-FILE RECORDS
 * It is the built output; its journal is made up, its cursor is a file.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const DOOR = resolve(import.meta.dirname, '..', '..', 'dist', 'output', 'mqtt', 'index.js')
/** @type {typeof import('../../src/output/mqtt/index.ts')} */
const { MqttOutput } = await import(pathToFileURL(DOOR).href)

const [port = '', file = '', records = '0'] = process.argv.slice(2)
/** As little of a report as the output looks at. */
const report = {
  grade: 'exposed',
  reasons: ['media-clear'],
  from: null,
  to: null,
  startedAt: '2026-11-23T12:00:00.000000Z',
  durationSeconds: 1,
  signalling: { protection: 'plain', transport: 'udp' },
  media: [],
  incomplete: [],
  findings: [],
}

const source = {
  firstSeq: 1,
  lastSeq: Number(records),
  /** @param {number} fromSeq */
  async *read(fromSeq) {
    for (let seq = fromSeq; seq <= Number(records); seq++) {
      yield {
        seq,
        at: '2026-11-23T12:00:00.000Z',
        kind: 'call',
        type: 'end',
        id: `c-${seq}`,
        before: null,
        report,
      }
    }
  },
  onAppended: () => () => undefined,
}

const cursor = {
  get() {
    try {
      return Number(readFileSync(file, 'utf8'))
    } catch {
      return 0
    }
  },
  /** @param {number} seq */
  set(seq) {
    writeFileSync(`${file}.new`, String(seq))
    renameSync(`${file}.new`, file)
    process.stdout.write(`${JSON.stringify({ seq })}\n`)
  },
}

const output = new MqttOutput(
  /** @type {import('../../src/output/mqtt/index.ts').MqttOutputOptions} */ ({
    identity: {
      id: 'lab',
      name: 'Lab',
      model: 'Test',
      version: '0.0.0',
      latestVersion: null,
      startedAt: '2026-11-23T12:00:00Z',
      url: null,
    },
    broker: {
      url: `mqtt://127.0.0.1:${port}`,
      user: null,
      passwordFile: null,
      caFile: null,
      certFile: null,
      keyFile: null,
      serverName: null,
    },
    discoveryPrefix: null,
    phoneKey: null,
    display: false,
    source,
    cursor,
    servants: {},
    limits: { shortestWait: 50, longestWait: 200 },
  }),
)
output.start()
