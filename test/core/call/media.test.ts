/** Media and its keys within calls: what the SDP says against what the packets are; each as a capture through the whole engine. */
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { judgeFrames, loadFrames, type Frame } from '../../tools/judge-frames.ts'
import { concat, ethernet, ipv4Fragments, PROTOCOL, u16, udp, vlan } from '../../tools/packet-builder.ts'
import { sipCall } from '../../tools/sip-call.ts'
import { bothWays, cryptoLine, keyOf, request, sdp, Talker, Wire } from '../../tools/wire.ts'
import {
  ALICE,
  ALICE_MEDIA,
  BOB,
  BOB_MEDIA,
  establish,
  hangUp,
  idsOf,
  MALLORY,
  mediaOf,
  onlyCall,
  reinvite,
} from './phones.ts'

const CASES = join(import.meta.dirname, '../../cases')
const caseFrames = (name: string): Promise<Frame[]> => loadFrames(join(CASES, name, 'capture.pcap'))

const SAVP = { proto: 'RTP/SAVP' } as const
const aliceKey = keyOf(1)
const bobKey = keyOf(2)
const secureOffer = sdp(ALICE_MEDIA, { ...SAVP, key: aliceKey })
const secureAnswer = sdp(BOB_MEDIA, { ...SAVP, key: bobKey })
const secureTalk = (): [Talker, Talker] => [
  new Talker(ALICE_MEDIA, BOB_MEDIA, { voice: 'srtp', key: aliceKey }),
  new Talker(BOB_MEDIA, ALICE_MEDIA, { voice: 'srtp', key: bobKey }),
]

