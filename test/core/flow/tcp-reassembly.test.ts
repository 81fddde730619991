import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { readCapture } from '../../../src/capture/index.ts'
import { SECOND, micros, type Micros } from '../../../src/core/base/clock.ts'
import type { Direction } from '../../../src/core/base/endpoint.ts'
import { DECODE_STATUS, IP_PROTOCOL, PacketLayers, decodeFrame } from '../../../src/core/decode/index.ts'
import { TcpReassembly, type TcpReassemblyOptions } from '../../../src/core/flow/tcp-reassembly.ts'
import type { TcpSink } from '../../../src/core/flow/tcp-stream.ts'
import { FLAG, ascii, tcpPacket } from '../../tools/packet-builder.ts'
import { describeIfShared } from '../../tools/shared.ts'

const CLIENT = { address: '192.0.2.10', port: 40_000 }
const SERVER = { address: '198.51.100.20', port: 5060 }

/** Writes down what it hears: bytes joined per flow and direction, everything else as short words. */
class Recorder implements TcpSink {
  readonly events: string[] = []
  readonly frames: number[] = []
  readonly #streams = new Map<number, number[]>()

  text(direction: Direction = 0, flow = 1): string {
    return String.fromCharCode(...this.bytes(direction, flow))
  }

  bytes(direction: Direction = 0, flow = 1): number[] {
    return this.#streams.get(flow * 2 + direction) ?? []
  }

  onTcpStart(_flow: number, direction: Direction, _at: Micros, frame: number, synSeen: boolean): void {
    this.events.push(`start${direction}${synSeen ? '' : ' late'}@${frame}`)
  }

  onTcpBytes(
    flow: number,
    direction: Direction,
    _at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (end <= start || end > bytes.length) throw new Error(`range ${start}..${end}`)
    const stream = this.#streams.get(flow * 2 + direction) ?? []
    this.#streams.set(flow * 2 + direction, stream)
    for (let at = start; at < end; at++) stream.push(bytes[at]!)
    this.frames.push(frame)
  }

  onTcpGap(flow: number, direction: Direction, _at: Micros, frame: number, missing: number): void {
    this.events.push(`gap${direction} ${missing}@${frame}`)
    this.#streams.set(flow * 2 + direction, [...this.bytes(direction, flow), 0x7c])
  }

  onTcpEnd(_flow: number, direction: Direction, _at: Micros, frame: number, reason: string): void {
    this.events.push(`${reason}${direction}@${frame}`)
  }

  onTcpOverlap(_flow: number, direction: Direction, _at: Micros, frame: number): void {
    this.events.push(`overlap${direction}@${frame}`)
  }
}

interface Segment {
  readonly sequence: number
  readonly payload?: Uint8Array | string
  readonly flags?: number
  readonly acknowledgement?: number
  readonly direction?: Direction
  readonly flow?: number
  /** Seconds. */
  readonly at?: number
  /** Bytes of payload that the capture kept. */
  readonly kept?: number
  readonly from?: string
}

class Bench {
  readonly recorder: Recorder
  readonly weird: string[] = []
  readonly machine: TcpReassembly
  readonly #layers = new PacketLayers()
  frame = 0

  constructor(limits: Partial<TcpReassemblyOptions> = {}, recorder = new Recorder()) {
    this.recorder = recorder
    this.machine = new TcpReassembly({
      seed: 5,
      onWeird: (name) => this.weird.push(name),
      sink: recorder,
      ...limits,
    })
  }

