/** no-forward-secrecy: the signalling's TLS agreed keys without a fresh key share. */
import type { CallFacts } from '../../call/index.ts'
import { handshakeFrames } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { cut, endpointOf, listOf } from '../words.ts'

/** See the head of this file. */
export const noForwardSecrecy: Rule<CallFacts> = {
  id: 'no-forward-secrecy',
  severity: 'medium',
  spec: 'RFC 9325 §4.1; RFC 8446 §2.2',
  title: 'No forward secrecy',
  meaning:
    'Who records the traffic now and gets the key of the server later can read it all, media keys included.',
  advice:
    'Enable ECDHE suites and switch plain RSA key exchange off in the TLS settings of the PBX; for TLS 1.3 resumption use psk_dhe_ke.',
  check: (facts) => {
    const without = facts.signalling.connections.filter(({ facts: tls }) => tls.forwardSecrecy === false)
    if (without.length === 0) return null
    return {
      frames: without.flatMap(({ facts: tls }) => handshakeFrames(tls)),
      seen: `${listOf(without.map(({ facts: tls, server }) => `${cut(tls.suite ?? 'the chosen suite')} to ${endpointOf(server)}`))}.`,
    }
  },
}
