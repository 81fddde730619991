/** What the panel is shown in its tests: one state for each thing that a person may see. */
import type { Grade } from '../../../src/core/index.ts'
import { NOTHING_KNOWN, type PanelCall, type PanelState } from '../../../src/output/panel/panel-state.ts'
import type { PageName, PanelView } from '../../../src/output/panel/screen/screen-model.ts'

/** Everything happens at this time. */
export const NOW = 600_000

export const idle: PanelState = {
  ...NOTHING_KNOWN,
  at: NOW,
  engine: { kind: 'good' },
  ports: [
    { name: 'port0', isUp: true },
    { name: 'port1', isUp: true },
  ],
  megabitsPerSecond: 12.34,
  dropped: 0,
  droppedPerSecond: 0,
  filter: 'full',
  broker: 'connected',
  isClockTrusted: true,
  disk: 'good',
  reach: { addresses: ['192.0.2.17'], pin: '482913', url: 'http://192.0.2.17:8080/?pin=482913' },
  hour: 12,
}

const CALLS: Readonly<Record<Grade, PanelCall>> = {
  exposed: call('exposed', '•••23', '•••45', 'plain UDP', '↔ clear', 12),
  'audio-exposed': call('audio-exposed', '•••17', '•••90', 'TLS 1.3', '→ clear ← encrypted', 75),
  undetermined: call('undetermined', null, '•••61', 'unseen', '→ encrypted', 3),
  'metadata-exposed': call('metadata-exposed', '•••11', '•••12', 'plain TCP', '↔ encrypted', 240),
  weak: call('weak', '•••31', '•••32', 'weak TLS 1.0', '↔ encrypted', 3725),
  protected: call('protected', '•••55', '•••56', 'TLS 1.3', '↔ encrypted', 184),
}

function call(
  grade: Grade | null,
  from: string | null,
  to: string | null,
  signalling: string,
  media: string,
  seconds: number,
): PanelCall {
  return { grade, from, to, signalling, media, since: NOW - seconds * 1000 }
}

/** A call of each grade. */
export const callOf = (grade: Grade): PanelCall => CALLS[grade]

export const pendingCall: PanelCall = call(null, '•••81', '•••82', 'plain UDP', 'none', 1)

export const withCalls = (...calls: readonly PanelCall[]): PanelState => ({ ...idle, calls })

const totals = {
  exposed: 3,
  'audio-exposed': 1,
  undetermined: 2,
  'metadata-exposed': 4,
  weak: 0,
  protected: 27,
}
const survey = { name: 'Monday front office', isRunning: true, since: NOW - 723_000, seconds: 0, totals }
const nobody = {
  ...totals,
  exposed: 0,
  'audio-exposed': 0,
  undetermined: 0,
  'metadata-exposed': 0,
  protected: 0,
}

/** Texts as an attacker would choose them. */
const HOSTILE = 'ab\u001b[2J\u202e\u0000öé漢字 Ωß†😀 very long indeed and then some more of it'

interface Shown {
  readonly state: PanelState
  readonly page?: PageName
  readonly now?: number
  readonly heldFor?: number
}

const wrongKey = { key: 'mqtt.url', why: '"broker.example.com" cannot be taken: must be mqtt://host' }

