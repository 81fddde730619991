/** What a listener on this wire learned from one call (VERDICTS §4), counted; parties are as the privacy setting left them. */
export interface Exposure {
  /** Numbers and names as shown to the user: caller, callee, asserted identities, transfer targets. */
  readonly parties: readonly { readonly role: string; readonly value: string }[]
  readonly extensionNumbers: number
  readonly externalNumbers: number
  readonly dialledNumber: boolean
  readonly callerId: boolean
  readonly usernames: number
  /** Digest attempts: realm, algorithm, qop; never the response. */
  readonly authentications: readonly {
    readonly realm: string
    readonly algorithm: string
    readonly qop: boolean
    readonly count: number
  }[]
  /** Hosts that showed themselves as phone, server or media host. */
  readonly addresses: readonly string[]
  /** Private addresses and hops learned from Via, Contact, Record-Route and SDP. */
  readonly networkLayout: readonly string[]
  readonly userAgents: readonly string[]
  readonly times: boolean
  readonly codecs: readonly string[]
  readonly mediaPorts: readonly number[]
  /** Seconds of media that can be reconstructed, one row a clear or key-readable stream. */
  readonly audio: readonly {
    readonly source: string
    readonly destination: string
    readonly codec: string
    readonly seconds: number
    readonly decodable: boolean
    readonly lostPercent: number
  }[]
  readonly dtmfDigits: number
  readonly textMessages: number
  readonly videoSeconds: number
  readonly faxSeconds: number
  readonly mediaKeys: number
}