  /** Feeds a segment; the memory it stood in is used again at once. */
  send(segment: Segment): this {
    const { payload = '', flags = FLAG.ack, direction = 0, flow = 1, at = 0, acknowledgement = 0 } = segment
    const body = typeof payload === 'string' ? ascii(payload) : payload
    const client = { address: segment.from ?? CLIENT.address, port: CLIENT.port }
    const [from, to] = direction === 0 ? [client, SERVER] : [SERVER, client]
    const packet = tcpPacket(body, from, to, {
      sequence: segment.sequence >>> 0,
      flags,
      acknowledgement: acknowledgement >>> 0,
    })
    const end = packet.length - body.length + (segment.kept ?? body.length)
    const status = decodeFrame(101, packet, 0, end, packet.length, this.#layers)
    if (status !== DECODE_STATUS.transport) throw new Error(`status ${status}`)
    this.machine.onSegment(flow, direction, micros(at * SECOND), ++this.frame, this.#layers, packet)
    packet.fill(0xdd)
    return this
  }

  /** A handshake with the client's first byte at `client` and the server's at `server`. */
  connect(client = 1000, server = 5000, at = 0): this {
    return this.send({ sequence: client - 1, flags: FLAG.syn, at })
      .send({ sequence: server - 1, acknowledgement: client, flags: FLAG.syn | FLAG.ack, direction: 1, at })
      .send({ sequence: client, acknowledgement: server, at })
  }
}

const SIP = 'OPTIONS sip:07700900123@example.com SIP/2.0\r\nCall-ID: one\r\nContent-Length: 0\r\n\r\n'

describe('in order', () => {
  test('a connection from SYN to FIN', () => {
    const bench = new Bench().connect()
    bench.send({ sequence: 1000, payload: 'hello ' }).send({ sequence: 1006, payload: 'world' })
    bench.send({ sequence: 5000, payload: 'yes', direction: 1, acknowledgement: 1011 })
    bench
      .send({ sequence: 1011, flags: FLAG.fin | FLAG.ack })
      .send({ sequence: 5003, flags: FLAG.fin | FLAG.ack, direction: 1 })
    expect([bench.recorder.text(0), bench.recorder.text(1)]).toEqual(['hello world', 'yes'])
    expect(bench.recorder.events).toEqual(['start0@1', 'start1@2', 'fin0@7', 'fin1@8'])
    expect([bench.weird, bench.machine.held]).toEqual([[], 0])
  })

  test('split at every byte, and one byte at a time', () => {
    for (let cut = 1; cut < SIP.length; cut++) {
      const bench = new Bench().connect()
      bench
        .send({ sequence: 1000, payload: SIP.slice(0, cut) })
        .send({ sequence: 1000 + cut, payload: SIP.slice(cut) })
      expect(bench.recorder.text()).toBe(SIP)
    }
    const bench = new Bench().connect()
    for (let at = 0; at < SIP.length; at++) bench.send({ sequence: 1000 + at, payload: SIP[at]! })
    expect(bench.recorder.text()).toBe(SIP)
  })

  test('in-order bytes are lent, not copied', () => {
    const layers = new PacketLayers()
    const packet = tcpPacket(ascii('abc'), CLIENT, SERVER, { sequence: 1 })
    let lent: Uint8Array | null = null
    const recorder = new Recorder()
    recorder.onTcpBytes = (_flow, _direction, _at, _frame, bytes) => void (lent = bytes)
    const bench = new Bench({}, recorder)
    decodeFrame(101, packet, 0, packet.length, packet.length, layers)
    bench.machine.onSegment(1, 0, micros(0), 1, layers, packet)
    expect(lent).toBe(packet)
  })

  test('sequence numbers wrap', () => {
    const bench = new Bench().connect(0xffff_fffc, 0)
    bench.send({ sequence: 0xffff_fffc, payload: 'abcd' }).send({ sequence: 0, payload: 'efgh' })
    bench.send({ sequence: 8, payload: 'mnop' }).send({ sequence: 4, payload: 'ijkl' })
    expect(bench.recorder.text()).toBe('abcdefghijklmnop')
  })

  test('data with the SYN (TFO), urgent data and segments of 60 kB', () => {
    const bench = new Bench().send({ sequence: 999, flags: FLAG.syn, payload: 'ab' })
    bench.send({ sequence: 1002, payload: 'cd', flags: FLAG.ack | FLAG.urg })
    bench.send({ sequence: 1004, payload: new Uint8Array(60_000).fill(0x65) })
    expect(bench.recorder.text().slice(0, 5)).toBe('abcde')
    expect(bench.recorder.bytes().length).toBe(60_004)
  })
})

describe('beginning in the middle', () => {
  test('the first payload is the beginning, and it is said', () => {
    const bench = new Bench()
      .send({ sequence: 700 })
      .send({ sequence: 700, payload: 'abc' })
      .send({ sequence: 703, payload: 'def' })
    expect(bench.recorder.text()).toBe('abcdef')
    expect(bench.recorder.events).toEqual(['start0 late@2'])
  })

  test("a keep-alive's byte is not the first payload", () => {
    const bench = new Bench().send({ sequence: 699, payload: '\0' }).send({ sequence: 700, payload: 'abc' })
    expect(bench.recorder.text()).toBe('abc')
  })

  test('bare acknowledgements, FIN and RST open nothing', () => {
    const bench = new Bench()
      .send({ sequence: 1 })
      .send({ sequence: 1, flags: FLAG.fin })
      .send({ sequence: 1, flags: FLAG.rst })
    expect([bench.machine.size, bench.recorder.events, bench.weird]).toEqual([0, [], []])
  })

  test('a SYN-ACK alone tells both beginnings', () => {
    const bench = new Bench()
    bench.send({ sequence: 4999, acknowledgement: 1000, flags: FLAG.syn | FLAG.ack, direction: 1 })
    bench.send({ sequence: 1003, payload: 'def' }).send({ sequence: 1000, payload: 'abc' })
    expect(bench.recorder.text()).toBe('abcdef')
    expect(bench.recorder.events).toEqual(['start1@1', 'start0@1'])
  })

  test("a SYN and its side's first acknowledgement tell where the other side begins", () => {
    const bench = new Bench()
      .send({ sequence: 999, flags: FLAG.syn })
      .send({ sequence: 1000, acknowledgement: 5000 })
    bench
      .send({ sequence: 5003, payload: 'def', direction: 1 })
      .send({ sequence: 5000, payload: 'abc', direction: 1 })
    expect(bench.recorder.text(1)).toBe('abcdef')
    expect(bench.recorder.events).toEqual(['start0@1', 'start1@2'])
  })
})

describe('out of order, again, overlapping', () => {
  const stream = Uint8Array.from({ length: 6000 }, (_, at) => (at * 13 + (at >> 7)) & 0xff)

  test('any cut, order and repetition gives the stream', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(5), { minLength: 40, maxLength: 40 }),
        fc.array(fc.tuple(fc.nat(5900), fc.integer({ min: 1, max: 900 })), { maxLength: 8 }),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        (sizes, delays, repeats, initial) => {
          const segments: { at: number; end: number; rank: number }[] = []
          for (let at = 0, turn = 0; at < stream.length && turn < 40; turn++) {
            const end = Math.min(stream.length, at + sizes[turn % sizes.length]!)
            segments.push({ at, end, rank: turn + delays[turn]! })
            at = end
          }
          const reach = segments.at(-1)!.end
          // Retransmissions with other borders, anywhere.
          for (const [at, length] of repeats) {
            const from = at % reach
            segments.push({ at: from, end: Math.min(reach, from + length), rank: delays[at % 40]! * 8 })
          }
          segments.sort((a, b) => a.rank - b.rank)
          const bench = new Bench().connect(initial)
          for (const { at, end } of segments)
            bench.send({ sequence: initial + at, payload: stream.subarray(at, end) })
          expect(bench.recorder.bytes()).toEqual([...stream.subarray(0, reach)])
          expect([bench.weird, bench.machine.held]).toEqual([[], 0])
        },
      ),
      { seed: 20_240_621, numRuns: 200 },
    )
  })

  test('the frame told is the one that brought the bytes', () => {
    const bench = new Bench().connect()
    bench
      .send({ sequence: 1003, payload: 'b' })
      .send({ sequence: 1004, payload: 'c' })
      .send({ sequence: 1000, payload: 'aaa' })
    expect([bench.recorder.text(), bench.recorder.frames]).toEqual(['aaabc', [6, 4, 5]])
  })

  test('other bytes in place of waiting ones: the first wins, it is named and told', () => {
    const bench = new Bench().connect()
    bench
      .send({ sequence: 1004, payload: 'EEEE' })
      .send({ sequence: 1002, payload: 'cdxxgh' })
      .send({ sequence: 1000, payload: 'abCD' })
    expect(bench.recorder.text()).toBe('abcdEEEE')
    expect(bench.weird).toEqual(['tcp_overlap', 'tcp_overlap'])
    expect(bench.recorder.events).toEqual(['start0@1', 'start1@2', 'overlap0@5', 'overlap0@6'])
  })

  test('other bytes in place of delivered ones: the same', () => {
    const bench = new Bench().connect().send({ sequence: 1000, payload: 'abcdef' })
    bench.send({ sequence: 1000, payload: 'abcdef' })
    expect(bench.weird).toEqual([])
    bench.send({ sequence: 1002, payload: 'cdXfgh' })
    expect([bench.recorder.text(), bench.weird]).toEqual(['abcdefgh', ['tcp_overlap']])
  })

  test('the comparison reaches 4 kB back, across any borders', () => {
    const bench = new Bench().connect(0xffff_ff00)
    const all = Uint8Array.from({ length: 10_000 }, (_, at) => (at * 7 + (at >> 6)) & 0xff)
    for (let at = 0; at < all.length; at += 1100)
      bench.send({ sequence: 0xffff_ff00 + at, payload: all.slice(at, at + 1100) })
    for (let at = 0; at < all.length; at += 77)
      bench.send({ sequence: 0xffff_ff00 + at, payload: all.slice(at, at + 1460) })
    expect(bench.weird).toEqual([])
    const changed = all.slice(6000, 7000)
    changed[0]! ^= 1
    bench.send({ sequence: 0xffff_ff00 + 6000, payload: changed })
    expect(bench.weird).toEqual(['tcp_overlap'])
  })

  test('keep-alives and zero-window probes', () => {
    const bench = new Bench().connect().send({ sequence: 1000, payload: 'abc' })
    bench.send({ sequence: 1002 }).send({ sequence: 1002, payload: '\0' })
    // A probe carries the next byte for real; the segment that follows repeats it.
    bench.send({ sequence: 1003, payload: 'd' }).send({ sequence: 1003, payload: 'def' })
    expect([bench.recorder.text(), bench.weird]).toEqual(['abcdef', []])
  })
})