/** By the name of its golden picture. */
export const SHOWN: Readonly<Record<string, Shown>> = {
  'verdict-private': { state: withCalls(callOf('protected'), callOf('protected')) },
  'verdict-partly': { state: withCalls(callOf('weak'), callOf('protected')) },
  'verdict-unclear': { state: withCalls(callOf('undetermined'), callOf('protected')) },
  'verdict-open': { state: withCalls(callOf('exposed'), callOf('protected'), callOf('protected')) },
  'verdict-all-grades': { state: withCalls(...Object.values(CALLS), pendingCall) },
  'verdict-last-private': { state: { ...idle, lastEnded: { grade: 'protected', at: NOW - 12_000 } } },
  'verdict-last-open': { state: { ...idle, lastEnded: { grade: 'exposed', at: NOW - 47_000 } } },
  'verdict-idle': { state: idle },
  'verdict-idle-survey': { state: { ...idle, survey } },
  'verdict-new-call': { state: withCalls(pendingCall) },
  'verdict-starting': { state: { ...NOTHING_KNOWN, at: NOW } },
  'verdict-fault': { state: { ...idle, engine: { kind: 'fault', reason: 'no-engine' } } },
  'verdict-fault-unknown': { state: { ...idle, engine: { kind: 'fault', reason: HOSTILE } } },
  'verdict-stale': { state: withCalls(callOf('protected')), now: NOW + 4000 },
  'verdict-blind': { state: { ...idle, blindness: ['link-down'] } },
  'verdict-blind-in-call': { state: { ...withCalls(callOf('protected')), blindness: ['capture-loss'] } },
  'verdict-no-traffic': { state: { ...idle, blindness: ['no-traffic'] } },
  'calls-none': { state: idle, page: 'calls' },
  'calls-three': {
    state: withCalls(callOf('protected'), callOf('exposed'), callOf('undetermined')),
    page: 'calls',
  },
  'calls-many': { state: withCalls(...Object.values(CALLS), pendingCall), page: 'calls', now: NOW + 2000 },
  'calls-long-texts': {
    state: withCalls(call('exposed', HOSTILE, HOSTILE, HOSTILE, HOSTILE, 123_456)),
    page: 'calls',
  },
  'survey-none': { state: idle, page: 'survey' },
  'survey-running': { state: { ...idle, survey }, page: 'survey' },
  'survey-no-calls': { state: { ...idle, survey: { ...survey, totals: nobody } }, page: 'survey' },
  'survey-over': {
    state: { ...idle, survey: { ...survey, isRunning: false, seconds: 86_399 } },
    page: 'survey',
  },
  'survey-long-name': { state: { ...idle, survey: { ...survey, name: HOSTILE } }, page: 'survey' },
  'health-good-1': { state: idle, page: 'health' },
  'health-good-2': { state: idle, page: 'health', now: NOW + 4000 },
  'health-bad-1': {
    state: {
      ...idle,
      at: NOW + 4000,
      engine: { kind: 'fault', reason: 'silent' },
      blindness: ['link-down', 'no-traffic'],
      ports: [
        { name: 'a-very-long-interface-name', isUp: false },
        { name: 'port1', isUp: null },
      ],
      dropped: 1_234_567,
      droppedPerSecond: 89,
    },
    page: 'health',
  },
  'health-bad-2': {
    state: { ...idle, broker: 'failing', isClockTrusted: false, disk: 'read-only', filter: 'sampling' },
    page: 'health',
    now: NOW + 4000,
  },
  'health-unknown-1': { state: { ...NOTHING_KNOWN, at: NOW }, page: 'health' },
  'verdict-wrong-key': { state: { ...withCalls(callOf('protected')), configFaults: [wrongKey] } },
  'health-wrong-key': { state: { ...idle, configFaults: [wrongKey] }, page: 'health' },
  'reach-url': { state: idle, page: 'reach' },
  'reach-no-page': { state: { ...idle, reach: { ...idle.reach, url: null } }, page: 'reach' },
  'reach-ipv6': {
    state: {
      ...idle,
      reach: {
        addresses: ['2001:db8:1234:5678:9abc:def0:1234:5678'],
        pin: '482913',
        url: 'http://callseal.local/',
      },
    },
    page: 'reach',
  },
  'reach-nothing': { state: { ...NOTHING_KNOWN, at: NOW }, page: 'reach' },
  'reach-long-url': {
    state: {
      ...idle,
      reach: { addresses: ['192.0.2.17'], pin: null, url: `http://192.0.2.17/${'a'.repeat(3000)}` },
    },
    page: 'reach',
  },
  'held-survey': { state: idle, heldFor: 1200 },
  'held-longer': { state: { ...idle, survey }, heldFor: 4200 },
  'power-off-countdown': { state: { ...idle, powerOffAt: NOW + 4100 } },
  'power-off-now': { state: { ...idle, powerOffAt: NOW - 1 } },
}

export const viewOf = ({ page = 'verdict', now = NOW, heldFor }: Shown): PanelView => ({
  now,
  page,
  heldFor: heldFor ?? null,
  parts: [
    { part: 'leds', kind: 'good', sentence: 'kernel' },
    { part: 'screen', kind: 'good', sentence: 'SSD1306' },
    { part: 'button', kind: 'absent', sentence: 'none' },
  ],
})
