/**
 * A capture written message by message: what sipCall() cannot say. Each method puts one frame on the wire at the present time; `wait` moves
 * time on. Nothing here is checked: a test may write nonsense.
 */
import type { Micros } from '../../src/core/index.ts'
import type { Frame } from './judge-frames.ts'
import { seededRandom } from './mutations.ts'
import { ascii, ethernet, rtp, tcpPacket, udpPacket, type End, type TcpFields } from './packet-builder.ts'
import { randomBytes, talker } from './speech.ts'
import { SrtpProtector } from './srtp.ts'

/** 2023-11-14: a time like any other. */
export const START = 1_700_000_000_000_000

/** Three seconds of speech, said again and again: to make it anew for each talker is most of a test's time. */
const SPEECH = talker(seededRandom(0x5eec))(24_000)

/** Frames in the making. */
export class Wire {
  readonly frames: Frame[] = []
  now = START
  readonly #link: (packet: Uint8Array) => Uint8Array

  constructor(link: (packet: Uint8Array) => Uint8Array = (packet) => ethernet(packet)) {
    this.#link = link
  }

  wait(seconds: number): this {
    this.now += Math.round(seconds * 1e6)
    return this
  }

  /** Puts an IP packet on the wire and lets a millisecond pass. */
  packet(packet: Uint8Array): this {
    const bytes = this.#link(packet)
    this.frames.push({ at: this.now as Micros, bytes, wireLength: bytes.length, linkType: 1 })
    this.now += 1000
    return this
  }

  udp(from: End, to: End, payload: string | Uint8Array): this {
    return this.packet(udpPacket(typeof payload === 'string' ? ascii(payload) : payload, from, to))
  }

  tcp(from: End, to: End, payload: string | Uint8Array, fields: TcpFields): this {
    return this.packet(tcpPacket(typeof payload === 'string' ? ascii(payload) : payload, from, to, fields))
  }

  /** `packets` of 20 ms of every talker in turn. */
  talk(talkers: readonly Talker[], packets: number): this {
    for (let i = 0; i < packets; i++) {
      const begin = this.now
      for (const one of talkers) this.udp(one.from, one.to, one.next())
      this.now = Math.max(this.now, begin + 20_000)
    }
    return this
  }

  /** Puts foreign frames among these in the order of time. */
  merge(others: readonly Frame[]): Frame[] {
    return inOrder([...this.frames, ...others])
  }
}

/** Frames sorted by time; of one time, in the order given. */
export const inOrder = (frames: readonly Frame[]): Frame[] => [...frames].sort((a, b) => a.at - b.at)

/** What a talker sends: a voice, bytes without pattern (with `tag` more than the codec needs), SRTP under a key, or digital silence. */
export type Voice = 'clear' | 'random' | 'srtp' | 'silence'

export interface TalkerOptions {
  readonly voice?: Voice
  readonly key?: Uint8Array
  readonly tag?: number
  readonly seed?: number
  readonly ssrc?: number
  readonly payloadType?: number
  readonly sequence?: number
  readonly timestamp?: number
}

/** One direction of media: PCMU, 20 ms a packet. */
export class Talker {
  readonly from: End
  readonly to: End
  voice: Voice
  sequence: number
  timestamp: number
  readonly ssrc: number
  readonly payloadType: number
  readonly #tag: number
  readonly #random: () => number
  #said: number
  readonly #protector: SrtpProtector | null
  #sent = 0