describe('holes', () => {
  test('are waited for two seconds of capture time, at a segment or a tick', () => {
    for (const later of [
      (bench: Bench) => bench.send({ sequence: 1012, payload: 'mno', at: 12 }),
      (bench: Bench) => bench.machine.onTick(micros(12 * SECOND)),
    ]) {
      const bench = new Bench().connect(1000, 5000, 9).send({ sequence: 1000, payload: 'abc', at: 9 })
      bench.send({ sequence: 1006, payload: 'ghi', at: 10 }).send({ sequence: 1009, payload: 'jkl', at: 11 })
      bench.machine.onTick(micros(11.9 * SECOND))
      expect(bench.recorder.text()).toBe('abc')
      later(bench)
      expect(bench.recorder.text().slice(0, 10)).toBe('abc|ghijkl')
      expect(bench.recorder.events).toContain('gap0 3@5')
      expect([bench.weird, bench.machine.held]).toEqual([['tcp_gap'], 0])
      bench.send({ sequence: 1003, payload: 'def', at: 13 })
      expect(bench.recorder.text()).not.toContain('def')
      // What was never delivered cannot be compared.
      expect(bench.weird).toEqual(['tcp_gap'])
    }
  })

  test('behind 16 KiB they are given up', () => {
    const bench = new Bench().connect()
    for (let at = 0; at < 16_384; at += 1024)
      bench.send({ sequence: 1010 + at, payload: new Uint8Array(1024) })
    expect([bench.machine.held, bench.recorder.bytes().length]).toEqual([16_384, 0])
    bench.send({ sequence: 1010 + 16_384, payload: 'x' })
    expect([bench.machine.held, bench.recorder.bytes().length]).toEqual([0, 1 + 16_385])
    expect(bench.recorder.events).toContain('gap0 10@4')
  })

  test('behind 64 pieces they are given up', () => {
    const bench = new Bench().connect()
    for (let piece = 0; piece < 64; piece++) bench.send({ sequence: 1010 + 2 * piece, payload: 'x' })
    expect([bench.machine.held, bench.weird]).toEqual([64, []])
    bench.send({ sequence: 2000, payload: 'x' })
    expect(bench.weird).toEqual(['tcp_gap'])
    expect(bench.machine.held).toBe(64)
  })

  test('64 KiB are never exceeded, not even for a moment', () => {
    const bench = new Bench({ softBytes: 1e9 }).connect()
    for (let turn = 0; turn < 20; turn++) {
      bench.send({ sequence: 1010 + turn * 60_001, payload: new Uint8Array(60_000) })
      expect(bench.machine.held).toBeLessThanOrEqual(65_536)
    }
  })

  test('at the end of the capture what waits comes out', () => {
    const bench = new Bench()
      .connect()
      .send({ sequence: 1005, payload: 'fgh' })
      .send({ sequence: 1010, payload: 'klm', flags: FLAG.fin })
    bench.machine.finish(micros(0), 99)
    expect(bench.recorder.text()).toBe('|fgh|klm')
    expect(bench.recorder.events.slice(2)).toEqual(['gap0 5@4', 'gap0 2@5', 'fin0@99'])
    expect(bench.machine.held).toBe(0)
  })

  test('what the snapshot length cut is a hole of known size', () => {
    const bench = new Bench().connect()
    bench.send({ sequence: 1000, payload: 'abcdefgh', kept: 3 }).send({ sequence: 1008, payload: 'ij' })
    // The same out of order.
    bench
      .send({ sequence: 1012, payload: 'mnop', kept: 1 })
      .send({ sequence: 1010, payload: 'kl' })
      .send({ sequence: 1016, payload: 'q' })
    expect(bench.recorder.text()).toBe('abc|ijklm|q')
    expect(bench.recorder.events.slice(2)).toEqual(['gap0 5@4', 'gap0 3@6'])
    expect(bench.weird).toEqual(['tcp_truncated_segment', 'tcp_truncated_segment'])
  })

  test('all together may hold so much and no more: the oldest hole is given up', () => {
    const bench = new Bench({ totalBytes: 10_000 })
    for (let flow = 0; flow < 12; flow++) {
      bench.send({ sequence: 1000, payload: 'ab', flow, at: flow / 100 })
      bench.send({ sequence: 1010, payload: new Uint8Array(1000), flow, at: flow / 100 })
      expect(bench.machine.held).toBeLessThanOrEqual(10_000)
    }
    expect(bench.machine.counters.squeezed).toBe(2)
    expect([0, 1, 2].map((flow) => bench.recorder.bytes(0, flow).length)).toEqual([1003, 1003, 2])
  })
})

