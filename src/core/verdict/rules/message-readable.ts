/** message-readable: text in MESSAGE bodies, MSRP or real-time text without encryption. */
import type { CallFacts } from '../../call/index.ts'
import { observationOf } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { framesOfProtection, isClear } from '../stream-judgement.ts'
import { countOf, streamsOf } from '../words.ts'

/** See the head of this file. */
export const messageReadable: Rule<CallFacts> = {
  id: 'message-readable',
  severity: 'high',
  spec: 'RFC 3428 §11; RFC 4975 §14; RFC 4103 §10',
  title: 'Text messages are readable',
  meaning: 'Anyone on this wire can read what was written.',
  advice:
    'Set the SIP transport to TLS; MSRP needs TLS (TCP/TLS/MSRP) and real-time text needs SRTP of their own.',
  check: (facts) => {
    const streams = facts.streams
      .filter(({ media }) => media === 'text' || media === 'message')
      .filter(isClear)
    const messages = observationOf(facts, 'message-readable')
    if (streams.length === 0 && messages === null) return null
    const parts: string[] = []
    if (messages !== null) parts.push(countOf(messages.count, 'readable SIP message') + ' with text')
    if (streams.length > 0) parts.push(`clear text sessions: ${streamsOf(streams)}`)
    return {
      frames: [
        ...(messages?.frames ?? []),
        ...streams.flatMap((stream) => framesOfProtection(stream, 'clear')),
      ],
      seen: `${parts.join('; ')}.`,
    }
  },
}
