/** State messages made up: counters of an engine that sees everything, and calls by their numbers. */
import type { CallReport } from '../../src/core/index.ts'
import type { EngineConfig, EngineCounters } from '../../src/app/state-protocol/index.ts'
import { exposedCall } from './reports.ts'

export const CONFIG: EngineConfig = {
  ports: { sip: [5060], tls: [5061], webSocket: [8080] },
  sipPeers: ['pbx.example.com'],
  privacy: 'masked',
}

export const counters = (overrides: Partial<EngineCounters> = {}): EngineCounters => ({
  clock: { engine: 1.79e15, wall: 1.79e15, steps: 0, trusted: true },
  source: { name: 'memory', reason: 'a test', interface: 'eth0' },
  received: 10,
  dropped: 0,
  interfaceDropped: 0,
  freezes: 0,
  fill: 0.1,
  filter: null,
  sampledSeconds: 0,
  link: { isUp: true, rxPackets: 5, txPackets: 5 },
  blindness: [],
  loopDelay: { mean: 0.1, max: 2 },
  calls: { open: 0, unacknowledged: 0, dropped: 0, shortened: 0 },
  ...overrides,
})

/** The call of this number; `marker` tells its revisions apart. */
export const callNumber = (number: number, marker: number, overrides: Partial<CallReport> = {}): CallReport =>
  exposedCall({
    id: `c-${number}`,
    durationSeconds: marker,
    state: 'up',
    media: [],
    findings: [],
    ...overrides,
  })
