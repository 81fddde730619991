/** What single SIP messages give away beyond their dialog: DTMF and text in bodies, recordings, transfers, other calls' dialogs. */
import type { SipPlace } from '../analysis/index.ts'
import type { SipMessage } from '../protocol/sip/index.ts'
import type { Call } from './call.ts'
import type { ObservationName } from './call-facts.ts'
import type { DialogTable } from './dialog-table.ts'

/** Body types that are an observation by themselves. */
const BODY_OBSERVATIONS: readonly (readonly [string, string, ObservationName])[] = [
  ['INFO', 'application/dtmf-relay', 'dtmf-info'],
  ['INFO', 'application/dtmf', 'dtmf-info'],
  ['INFO', 'audio/telephone-event', 'dtmf-info'],
  ['MESSAGE', 'text/plain', 'message-readable'],
  ['MESSAGE', 'text/html', 'message-readable'],
  ['MESSAGE', 'message/cpim', 'message-readable'],
  ['INVITE', 'application/rs-metadata+xml', 'siprec'],
  ['INVITE', 'application/rs-metadata', 'siprec'],
  ['NOTIFY', 'application/dialog-info+xml', 'dialog-leak'],
  ['PUBLISH', 'application/vq-rtcpxr', 'dialog-leak'],
  ['NOTIFY', 'application/vq-rtcpxr', 'dialog-leak'],
]

/** Notes what a message of `call` shows; requests only, so that a response does not count twice. */
export const noteMessage = (call: Call, message: SipMessage, place: SipPlace, dialogs: DialogTable): void => {
  if (message.kind !== 'request') return
  const { frame } = place.seen
  for (const [method, contentType, name] of BODY_OBSERVATIONS) {
    if (message.method !== method) continue
    if (message.body.some((part) => part.contentType === contentType)) call.observe(name, frame)
  }
  if (message.method === 'REFER') call.observe('refer', frame)
  if (message.replacesIdentity !== '' && dialogs.byIdentity(message.replacesIdentity) !== undefined) {
    call.observe('replaces', frame)
  }
}