describe('claims and packets', () => {
  test('SRTP whose keys are in readable SIP: the keys are proven, the call is exposed', () => {
    const wire = establish(new Wire(), { offer: secureOffer, answer: secureAnswer }).talk(secureTalk(), 60)
    const call = onlyCall(hangUp(wire))
    expect(call.grade).toBe('exposed')
    expect(
      call.media.map(({ protection, keying, keyExposure }) => [protection, keying, keyExposure]),
    ).toEqual([
      ['encrypted', 'sdes', 'proven'],
      ['encrypted', 'sdes', 'proven'],
    ])
    expect(idsOf(call)).toContain('sdes-key-exposed')
    expect(JSON.stringify(call)).not.toContain(Buffer.from(aliceKey).toString('base64').slice(0, 8))
  })

  test('SRTP whose keys are in a readable MIKEY message: proven as well', () => {
    // RFC 3830 §6: header, no map, KEMAC with NULL encryption, one TEK with salt.
    const mikeyOf = (key: Uint8Array): string => {
      const data = concat([0, 3 << 4], u16(16), key.subarray(0, 16), u16(14), key.subarray(16))
      const message = concat([1, 0, 1, 0, 0, 0, 0, 1, 1, 1], [0, 0], u16(data.length), data, [0])
      return `a=key-mgmt:mikey ${Buffer.from(message).toString('base64')}`
    }
    const offer = sdp(ALICE_MEDIA, { ...SAVP, lines: [mikeyOf(aliceKey)] })
    const answer = sdp(BOB_MEDIA, { ...SAVP, lines: [mikeyOf(bobKey)] })
    const call = onlyCall(hangUp(establish(new Wire(), { offer, answer }).talk(secureTalk(), 60)))
    expect(call.grade).toBe('exposed')
    expect(call.media.map(({ keying, keyExposure }) => [keying, keyExposure])).toEqual([
      ['mikey', 'proven'],
      ['mikey', 'proven'],
    ])
    expect(idsOf(call)).toEqual(expect.arrayContaining(['mikey-null', 'sdes-key-exposed']))
    expect(JSON.stringify(call)).not.toContain(Buffer.from(aliceKey).toString('base64').slice(0, 8))
  })

  test('keys in a description that has no m= line are tried too', () => {
    const keys = [
      'v=0',
      'o=- 1 1 IN IP4 192.0.2.1',
      's=-',
      't=0 0',
      cryptoLine(aliceKey),
      cryptoLine(bobKey),
      '',
    ]
    const wire = establish(new Wire(), { offer: sdp(ALICE_MEDIA, SAVP), answer: sdp(BOB_MEDIA, SAVP) })
    wire.udp(ALICE, BOB, request('UPDATE', { toTag: 't1', sequence: 2, body: keys.join('\r\n') }))
    const call = onlyCall(hangUp(wire.talk(secureTalk(), 60)))
    expect(call.grade).toBe('exposed')
    expect(call.media.map(({ keyExposure }) => keyExposure)).toEqual(['proven', 'proven'])
  })

  test('offer SAVP, answer AVP: downgraded by the answer, plain', () => {
    const wire = establish(new Wire(), { offer: secureOffer })
    wire.talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 60)
    const call = onlyCall(hangUp(wire))
    expect(call.grade).toBe('exposed')
    expect(idsOf(call)).toEqual(expect.arrayContaining(['media-clear', 'downgraded-answer']))
    expect(call.claims).toEqual([{ offered: ['RTP/SAVP'], answered: ['RTP/AVP'] }])
  })

  test('SAVP agreed, RTP sent: promised and not kept', () => {
    const wire = establish(new Wire(), { offer: secureOffer, answer: secureAnswer })
    const call = onlyCall(hangUp(wire.talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 60)))
    expect(call.grade).toBe('exposed')
    expect(idsOf(call)).toContain('srtp-promised-rtp-sent')
  })

  test('OSRTP (AVP with a=crypto, RFC 8643), taken: encrypted, key proven', () => {
    const offer = sdp(ALICE_MEDIA, { key: aliceKey })
    const wire = establish(new Wire(), { offer, answer: sdp(BOB_MEDIA, { key: bobKey }) })
    const call = onlyCall(hangUp(wire.talk(secureTalk(), 60)))
    expect(call.media.map(({ protection, keyExposure }) => [protection, keyExposure])).toEqual([
      ['encrypted', 'proven'],
      ['encrypted', 'proven'],
    ])
  })

  test('OSRTP offered and not used: plain, and said', () => {
    const wire = establish(new Wire(), { offer: sdp(ALICE_MEDIA, { key: aliceKey }) })
    const call = onlyCall(hangUp(wire.talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 60)))
    expect(call.grade).toBe('exposed')
    expect(idsOf(call)).toEqual(expect.arrayContaining(['optional-srtp-refused']))
  })

  test('plain one way, encrypted the other way', () => {
    const wire = establish(new Wire(), { offer: secureOffer, answer: secureAnswer })
    const [alice] = secureTalk()
    wire.talk([alice, new Talker(BOB_MEDIA, ALICE_MEDIA)], 100)
    const call = onlyCall(hangUp(wire))
    expect(call.grade).toBe('exposed')
    expect(idsOf(call)).toContain('one-direction-clear')
  })

  test('random bytes under plain RTP are never encryption', () => {
    const wire = establish(new Wire())
    wire.talk(bothWays(ALICE_MEDIA, BOB_MEDIA, { voice: 'random', tag: 0 }), 150)
    const call = onlyCall(hangUp(wire))
    expect(call.grade).toBe('undetermined')
    expect(call.media.map(({ protection }) => protection)).toEqual(['contradictory', 'contradictory'])
  })

  test('digital silence is plain', () => {
    const wire = establish(new Wire()).talk(bothWays(ALICE_MEDIA, BOB_MEDIA, { voice: 'silence' }), 60)
    expect(onlyCall(hangUp(wire)).grade).toBe('exposed')
  })

  test('SSRC 0 is a stream like any other', () => {
    const wire = establish(new Wire()).talk(bothWays(ALICE_MEDIA, BOB_MEDIA, { ssrc: 0 }), 60)
    const call = onlyCall(hangUp(wire))
    expect(call.media.map(({ ssrc, packets }) => [ssrc, packets])).toEqual([
      ['0x00000000', 60],
      ['0x00000000', 60],
    ])
  })

  test('a change of SSRC in the call: both parts are judged', () => {
    const wire = establish(new Wire())
    wire
      .talk(bothWays(ALICE_MEDIA, BOB_MEDIA, { ssrc: 5 }), 60)
      .talk(bothWays(ALICE_MEDIA, BOB_MEDIA, { ssrc: 6, seed: 3 }), 60)
    const call = onlyCall(hangUp(wire))
    expect(call.media.map(({ ssrc, packets }) => [ssrc, packets])).toEqual([
      ['0x00000005', 60],
      ['0x00000005', 60],
      ['0x00000006', 60],
      ['0x00000006', 60],
    ])
  })
})

