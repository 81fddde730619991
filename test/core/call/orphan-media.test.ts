/**
 * Media that no readable SDP announced: a call of its own, other traffic, or the media of a TLS connection. The conditions (a)–(f) of
 * VERDICTS §1 are the only road to green, so each is taken away alone from a recorded call that is green.
 */
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Micros } from '../../../src/core/index.ts'
import { judgeFrames, loadFrames, testEngine, type Frame, type Judgement } from '../../tools/judge-frames.ts'
import { PROTOCOL } from '../../tools/packet-builder.ts'
import { bothWays, inOrder, request, response, Talker, Wire } from '../../tools/wire.ts'
import { ALICE, ALICE_MEDIA, BOB, BOB_MEDIA, onlyCall } from './phones.ts'

const CASES = join(import.meta.dirname, '../../cases')
const load = (name: string): Promise<Frame[]> => loadFrames(join(CASES, name, 'capture.pcap'))

const isTcp = ({ bytes }: Frame): boolean => bytes[14 + 9] === PROTOCOL.tcp
const portsOf = ({ bytes }: Frame): number[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset + 34)
  return [view.getUint16(0), view.getUint16(2)]
}
/** Replaces one address, or one port, wherever it stands in the IP and TCP headers. */
const readdress = (frame: Frame, from: readonly number[], to: readonly number[]): Frame => {
  const bytes = frame.bytes.slice()
  for (const at of from.length === 4 ? [26, 30] : [34, 36]) {
    if (from.every((byte, i) => bytes[at + i] === byte)) bytes.set(to, at)
  }
  return { ...frame, bytes }
}
const later = (frame: Frame, seconds: number): Frame => ({
  ...frame,
  at: (frame.at + seconds * 1e6) as Micros,
})
const SIPS_PORT = [5061 >> 8, 5061 & 255]
const PHONE = [10, 77, 0, 11]
const SERVER = [10, 77, 0, 21]

const gradesOf = ({ calls }: Judgement): string[][] => calls.map(({ grade, reasons }) => [grade, ...reasons])

describe('without any signalling', () => {
  test('plain both ways: audio-exposed', () => {
    const wire = new Wire().talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 100)
    expect(onlyCall(wire)).toMatchObject({
      grade: 'audio-exposed',
      callIds: [],
      signalling: { protection: 'unseen' },
    })
  })

  test('plain one way', () => {
    const wire = new Wire().talk([new Talker(ALICE_MEDIA, BOB_MEDIA)], 100)
    const call = onlyCall(wire)
    expect(call).toMatchObject({ grade: 'audio-exposed' })
    expect(call.incomplete).toContain('one-way')
  })

  test('two flows with ports of their own each way are one call', () => {
    const wire = new Wire()
    wire.talk(
      [
        new Talker(ALICE_MEDIA, BOB_MEDIA),
        new Talker({ ...BOB_MEDIA, port: 50_002 }, { ...ALICE_MEDIA, port: 40_002 }),
      ],
      100,
    )
    const call = onlyCall(wire)
    expect(call.media).toHaveLength(2)
    expect(call.incomplete).not.toContain('one-way')
  })

  test('SRTP of unknown keys: undetermined, never green', () => {
    const wire = new Wire().talk(bothWays(ALICE_MEDIA, BOB_MEDIA, { voice: 'random' }), 200)
    expect(onlyCall(wire)).toMatchObject({ grade: 'undetermined', reasons: ['signalling-unseen'] })
  })

  test('seven packets are nobody’s call', () => {
    const { calls, summary } = judgeFrames(new Wire().talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 7).frames)
    expect(calls).toEqual([])
    expect(summary.otherMedia).toHaveLength(2)
  })

  test('an unknown dynamic type that looks random is other traffic', () => {
    const options = { voice: 'random', payloadType: 111 } as const
    const { calls, summary } = judgeFrames(
      new Wire().talk(bothWays(ALICE_MEDIA, BOB_MEDIA, options), 200).frames,
    )
    expect(calls).toEqual([])
    expect(summary.otherMedia).toHaveLength(2)
  })

  test('media that pauses for more than a minute and goes on is judged again', () => {
    const both = bothWays(ALICE_MEDIA, BOB_MEDIA, { voice: 'random' })
    const wire = new Wire().talk(both, 100).wait(90)
    for (const talker of both) {
      talker.voice = 'clear'
      talker.timestamp += 90 * 8000
    }
    const { calls } = judgeFrames(wire.talk(both, 100).frames)
    expect(calls.map(({ grade }) => grade)).toEqual(['undetermined', 'audio-exposed'])
  })

  test('a readable INVITE without media of its own adopts the only orphan of its host', () => {
    const wire = new Wire()
    wire.udp(ALICE, BOB, request('INVITE', { body: '' }))
    wire.udp(BOB, ALICE, response(200, { toTag: 't1' }))
    wire.udp(ALICE, BOB, request('ACK', { toTag: 't1' })).talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 200)
    expect(onlyCall(wire)).toMatchObject({ grade: 'exposed', callIds: ['call-1@example.com'] })
  })
})

