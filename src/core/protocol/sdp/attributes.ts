/** The attributes that we read, one row each: name → what it writes into the draft. Unknown attributes are skipped (RFC 8866 §5.13). */
import { decodeBase64 } from '../../base/base64.ts'
import { parseAddress } from '../../base/ip-address.ts'
import { decimalOf, flatText, hasAt, hexDigit, indexOfCode, skipBlanks, wordEnd } from '../../base/text.ts'
import {
  DIGEST_BYTES,
  MAX_BUNDLED,
  MAX_CANDIDATES,
  MAX_CRYPTO,
  MAX_EXTENSIONS,
  MAX_FINGERPRINTS,
  MAX_MIKEY,
  MAX_PACKET_TIME,
  MAX_SSRCS,
} from './constants.ts'
import type { Note } from './crypto-attribute.ts'
import { parseCryptoAttribute } from './crypto-attribute.ts'
import type { SectionDraft } from './section-draft.ts'

/** One attribute value: `text[start, end)`, trimmed, in the section (or session part) that it stands in. */
export interface AttributeLine {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly section: SectionDraft
  /** Identifiers that a=group:BUNDLE named so far. */
  readonly bundled: Set<string>
  readonly note: Note
}

/** Address text or empty; what cannot be an address is counted, a host name under its own name. */
export const readAddress = (text: string, start: number, end: number, note: Note): string => {
  // c= may carry a TTL and a count (RFC 8866 §5.7).
  const stop = indexOfCode(text, 47, start, end)
  const address = stop - start > 64 ? '' : parseAddress(text.slice(start, stop))
  if (address !== '') return address
  let host = false
  for (let at = start; at < stop && !host; at++) {
    const code = text.charCodeAt(at) | 32
    if (text.charCodeAt(at) === 58) break
    host = code >= 97 && code <= 122
  }
  note(host ? 'sdp_host_name' : 'sdp_bad_address')
  return ''
}

const onCrypto = ({ text, start, end, section, note }: AttributeLine): void => {
  section.cryptoLines++
  if (section.isSession) note('sdp_session_crypto')
  const room = MAX_CRYPTO - section.crypto.length
  if (room <= 0) note('sdp_too_many_crypto')
  else section.crypto.push(...parseCryptoAttribute(text, start, end, room, note))
}

/** RFC 5939 §3.4.1: a capability may hold a whole crypto attribute, key included. */
const onAttributeCapability = (line: AttributeLine): void => {
  const start = skipBlanks(line.text, wordEnd(line.text, line.start, line.end), line.end)
  if (hasAt(line.text, start, line.end, 'crypto:')) onCrypto({ ...line, start: start + 'crypto:'.length })
}

/** Hexadecimal octets with colons between them; empty if malformed or absurdly long. */
const hexOctets = (text: string, start: number, end: number): Uint8Array => {
  const length = (end - start + 1) / 3
  if (!Number.isInteger(length) || length < 1 || length > 64) return new Uint8Array(0)
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) {
    const at = start + i * 3
    const high = hexDigit(text.charCodeAt(at))
    const low = hexDigit(text.charCodeAt(at + 1))
    if (high < 0 || low < 0 || (i < length - 1 && text.charCodeAt(at + 2) !== 58)) return new Uint8Array(0)
    bytes[i] = (high << 4) | low
  }
  return bytes
}

const onFingerprint = ({ text, start, end, section, note }: AttributeLine): void => {
  const nameEnd = wordEnd(text, start, end)
  const algorithm = flatText(text, start, nameEnd, 32).toLowerCase()
  const digestStart = skipBlanks(text, nameEnd, end)
  const digest = hexOctets(text, digestStart, wordEnd(text, digestStart, end))
  const usable = digest.length > 0 && DIGEST_BYTES.get(algorithm) === digest.length
  if (!usable) note('sdp_bad_fingerprint')
  if (section.fingerprints.length < MAX_FINGERPRINTS) section.fingerprints.push({ algorithm, digest, usable })
}

const onRtpmap = ({ text, start, end, section, note }: AttributeLine): void => {
  const typeEnd = wordEnd(text, start, end)
  const payloadType = decimalOf(text, start, typeEnd)
  const nameStart = skipBlanks(text, typeEnd, end)
  const stop = wordEnd(text, nameStart, end)
  const nameEnd = indexOfCode(text, 47, nameStart, stop)
  const rateEnd = indexOfCode(text, 47, Math.min(nameEnd + 1, stop), stop)
  const clockRate = decimalOf(text, nameEnd + 1, rateEnd)
  const channels = decimalOf(text, rateEnd + 1, stop)
  if (payloadType < 0 || payloadType > 127 || nameEnd === nameStart) {
    note('sdp_bad_rtpmap')
    return
  }
  if (clockRate <= 0 || clockRate > 10_000_000) note('sdp_bad_rtpmap')
  const format = section.payloadFormat(payloadType)
  if (format === null) {
    note('sdp_too_many_formats')
    return
  }
  format.encoding = flatText(text, nameStart, nameEnd).toUpperCase()
  format.clockRate = clockRate > 0 && clockRate <= 10_000_000 ? clockRate : 0
  format.channels = channels > 0 && channels <= 255 ? channels : 1
}

const onFmtp = ({ text, start, end, section }: AttributeLine): void => {
  const typeEnd = wordEnd(text, start, end)
  const payloadType = decimalOf(text, start, typeEnd)
  if (payloadType < 0 || payloadType > 127) return
  const format = section.payloadFormat(payloadType)
  if (format !== null) format.parameters = flatText(text, skipBlanks(text, typeEnd, end), end)
}

