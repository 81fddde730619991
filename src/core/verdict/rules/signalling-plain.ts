/** signalling-plain: SIP of the call was readable on UDP, TCP, WebSocket or inside TLS without encryption. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { isSignallingPlain } from '../stream-judgement.ts'
import { countOf, endpointOf, listOf } from '../words.ts'

/** See the head of this file. */
export const signallingPlain: Rule<CallFacts> = {
  id: 'signalling-plain',
  severity: 'medium',
  spec: 'RFC 3261 §26.3',
  title: 'Signalling is readable',
  meaning:
    'Anyone on this wire reads who calls whom and when, from which phone, and every key that SIP carries.',
  advice:
    'Set the SIP transport to TLS in the phone (Yealink: Account > Register > Transport = TLS; Grandstream: SIP Transport = TLS/TCP; Snom: transport=tls) and on the PBX or trunk (port 5061), and switch UDP and TCP off there.',
  check: (facts) => {
    if (!isSignallingPlain(facts)) return null
    const messages = facts.legs.reduce((sum, leg) => sum + leg.messages, 0)
    const legs = listOf(
      facts.legs.map((leg) => `${endpointOf(leg.client)} and ${endpointOf(leg.server)} (${leg.transport})`),
    )
    return {
      frames: facts.legs.map(({ firstFrame }) => firstFrame),
      seen:
        messages > 0
          ? `${countOf(messages, 'readable SIP message')} between ${legs}.`
          : 'A host of this media spoke readable SIP during the call.',
    }
  },
}
