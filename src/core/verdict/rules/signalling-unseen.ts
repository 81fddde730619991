/** signalling-unseen: media without signalling that can be tied to it. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { isSignallingPlain } from '../stream-judgement.ts'

/** See the head of this file. */
export const signallingUnseen: Rule<CallFacts> = {
  id: 'signalling-unseen',
  severity: 'info',
  spec: 'RFC 3261',
  title: 'The signalling was not seen',
  meaning:
    'Media without the SIP that belongs to it: who agreed what, and whether keys were readable there, is unknown.',
  advice:
    'Listen where both pass: between phone and PBX. If SIP uses a port of its own, set it in the configuration (ports, sipPeers).',
  check: (facts) => {
    const reasons = [...facts.reasons, ...facts.signalling.reasons]
    const guessed = reasons.includes('signalling-guessed')
    const unseen = facts.signalling.protection === 'unseen' || reasons.includes('signalling-unseen')
    if (isSignallingPlain(facts) || (!unseen && !guessed)) return null
    const why = guessed
      ? 'A TLS connection of these hosts fits in time, but nothing says that it carries SIP.'
      : 'No signalling was seen that can be tied to this media.'
    return { frames: facts.streams.map(({ firstFrame }) => firstFrame), seen: why }
  },
}
