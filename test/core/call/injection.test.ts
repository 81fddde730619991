/** What somebody else on the wire sends: it never sets a verdict, and never makes one greener (VERDICTS §2.6, HARDENING). */
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { CallReport } from '../../../src/core/index.ts'
import { judgeFrames, loadFrames, type Frame } from '../../tools/judge-frames.ts'
import { FLAG, ipv4, PROTOCOL, udp } from '../../tools/packet-builder.ts'
import { sipCall } from '../../tools/sip-call.ts'
import {
  bothWays,
  cryptoLine,
  inOrder,
  keyOf,
  request,
  response,
  sdp,
  Talker,
  Wire,
  type TalkerOptions,
} from '../../tools/wire.ts'
import { ALICE, ALICE_MEDIA, BOB, BOB_MEDIA, establish, hangUp, idsOf, MALLORY, onlyCall } from './phones.ts'

const CASES = join(import.meta.dirname, '../../cases')
const load = (name: string): Promise<Frame[]> => loadFrames(join(CASES, name, 'capture.pcap'))
const MALLORY_MEDIA = { address: MALLORY.address, port: 9000 }

/** The phones of the recorded cases. */
const PHONE = { address: '10.77.0.11', port: 5060 }
const OTHER = { address: '10.77.0.21', port: 5060 }

/** A wire whose time is that of some recorded frames, `seconds` after their first. */
const besides = (frames: readonly Frame[], seconds: number): Wire => {
  const wire = new Wire()
  wire.now = frames[0]!.at + seconds * 1e6
  return wire
}

const judgeWith = (frames: readonly Frame[], wire: Wire): CallReport[] => [
  ...judgeFrames(inOrder([...frames, ...wire.frames])).calls,
]

describe('RTP from a third address into an encrypted call', () => {
  const phoneMedia = { address: PHONE.address, port: 16_538 }
  const inject = async (packets: number, options: TalkerOptions = {}): Promise<CallReport> => {
    const frames = await load('sip-udp-dtls-srtp')
    const wire = besides(frames, 3).talk([new Talker(MALLORY_MEDIA, phoneMedia, options)], packets)
    const calls = judgeWith(frames, wire)
    expect(calls).toHaveLength(1)
    return calls[0]!
  }

  test('without it: metadata-exposed', async () => {
    expect(judgeFrames(await load('sip-udp-dtls-srtp')).calls).toMatchObject([{ grade: 'metadata-exposed' }])
  })

  test.each([1, 3])('%i packets: nothing changes', async (packets) => {
    expect(await inject(packets)).toMatchObject({ grade: 'metadata-exposed' })
  })

  test.each([15, 60, 300])('%i plain packets: never red, undetermined', async (packets) => {
    const call = await inject(packets)
    expect(call).toMatchObject({ grade: 'undetermined', reasons: ['ambiguous-stream'] })
    expect(call.media).toHaveLength(2)
  })

  test.each([8, 0, 18])('sixty packets of payload type %i', async (payloadType) => {
    expect((await inject(60, { payloadType })).grade).toBe('undetermined')
  })

  test('sixty packets that look encrypted: undetermined too', async () => {
    expect((await inject(60, { voice: 'random' })).grade).toBe('undetermined')
  })

  test('a thousand SSRCs of three packets each are not strays any more', async () => {
    const frames = await load('sip-udp-dtls-srtp')
    const wire = besides(frames, 3)
    for (let i = 0; i < 1000; i++) {
      const talker = new Talker(MALLORY_MEDIA, phoneMedia, { ssrc: i + 1 })
      for (let packet = 0; packet < 3; packet++) wire.udp(talker.from, talker.to, talker.next())
      wire.now -= 2000
    }
    expect(judgeWith(frames, wire)).toMatchObject([{ grade: 'undetermined', reasons: ['ambiguous-stream'] }])
  })

  test('from the peer itself, with another SSRC: that is its media, and plain', async () => {
    const frames = await load('sip-udp-dtls-srtp')
    const peer = { address: OTHER.address, port: 16_670 }
    const wire = besides(frames, 3).talk([new Talker(peer, phoneMedia)], 60)
    expect(judgeWith(frames, wire)).toMatchObject([{ grade: 'exposed' }])
  })

  test('encrypted-looking packets do not hide a plain call', () => {
    const wire = establish(new Wire())
    const both = bothWays(ALICE_MEDIA, BOB_MEDIA)
    const hiding = [
      new Talker(MALLORY_MEDIA, ALICE_MEDIA, { voice: 'random', seed: 5 }),
      new Talker(MALLORY_MEDIA, BOB_MEDIA, { voice: 'random', seed: 6 }),
    ]
    wire.talk([...hiding, ...hiding, ...hiding, ...both], 100)
    expect(onlyCall(hangUp(wire)).grade).toBe('exposed')
  })
})

