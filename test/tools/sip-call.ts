/**
 * A whole call as frames: INVITE, 180, 200, ACK, two talkers, BYE, 200; over UDP or TCP, in the clear, looking encrypted (random bytes)
 * or truly encrypted (SRTP under the keys of its own SDP). Seeded: the same options give the same bytes.
 */
import type { Micros } from '../../src/core/index.ts'
import { seededRandom } from './mutations.ts'
import { FLAG, ascii, ethernet, rtp, tcpPacket, udpPacket, type End } from './packet-builder.ts'
import { randomBytes, talker } from './speech.ts'
import { SrtpProtector, type SrtpSuite } from './srtp.ts'

/** A frame as the engine takes it. */
export interface CallFrame {
  readonly at: Micros
  readonly bytes: Uint8Array
  readonly wireLength: number
  readonly linkType: number
}

export interface CallOptions {
  readonly seed?: number
  /** Microseconds since the epoch of the INVITE. */
  readonly startAt?: number
  readonly transport?: 'udp' | 'tcp'
  /** Signalling ends. */
  readonly caller?: End
  readonly callee?: End
  /** Ports of the media, on the same addresses. */
  readonly callerMediaPort?: number
  readonly calleeMediaPort?: number
  readonly callId?: string
  /** What the m= line says; `RTP/SAVP` brings a=crypto lines unless `crypto` is false. */
  readonly profile?: 'RTP/AVP' | 'RTP/SAVP'
  readonly crypto?: boolean
  readonly suite?: SrtpSuite
  /** What is really sent. */
  readonly media?: 'clear' | 'random' | 'srtp' | 'none'
  /** Packets of 20 ms in each direction. */
  readonly packets?: number
  /** Lines added to the SDP of the offer and of the answer. */
  readonly offerLines?: readonly string[]
  readonly answerLines?: readonly string[]
  /** Bytes in one TCP segment at most. */
  readonly segmentSize?: number
  /** Wraps an IP packet in a frame; Ethernet unless given. */
  readonly link?: (packet: Uint8Array) => Uint8Array
  readonly linkType?: number
}

const DEFAULTS = {
  seed: 1,
  startAt: 1_700_000_000_000_000,
  transport: 'udp',
  caller: { address: '192.0.2.10', port: 5060 },
  callee: { address: '198.51.100.20', port: 5060 },
  callerMediaPort: 40_000,
  calleeMediaPort: 50_000,
  callId: 'call-1@example.com',
  profile: 'RTP/AVP',
  crypto: true,
  suite: 'AES_CM_128_HMAC_SHA1_80',
  media: 'clear',
  packets: 100,
  offerLines: [],
  answerLines: [],
  segmentSize: 1460,
  link: (packet: Uint8Array) => ethernet(packet),
  linkType: 1,
} as const satisfies Required<CallOptions>

/** The call's frames, in order of time. */
export const sipCall = (options: CallOptions = {}): CallFrame[] =>
  new CallBuilder({ ...DEFAULTS, ...options }).build()

type Side = 0 | 1

class CallBuilder {
  readonly #options: Required<CallOptions>
  readonly #random: () => number
  readonly #frames: CallFrame[] = []
  readonly #keys: readonly [Uint8Array, Uint8Array]
  /** Next TCP sequence number of each side. */
  readonly #sequences: [number, number]
  #now: number

  constructor(options: Required<CallOptions>) {
    this.#options = options
    this.#random = seededRandom(options.seed)
    this.#keys = [randomBytes(this.#random, 30), randomBytes(this.#random, 30)]
    this.#sequences = [Math.floor(this.#random() * 2 ** 32), Math.floor(this.#random() * 2 ** 32)]
    this.#now = options.startAt
  }

  build(): CallFrame[] {
    const { transport, media } = this.#options
    if (transport === 'tcp') this.#connect()
    this.#send(0, this.#request('INVITE', 1, 'a', this.#description(0)))
    this.#send(1, this.#response(180, 'Ringing', 'INVITE', 1, 'a', ''))
    this.#now += 900_000
    this.#send(1, this.#response(200, 'OK', 'INVITE', 1, 'a', this.#description(1)))
    this.#send(0, this.#request('ACK', 1, 'b', ''))
    if (media !== 'none') this.#talk()
    this.#send(0, this.#request('BYE', 2, 'c', ''))
    this.#send(1, this.#response(200, 'OK', 'BYE', 2, 'c', ''))
    return this.#frames
  }