describe('re-INVITE', () => {
  test('from SRTP to RTP for 100 ms and back: exposed, with the interval', () => {
    // Not SDES: the key must not make it red. Random bytes with a tag on a known codec are SRTP of unknown keys.
    const wire = establish(new Wire(), { offer: sdp(ALICE_MEDIA, SAVP), answer: sdp(BOB_MEDIA, SAVP) })
    const [alice, bob] = bothWays(ALICE_MEDIA, BOB_MEDIA, { voice: 'random' })
    wire.talk([alice, bob], 150)
    const before = wire.now
    reinvite(wire, 2, sdp(ALICE_MEDIA), sdp(BOB_MEDIA))
    alice.voice = 'clear'
    bob.voice = 'clear'
    wire.talk([alice, bob], 5)
    reinvite(wire, 3, sdp(ALICE_MEDIA, SAVP), sdp(BOB_MEDIA, SAVP))
    const after = wire.now
    alice.voice = 'random'
    bob.voice = 'random'
    wire.talk([alice, bob], 150)
    const call = onlyCall(hangUp(wire))
    expect(call.grade).toBe('exposed')
    const startedAt = wire.frames[0]!.at
    const clear = call.media.flatMap(({ slices }) =>
      slices.filter(({ protection }) => protection === 'clear'),
    )
    expect(clear.length).toBeGreaterThan(0)
    for (const { fromSeconds, toSeconds } of clear) {
      expect(fromSeconds).toBeGreaterThanOrEqual((before - startedAt) / 1e6 - 0.03)
      expect(toSeconds).toBeLessThanOrEqual((after - startedAt) / 1e6 + 0.03)
    }
  })

  test('to T.38 on the same port: fax in the clear, after an encrypted call', () => {
    const wire = establish(new Wire(), { offer: sdp(ALICE_MEDIA, SAVP), answer: sdp(BOB_MEDIA, SAVP) })
    wire.talk(bothWays(ALICE_MEDIA, BOB_MEDIA, { voice: 'random' }), 100)
    const fax = (port: number): { media: string } => ({ media: `image ${String(port)} udptl t38` })
    reinvite(wire, 2, sdp(ALICE_MEDIA, fax(40_000)), sdp(BOB_MEDIA, fax(50_000)))
    for (let i = 0; i < 40; i++) {
      const packet = Uint8Array.from([0, i, 6, 0xc0, 1, 0x80, 0, 0, 0xff, 0x10, i])
      wire.udp(ALICE_MEDIA, BOB_MEDIA, packet).udp(BOB_MEDIA, ALICE_MEDIA, packet).wait(0.02)
    }
    const call = onlyCall(hangUp(wire))
    expect(call.grade).toBe('exposed')
    expect(idsOf(call)).toContain('fax-clear')
    expect(call.media.filter(({ media }) => media === 'image').map(({ packets }) => packets)).toEqual([
      40, 40,
    ])
  })
})