describe('ends', () => {
  test('a FIN that came early waits for the data before it', () => {
    const bench = new Bench().connect().send({ sequence: 1003, payload: 'def', flags: FLAG.fin | FLAG.ack })
    expect(bench.recorder.events.slice(2)).toEqual([])
    bench.send({ sequence: 1000, payload: 'abc' }).send({ sequence: 1006, flags: FLAG.fin })
    expect([bench.recorder.text(), bench.recorder.events.slice(2)]).toEqual(['abcdef', ['fin0@5']])
  })

  test('data behind a FIN is named and left out', () => {
    const bench = new Bench()
      .connect()
      .send({ sequence: 1000, payload: 'abc', flags: FLAG.fin | FLAG.ack })
      .send({ sequence: 1003, payload: 'no' })
    expect([bench.recorder.text(), bench.weird]).toEqual(['abc', ['tcp_beyond_fin']])
  })

  test('a FIN inside of what came is named and left out', () => {
    const bench = new Bench()
      .connect()
      .send({ sequence: 1000, payload: 'abc' })
      .send({ sequence: 1001, flags: FLAG.fin })
    bench.send({ sequence: 1003, payload: 'def' })
    expect([bench.recorder.text(), bench.weird]).toEqual(['abcdef', ['tcp_bad_fin']])
  })

  test('a RST at the right place ends both directions; what waits comes out first', () => {
    const bench = new Bench()
      .connect()
      .send({ sequence: 1003, payload: 'def' })
      .send({ sequence: 5000, flags: FLAG.rst, direction: 1 })
    expect(bench.recorder.text()).toBe('|def')
    expect(bench.recorder.events.slice(2)).toEqual(['rst1@5', 'gap0 3@4', 'rst0@5'])
  })

  test.each([4999, 5000 + 65_536, 0x9000_0000])('a RST at %i is ignored', (sequence) => {
    const bench = new Bench()
      .connect()
      .send({ sequence, flags: FLAG.rst, direction: 1 })
      .send({ sequence: 1000, payload: 'abc' })
    expect([bench.recorder.text(), bench.weird]).toEqual(['abc', ['tcp_bad_reset']])
    expect(bench.recorder.events.length).toBe(2)
  })

  test('a RST where the peer stands is right, though more is on its way', () => {
    const bench = new Bench()
      .connect()
      .send({ sequence: 1000, payload: 'abc' })
      .send({ sequence: 1003, flags: FLAG.fin })
    bench.send({ sequence: 5000, payload: 'late', direction: 1, acknowledgement: 1000 })
    bench.send({ sequence: 1000, flags: FLAG.rst })
    expect(bench.recorder.events.slice(2)).toEqual(['fin0@5', 'rst1@7'])
    expect(bench.weird).toEqual([])
  })

  test('a refused connection: the RST answers the SYN', () => {
    const refusal = { sequence: 0, flags: FLAG.rst | FLAG.ack, direction: 1 as const }
    const bench = new Bench()
      .send({ sequence: 999, flags: FLAG.syn })
      .send({ ...refusal, acknowledgement: 77_777_777 })
    expect(bench.weird).toEqual(['tcp_bad_reset'])
    bench.send({ ...refusal, acknowledgement: 1000 })
    expect(bench.recorder.events).toEqual(['start0@1', 'rst0@3'])
  })

  test('who goes on after a RST is heard, as somebody who came late', () => {
    const bench = new Bench()
      .connect()
      .send({ sequence: 1000, payload: 'abc' })
      .send({ sequence: 5000, flags: FLAG.rst, direction: 1 })
    bench.send({ sequence: 1003, payload: 'def' })
    expect(bench.recorder.text()).toBe('abcdef')
    expect(bench.recorder.events.slice(2)).toEqual(['rst1@5', 'rst0@5', 'start0 late@6'])
  })
})

