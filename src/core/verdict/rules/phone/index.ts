/** The rules over one phone, in the order of VERDICTS §3. */
import type { PhoneFacts } from '../../../call/index.ts'
import type { Rule } from '../../rule.ts'
import { digestAuthReadable } from './digest-auth-readable.ts'
import { digestOverPlainRegister } from './digest-over-plain-register.ts'
import { provisioningReadable } from './provisioning-readable.ts'
import { sipBasicAuth } from './sip-basic-auth.ts'
import { transportFallback } from './transport-fallback.ts'
import { turnCredentialReadable } from './turn-credential-readable.ts'

/** See the head of this file. */
export const PHONE_RULES: readonly Rule<PhoneFacts>[] = [
  digestOverPlainRegister,
  provisioningReadable,
  sipBasicAuth,
  digestAuthReadable,
  transportFallback,
  turnCredentialReadable,
]