describe('keys', () => {
  test('a=crypto in an INFO opens the stream that its SDP did not speak of', () => {
    const wire = establish(new Wire(), { offer: sdp(ALICE_MEDIA, SAVP), answer: sdp(BOB_MEDIA, SAVP) })
    const both = secureTalk()
    wire.talk(both, 80)
    const info = { toTag: 't1', sequence: 2, contentType: 'text/plain' }
    wire.udp(ALICE, BOB, request('INFO', { ...info, body: `${cryptoLine(aliceKey)}\r\n` })).talk(both, 80)
    const call = onlyCall(hangUp(wire))
    expect(call.grade).toBe('exposed')
    expect(call.media[0]).toMatchObject({ source: '192.0.2.10:40000', keyExposure: 'proven' })
    expect(idsOf(call)).toEqual(expect.arrayContaining(['keys-outside-sip', 'sdes-key-exposed']))
  })

  test('the same, after eight packets were tried in vain with other keys', () => {
    const wrong = sdp(ALICE_MEDIA, { ...SAVP, key: keyOf(9) })
    const wire = establish(new Wire(), { offer: wrong, answer: sdp(BOB_MEDIA, SAVP) })
    const both = secureTalk()
    wire.talk(both, 80)
    const info = { toTag: 't1', sequence: 2, contentType: 'text/plain' }
    wire.udp(ALICE, BOB, request('INFO', { ...info, body: `${cryptoLine(aliceKey)}\r\n` })).talk(both, 20)
    expect(onlyCall(hangUp(wire)).media[0]).toMatchObject({ keyExposure: 'proven' })
  })

  test('a key shown by another call opens this one too', () => {
    const wire = new Wire()
    const other = { callId: 'other@example.com', fromTag: 'o1', client: MALLORY, server: BOB }
    const elsewhere = { address: MALLORY.address, port: 7000 }
    establish(wire, {
      ...other,
      offer: sdp(elsewhere, { ...SAVP, key: aliceKey }),
      answer: sdp({ ...BOB_MEDIA, port: 50_100 }),
    })
    hangUp(wire, other).wait(30)
    establish(wire, { offer: sdp(ALICE_MEDIA, SAVP), answer: sdp(BOB_MEDIA, SAVP) }).talk(secureTalk(), 80)
    const { calls } = judgeFrames(hangUp(wire).frames)
    expect(calls[1]).toMatchObject({ callIds: ['call-1@example.com'], grade: 'exposed' })
    expect(calls[1]?.media[0]).toMatchObject({ keyExposure: 'proven' })
  })

  test('the same key in two calls is named in the second', () => {
    const wire = establish(new Wire(), { offer: secureOffer, answer: secureAnswer }).talk(secureTalk(), 40)
    hangUp(wire).wait(20)
    const second = { callId: 'call-2@example.com', fromTag: 'x1' }
    establish(wire, { ...second, offer: secureOffer, answer: secureAnswer }).talk(secureTalk(), 40)
    const { calls } = judgeFrames(hangUp(wire, second).frames)
    expect(calls.map((call) => idsOf(call).includes('sdes-key-reused'))).toEqual([false, true])
  })

  test('one key and SSRC both ways is a two-time pad', () => {
    const wire = establish(new Wire(), {
      offer: secureOffer,
      answer: sdp(BOB_MEDIA, { ...SAVP, key: aliceKey }),
    })
    wire.talk(bothWays(ALICE_MEDIA, BOB_MEDIA, { voice: 'srtp', key: aliceKey, ssrc: 77 }), 60)
    expect(idsOf(onlyCall(hangUp(wire)))).toContain('two-time-pad')
  })

  test('a DTLS call, then a call with readable keys on the same ports: the old handshake does not cover it', async () => {
    const first = await caseFrames('sip-udp-dtls-srtp')
    const ends = {
      alice: { address: '10.77.0.11', port: 16_538 },
      bob: { address: '10.77.0.21', port: 16_670 },
    }
    const wire = new Wire()
    wire.now = first.at(-1)!.at + 10_000_000
    const { alice, bob } = ends
    const sip = {
      client: { ...alice, port: 5060 },
      server: { ...bob, port: 5060 },
      callId: 'call-2@example.com',
    }
    establish(wire, {
      ...sip,
      offer: sdp(alice, { ...SAVP, key: aliceKey }),
      answer: sdp(bob, { ...SAVP, key: bobKey }),
    })
    wire.talk(
      [
        new Talker(alice, bob, { voice: 'srtp', key: aliceKey }),
        new Talker(bob, alice, { voice: 'srtp', key: bobKey }),
      ],
      60,
    )
    const { calls } = judgeFrames([...first, ...hangUp(wire, sip).frames])
    expect(calls.map(({ grade, media }) => [grade, media.map(({ keying }) => keying)])).toEqual([
      ['metadata-exposed', ['dtls', 'dtls']],
      ['exposed', ['sdes', 'sdes']],
    ])
  })
})