describe('signalling from a third address', () => {
  test('an INVITE with another Call-ID that announces the phones’ media takes nothing from a running call', async () => {
    const frames = await load('sip-udp-dtls-srtp')
    const wire = besides(frames, 3)
    const spoofed = { callId: 'spoofed@example.com', fromTag: 'm', client: MALLORY, server: OTHER }
    establish(wire, {
      ...spoofed,
      offer: sdp({ address: PHONE.address, port: 16_538 }),
      answer: sdp({ address: OTHER.address, port: 16_670 }),
    })
    const calls = judgeWith(frames, wire)
    const own = calls.find(({ callIds }) => !callIds.includes('spoofed@example.com'))
    expect(own).toMatchObject({ grade: 'metadata-exposed' })
    expect(own?.media.map(({ packets }) => packets)).toEqual([553, 554])
  })

  test('a description with the Call-ID and tags of a plain call claims SRTP: the packets decide', () => {
    const wire = establish(new Wire())
    wire.talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 60)
    const secure = { proto: 'RTP/SAVP', key: keyOf(3) }
    wire.udp(MALLORY, BOB, request('INVITE', { toTag: 't1', sequence: 5, body: sdp(ALICE_MEDIA, secure) }))
    wire.udp(BOB, MALLORY, response(200, { toTag: 't1', sequence: 5, body: sdp(BOB_MEDIA, secure) }))
    wire.talk(bothWays(ALICE_MEDIA, BOB_MEDIA, { ssrc: 9 }), 60)
    expect(onlyCall(hangUp(wire))).toMatchObject({ grade: 'exposed' })
  })

  test('a readable INVITE from nowhere near does not touch a TLS call', async () => {
    const frames = await load('sip-tls13-srtp')
    const wire = besides(frames, 3)
    wire.udp(MALLORY, { address: '203.0.113.9', port: 5060 }, request('INVITE', { body: sdp(MALLORY_MEDIA) }))
    expect(judgeWith(frames, wire).map(({ grade }) => grade)).toEqual(['metadata-exposed', 'protected'])
  })

  test('keys that somebody sends open only what they really open', async () => {
    const frames = await load('sip-tls13-srtp')
    const wire = besides(frames, 0.001)
    const offer = sdp(
      { address: PHONE.address, port: 40_000 },
      { proto: 'RTP/SAVP', lines: [cryptoLine(keyOf(7))] },
    )
    wire.udp(MALLORY, { address: '203.0.113.9', port: 5060 }, request('INVITE', { body: offer }))
    const green = judgeWith(frames, wire).find(({ callIds }) => callIds.length === 0)
    expect(green).toMatchObject({ grade: 'protected' })
    expect(green?.media.map(({ keyExposure }) => keyExposure)).toEqual(['none', 'none'])
  })

  test('a BYE from a third address: what comes after it is judged as before', () => {
    const wire = establish(new Wire())
    const both = bothWays(ALICE_MEDIA, BOB_MEDIA, { voice: 'random' })
    wire.talk(both, 100)
    wire.udp(MALLORY, BOB, request('BYE', { toTag: 't1', sequence: 50 })).wait(1)
    for (const talker of both) talker.voice = 'clear'
    wire.talk(both, 100)
    expect(onlyCall(hangUp(wire))).toMatchObject({ grade: 'exposed' })
  })
})

describe('key exchanges from a third address', () => {
  const hello = (() => {
    const body = [0xfe, 0xfd, ...new Array<number>(32).fill(1), 0, 0, 0, 2, 0xc0, 0x2b, 1, 0]
    const handshake = [1, 0, 0, body.length, 0, 0, 0, 0, 0, 0, 0, body.length, ...body]
    return Uint8Array.from([22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, handshake.length, ...handshake])
  })()

  test('a ClientHello to the phone’s media port does not make a plain call encrypted', () => {
    const wire = establish(new Wire())
    wire.udp(MALLORY_MEDIA, ALICE_MEDIA, hello).udp(MALLORY_MEDIA, BOB_MEDIA, hello)
    expect(onlyCall(hangUp(wire.talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 60)))).toMatchObject({
      grade: 'exposed',
    })
  })

  test('nor does it spoil an encrypted one', async () => {
    const frames = await load('sip-udp-dtls-srtp')
    const wire = besides(frames, 4).udp(MALLORY_MEDIA, { address: PHONE.address, port: 16_538 }, hello)
    expect(judgeWith(frames, wire)).toMatchObject([{ grade: 'metadata-exposed' }])
  })

  test('a STUN request with ICE attributes to a phone’s port turns no call into other media', () => {
    const wire = new Wire()
    const stun = Uint8Array.from([
      0,
      1,
      0,
      8,
      0x21,
      0x12,
      0xa4,
      0x42,
      ...new Array<number>(12).fill(3),
      0,
      0x24,
      0,
      4,
      1,
      2,
      3,
      4,
    ])
    wire.udp(MALLORY_MEDIA, ALICE_MEDIA, stun).udp(MALLORY_MEDIA, BOB_MEDIA, stun)
    wire.talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 200)
    expect(onlyCall(wire)).toMatchObject({ grade: 'audio-exposed' })
  })
})

