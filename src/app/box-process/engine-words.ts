/** What each fault of the engine and each kind of blindness means, for people. */
import type { BlindnessName, EngineHealth } from '../state-protocol/index.ts'

export const HEALTH_WORDS: Readonly<Record<EngineHealth, string>> = {
  starting: 'the engine is starting',
  good: 'the engine is back',
  'no-engine': 'there is no engine: nothing is seen',
  silent: 'the engine says nothing: nothing is known of what happens now',
  damaged: 'the engine said something that makes no sense: calls may be missing',
  protocol: 'the engine is of another release',
  'box-taken': 'another box is connected to the engine',
  'too-many-readers': 'too many programs look on already',
  'too-many-faults': 'the engine refused what this program said',
}

export const BLINDNESS_WORDS: Readonly<Record<BlindnessName, string>> = {
  'interface-gone': 'the network adapter is gone: plug it in again',
  'link-down': 'there is no network link: look at the cables of both ports',
  'deaf-socket': 'nothing is heard though the adapter counts frames',
  'capture-loss': 'there is too much traffic: packets were missed',
  'no-traffic': 'no traffic was seen for a minute: is this the line of the phones?',
  'one-direction': 'only one direction is seen: look at the cables',
  'clock-step': 'the clock was set a moment ago',
}
