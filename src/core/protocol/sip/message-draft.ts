/** A SIP message while it is being read. */
import type { WeirdName } from '../../base/weird.ts'
import type { Authentication, BodyPart, NameAddress, SipMessage, Via } from './sip-message.ts'

/** Counts one anomaly; the same name once a message. */
export type Note = (name: WeirdName) => void

/** SipMessage with every field writable, and what only parsing needs. */
export class MessageDraft {
  readonly seed: number
  kind: SipMessage['kind'] = 'request'
  method = ''
  /** Method of CSeq, to compare with the start line's. */
  sequenceMethod = ''
  statusCode = 0
  reasonPhrase = ''
  requestUri: NameAddress | null = null
  callId = ''
  callIdentity = ''
  from: NameAddress | null = null
  to: NameAddress | null = null
  fromTagIdentity = ''
  toTagIdentity = ''
  branchIdentity = ''
  sequence = -1
  readonly via: Via[] = []
  readonly contacts: NameAddress[] = []
  readonly recordRoutes: NameAddress[] = []
  userAgent = ''
  readonly assertedIdentities: NameAddress[] = []
  expires = -1
  contactExpires = -1
  event = ''
  referTo: NameAddress | null = null
  replacesIdentity = ''
  readonly authentications: Authentication[] = []
  readonly body: BodyPart[] = []
  readonly weird: WeirdName[] = []
  unusable = false
  bytesUsed = 0

  /** Body length by Content-Length: -1 = no header, -2 = unreadable or contradicting headers (then the body is the rest). */
  contentLength = -1
  contentType = ''
  boundary = ''
  contentEncoded = false
  headers = 0
  /** Names of once-only headers that came already. */
  readonly seen = new Set<string>()

  /** `seed` is the per-start secret of every identity. */
  constructor(seed: number) {
    this.seed = seed
  }

  readonly note = (name: WeirdName): void => {
    if (!this.weird.includes(name)) this.weird.push(name)
  }

  /** The finished message. */
  toMessage(): SipMessage {
    return {
      kind: this.kind,
      method: this.kind === 'request' ? this.method : this.sequenceMethod,
      statusCode: this.statusCode,
      reasonPhrase: this.reasonPhrase,
      requestUri: this.requestUri,
      callId: this.callId,
      callIdentity: this.callIdentity,
      from: this.from,
      to: this.to,
      fromTagIdentity: this.fromTagIdentity,
      toTagIdentity: this.toTagIdentity,
      branchIdentity: this.branchIdentity,
      sequence: this.sequence,
      via: this.via,
      contacts: this.contacts,
      recordRoutes: this.recordRoutes,
      userAgent: this.userAgent,
      assertedIdentities: this.assertedIdentities,
      expires: this.contactExpires >= 0 ? this.contactExpires : this.expires,
      event: this.event,
      referTo: this.referTo,
      replacesIdentity: this.replacesIdentity,
      authentications: this.authentications,
      body: this.body,
      weird: this.weird,
      unusable: this.unusable,
      bytesUsed: this.bytesUsed,
    }
  }
}