describe('addresses', () => {
  test('behind a NAT: SDP names a private address, media comes from where the SIP came from', () => {
    const hidden = sdp({ address: '10.1.2.3', port: ALICE_MEDIA.port })
    const wire = establish(new Wire(), { offer: hidden }).talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 60)
    const call = onlyCall(hangUp(wire))
    expect(call.grade).toBe('exposed')
    expect(mediaOf(call)).toHaveLength(2)
  })

  test('behind a NAT that changes the port: the other end of the flow tells', () => {
    const hidden = sdp({ address: '10.1.2.3', port: 8000 })
    const wire = establish(new Wire(), { offer: hidden }).talk(
      bothWays({ ...ALICE_MEDIA, port: 61_234 }, BOB_MEDIA),
      60,
    )
    const call = onlyCall(hangUp(wire))
    expect(mediaOf(call).sort()).toEqual([
      '192.0.2.10:61234 > 198.51.100.20:50000 clear',
      '198.51.100.20:50000 > 192.0.2.10:61234 clear',
    ])
  })

  test('IPv6, written in full in the SDP and short on the wire', () => {
    const alice = { address: '2001:db8::a', port: 5060 }
    const bob = { address: '2001:db8::b', port: 5060 }
    const written = (end: string): string => `2001:0DB8:0000:0000:0000:0000:0000:000${end}`
    const wire = establish(new Wire(), {
      client: alice,
      server: bob,
      offer: sdp({ address: written('A'), port: 40_000 }),
      answer: sdp({ address: written('B'), port: 50_000 }),
    })
    wire.talk(bothWays({ ...alice, port: 40_000 }, { ...bob, port: 50_000 }), 60)
    const call = onlyCall(hangUp(wire, { client: alice, server: bob }))
    expect(call.grade).toBe('exposed')
    expect(mediaOf(call).sort()).toEqual([
      '[2001:db8::a]:40000 > [2001:db8::b]:50000 clear',
      '[2001:db8::b]:50000 > [2001:db8::a]:40000 clear',
    ])
  })

  test('in a VLAN', () => {
    const wire = new Wire((packet) => ethernet(vlan(packet, 100), 0x8100))
    establish(wire).talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 60)
    expect(onlyCall(hangUp(wire))).toMatchObject({ grade: 'exposed', incomplete: [] })
  })

  test('an INVITE in IP fragments, the last piece first', () => {
    const wire = new Wire()
    const invite = request('INVITE', { body: sdp(ALICE_MEDIA), headers: [`X-Long: ${'x'.repeat(3000)}`] })
    const datagram = udp(new TextEncoder().encode(invite), ALICE, BOB)
    const pieces = ipv4Fragments(datagram, ALICE.address, BOB.address, PROTOCOL.udp, 77, 1200).reverse()
    for (const piece of pieces) wire.packet(piece)
    const rest = establish(new Wire()).talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 60)
    const { calls } = judgeFrames([...wire.frames, ...hangUp(rest).frames.slice(1)])
    expect(calls).toMatchObject([{ grade: 'exposed', incomplete: [] }])
    expect(calls[0]?.media).toHaveLength(2)
  })

  test.each([1, 7, 40, 300, 1460])('SIP over TCP in segments of %i', (segmentSize) => {
    const { calls } = judgeFrames(sipCall({ transport: 'tcp', segmentSize, packets: 60 }))
    expect(calls).toMatchObject([{ grade: 'exposed', incomplete: [], state: 'ended' }])
    expect(calls[0]?.media.map(({ packets }) => packets)).toEqual([60, 60])
  })
})

describe('every frame twice, as a bridge and its port show it', () => {
  const twice = (frames: readonly Frame[]): Frame[] => frames.flatMap((frame) => [frame, frame])
  const summaryOf = (frames: readonly Frame[]): unknown =>
    judgeFrames(frames).calls.map(({ grade, reasons, incomplete, media, findings, claims }) => ({
      grade,
      reasons,
      incomplete,
      claims,
      media: media.map(({ source, ssrc, protection, packets, lost, keyExposure }) => ({
        source,
        ssrc,
        protection,
        packets,
        lost,
        keyExposure,
      })),
      findings: findings.map(({ id }) => id),
    }))

  test.each([
    'sip-udp-rtp-plain',
    'sip-tls13-srtp',
    'sip-udp-dtls-srtp',
    'sip-udp-zrtp',
    'srtp-key-in-readable-sip',
    'tls12-self-signed',
    'reinvite-downgrade',
    'two-calls',
  ])('%s: the same verdict and packets', async (name) => {
    const frames = await caseFrames(name)
    expect(summaryOf(twice(frames))).toEqual(summaryOf(frames))
  })
})
