/** Every table at its cap: what gives way, what is counted, and that a call which was up before a flood keeps its verdict. */
import { describe, expect, test } from '@jest/globals'
import type { CallReport, Engine, EngineEvent, Micros } from '../../src/core/index.ts'
import { heldBytes } from '../tools/garbage.ts'
import { testEngine } from '../tools/judge-frames.ts'
import { seededRandom } from '../tools/mutations.ts'
import { ascii, ethernet, rtp, tcpPacket, FLAG, udpPacket, type End } from '../tools/packet-builder.ts'
import { talker } from '../tools/speech.ts'
import { bothWays, keyOf, request, response, sdp, START, Talker, Wire } from '../tools/wire.ts'
import { ALICE, ALICE_MEDIA, BOB, BOB_MEDIA, establish, hangUp, MALLORY } from './call/phones.ts'

/** Messages and packets of the largest floods; test/long sends a hundred thousand and a million. */
const INVITES = Number(process.env['CALLSEAL_FLOOD_INVITES'] ?? 12_000)
const PACKETS = Number(process.env['CALLSEAL_FLOOD_PACKETS'] ?? 100_000)

/** Feeds frames to an engine in pieces, drains it after each, and keeps only what a test asks for. */
class Feeder {
  readonly engine: Engine = testEngine()
  readonly closed: CallReport[] = []
  #keep: (report: CallReport) => boolean = () => true
  closedCount = 0

  keepOnly(keep: (report: CallReport) => boolean): this {
    this.#keep = keep
    return this
  }

  feed(wire: Pick<Wire, 'frames'>): this {
    for (const { at, bytes, wireLength, linkType } of wire.frames.splice(0)) {
      this.engine.onFrame(at, bytes, 0, bytes.length, wireLength, linkType)
    }
    return this.drain()
  }

  drain(): this {
    this.engine.drain((event: EngineEvent) => {
      if (event.kind !== 'call-closed') return
      this.closedCount++
      if (this.#keep(event.report)) this.closed.push(event.report)
    })
    return this
  }

  finish(): Readonly<Record<string, number>> {
    this.engine.finish()
    this.drain()
    return this.engine.summary().counters.evicted
  }
}

/** A frame whose copies differ in some digits or bytes: to build each anew would take longer than to judge it. Checksums go wrong; nobody minds. */
class Stamp {
  readonly bytes: Uint8Array
  readonly #engine: Engine
  readonly #digitsAt: readonly number[]

  /** `######` in the packet stands for the number. */
  constructor(engine: Engine, packet: Uint8Array) {
    this.bytes = ethernet(packet)
    this.#engine = engine
    const text = Buffer.from(this.bytes).toString('latin1')
    this.#digitsAt = [...text.matchAll(/######/g)].map(({ index }) => index)
  }