  constructor(from: End, to: End, options: TalkerOptions = {}) {
    const seed = options.seed ?? from.port * 65_536 + to.port
    this.from = from
    this.to = to
    this.voice = options.voice ?? 'clear'
    this.#random = seededRandom(seed)
    this.#said = 160 * Math.floor(this.#random() * 150)
    this.ssrc = options.ssrc ?? Math.floor(this.#random() * 2 ** 32)
    this.sequence = options.sequence ?? Math.floor(this.#random() * 2 ** 15)
    this.timestamp = options.timestamp ?? Math.floor(this.#random() * 2 ** 31)
    this.payloadType = options.payloadType ?? 0
    this.#tag = options.tag ?? 10
    this.#protector = options.key === undefined ? null : new SrtpProtector(options.key)
  }

  /** The next packet. */
  next(): Uint8Array {
    const { payloadType, ssrc } = this
    const packet = rtp(this.#payload(), {
      payloadType,
      sequence: this.sequence & 0xffff,
      timestamp: this.timestamp >>> 0,
      ssrc,
      marker: this.#sent === 0,
    })
    this.sequence++
    this.timestamp += 160
    this.#sent++
    if (this.voice !== 'srtp') return packet
    if (this.#protector === null) throw new Error('SRTP needs a key')
    return this.#protector.protect(packet)
  }

  #payload(): Uint8Array {
    if (this.voice === 'random') return randomBytes(this.#random, 160 + this.#tag)
    if (this.voice === 'silence') return new Uint8Array(160).fill(0xff)
    this.#said = (this.#said + 160) % SPEECH.length
    return SPEECH.subarray(this.#said, this.#said + 160)
  }
}

/** Both directions between two media addresses. */
export const bothWays = (a: End, b: End, options: TalkerOptions = {}): [Talker, Talker] => [
  new Talker(a, b, options),
  new Talker(b, a, options),
]

/** What most tests change of a SIP message; the rest has a default. */
export interface SipFields {
  readonly callId?: string
  readonly fromTag?: string
  readonly toTag?: string
  readonly fromUser?: string
  readonly toUser?: string
  readonly sequence?: number
  /** Method of CSeq, where it is not the request's. */
  readonly method?: string
  readonly branch?: string
  readonly headers?: readonly string[]
  readonly body?: string
  readonly contentType?: string
}

const messageOf = (startLine: string, method: string, fields: SipFields): string => {
  const { callId = 'call-1@example.com', fromTag = 'f1', toTag = '', sequence = 1, body = '' } = fields
  const { fromUser = '07700900123', toUser = '07700900456', branch = `b-${method}-${sequence}` } = fields
  return [
    startLine,
    `Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-${branch}`,
    `From: <sip:${fromUser}@example.com>;tag=${fromTag}`,
    `To: <sip:${toUser}@example.com>${toTag === '' ? '' : `;tag=${toTag}`}`,
    `Call-ID: ${callId}`,
    `CSeq: ${sequence} ${method}`,
    ...(fields.headers ?? []),
    ...(body === '' ? [] : [`Content-Type: ${fields.contentType ?? 'application/sdp'}`]),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
}

/** A SIP request as text. */
export const request = (method: string, fields: SipFields = {}): string =>
  messageOf(
    `${method} sip:${fields.toUser ?? '07700900456'}@example.com SIP/2.0`,
    fields.method ?? method,
    fields,
  )

/** A SIP response as text; it answers an INVITE unless `method` says else. */
export const response = (status: number, fields: SipFields = {}): string =>
  messageOf(`SIP/2.0 ${status} Because`, fields.method ?? 'INVITE', fields)

export interface SdpFields {
  readonly proto?: string
  readonly key?: Uint8Array
  readonly direction?: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'
  readonly lines?: readonly string[]
  /** The whole m= line, where audio and PCMU are not meant. */
  readonly media?: string
}

/** A session description with one section of PCMU; `key` gives it an a=crypto line. */
export const sdp = ({ address, port }: End, fields: SdpFields = {}): string =>
  [
    'v=0',
    `o=- 1 1 IN ${address.includes(':') ? 'IP6' : 'IP4'} ${address}`,
    's=-',
    `c=IN ${address.includes(':') ? 'IP6' : 'IP4'} ${address}`,
    't=0 0',
    `m=${fields.media ?? `audio ${port} ${fields.proto ?? 'RTP/AVP'} 0`}`,
    ...(fields.key === undefined ? [] : [cryptoLine(fields.key)]),
    ...(fields.direction === undefined ? [] : [`a=${fields.direction}`]),
    ...(fields.lines ?? []),
    '',
  ].join('\r\n')

/** An a=crypto line of the usual suite. */
export const cryptoLine = (key: Uint8Array): string =>
  `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${Buffer.from(key).toString('base64')}`

/** Thirty bytes of key and salt from a seed. */
export const keyOf = (seed: number): Uint8Array => randomBytes(seededRandom(seed), 30)
