/** Two phones that call each other: what the tests of calls have in common. */
import type { CallReport } from '../../../src/core/index.ts'
import { judgeFrames } from '../../tools/judge-frames.ts'
import type { End } from '../../tools/packet-builder.ts'
import { request, response, sdp, type SipFields, type Wire } from '../../tools/wire.ts'

export const ALICE: End = { address: '192.0.2.10', port: 5060 }
export const BOB: End = { address: '198.51.100.20', port: 5060 }
export const ALICE_MEDIA: End = { address: '192.0.2.10', port: 40_000 }
export const BOB_MEDIA: End = { address: '198.51.100.20', port: 50_000 }
/** Somebody else on the wire. */
export const MALLORY: End = { address: '203.0.113.66', port: 6666 }

export interface Establishing extends SipFields {
  readonly offer?: string
  readonly answer?: string
  readonly client?: End
  readonly server?: End
}

/** INVITE, 200, ACK; both sides' descriptions say RTP/AVP unless given. */
export const establish = (wire: Wire, fields: Establishing = {}): Wire => {
  const { client = ALICE, server = BOB, offer = sdp(ALICE_MEDIA), answer = sdp(BOB_MEDIA) } = fields
  wire.udp(client, server, request('INVITE', { ...fields, toTag: '', body: offer }))
  wire.wait(0.5)
  wire.udp(server, client, response(200, { toTag: 't1', ...fields, body: answer }))
  return wire.udp(client, server, request('ACK', { toTag: 't1', ...fields, body: '' }))
}

/** A re-INVITE of the caller in the dialog of `establish`, its answer and ACK. */
export const reinvite = (
  wire: Wire,
  sequence: number,
  offer: string,
  answer: string,
  fields: SipFields = {},
): Wire => {
  wire.udp(ALICE, BOB, request('INVITE', { toTag: 't1', ...fields, sequence, body: offer }))
  wire.udp(BOB, ALICE, response(200, { toTag: 't1', ...fields, sequence, body: answer }))
  return wire.udp(ALICE, BOB, request('ACK', { toTag: 't1', ...fields, sequence }))
}

/** The caller hangs up. */
export const hangUp = (wire: Wire, fields: Establishing = {}): Wire => {
  const { client = ALICE, server = BOB } = fields
  const bye = { toTag: 't1', ...fields, sequence: 99 }
  wire.udp(client, server, request('BYE', bye))
  return wire.udp(server, client, response(200, { ...bye, method: 'BYE' }))
}

/** The one call of some frames. */
export const onlyCall = (wire: Pick<Wire, 'frames'>): CallReport => {
  const { calls } = judgeFrames(wire.frames)
  if (calls.length !== 1) throw new Error(`${String(calls.length)} calls: ${JSON.stringify(calls, null, 1)}`)
  return calls[0] as CallReport
}

/** Ids of its findings. */
export const idsOf = (call: CallReport): string[] => call.findings.map(({ id }) => id)

/** `source > destination protection` of every stream. */
export const mediaOf = (call: CallReport): string[] =>
  call.media.map(({ source, destination, protection }) => `${source} > ${destination} ${protection}`)