describe('bytes in two versions', () => {
  test('a TCP segment that overlaps with other bytes: the first counts, and a TLS call is not green', async () => {
    const frames = await load('sip-tls13-srtp')
    const at = frames.findIndex(({ bytes }) => bytes[14 + 9] === PROTOCOL.tcp && bytes.length > 300)
    const forged = { ...frames[at]!, bytes: frames[at]!.bytes.slice() }
    forged.bytes.fill(0x55, 200)
    const whole = judgeFrames([...frames.slice(0, at + 1), forged, ...frames.slice(at + 1)])
    expect(whole.calls).toMatchObject([{ grade: 'undetermined' }])
    expect(whole.calls[0]?.reasons).toContain('ambiguous-stream')
  })

  test('the same in readable SIP over TCP: named, and still red by its media', () => {
    const frames = sipCall({ transport: 'tcp', packets: 60 })
    const at = frames.findIndex(({ bytes }) => Buffer.from(bytes).includes('INVITE sip:'))
    const forged = { ...frames[at]!, bytes: frames[at]!.bytes.slice() }
    forged.bytes.fill(0x41, 400, 500)
    const { calls } = judgeFrames([...frames.slice(0, at + 1), forged, ...frames.slice(at + 1)])
    expect(calls).toMatchObject([{ grade: 'exposed' }])
    expect(idsOf(calls[0]!)).toContain('ambiguous-stream')
  })

  test('IP fragments that overlap with other bytes: the INVITE is in doubt', () => {
    const wire = new Wire()
    const offer = sdp(ALICE_MEDIA, { proto: 'RTP/SAVP' })
    const datagram = udp(new TextEncoder().encode(request('INVITE', { body: offer })), ALICE, BOB)
    const piece = (from: number, to: number, more: boolean, fill?: number): Uint8Array => {
      const bytes = datagram.slice(from, to)
      if (fill !== undefined) bytes.fill(fill)
      return ipv4(bytes, ALICE.address, BOB.address, PROTOCOL.udp, { id: 5, offset: from, more })
    }
    wire
      .packet(piece(0, 200, true))
      .packet(piece(104, 200, true, 0x42))
      .packet(piece(200, datagram.length, false))
    const rest = establish(new Wire(), { offer, answer: sdp(BOB_MEDIA, { proto: 'RTP/SAVP' }) })
    rest.talk(bothWays(ALICE_MEDIA, BOB_MEDIA, { voice: 'random' }), 100)
    const { calls } = judgeFrames([...wire.frames, ...hangUp(rest).frames.slice(1)])
    expect(calls).toHaveLength(1)
    expect(calls[0]?.grade).toBe('undetermined')
    expect(calls[0]?.reasons).toContain('ambiguous-stream')
  })

  test('the same RTP sequence number with another payload: never green', async () => {
    const frames = await load('sip-tls13-srtp')
    const at = frames.findIndex(
      ({ bytes }, i) => i > 200 && bytes[14 + 9] === PROTOCOL.udp && bytes.length > 200,
    )
    const forged = { ...frames[at]!, bytes: frames[at]!.bytes.slice() }
    forged.bytes.fill(0x77, 60, 180)
    const { calls } = judgeFrames([...frames.slice(0, at + 1), forged, ...frames.slice(at + 1)])
    expect(calls).toMatchObject([{ grade: 'undetermined', reasons: ['ambiguous-stream'] }])
  })

  test('a RST from a third party with a wrong number leaves the connection as it is', async () => {
    const frames = await load('sip-tls13-srtp')
    const tcp = frames.findIndex(({ bytes }, i) => i > 8 && bytes[14 + 9] === PROTOCOL.tcp)
    const forged = { ...frames[tcp]!, bytes: frames[tcp]!.bytes.slice(0, 54), wireLength: 54 }
    forged.bytes[14 + 2] = 0
    forged.bytes[14 + 3] = 40
    forged.bytes[14 + 20 + 4] = forged.bytes[14 + 20 + 4]! ^ 0x40
    forged.bytes[14 + 20 + 12] = 0x50
    forged.bytes[14 + 20 + 13] = FLAG.rst
    const { calls, summary } = judgeFrames([...frames.slice(0, tcp), forged, ...frames.slice(tcp)])
    expect(summary.counters.weird).toMatchObject({ tcp_bad_reset: 1 })
    expect(calls).toMatchObject([{ grade: 'protected' }])
  })
})
