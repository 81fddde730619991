/** weak-cipher-suite: the signalling's TLS uses RC4, 3DES, an anonymous, NULL, EXPORT or single-DES suite. */
import type { CallFacts } from '../../call/index.ts'
import { handshakeFrames } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { cut, endpointOf, listOf } from '../words.ts'

/** See the head of this file. */
export const weakCipherSuite: Rule<CallFacts> = {
  id: 'weak-cipher-suite',
  severity: 'medium',
  spec: 'RFC 9325 §4.1; RFC 9150',
  title: 'Weak cipher suite',
  meaning: 'The connection uses a cipher that can be broken, or none at all.',
  advice:
    'Leave only AES-GCM or ChaCha20 suites with ECDHE in the TLS settings of the PBX; remove RC4, 3DES, NULL, EXPORT and anonymous ones.',
  check: (facts) => {
    const weak = facts.signalling.connections.filter(
      ({ facts: tls }) => tls.suiteStrength === 'weak' || tls.suiteStrength === 'plain',
    )
    if (weak.length === 0) return null
    return {
      frames: weak.flatMap(({ facts: tls }) => handshakeFrames(tls)),
      seen: `${listOf(weak.map(({ facts: tls, server }) => `${cut(tls.suite ?? 'a weak suite')} to ${endpointOf(server)}`))}.`,
    }
  },
}