describe('ports used again', () => {
  test('a SYN after the end begins anew', () => {
    const bench = new Bench().connect().send({ sequence: 1000, payload: 'one', flags: FLAG.fin | FLAG.ack })
    bench.connect(900_000_000, 800_000_000).send({ sequence: 900_000_000, payload: 'two' })
    expect(bench.recorder.text()).toBe('onetwo')
    expect(bench.recorder.events.slice(3)).toEqual(['start0@5', 'start1@6'])
    expect(bench.weird).toEqual([])
  })

  test('a SYN in the middle is not believed until data follows it', () => {
    const bench = new Bench()
      .connect()
      .send({ sequence: 1000, payload: 'abc' })
      .send({ sequence: 777_777, flags: FLAG.syn })
    bench.send({ sequence: 1003, payload: 'def' })
    expect([bench.recorder.text(), bench.weird]).toEqual(['abcdef', ['tcp_unexpected_syn']])
    bench.send({ sequence: 777_777_777, flags: FLAG.syn }).send({ sequence: 777_777_778, payload: 'new' })
    expect(bench.recorder.text()).toBe('abcdefnew')
    expect(bench.recorder.events.at(-1)).toBe('start0@8')
  })

  test('a repeated SYN and SYN-ACK change nothing', () => {
    const bench = new Bench().connect().connect().send({ sequence: 1000, payload: 'abc' }).connect()
    bench.send({ sequence: 1003, payload: 'def' })
    expect([bench.recorder.text(), bench.weird, bench.recorder.events.length]).toEqual(['abcdef', [], 2])
  })

  test('one stray segment is left out, three that follow each other are the stream', () => {
    const bench = new Bench()
      .connect()
      .send({ sequence: 1000, payload: 'abc' })
      .send({ sequence: 50_000_000, payload: 'stray' })
    bench.send({ sequence: 1003, payload: 'def' })
    expect([bench.recorder.text(), bench.weird]).toEqual(['abcdef', ['tcp_out_of_window']])
    for (let turn = 0; turn < 4; turn++) bench.send({ sequence: 90_000_000 + turn * 2, payload: `${turn}.` })
    expect(bench.recorder.text()).toBe('abcdef|2.3.')
    expect(bench.recorder.events.at(-1)).toBe(`gap0 ${90_000_004 - 1006}@9`)
  })
})

