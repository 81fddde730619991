/** keys-outside-sip: SRTP keys in readable protocols beside SIP, tied to no call. */
import type { WireFacts } from '../../../call/index.ts'
import type { Rule } from '../../rule.ts'
import { countOf } from '../../words.ts'

/** See the head of this file. */
export const keysOutsideSip: Rule<WireFacts> = {
  id: 'keys-outside-sip',
  severity: 'high',
  spec: 'RFC 4568 §7',
  title: 'Media keys in other readable messages',
  meaning:
    'Keys for SRTP travel in HEP or rtpengine control traffic: whoever reads them can decrypt calls, even if SIP is in TLS.',
  advice:
    'Send HEP and rtpengine control traffic through TLS or a tunnel, or keep it on the host itself (127.0.0.1).',
  check: ({ keysOutsideSip }) =>
    keysOutsideSip.count === 0
      ? null
      : {
          frames: keysOutsideSip.frames,
          seen: `${countOf(keysOutsideSip.count, 'readable message')} with media keys; none is kept here.`,
        },
}
