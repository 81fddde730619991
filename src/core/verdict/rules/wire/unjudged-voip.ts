/** unjudged-voip: H.323, IAX2, MGCP or SCCP was seen. */
import type { WireFacts } from '../../../call/index.ts'
import type { Rule } from '../../rule.ts'
import { countOf, listOf } from '../../words.ts'

/** See the head of this file. */
export const unjudgedVoip: Rule<WireFacts> = {
  id: 'unjudged-voip',
  severity: 'info',
  spec: 'ITU-T H.323; RFC 5456; RFC 3435',
  title: 'Telephony that is not judged here',
  meaning:
    'Calls of these protocols pass this wire and get no grade. They are usually unencrypted: do not take silence for safety.',
  advice: 'Move these phones or trunks to SIP with TLS and SRTP, or judge them by their own settings.',
  check: ({ unjudged }) => {
    if (unjudged.length === 0) return null
    const words = unjudged.map(({ protocol, seen }) => `${protocol} (${countOf(seen.count, 'packet')})`)
    return { frames: unjudged.flatMap(({ seen }) => seen.frames), seen: `${listOf(words)}.` }
  },
}