describe('bounds', () => {
  test('1,024 connections: one-way ones leave first, the oldest of them', () => {
    const bench = new Bench()
    const talk = (flow: number): void => {
      bench
        .send({ sequence: 1, payload: 'ab', flow })
        .send({ sequence: 1, payload: 'ab', direction: 1, flow })
        .send({ sequence: 3, flow })
    }
    for (let flow = 0; flow < 500; flow++) talk(flow)
    for (let flow = 500; flow < 5000; flow++)
      bench.send({ sequence: 1, flags: FLAG.syn, flow, from: `203.0.113.${flow % 250}` })
    expect(bench.machine.size).toBe(1024)
    expect(bench.machine.counters.evicted).toBe(5000 - 1024)
    for (let flow = 0; flow < 500; flow++) bench.send({ sequence: 3, payload: 'cd', flow })
    expect(bench.recorder.text(0, 0) + bench.recorder.text(0, 499)).toBe('abcdabcd')
    expect(bench.recorder.events.filter((event) => event.startsWith('gap'))).toEqual([])
  })

  test('above three quarters one source recycles its own', () => {
    const bench = new Bench()
    bench.send({ sequence: 1, payload: 'ab', flow: 9999, from: '192.0.2.77' })
    for (let flow = 0; flow < 3000; flow++) bench.send({ sequence: 1, flags: FLAG.syn, flow })
    expect(bench.machine.size).toBe(768)
    bench.send({ sequence: 3, payload: 'cd', flow: 9999, from: '192.0.2.77' })
    expect(bench.recorder.events.at(-1)).toMatch(/^start0@/)
    expect(bench.recorder.text(0, 9999)).toBe('abcd')
  })

  test('two-way connections are bounded too', () => {
    const bench = new Bench({ connections: 10 })
    for (let flow = 0; flow < 30; flow++) {
      bench
        .send({ sequence: 1, payload: 'ab', flow })
        .send({ sequence: 1, payload: 'ab', direction: 1, flow })
        .send({ sequence: 3, flow })
      expect(bench.machine.size).toBeLessThanOrEqual(10)
    }
  })

  test('ten silent minutes, and it is forgotten', () => {
    const bench = new Bench().connect().send({ sequence: 1000, payload: 'abc', at: 100 })
    bench.machine.onTick(micros(699 * SECOND))
    expect(bench.machine.size).toBe(1)
    bench.machine.onTick(micros(701 * SECOND))
    expect([bench.machine.size, bench.machine.counters.idle]).toEqual([0, 1])
  })

  test('a forgotten flow holds nothing and says nothing more', () => {
    const bench = new Bench().connect().send({ sequence: 1010, payload: 'waiting' })
    bench.machine.forget(1)
    expect([bench.machine.held, bench.machine.size]).toEqual([0, 0])
    bench.machine.finish(micros(0), 1)
    expect(bench.recorder.events.length).toBe(2)
  })

  test('the sink may forget the flow in the middle of a delivery', () => {
    const recorder = new Recorder()
    const bench = new Bench({}, recorder)
    let heard = 0
    recorder.onTcpBytes = () => {
      heard++
      bench.machine.forget(1)
    }
    bench
      .connect()
      .send({ sequence: 1003, payload: 'def' })
      .send({ sequence: 1009, payload: 'jkl', flags: FLAG.fin })
    bench.send({ sequence: 1000, payload: 'abc' })
    expect([heard, bench.machine.held, bench.machine.size]).toEqual([1, 0, 0])
    expect(recorder.events.some((event) => event.startsWith('fin'))).toBe(false)
  })

  test('also while a hole is given up to make room', () => {
    const recorder = new Recorder()
    const bench = new Bench({ softBytes: 1e9, hardBytes: 100 }, recorder)
    recorder.onTcpGap = () => bench.machine.forget(1)
    bench
      .connect()
      .send({ sequence: 1010, payload: new Uint8Array(90) })
      .send({ sequence: 2000, payload: new Uint8Array(90) })
    expect([bench.machine.held, bench.machine.size]).toEqual([0, 0])
  })

  test('whatever comes: nothing is thrown, no bound is broken, and what is held is given back', () => {
    const segment = fc.record({
      flow: fc.nat(20),
      direction: fc.constantFrom<Direction>(0, 1),
      sequence: fc.oneof(fc.nat(3000), fc.integer({ min: 0, max: 0xffff_ffff })),
      acknowledgement: fc.nat(3000),
      flags: fc.nat(63),
      payload: fc.uint8Array({ maxLength: 60 }),
      kept: fc.nat(60),
      at: fc.nat(20),
    })
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 120 }), (segments) => {
        const bench = new Bench({
          connections: 8,
          totalBytes: 500,
          softBytes: 200,
          hardBytes: 300,
          pieces: 6,
          perSource: 4,
        })
        for (const one of segments) {
          bench.send({ ...one, kept: Math.min(one.kept, one.payload.length) })
          expect(bench.machine.size).toBeLessThanOrEqual(8)
          expect(bench.machine.held).toBeLessThanOrEqual(500)
          expect(bench.machine.held).toBeGreaterThanOrEqual(0)
        }
        bench.machine.finish(micros(30 * SECOND), 1)
        expect(bench.machine.held).toBe(0)
      }),
      { seed: 20_240_622, numRuns: 300 },
    )
  })
})

