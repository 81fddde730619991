/** An output to a broker as a test wants it: everything standard but what it names. */
import type { BoxIdentity, BoxState, BrokerOptions, MqttOutputOptions } from '../../src/output/mqtt/index.ts'
import { MemoryCursor, NumberedSource } from './numbered-source.ts'

export const IDENTITY: BoxIdentity = {
  id: 'lab-1',
  name: 'Reception',
  model: 'Raspberry Pi 4 Model B',
  version: '0.1.0',
  latestVersion: null,
  startedAt: '2026-11-23T12:00:00.000Z',
  url: 'http://callseal.example.com/',
}

export const GOOD_STATE: BoxState = {
  capture: { state: 'good', sentence: 'listening on br0' },
  shown: null,
  activeCalls: 0,
  today: {
    exposed: 0,
    'audio-exposed': 0,
    undetermined: 0,
    'metadata-exposed': 0,
    weak: 0,
    protected: 0,
  },
  lastVerdict: null,
  survey: { isRunning: false, name: null },
  receivedPackets: 1000,
  droppedPackets: 0,
  cpuTemperature: 48.5,
  clockTrusted: true,
}

/** Where a broker of the test is. */
export const brokerAt = (url: string, overrides: Partial<BrokerOptions> = {}): BrokerOptions => ({
  url,
  user: null,
  passwordFile: null,
  caFile: null,
  certFile: null,
  keyFile: null,
  serverName: null,
  ...overrides,
})

/** Tries again soon, so that tests are short. */
export const optionsFor = (
  port: number,
  overrides: Partial<MqttOutputOptions> = {},
): MqttOutputOptions & { readonly source: MqttOutputOptions['source'] } => ({
  identity: IDENTITY,
  broker: brokerAt(`mqtt://127.0.0.1:${port}`),
  discoveryPrefix: null,
  phoneKey: null,
  display: false,
  source: new NumberedSource(),
  cursor: new MemoryCursor(),
  servants: {},
  limits: { shortestWait: 50, longestWait: 200, ...overrides.limits },
  ...overrides,
})
