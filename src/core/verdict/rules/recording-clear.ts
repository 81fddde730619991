/** recording-clear: a SIPREC session whose media can be heard. */
import type { CallFacts } from '../../call/index.ts'
import { observationOf } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { isExposed } from '../stream-judgement.ts'
import { countOf, streamsOf } from '../words.ts'

/** See the head of this file. */
export const recordingClear: Rule<CallFacts> = {
  id: 'recording-clear',
  severity: 'high',
  spec: 'RFC 7866 §11; RFC 7245',
  title: 'The copy for the recorder is readable',
  meaning:
    'The call recorder gets its copy unencrypted: this wire can hear calls that are encrypted elsewhere.',
  advice:
    'Encrypt the recording session (SIPREC over TLS with SRTP to the recorder), or move it to a wire of its own.',
  check: (facts) => {
    const seen = observationOf(facts, 'siprec')
    const streams = facts.streams.filter((stream) => isExposed(facts, stream))
    if (seen === null || streams.length === 0) return null
    return {
      frames: [...seen.frames, ...streams.map(({ firstFrame }) => firstFrame)],
      seen: `A recording session (SIPREC) with ${countOf(streams.length, 'readable stream')}: ${streamsOf(streams)}.`,
    }
  },
}
