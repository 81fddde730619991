/** weak-tls-version: the signalling's TLS is older than 1.2. */
import type { CallFacts } from '../../call/index.ts'
import { handshakeFrames } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { endpointOf, listOf } from '../words.ts'

const OLD_VERSIONS: readonly string[] = ['SSL 2.0', 'SSL 3.0', 'TLS 1.0', 'TLS 1.1']

/** See the head of this file. */
export const weakTlsVersion: Rule<CallFacts> = {
  id: 'weak-tls-version',
  severity: 'medium',
  spec: 'RFC 8996',
  title: 'Old TLS version',
  meaning: 'TLS 1.0, 1.1 and SSL have known weaknesses; browsers and providers have dropped them.',
  advice:
    'Set the lowest TLS version to 1.2 in PBX and phones (Asterisk: method=tlsv1_2; Yealink: TLS Version), and update phones that cannot.',
  check: (facts) => {
    const old = facts.signalling.connections.filter(
      ({ facts: tls }) => tls.version !== null && OLD_VERSIONS.includes(tls.version),
    )
    if (old.length === 0) return null
    return {
      frames: old.flatMap(({ facts: tls }) => handshakeFrames(tls)),
      seen: `${listOf(old.map(({ facts: tls, server }) => `${tls.version ?? ''} to ${endpointOf(server)}`))}.`,
    }
  },
}