  #end(side: Side): End {
    return side === 0 ? this.#options.caller : this.#options.callee
  }

  #add(packet: Uint8Array): void {
    const bytes = this.#options.link(packet)
    this.#frames.push({
      at: this.#now as Micros,
      bytes,
      wireLength: bytes.length,
      linkType: this.#options.linkType,
    })
  }

  #connect(): void {
    this.#segment(0, new Uint8Array(0), FLAG.syn)
    this.#sequences[0]++
    this.#segment(1, new Uint8Array(0), FLAG.syn | FLAG.ack)
    this.#sequences[1]++
    this.#segment(0, new Uint8Array(0), FLAG.ack)
  }

  #segment(side: Side, payload: Uint8Array, flags: number): void {
    const sequence = this.#sequences[side] >>> 0
    const acknowledgement = (flags & FLAG.ack) === 0 ? 0 : this.#sequences[side === 0 ? 1 : 0] >>> 0
    this.#add(
      tcpPacket(payload, this.#end(side), this.#end(side === 0 ? 1 : 0), {
        sequence,
        acknowledgement,
        flags,
      }),
    )
    this.#sequences[side] += payload.length
    this.#now += 400
  }

  #send(side: Side, text: string): void {
    const bytes = ascii(text)
    if (this.#options.transport === 'udp')
      this.#add(udpPacket(bytes, this.#end(side), this.#end(side === 0 ? 1 : 0)))
    else {
      for (let at = 0; at < bytes.length; at += this.#options.segmentSize) {
        this.#segment(side, bytes.slice(at, at + this.#options.segmentSize), FLAG.ack | FLAG.psh)
      }
    }
    this.#now += 20_000
  }

  #hostPort(side: Side): string {
    const { address, port } = this.#end(side)
    return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  }

  #headers(method: string, sequence: number, branch: string, isAnswered: boolean): string[] {
    const tag = isAnswered ? ';tag=callee-1' : ''
    return [
      `Via: SIP/2.0/${this.#options.transport.toUpperCase()} ${this.#hostPort(0)};branch=z9hG4bK-${branch}`,
      'From: <sip:07700900123@example.com>;tag=caller-1',
      `To: <sip:07700900456@example.com>${tag}`,
      `Call-ID: ${this.#options.callId}`,
      `CSeq: ${sequence} ${method}`,
    ]
  }

  #request(method: string, sequence: number, branch: string, body: string): string {
    const headers = [
      `${method} sip:07700900456@${this.#hostPort(1)} SIP/2.0`,
      ...this.#headers(method, sequence, branch, method !== 'INVITE'),
      'Max-Forwards: 70',
      `Contact: <sip:07700900123@${this.#hostPort(0)}>`,
    ]
    return this.#message(headers, body)
  }

  #response(
    status: number,
    phrase: string,
    method: string,
    sequence: number,
    branch: string,
    body: string,
  ): string {
    const headers = [
      `SIP/2.0 ${status} ${phrase}`,
      ...this.#headers(method, sequence, branch, true),
      `Contact: <sip:07700900456@${this.#hostPort(1)}>`,
    ]
    return this.#message(headers, body)
  }

  #message(headers: string[], body: string): string {
    if (body !== '') headers.push('Content-Type: application/sdp')
    return [...headers, `Content-Length: ${body.length}`, '', body].join('\r\n')
  }

  #description(side: Side): string {
    const { address } = this.#end(side)
    const { profile, suite, crypto, offerLines, answerLines } = this.#options
    const family = address.includes(':') ? 'IP6' : 'IP4'
    const key = Buffer.from(this.#keys[side]).toString('base64')
    const lines = [
      'v=0',
      `o=- 1 1 IN ${family} ${address}`,
      's=-',
      `c=IN ${family} ${address}`,
      't=0 0',
      `m=audio ${this.#mediaPort(side)} ${profile} 0`,
      'a=rtpmap:0 PCMU/8000',
      ...(profile === 'RTP/SAVP' && crypto ? [`a=crypto:1 ${suite} inline:${key}`] : []),
      ...(side === 0 ? offerLines : answerLines),
    ]
    return lines.map((line) => `${line}\r\n`).join('')
  }

  #mediaPort(side: Side): number {
    return side === 0 ? this.#options.callerMediaPort : this.#options.calleeMediaPort
  }

  #talk(): void {
    const sides = ([0, 1] as const).map((side) => this.#talker(side))
    for (let packet = 0; packet < this.#options.packets; packet++) {
      for (const speak of sides) {
        speak(packet)
        this.#now += 10_000
      }
    }
  }

  /** Sends the side's packet of a number. */
  #talker(side: Side): (packet: number) => void {
    const random = seededRandom(this.#options.seed * 2 + side + 1)
    const voice = talker(random)
    const { media, suite } = this.#options
    const protector = new SrtpProtector(this.#keys[side], suite)
    const ssrc = Math.floor(random() * 2 ** 32)
    const first = Math.floor(random() * 2 ** 15)
    const from = { address: this.#end(side).address, port: this.#mediaPort(side) }
    const other: Side = side === 0 ? 1 : 0
    const to = { address: this.#end(other).address, port: this.#mediaPort(other) }
    return (packet) => {
      const fields = {
        payloadType: 0,
        sequence: first + packet,
        timestamp: packet * 160,
        ssrc,
        marker: packet === 0,
      }
      const tagLength = suite.endsWith('_32') ? 4 : 10
      const payload = media === 'random' ? randomBytes(random, 160 + tagLength) : voice(160)
      const plain = rtp(payload, fields)
      this.#add(udpPacket(media === 'srtp' ? protector.protect(plain) : plain, from, to))
    }
  }
}