describeIfShared('connections on the wire', (shared) => {
  const run = async (name: string) => {
    const layers = new PacketLayers()
    const recorder = new Recorder()
    const weird: string[] = []
    const machine = new TcpReassembly({ seed: 1, onWeird: (found) => weird.push(found), sink: recorder })
    const flows = new Map<string, number>()
    let frame = 0
    await readCapture(join(shared, name), {
      onFrame: (at, bytes, start, end, wireLength, linkType) => {
        frame++
        if (decodeFrame(linkType, bytes, start, end, wireLength, layers) !== DECODE_STATUS.transport) return
        if (layers.protocol !== IP_PROTOCOL.tcp) return
        const ends = [
          `${layers.addresses.slice(0, 4).join()}:${layers.sourcePort}`,
          `${layers.addresses.slice(4).join()}:${layers.destinationPort}`,
        ]
        const direction: Direction = ends[0]! < ends[1]! ? 0 : 1
        const key = ends.sort().join('-')
        const flow = flows.get(key) ?? flows.size
        flows.set(key, flow)
        machine.onSegment(flow, direction, at, frame, layers, bytes)
      },
    })
    machine.finish(micros(0), frame)
    return { recorder, weird, flows: flows.size }
  }

  test('a FIN with the number of the SYN, sent twice (zeek): no end', async () => {
    const { recorder, weird } = await run('torture/zeek-pcap/fin_retransmission.pcap')
    expect(recorder.events).toEqual(['start0@1', 'start1@3', 'rst1@5', 'rst0@5'])
    expect(weird).toEqual(['tcp_bad_fin', 'tcp_bad_fin'])
  })

  test('a handshake out of order (zeek)', async () => {
    const { recorder, weird } = await run('torture/zeek-pcap/handshake-reorder.pcap')
    expect(weird).toEqual([])
    expect(recorder.events.filter((event) => event.startsWith('gap'))).toEqual([])
    expect(recorder.bytes(0, 0).length + recorder.bytes(1, 0).length).toBeGreaterThan(0)
  })

  test('SIP over TCP in several segments comes out as whole messages', async () => {
    const { recorder, weird, flows } = await run('captures/lab/s16_large_invite_tcp_segments.pcap')
    expect(weird).toEqual([])
    let invites = 0
    for (let flow = 0; flow < flows; flow++) {
      for (const direction of [0, 1] as const) {
        const text = recorder.text(direction, flow)
        if (/^INVITE sip:[^]*\r\n\r\nv=0\r\n/.test(text)) invites++
      }
    }
    expect(invites).toBeGreaterThan(0)
  })
})
