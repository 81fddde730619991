/** A description while it is being read: one draft for the session part and one a section, and how a section inherits from the session. */
import type {
  CryptoAttribute,
  Fingerprint,
  MediaAddress,
  MediaDescription,
  PayloadFormat,
} from './session-description.ts'
import { MAX_FORMATS } from './constants.ts'

/** A PayloadFormat that rtpmap and fmtp, in either order, still fill. */
export interface PayloadFormatDraft {
  payloadType: number
  encoding: string
  clockRate: number
  channels: number
  parameters: string
}

/** What is read for one m= section, or (`session`) before the first. */
export class SectionDraft {
  readonly isSession: boolean
  media = ''
  port = 0
  proto = ''
  readonly formats: string[] = []
  /** null: no c= line. */
  address: string | null = null
  rtcp: MediaAddress | null = null
  rtcpMux = false
  direction: MediaDescription['direction'] | null = null
  readonly payloadFormats = new Map<number, PayloadFormatDraft>()
  readonly crypto: CryptoAttribute[] = []
  cryptoLines = 0
  readonly fingerprints: Fingerprint[] = []
  setup = ''
  zrtpHash = false
  mikey: Uint8Array | null = null
  kLine = false
  readonly candidates: MediaAddress[] = []
  iceUfrag = false
  mid = ''
  readonly headerExtensions: { readonly id: number; readonly uri: string }[] = []
  packetTimeMillis = 0
  readonly ssrcs: number[] = []
  label = ''

  constructor(isSession: boolean) {
    this.isSession = isSession
  }

  /** The record of that payload type, made if needed; null when there are too many. */
  payloadFormat(payloadType: number): PayloadFormatDraft | null {
    const known = this.payloadFormats.get(payloadType)
    if (known !== undefined) return known
    if (this.payloadFormats.size >= MAX_FORMATS) return null
    const made = { payloadType, encoding: '', clockRate: 0, channels: 1, parameters: '' }
    this.payloadFormats.set(payloadType, made)
    return made
  }
}

const own = <T>(section: readonly T[], session: readonly T[]): readonly T[] =>
  section.length > 0 ? section : session

/** Where RTCP goes (RFC 3605, RFC 5761 §5.1.1, RFC 3550 §11). */
const rtcpOf = (section: SectionDraft, address: string): MediaAddress => {
  if (section.rtcpMux) return { address, port: section.port }
  if (section.rtcp !== null) return { address: section.rtcp.address || address, port: section.rtcp.port }
  return { address, port: section.port > 0 && section.port < 65_535 ? section.port + 1 : 0 }
}

const directionOf = (section: SectionDraft, session: SectionDraft): MediaDescription['direction'] =>
  section.direction ?? session.direction ?? 'sendrecv'

const isBundled = (section: SectionDraft, bundled: ReadonlySet<string>): boolean =>
  section.mid !== '' && bundled.has(section.mid)

/** The finished section: what it does not say itself comes from the session part where the attribute's RFC allows both levels. */
export const toMediaDescription = (
  section: SectionDraft,
  session: SectionDraft,
  bundled: ReadonlySet<string>,
): MediaDescription => {
  const address = section.address ?? session.address ?? ''
  const payloadFormats: readonly PayloadFormat[] = [...section.payloadFormats.values()]
  return {
    media: section.media,
    port: section.port,
    proto: section.proto,
    formats: section.formats,
    address,
    rtcp: rtcpOf(section, address),
    rtcpMux: section.rtcpMux,
    direction: directionOf(section, session),
    payloadFormats,
    candidates: section.candidates,
    iceUfrag: section.iceUfrag || session.iceUfrag,
    mid: section.mid,
    bundled: isBundled(section, bundled),
    headerExtensions: own(section.headerExtensions, session.headerExtensions),
    packetTimeMillis: section.packetTimeMillis || session.packetTimeMillis,
    ssrcs: section.ssrcs,
    label: section.label,
    // a=crypto is a media-level attribute (RFC 4568 §5), but a key above the sections is as readable as one inside.
    crypto: own(section.crypto, session.crypto),
    cryptoLines: section.cryptoLines > 0 ? section.cryptoLines : session.cryptoLines,
    fingerprints: own(section.fingerprints, session.fingerprints),
    setup: section.setup || session.setup,
    zrtpHash: section.zrtpHash || session.zrtpHash,
    mikey: section.mikey ?? session.mikey,
    kLine: section.kLine || session.kLine,
  }
}