const onRtcp = ({ text, start, end, section, note }: AttributeLine): void => {
  const portEnd = wordEnd(text, start, end)
  const port = decimalOf(text, start, portEnd)
  if (port <= 0 || port > 65_535) {
    note('sdp_bad_port')
    return
  }
  let at = skipBlanks(text, portEnd, end)
  for (let word = 0; word < 2 && at < end; word++) at = skipBlanks(text, wordEnd(text, at, end), end)
  const address = at < end ? readAddress(text, at, wordEnd(text, at, end), note) : ''
  section.rtcp = { address, port }
}

/** RFC 8839 §5.1: foundation component transport priority address port typ … */
const onCandidate = ({ text, start, end, section, note }: AttributeLine): void => {
  if (section.candidates.length >= MAX_CANDIDATES) {
    note('sdp_too_many_candidates')
    return
  }
  let at = start
  for (let word = 0; word < 4; word++) at = skipBlanks(text, wordEnd(text, at, end), end)
  const addressEnd = wordEnd(text, at, end)
  const portStart = skipBlanks(text, addressEnd, end)
  const port = decimalOf(text, portStart, wordEnd(text, portStart, end))
  if (addressEnd === at || port < 0 || port > 65_535) {
    note('sdp_bad_candidate')
    return
  }
  // A host name here is an mDNS name (browsers hide their address): ordinary, and nothing can be expected from it.
  const address = addressEnd - at > 64 ? '' : parseAddress(text.slice(at, addressEnd))
  section.candidates.push({ address, port })
}

const onGroup = ({ text, start, end, bundled }: AttributeLine): void => {
  let at = wordEnd(text, start, end)
  if (at - start !== 6 || !hasAt(text, start, at, 'bundle')) return
  for (at = skipBlanks(text, at, end); at < end && bundled.size < MAX_BUNDLED;) {
    const stop = wordEnd(text, at, end)
    bundled.add(flatText(text, at, stop))
    at = skipBlanks(text, stop, end)
  }
}

const onKeyManagement = ({ text, start, end, section, note }: AttributeLine): void => {
  const nameEnd = wordEnd(text, start, end)
  if (nameEnd - start !== 5 || !hasAt(text, start, nameEnd, 'mikey')) return
  const at = skipBlanks(text, nameEnd, end)
  const message = decodeBase64(text, at, wordEnd(text, at, end), MAX_MIKEY)
  if (message === null) note('sdp_bad_mikey')
  section.mikey = message ?? new Uint8Array(0)
}

/** RFC 8285 §7: id["/"direction] URI … */
const onExtmap = ({ text, start, end, section }: AttributeLine): void => {
  if (section.headerExtensions.length >= MAX_EXTENSIONS) return
  const idEnd = wordEnd(text, start, end)
  const id = decimalOf(text, start, indexOfCode(text, 47, start, idEnd))
  const uriStart = skipBlanks(text, idEnd, end)
  if (id < 0 || id > 65_535 || uriStart === end) return
  section.headerExtensions.push({ id, uri: flatText(text, uriStart, wordEnd(text, uriStart, end)) })
}

const onSsrc = ({ text, start, end, section }: AttributeLine): void => {
  const ssrc = decimalOf(text, start, wordEnd(text, start, end))
  if (ssrc < 0 || ssrc > 0xffffffff || section.ssrcs.length >= MAX_SSRCS) return
  if (!section.ssrcs.includes(ssrc | 0)) section.ssrcs.push(ssrc | 0)
}

const onPacketTime = ({ text, start, end, section, note }: AttributeLine): void => {
  const millis = decimalOf(text, start, wordEnd(text, start, end))
  if (millis > 0 && millis <= MAX_PACKET_TIME) section.packetTimeMillis = millis
  else note('sdp_absurd_ptime')
}

/** Attribute name in lower case → reader. Names are case-sensitive (RFC 8866 §5.13) but reading `a=Crypto` too costs nothing. */
export const ATTRIBUTES: ReadonlyMap<string, (line: AttributeLine) => void> = new Map<
  string,
  (line: AttributeLine) => void
>([
  ['crypto', onCrypto],
  ['acap', onAttributeCapability],
  ['fingerprint', onFingerprint],
  ['setup', (line) => void (line.section.setup = flatText(line.text, line.start, line.end).toLowerCase())],
  ['zrtp-hash', (line) => void (line.section.zrtpHash = true)],
  ['key-mgmt', onKeyManagement],
  ['rtpmap', onRtpmap],
  ['fmtp', onFmtp],
  ['rtcp', onRtcp],
  ['rtcp-mux', (line) => void (line.section.rtcpMux = true)],
  ['rtcp-mux-only', (line) => void (line.section.rtcpMux = true)],
  ['candidate', onCandidate],
  ['ice-ufrag', (line) => void (line.section.iceUfrag = true)],
  ['group', onGroup],
  ['mid', (line) => void (line.section.mid = flatText(line.text, line.start, line.end))],
  ['label', (line) => void (line.section.label = flatText(line.text, line.start, line.end))],
  ['extmap', onExtmap],
  ['ssrc', onSsrc],
  ['ptime', onPacketTime],
  ['sendrecv', (line) => void (line.section.direction = 'sendrecv')],
  ['sendonly', (line) => void (line.section.direction = 'sendonly')],
  ['recvonly', (line) => void (line.section.direction = 'recvonly')],
  ['inactive', (line) => void (line.section.direction = 'inactive')],
])
