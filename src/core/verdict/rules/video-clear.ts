/** video-clear: a video stream that goes over the wire without encryption. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { isClear } from '../stream-judgement.ts'
import { clearHit } from './clear-hit.ts'

/** See the head of this file. */
export const videoClear: Rule<CallFacts> = {
  id: 'video-clear',
  severity: 'high',
  spec: 'RFC 3550 §9.1; RFC 3711',
  title: 'Video is not encrypted',
  meaning: 'Anyone on this wire can record the picture and watch it.',
  advice:
    'Make SRTP mandatory for video as well as for audio; some PBXs have a separate setting per m= line. If nobody needs video, switch it off in the phones.',
  check: (facts) =>
    clearHit(
      facts,
      facts.streams.filter((stream) => stream.media === 'video' && isClear(stream)),
      'picture',
    ),
}