  send(at: number, number: number): void {
    const digits = String(number).padStart(6, '0')
    for (const from of this.#digitsAt) for (let i = 0; i < 6; i++) this.bytes[from + i] = digits.charCodeAt(i)
    this.resend(at)
  }

  /** As it is now. */
  resend(at: number): void {
    this.#engine.onFrame(at as Micros, this.bytes, 0, this.bytes.length, this.bytes.length, 1)
  }
}

/** Where an IPv4 source address, the UDP source port and the payload begin in an Ethernet frame. */
const SOURCE_AT = 14 + 12
const PORT_AT = 14 + 20
const PAYLOAD_AT = 14 + 28

const RTP = { payloadType: 0, sequence: 1, timestamp: 1, ssrc: 1 }

const isAlices = (report: CallReport): boolean => report.callIds.includes('call-1@example.com')
const addressOf = (n: number): string => `203.0.${String(112 + ((n >> 8) & 1))}.${String(n & 0xff)}`

/** Alice talks to Bob in SRTP with readable keys before the flood and after it. */
const aroundFlood = (feeder: Feeder, flood: (wire: Wire) => void): CallReport => {
  const key = keyOf(1)
  const secure = { proto: 'RTP/SAVP', key }
  const wire = establish(new Wire(), { offer: sdp(ALICE_MEDIA, secure), answer: sdp(BOB_MEDIA, secure) })
  const both: Talker[] = bothWays(ALICE_MEDIA, BOB_MEDIA, { voice: 'srtp', key })
  feeder.keepOnly(isAlices).feed(wire.talk(both, 50))
  flood(wire)
  feeder.feed(wire.talk(both, 50))
  feeder.feed(hangUp(wire))
  return feeder.closed[0] as CallReport
}

const expectAlices = (feeder: Feeder): void => {
  expect(
    feeder.closed.map(({ grade, incomplete, media }) => [
      grade,
      incomplete,
      media.map(({ packets }) => packets),
    ]),
  ).toEqual([['exposed', [], [100, 100]]])
}

/** Packets of Alice's and Bob's own streams. */
const packetsBetween = ({ closed }: Feeder): number[] =>
  (closed[0]?.media ?? [])
    .filter(({ source, destination }) => {
      const own = [ALICE.address, BOB.address]
      return (
        own.some((address) => source.startsWith(`${address}:`)) &&
        own.some((address) => destination.startsWith(address))
      )
    })
    .map(({ packets }) => packets)

describe('calls', () => {
  test('a flood of INVITEs from one source: the cap holds, an established call of others stays, memory is flat', () => {
    const feeder = new Feeder()
    const heap: number[] = []
    const quarter = INVITES / 4
    const seconds: number[] = []
    aroundFlood(feeder, (wire) => {
      const invite = request('INVITE', {
        callId: 'flood-######@example.com',
        fromTag: '######',
        body: sdp(MALLORY),
      })
      const stamp = new Stamp(feeder.engine, udpPacket(ascii(invite), MALLORY, BOB))
      let begin = process.cpuUsage()
      for (let i = 0; i < INVITES; i++) {
        stamp.send((wire.now += 10), i)
        if (i % 500 !== 499) continue
        feeder.drain()
        if (i % quarter !== quarter - 1) continue
        const { user, system } = process.cpuUsage(begin)
        seconds.push((user + system) / 1e6)
        heap.push(heldBytes().heap)
        begin = process.cpuUsage()
      }
    })
    const evicted = feeder.finish()
    expectAlices(feeder)
    expect(evicted['calls']).toBe(INVITES - 1535)
    expect(feeder.closedCount).toBe(INVITES + 1)
    // A full table makes each no dearer, on whatever machine: CPU time of the last quarter beside that of the second.
    expect(seconds).toHaveLength(4)
    expect(seconds[3] as number).toBeLessThan(2 * (seconds[1] as number))
    // The table is full after the first quarter: what the rest of the flood adds would be a leak.
    expect(heap).toHaveLength(4)
    expect((heap[3] as number) - (heap[0] as number)).toBeLessThan(4 * 2 ** 20)
  }, 600_000)

  test('INVITEs that are answered by their own sender fill the table with "answered" calls: media decides who stays', () => {
    const feeder = new Feeder()
    const accomplice = { address: '203.0.113.67', port: 5060 }
    aroundFlood(feeder, (wire) => {
      feeder.feed(wire)
      const call = { callId: 'flood-######@example.com', fromTag: '######' }
      const invite = new Stamp(feeder.engine, udpPacket(ascii(request('INVITE', call)), MALLORY, accomplice))
      const ok = new Stamp(
        feeder.engine,
        udpPacket(ascii(response(200, { ...call, toTag: 't' })), accomplice, MALLORY),
      )
      for (let i = 0; i < 3000; i++) {
        invite.send((wire.now += 10), i)
        ok.send((wire.now += 10), i)
      }
    })
    expect(feeder.finish()['calls']).toBeGreaterThan(900)
    expectAlices(feeder)
  })

  test('stray responses from ever new sources leave nothing behind', () => {
    const feeder = new Feeder().keepOnly(() => false)
    const stray = response(200, { callId: 'stray-######@example.com', toTag: 't1' })
    const stamp = new Stamp(feeder.engine, udpPacket(ascii(stray), MALLORY, BOB))
    for (let i = 0; i < 6000; i++) {
      stamp.bytes.set([10, i >> 16, (i >> 8) & 255, i & 255], SOURCE_AT)
      stamp.send(START + i, i)
      if (i % 1000 === 999) feeder.drain()
    }
    expect(feeder.finish()['calls']).toBe(6000 - 2048)
    expect(feeder.closedCount).toBe(6000)
  }, 20_000)

  test('1,500 calls through one address are all judged', () => {
    const feeder = new Feeder()
    const wire = new Wire()
    const stamps = new Map<string, Stamp>()
    const fields = (i: number): Parameters<typeof hangUp>[1] => ({
      callId: `call-${String(i)}@example.com`,
      fromTag: `f${String(i)}`,
    })
    const ends = (i: number): [End, End] => [
      { address: ALICE.address, port: 10_000 + 2 * i },
      { address: `198.51.${String(100 + (i >> 8))}.${String(i & 255)}`, port: 20_000 },
    ]
    for (let i = 0; i < 1500; i++) {
      const [alice, bob] = ends(i)
      establish(wire, { ...fields(i), server: { ...bob, port: 5060 }, offer: sdp(alice), answer: sdp(bob) })
      wire.now -= 502_000
    }
    feeder.feed(wire)
    const speech = talker(seededRandom(1))
    const send = (from: End, to: End, of: { ssrc: number; packet: number; voice: Uint8Array }): void => {
      const key = `${from.address}:${String(from.port)} ${String(of.ssrc)}`
      const stamp =
        stamps.get(key) ??
        new Stamp(feeder.engine, udpPacket(rtp(of.voice, { ...RTP, ssrc: of.ssrc }), from, to))
      stamps.set(key, stamp)
      const view = new DataView(stamp.bytes.buffer, PAYLOAD_AT)
      view.setUint16(2, of.packet)
      view.setUint32(4, of.packet * 160)
      stamp.bytes.set(of.voice, PAYLOAD_AT + 12)
      stamp.resend(wire.now)
    }
    // In blocks: so many streams that begin at one moment would have to share the windows of the statistics.
    for (let first = 0; first < 1500; first += 250) {
      for (let packet = 0; packet < 12; packet++) {
        const voice = speech(160)
        for (let i = first; i < first + 250; i++) {
          const [alice, bob] = ends(i)
          for (const [from, to] of [ends(i), [bob, alice] as const])
            send(from, to, { ssrc: i, packet, voice })
          wire.now += 10
        }
      }
    }
    for (let i = 0; i < 1500; i++) {
      hangUp(wire, { ...fields(i), server: { ...ends(i)[1], port: 5060 } })
      wire.now -= 1990
    }
    const evicted = feeder.feed(wire).finish()
    expect(evicted).toEqual({})
    expect(feeder.closed).toHaveLength(1500)
    const grades = new Map<string, number>()
    for (const { grade, media } of feeder.closed) {
      const word = `${grade} ${String(media.length)}`
      grades.set(word, (grades.get(word) ?? 0) + 1)
    }
    expect([...grades]).toEqual([['exposed 2', 1500]])
  }, 60_000)

  test('forking to 200 tags: 64 legs at most, and the answered one stays', () => {
    const wire = new Wire()
    wire.udp(ALICE, BOB, request('INVITE', { body: sdp(ALICE_MEDIA) }))
    for (let i = 0; i < 200; i++) {
      wire.udp(
        BOB,
        ALICE,
        response(183, { toTag: `fork-${String(i)}`, body: sdp({ ...BOB_MEDIA, port: 30_000 + i }) }),
      )
      if (i === 20) wire.udp(BOB, ALICE, response(200, { toTag: 't1', body: sdp(BOB_MEDIA) }))
    }
    wire.udp(ALICE, BOB, request('ACK', { toTag: 't1' })).talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 60)
    const feeder = new Feeder().feed(hangUp(wire))
    feeder.finish()
    expect(feeder.closed).toHaveLength(1)
    const [call] = feeder.closed
    expect(call).toMatchObject({ grade: 'exposed', state: 'ended' })
    expect(call?.signalling.legs).toHaveLength(64)
    expect(call?.signalling.legs.filter(({ state }) => state === 'ended')).toHaveLength(1)
    expect(call?.incomplete).toContain('truncated')
  })

  test('back-to-back hops without end: a call takes sixteen Call-IDs', () => {
    const wire = new Wire()
    const hop = (n: number): End => ({ address: addressOf(n), port: 5060 })
    for (let i = 0; i < 40; i++)
      wire.udp(hop(i), hop(i + 1), request('INVITE', { callId: `hop-${String(i)}@example.com` }))
    const feeder = new Feeder().feed(wire)
    feeder.finish()
    expect(feeder.closed.map(({ callIds }) => callIds.length)).toEqual([16, 16, 8])
  })

  test('a call announces 256 addresses at most, its newest', () => {
    const feeder = new Feeder()
    aroundFlood(feeder, (wire) => {
      for (let i = 0; i < 300; i++) {
        const media = { address: MALLORY.address, port: 1000 + i }
        wire.udp(
          MALLORY,
          BOB,
          request('INVITE', {
            callId: 'much@example.com',
            fromTag: 'm',
            toTag: 'x',
            sequence: i,
            body: sdp(media),
          }),
        )
      }
    })
    expect(feeder.finish()).toEqual({ announcements: 300 - 256 })
    expectAlices(feeder)
  })

  test('announcements of many calls: 16,384 addresses, then the oldest go; media that flows already stays with its call', () => {
    const feeder = new Feeder()
    const lines = Array.from(
      { length: 60 },
      (_, i) => `a=candidate:1 1 udp 1 198.51.100.7 ${String(1000 + i)} typ host`,
    )
    aroundFlood(feeder, (wire) => {
      for (let i = 0; i < 400; i++) {
        const own = lines.map((line) =>
          line.replace('198.51.100.7', `10.9.${String(i >> 8)}.${String(i & 255)}`),
        )
        wire.udp(
          MALLORY,
          BOB,
          request('INVITE', { callId: `c-${String(i)}@example.com`, body: sdp(MALLORY, { lines: own }) }),
        )
      }
      feeder.feed(wire)
    })
    expect(feeder.finish()['announcements']).toBeGreaterThan(5000)
    expectAlices(feeder)
  })

  test('keys: sixteen a call', () => {
    const wire = new Wire()
    for (let i = 0; i < 40; i++) {
      const body = sdp(ALICE_MEDIA, { proto: 'RTP/SAVP', key: keyOf(i) })
      wire.udp(ALICE, BOB, request('INVITE', { toTag: 'x', sequence: i + 1, body }))
    }
    expect(new Feeder().feed(wire).finish()).toEqual({ keys: 40 - 16 })
  })
})

describe('media', () => {
  test('SSRCs without end from one source: the tables hold, a call of others stays', () => {
    const feeder = new Feeder()
    aroundFlood(feeder, (wire) => {
      feeder.feed(wire)
      const stamp = new Stamp(feeder.engine, udpPacket(rtp(new Uint8Array(20), RTP), MALLORY, BOB_MEDIA))
      const view = new DataView(stamp.bytes.buffer, PAYLOAD_AT)
      for (let i = 0; i < PACKETS; i++) {
        view.setUint32(8, Math.imul(i, 0x9e3779b1))
        stamp.resend((wire.now += 1))
      }
      wire.wait(1)
    })
    feeder.finish()
    expect(feeder.closed).toHaveLength(1)
    expect(feeder.closed[0]).toMatchObject({ grade: 'exposed' })
    expect(packetsBetween(feeder)).toEqual([100, 100])
  }, 60_000)

  test('streams: 8,192 at most, the idle and unclaimed go first', () => {
    const feeder = new Feeder()
    aroundFlood(feeder, (wire) => {
      for (let i = 0; i < 10_000; i++) {
        const from = { address: `10.1.${String(i >> 8)}.${String(i & 255)}`, port: 4000 }
        const talker = new Talker(
          from,
          { address: '10.2.0.1', port: 4000 + (i % 1000) },
          { voice: 'silence', ssrc: i + 1 },
        )
        for (let packet = 0; packet < 5; packet++) wire.udp(from, talker.to, talker.next())
        wire.now -= 4900
        if (i % 1000 === 999) feeder.feed(wire)
      }
    })
    expect(feeder.finish()['streams']).toBeGreaterThan(1000)
    expectAlices(feeder)
  }, 60_000)

  test('flows: 32,768 at most; a flood of one-packet flows does not push out media that was recognised', () => {
    const feeder = new Feeder()
    aroundFlood(feeder, (wire) => {
      feeder.feed(wire)
      const stamp = new Stamp(feeder.engine, udpPacket(rtp(new Uint8Array(20), RTP), MALLORY, BOB_MEDIA))
      for (let i = 0; i < 100_000; i++) {
        stamp.bytes.set([10, 1, (i >> 8) & 255, i & 255, 0], SOURCE_AT)
        stamp.bytes[PORT_AT] = i >> 16
        stamp.bytes.set([198, 51, 100, 20], SOURCE_AT + 4)
        stamp.resend((wire.now += 10))
      }
    })
    expect(feeder.finish()['flows']).toBeGreaterThan(50_000)
    expect(feeder.closed).toHaveLength(1)
    // The flood goes to an announced address: more streams than a call takes, and it says so.
    expect(feeder.closed[0]).toMatchObject({ grade: 'exposed', incomplete: ['truncated'] })
    expect(packetsBetween(feeder)).toEqual([100, 100])
  }, 60_000)

  test('RTCP senders: 8,192, then the oldest go', () => {
    const feeder = new Feeder()
    const wire = new Wire()
    for (let i = 0; i < 9000; i++) {
      const report = Uint8Array.from([0x80, 201, 0, 1, 0, 0, i >> 8, i & 255])
      wire.udp(MALLORY, BOB_MEDIA, report)
      wire.now -= 990
    }
    expect(feeder.feed(wire).finish()['rtcpSenders']).toBe(9000 - 8192)
  })

  test('one call takes 64 streams; more are not silently left out', () => {
    const wire = establish(new Wire(), { offer: sdp(ALICE_MEDIA), answer: sdp(BOB_MEDIA) })
    for (let i = 0; i < 80; i++) {
      const from = { address: BOB.address, port: 50_000 + i }
      wire.talk([new Talker(from, ALICE_MEDIA, { voice: 'random', ssrc: i + 1 })], 5)
    }
    const feeder = new Feeder().feed(hangUp(wire))
    feeder.finish()
    expect(feeder.closed).toHaveLength(1)
    expect(feeder.closed[0]?.grade).toBe('undetermined')
    expect(feeder.closed[0]?.reasons).toContain('ambiguous-stream')
    expect(feeder.closed[0]?.incomplete).toContain('truncated')
  })
})

describe('key exchanges and connections', () => {
  const clientHello = (random: number): Uint8Array => {
    const body = new Uint8Array(34 + 1 + 1 + 1 + 4 + 2)
    body.set([0xfe, 0xfd, random & 255, (random >> 8) & 255, (random >> 16) & 255])
    body.set([0, 0, 0, 2, 0xc0, 0x2b, 1, 0], 34)
    const length = body.length
    const handshake = [1, 0, 0, length, 0, 0, 0, 0, 0, 0, 0, length, ...body]
    return Uint8Array.from([22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, handshake.length, ...handshake])
  }

  test('DTLS: 512 exchanges under way at most, then the oldest give way', () => {
    const feeder = new Feeder()
    const wire = new Wire()
    for (let i = 0; i < 5000; i++) {
      const from = { address: `10.1.${String(i >> 8)}.${String(i & 255)}`, port: 4000 }
      wire.udp(from, BOB_MEDIA, clientHello(i))
    }
    expect(feeder.feed(wire).finish()['dtlsSessions']).toBe(5000 - 512)
  })

  test('TLS: 1,024 connections are followed; closed and one-sided ones give way first', () => {
    const feeder = new Feeder()
    const wire = new Wire()
    const hello = [1, 0, 0, 43, 3, 3, ...new Array<number>(32).fill(7), 0, 0, 2, 0xc0, 0x2f, 1, 0, 0, 0]
    const record = Uint8Array.from([22, 3, 1, 0, hello.length, ...hello])
    const server = { address: BOB.address, port: 5061 }
    for (let i = 0; i < 3000; i++) {
      const from = { address: `10.1.${String(i >> 8)}.${String(i & 255)}`, port: 4000 }
      wire.packet(tcpPacket(new Uint8Array(0), from, server, { sequence: 99, flags: FLAG.syn }))
      wire.packet(tcpPacket(record, from, server, { sequence: 100, flags: FLAG.ack }))
      wire.now -= 1990
    }
    const evicted = feeder.feed(wire).finish()
    expect(evicted['tlsConnections']).toBe(3000 - 1024)
    expect(evicted['tcpConnections']).toBe(3000 - 1024)
  })
})

describe('phones and sightings', () => {
  test('phones: 4,096, then the oldest go', () => {
    const feeder = new Feeder()
    const wire = new Wire()
    for (let i = 0; i < 5000; i++) {
      const from = { address: `10.1.${String(i >> 8)}.${String(i & 255)}`, port: 5060 }
      wire.udp(from, BOB, request('REGISTER', { callId: `r-${String(i)}`, headers: ['Expires: 60'] }))
    }
    expect(feeder.feed(wire).finish()).toEqual({ phones: 5000 - 4096 })
  })

  test('other media: 256 are listed, the rest counted', () => {
    const feeder = new Feeder()
    const wire = new Wire()
    for (let i = 0; i < 300; i++) {
      const from = { address: `10.1.${String(i >> 8)}.${String(i & 255)}`, port: 4000 }
      const talker = new Talker(
        from,
        { address: '10.2.0.1', port: 4000 },
        { voice: 'random', payloadType: 120, ssrc: i + 1 },
      )
      for (let packet = 0; packet < 6; packet++) wire.udp(from, talker.to, talker.next())
    }
    const evicted = feeder.feed(wire).finish()
    const summary = feeder.engine.summary()
    expect(summary.otherMedia).toHaveLength(256)
    expect(summary.otherMediaOmitted).toBe(44)
    expect(evicted['otherMedia']).toBe(44)
  })
})
