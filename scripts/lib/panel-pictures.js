// @ts-check
/** The pictures of README.md: pages of the screen as the program itself draws them, from states like those of a real box. Pure. */

/** Where they lie, from the project's folder. */
export const PICTURES = 'hardware/screen'

/** Milliseconds of the panel's clock. */
const NOW = 600_000
/** Dots of the screen are so many pixels wide. */
export const SCALE = 3

const call = {
  from: '•••123',
  to: '•••456',
  signalling: 'TLS 1.3',
  media: '↔ encrypted',
  since: NOW - 83_000,
}
const openCall = {
  ...call,
  grade: 'exposed',
  from: '•••900',
  signalling: 'plain UDP',
  media: '↔ clear',
  since: NOW - 12_000,
}
const privateCall = { ...call, grade: 'protected' }
const partlyCall = {
  ...call,
  grade: 'metadata-exposed',
  to: '•••111',
  signalling: 'plain UDP',
  since: NOW - 300_000,
}
const survey = {
  name: 'Reception',
  isRunning: true,
  since: NOW - 2_520_000,
  seconds: 2520,
  totals: { exposed: 3, 'audio-exposed': 0, undetermined: 1, 'metadata-exposed': 4, weak: 0, protected: 27 },
}
const box = {
  at: NOW,
  engine: { kind: 'good' },
  ports: [
    { name: 'eth0', isUp: true },
    { name: 'eth1', isUp: true },
  ],
  megabitsPerSecond: 4.2,
  dropped: 0,
  droppedPerSecond: 0,
  filter: 'full',
  broker: 'connected',
  isClockTrusted: true,
  disk: 'good',
  reach: { addresses: ['192.0.2.17'], pin: null, url: null },
}

/** What is shown, by the name of the file. */
const SHOWN = {
  'private.png': { state: { calls: [privateCall, privateCall] }, page: 'verdict' },
  'partly.png': { state: { calls: [partlyCall, privateCall] }, page: 'verdict' },
  'open.png': { state: { calls: [openCall, privateCall, privateCall] }, page: 'verdict' },
  'unclear.png': { state: { calls: [{ ...call, grade: 'undetermined' }] }, page: 'verdict' },
  'fault.png': { state: { engine: { kind: 'fault', reason: 'no-engine' } }, page: 'verdict' },
  'calls.png': { state: { calls: [openCall, partlyCall, privateCall] }, page: 'calls' },
  'survey.png': { state: { survey }, page: 'survey' },
  'health.png': { state: {}, page: 'health' },
  'reach.png': { state: {}, page: 'reach' },
}

/**
 * PNG files by name.
 * @param {any} panel the module output/panel
 * @returns {Readonly<Record<string, Uint8Array>>}
 */
export const panelPictures = (panel) =>
  Object.fromEntries(
    Object.entries(SHOWN).map(([name, { state, page }]) => {
      const view = { now: NOW, page, heldFor: null, parts: [] }
      const bitmap = panel.renderScreen({ ...panel.NOTHING_KNOWN, ...box, ...state }, view, 64)
      return [name, panel.renderPng(bitmap, SCALE)]
    }),
  )
