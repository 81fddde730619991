/** Fuzz target: one datagram as RTCP, SRTCP, RTP header, telephone event and packet under a key. Throws only if one of them throws. */
import { nodeCryptography } from '../../../src/app/node-cryptography.ts'
import { parseRtcp, rtpHeaderLength, SrtcpTracker } from '../../../src/core/protocol/rtp/index.ts'
import { checkTelephoneEvent, EventAgreement } from '../../../src/core/protocol/rtp/telephone-event.ts'
import { SrtpKey } from '../../../src/core/protocol/srtp/index.ts'

const keyOf = (suite: string, bytes: number): SrtpKey =>
  new SrtpKey(nodeCryptography, {
    tag: 1,
    suite,
    keyAndSalt: new Uint8Array(bytes),
    mki: new Uint8Array(0),
    unencryptedSrtp: false,
    unencryptedSrtcp: false,
    unauthenticatedSrtp: false,
  })

const KEYS = [keyOf('AES_CM_128_HMAC_SHA1_80', 30), keyOf('AEAD_AES_128_GCM', 28)]

export const target = (bytes: Uint8Array): void => {
  const end = bytes.length
  if (parseRtcp(bytes, 0, end) === 'compound' && (end === 0 || end % 4 !== 0))
    throw new Error('lengths do not fit')
  const tracker = new SrtcpTracker()
  tracker.onPacket(bytes, 0, end)
  tracker.onPacket(bytes, 0, end)
  if (tracker.state !== 'undecided') throw new Error('one packet proved something')
  const headerLength = rtpHeaderLength(bytes, 0, end)
  if (headerLength !== -1 && (headerLength < 12 || headerLength > end))
    throw new Error('header beyond the packet')
  checkTelephoneEvent(bytes, Math.max(0, headerLength), end)
  new EventAgreement().onPacket(0, bytes, 0, end)
  for (const key of KEYS) {
    if (key.verifyRtp(bytes, 0, end, 0) || key.verifyRtcp(bytes, 0, end)) throw new Error('noise verified')
  }
}

const SSRC = [0x12, 0x34, 0x56, 0x78]

export const covers = ['rtcp.', 'rtp-header.', 'telephone-event.', 'extension'].map(
  (name) => `src/core/protocol/rtp/${name}`,
)

export const seeds: Uint8Array[] = [
  [0x80, 200, 0, 6, ...SSRC, ...new Array<number>(20).fill(1), 0x81, 202, 0, 2, ...SSRC, 1, 0, 0, 0],
  [0x81, 207, 0, 3, ...SSRC, 4, 0, 0xff, 0xff, 4, 0, 0, 0],
  [0x80, 204, 0, 3, ...SSRC, 0x50, 0x49, 0x4e, 0x47, 0, 0, 0, 0],
  [0x80, 201, 0, 1, ...SSRC, 0x80, 0, 0, 1, ...new Array<number>(10).fill(0xa5)],
  [0x91, 101, 0, 1, 0, 0, 0, 160, ...SSRC, 0, 0, 0, 9, 0xbe, 0xde, 0, 1, 0x10, 0x7f, 0, 0, 1, 0x0a, 0, 160],
].map((bytes) => Uint8Array.from(bytes))

export const grammar: string[] = [
  '\x80\xc8\x00\x06',
  '\x80\xcb\x00\x00',
  '\x81\xc9',
  '\xff\xff',
  '\x80\x00\x00\x01',
  '\xbe\xde',
  '\xc0\xde',
  '\x8f',
]
