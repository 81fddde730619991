/** Metrics by a strict reader of their format, by Prometheus' own checker, and over a real socket with clients that mean no good. */
import { spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import {
  healthOf,
  METRIC_TABLE,
  MetricsOutput,
  renderMetrics,
  type MetricsState,
} from '../../../src/output/metrics/index.ts'
import { until } from '../../tools/processes.ts'

const STATE: MetricsState = {
  at: 1000,
  version: '0.1.0',
  startedAt: 1_795_000_000.25,
  capture: { state: 'good', sentence: 'listens on port0' },
  blindness: [],
  callsOpen: 2,
  callsEnded: {
    exposed: 1,
    'audio-exposed': 0,
    undetermined: 0,
    'metadata-exposed': 0,
    weak: 0,
    protected: 7,
  },
  receivedPackets: 123_456,
  droppedPackets: 0,
  interfaceDroppedPackets: null,
  ringFill: 0.125,
  sampledSeconds: 0,
  loopDelaySeconds: 0.0012,
  journal: { isGood: true, durableSeq: 99 },
  broker: { isConnected: true, waiting: 0 },
  isSurveyRunning: false,
  isClockTrusted: true,
  configFaults: 0,
  temperature: 48.5,
  memoryBytes: 80_000_000,
  cpuSeconds: 12.5,
}

const NAME = /^callseal_[a-z]+(?:_[a-z]+)*$/u
const SAMPLE = /^([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?\d+(?:\.\d+)?(?:e[+-]\d+)?)$/u

/** Samples by name and labels. Throws on anything that the format does not know, in another order, or twice. */
const parse = (text: string): Map<string, number> => {
  const found = new Map<string, number>()
  let family: string | null = null
  let hasType = false
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  for (const line of text.slice(0, -1).split('\n')) {
    const [mark, kind, name] = line.split(' ')
    if (mark === '#' && kind === 'HELP') {
      if ([...found.keys()].some((key) => key.startsWith(`${name}{`))) throw new Error(`${name} comes twice`)
      family = name ?? null
      hasType = false
    } else if (mark === '#' && kind === 'TYPE') {
      if (name !== family || !/ (counter|gauge)$/u.test(line)) throw new Error(line)
      hasType = true
    } else {
      const [, own = '', labels = '', value = ''] = SAMPLE.exec(line) ?? []
      if (own !== family || !hasType) throw new Error(`out of place: ${line}`)
      const key = `${own}{${labels}}`
      if (found.has(key)) throw new Error(`twice: ${key}`)
      found.set(key, Number(value))
    }
  }
  return found
}

describe('the text', () => {
  test('is what the format allows, and says what the state says', () => {
    const found = parse(renderMetrics(STATE))
    expect(found.get('callseal_calls_total{grade="protected"}')).toBe(7)
    expect(found.get('callseal_calls_open{}')).toBe(2)
    expect(found.get('callseal_capture_state{state="good"}')).toBe(1)
    expect(found.get('callseal_capture_state{state="fault"}')).toBe(0)
    expect(found.get('callseal_process_start_time_seconds{}')).toBe(1_795_000_000.25)
    expect(found.get('callseal_ring_fill_ratio{}')).toBe(0.125)
  })

  test('names follow the conventions, and each is there once', () => {
    for (const { name, type } of METRIC_TABLE) {
      expect(name).toMatch(NAME)
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter'])
    }
    const names = METRIC_TABLE.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  test('what is not known is absent, not zero', () => {
    const blind = {
      ...STATE,
      receivedPackets: null,
      temperature: null,
      broker: null,
      capture: { state: 'fault', sentence: '' },
    } as const
    const text = renderMetrics(blind)
    expect(renderMetrics(STATE)).not.toContain('callseal_interface_packets_dropped_total')
    for (const name of [
      'packets_received',
      'cpu_temperature',
      'broker_connected',
      'broker_waiting',
      'calls_open',
    ])
      expect(text).not.toContain(`callseal_${name}`)
    parse(text)
  })

  test('a label cannot break out of its quotes', () => {
    const found = parse(renderMetrics({ ...STATE, version: 'a"b\\c\nd' }))
    expect([...found.keys()]).toContain('callseal_build_info{version="a\\"b\\\\c\\nd"}')
  })
})

const promtool = spawnSync('promtool', ['--version'])
if (promtool.error !== undefined)
  process.stderr.write("skip: metrics by Prometheus' checker (promtool is not installed)\n")
const describeIf = promtool.error === undefined ? describe : describe.skip
describeIf("metrics by Prometheus' checker", () => {
  test('it has nothing to say', () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: renderMetrics(STATE),
    })
    expect([status, String(stdout), String(stderr)]).toEqual([0, '', ''])
  })
})

describe('health', () => {
  test.each([
    ['nothing was said yet', null, 1000, 'stale'],
    ['too long ago', STATE, 4001, 'stale'],
    [
      'the engine is silent',
      { ...STATE, capture: { state: 'fault' as const, sentence: 'x' } },
      1000,
      'fault',
    ],
    [
      'not everything is seen',
      { ...STATE, capture: { state: 'blind' as const, sentence: 'x' } },
      1000,
      'blind',
    ],
    ['nothing is kept', { ...STATE, journal: { isGood: false, durableSeq: null } }, 1000, 'journal'],
    ['a key is wrong', { ...STATE, configFaults: 1 }, 1000, 'configuration'],
  ])('is not good if %s', (_, state, now, name) => {
    expect(healthOf(state, now)).toMatchObject({ isGood: false, state: name })
  })

  test('is good if all is', () => {
    expect(healthOf(STATE, 4000)).toEqual({ isGood: true, state: 'good', sentence: 'listens on port0' })
  })
})

describe('the server', () => {
  let output: MetricsOutput | null = null
  let now = 1000
  const troubles: string[] = []
  afterEach(() => {
    output?.stop()
    troubles.length = 0
    now = 1000
  })

  const start = async (address = '127.0.0.1', port = 0): Promise<string> => {
    output = new MetricsOutput({
      address,
      port,
      now: () => now,
      after: () => () => undefined,
      onTrouble: (sentence) => troubles.push(sentence),
    })
    output.start()
    const found = await until(
      () => 'the server',
      () => output?.port ?? (troubles.length > 0 ? -1 : null),
    )
    return `http://${address}:${found}`
  }

  test('tells metrics and health, and nothing when what it knows is old', async () => {
    const url = await start()
    expect((await fetch(`${url}/health`)).status).toBe(503)
    output?.onState(STATE)
    const metrics = await fetch(`${url}/metrics?x=1`)
    expect([metrics.status, metrics.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ])
    parse(await metrics.text())
    const health = await fetch(`${url}/health`)
    expect([health.status, await health.json()]).toEqual([
      200,
      { state: 'good', sentence: 'listens on port0' },
    ])
    const head = await fetch(`${url}/health`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    now = 5000
    expect((await fetch(`${url}/metrics`)).status).toBe(503)
  })

  test('refuses what it does not know', async () => {
    const url = await start()
    output?.onState(STATE)
    expect((await fetch(`${url}/`)).status).toBe(404)
    expect((await fetch(`${url}/metrics/../etc/passwd`)).status).toBe(404)
    const post = await fetch(`${url}/metrics`, { method: 'POST', body: 'x'.repeat(100_000) })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect((await fetch(`${url}/metrics`, { headers: { x: 'y'.repeat(9000) } })).status).toBe(431)
  })

  test('says why it cannot listen, and what to do', async () => {
    await start('192.0.2.1', 9764)
    expect(troubles).toEqual([
      'metrics are not to be had at 192.0.2.1 port 9764: this machine has no such address now: see metrics.address; it is tried again',
    ])
  })

  test('many who ask for nothing keep nobody out for ever', async () => {
    const url = await start()
    output?.onState(STATE)
    const sockets = Array.from({ length: 40 }, () =>
      connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined),
    )
    await until(
      () => 'the surplus being turned away',
      () => sockets.filter((socket) => socket.closed).length >= 40 - 16,
    )
    for (const socket of sockets) socket.destroy()
    // It hears of their end a moment later.
    let status = 0
    await until(
      () => 'an answer',
      () => {
        void fetch(`${url}/health`).then(
          (answer) => (status = answer.status),
          () => undefined,
        )
        return status === 200
      },
    )
  })
})