describe('under a TLS connection', () => {
  test('all conditions hold: green', async () => {
    expect(gradesOf(judgeFrames(await load('sip-tls13-srtp')))).toEqual([['protected']])
  })

  test('(a) not known as SIP by port, ALPN or name: guessed at most', async () => {
    const frames = (await load('sip-tls13-srtp')).map((frame) =>
      isTcp(frame) ? readdress(frame, SIPS_PORT, [0x20, 0xfb]) : frame,
    )
    expect(gradesOf(judgeFrames(frames))).toEqual([['undetermined', 'signalling-guessed']])
  })

  test('(a) the same host configured as a SIP peer: green', async () => {
    const frames = (await load('sip-tls13-srtp')).map((frame) =>
      isTcp(frame) ? readdress(frame, SIPS_PORT, [0x20, 0xfb]) : frame,
    )
    expect(gradesOf(judgeFrames(frames, testEngine({ sipPeers: ['10.77.0.21'] })))).toEqual([['protected']])
  })

  test('(a) the same port configured as a TLS port: green', async () => {
    const frames = (await load('sip-tls13-srtp')).map((frame) =>
      isTcp(frame) ? readdress(frame, SIPS_PORT, [0x20, 0xfb]) : frame,
    )
    expect(gradesOf(judgeFrames(frames, testEngine({ tlsPorts: [0x20fb] })))).toEqual([['protected']])
  })

  test('(b) application data more than 8 s before the media: unseen', async () => {
    const frames = await load('sip-tls13-srtp')
    const first = frames.findIndex((frame) => !isTcp(frame))
    const moved = frames.flatMap((frame, i) => (i < first ? [frame] : isTcp(frame) ? [] : [later(frame, 9)]))
    expect(gradesOf(judgeFrames(moved))).toEqual([['undetermined', 'signalling-unseen']])
  })

  test('(b) application data one way only: unseen', async () => {
    const frames = await load('tls-older-than-capture')
    // Its media begins at frame 18.
    const half = frames.filter((frame, i) => !isTcp(frame) || i > 17 || portsOf(frame)[1] === 5061)
    expect(gradesOf(judgeFrames(half))).toEqual([['undetermined', 'signalling-unseen']])
  })

  test('(c) the capture began with the media: unseen', async () => {
    const frames = await load('sip-tls13-srtp')
    const late = frames.slice(400)
    expect(gradesOf(judgeFrames(late)).map(([grade]) => grade)).toEqual(['undetermined'])
  })

  test('(d) the connection is of other hosts: unseen', async () => {
    const frames = (await load('sip-tls13-srtp')).map((frame) =>
      isTcp(frame) ? readdress(readdress(frame, PHONE, [10, 77, 0, 91]), SERVER, [10, 77, 0, 92]) : frame,
    )
    expect(gradesOf(judgeFrames(frames))).toEqual([['undetermined', 'signalling-unseen']])
  })

  test('(d) media of both phones goes to hosts that have such connections: green', async () => {
    const frames = await load('sip-tls13-srtp')
    const server = [10, 77, 0, 5]
    const legs = frames.flatMap((frame) =>
      isTcp(frame) ? [readdress(frame, SERVER, server), readdress(frame, PHONE, server)] : [frame],
    )
    expect(gradesOf(judgeFrames(legs))).toEqual([['protected']])
  })

  test.each(['INVITE', 'ACK', 'BYE', 'UPDATE'])(
    '(e) a readable %s of a media host that belongs to no other media: not green',
    async (method) => {
      const frames = await load('sip-tls13-srtp')
      const wire = new Wire()
      wire.now = frames[0]!.at + 5_000_000
      const host = { address: '10.77.0.11', port: 5060 }
      wire.udp(
        host,
        { address: '10.77.0.21', port: 5060 },
        request(method, { toTag: method === 'INVITE' ? '' : 't' }),
      )
      const { calls } = judgeFrames(inOrder([...frames, ...wire.frames]))
      const media = calls.filter((call) => call.media.length > 0)
      expect(media).toHaveLength(1)
      expect(media[0]?.grade).not.toBe('protected')
      expect(media[0]?.signalling.protection).toBe('plain')
    },
  )

  test('(e) a readable call of the same phone that was refused is another matter: green', async () => {
    const frames = await load('sip-tls13-srtp')
    const wire = new Wire()
    wire.now = frames[0]!.at + 5_000_000
    const [phone, pbx] = [
      { address: '10.77.0.11', port: 5060 },
      { address: '10.77.0.99', port: 5060 },
    ]
    wire.udp(phone, pbx, request('INVITE')).udp(pbx, phone, response(486, { toTag: 't' }))
    wire.udp(phone, pbx, request('ACK', { toTag: 't' }))
    const { calls } = judgeFrames(inOrder([...frames, ...wire.frames]))
    expect(calls.filter(({ media }) => media.length > 0)).toMatchObject([{ grade: 'protected' }])
  })

  test('(f) two servers could be it: unseen', async () => {
    const frames = await load('sip-tls13-srtp')
    const two = frames.flatMap((frame) =>
      isTcp(frame)
        ? [readdress(frame, SERVER, [10, 77, 0, 5]), readdress(frame, SERVER, [10, 77, 0, 6])]
        : [frame],
    )
    expect(gradesOf(judgeFrames(two))).toEqual([['undetermined', 'signalling-unseen']])
  })

  test('a lost handshake of a connection whose SYN was seen: undetermined', async () => {
    const frames = await load('sip-tls13-srtp')
    const hello = frames.findIndex((frame) => isTcp(frame) && frame.bytes.length > 200)
    expect(gradesOf(judgeFrames(frames.filter((_, i) => i !== hello)))[0]?.[0]).toBe('undetermined')
  })

  test('the kernel says that it lost frames: not green', async () => {
    const frames = await load('sip-tls13-srtp')
    const engine = testEngine()
    for (const [i, { at, bytes, wireLength, linkType }] of frames.entries()) {
      engine.onFrame(at, bytes, 0, bytes.length, wireLength, linkType)
      if (i === 900) engine.onCaptureLoss()
    }
    const judgement = judgeFrames([], engine)
    expect(gradesOf(judgement)).toEqual([['undetermined', 'capture-loss']])
  })

  test.each([
    ['lost frames', 'onCaptureLoss', 'capture-loss'],
    ['lets a sample through only', 'onSampling', 'sampled'],
  ] as const)('the kernel %s: the next report of the call comes soon, and says so', async (_, tell, mark) => {
    const frames = await load('sip-tls13-srtp')
    const engine = testEngine({ changeInterval: 1_000_000 })
    const marks: boolean[] = []
    for (const [i, { at, bytes, wireLength, linkType }] of frames.entries()) {
      engine.onFrame(at, bytes, 0, bytes.length, wireLength, linkType)
      if (i === 700) engine[tell]()
      engine.drain((event) => {
        if (i >= 700 && i < 800 && event.kind === 'call-changed')
          marks.push(event.report.incomplete.includes(mark))
      })
    }
    expect(marks).toEqual([true])
  })

  test('plain media under TLS is red all the same', async () => {
    const frames = (await load('sip-tls13-srtp')).filter((frame) => isTcp(frame))
    const wire = new Wire()
    wire.now = frames[0]!.at + 10_000
    const both = bothWays({ address: '10.77.0.11', port: 16_518 }, { address: '10.77.0.21', port: 16_806 })
    const { calls } = judgeFrames(inOrder([...frames, ...wire.talk(both, 200).frames]))
    expect(calls).toMatchObject([{ grade: 'audio-exposed', signalling: { protection: 'tls' } }])
  })
})
