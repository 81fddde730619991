/** The rules over the wire as a whole, in the order of VERDICTS §3. */
import type { WireFacts } from '../../../call/index.ts'
import type { Rule } from '../../rule.ts'
import { flood } from './flood.ts'
import { keysOutsideSip } from './keys-outside-sip.ts'
import { provisioningReadable } from './provisioning-readable.ts'
import { sipScanner } from './sip-scanner.ts'
import { tunnel } from './tunnel.ts'
import { turnCredentialReadable } from './turn-credential-readable.ts'
import { unjudgedVoip } from './unjudged-voip.ts'

/** See the head of this file. */
export const WIRE_RULES: readonly Rule<WireFacts>[] = [
  provisioningReadable,
  keysOutsideSip,
  turnCredentialReadable,
  tunnel,
  flood,
  sipScanner,
  unjudgedVoip,
]
