import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import {
  MemorySource,
  readCapture,
  type CaptureOptions,
  type CaptureOutcome,
} from '../../src/capture/index.ts'
import type { Micros } from '../../src/core/index.ts'
import { PcapWriter, PcapngWriter, toPcap, type PcapKind } from '../tools/capture-writer.ts'
import { ascii, concat, u32 } from '../tools/packet-builder.ts'
import { heldBytes } from '../tools/garbage.ts'
import { describeIfShared } from '../tools/shared.ts'

interface Read {
  readonly at: number
  readonly bytes: string
  readonly wireLength: number
  readonly linkType: number
}

const directory = mkdtempSync(join(tmpdir(), 'capture-'))
afterAll(() => rmSync(directory, { recursive: true }))
let files = 0
const written = (bytes: Uint8Array): string => {
  const path = join(directory, `file-${++files}`)
  writeFileSync(path, bytes)
  return path
}

async function* pieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes.length === 0 ? bytes.length : (sizes[turn % sizes.length] ?? 1)
    // A chunk whose memory is used again at once, as the contract of a stream allows.
    const chunk = new Uint8Array(bytes.subarray(at, at + size))
    yield await Promise.resolve(chunk)
    chunk.fill(0xee)
    at += size
  }
}

const collect = async (
  input: string | AsyncIterable<Uint8Array>,
  options: CaptureOptions = {},
): Promise<{ frames: Read[]; outcome: CaptureOutcome }> => {
  const frames: Read[] = []
  const outcome = await readCapture(
    input,
    {
      onFrame: (at, bytes, start, end, wireLength, linkType) => {
        if (start < 0 || end > bytes.length || start > end) throw new Error(`range ${start}..${end}`)
        if (!Number.isSafeInteger(at)) throw new Error(`time ${String(at)}`)
        frames.push({
          at,
          bytes: Buffer.from(bytes.subarray(start, end)).toString('hex'),
          wireLength,
          linkType,
        })
      },
    },
    options,
  )
  return { frames, outcome }
}

const whole = (bytes: Uint8Array) => collect(pieces(bytes, []))

const T0 = 1_700_000_000_000_000
const SAMPLE = Array.from({ length: 20 }, (_, index) => ({
  at: T0 + index * 20_000 + index,
  bytes: Uint8Array.from({ length: 1 + index * 37 }, (_unused, at) => (at * 7 + index) & 0xff),
}))
const asRead = (linkType: number) =>
  SAMPLE.map(({ at, bytes }) => ({
    at,
    bytes: Buffer.from(bytes).toString('hex'),
    wireLength: bytes.length,
    linkType,
  }))

describe('pcap', () => {
  const kinds: PcapKind[] = [false, true].flatMap((isBigEndian) => [
    { isBigEndian },
    { isBigEndian, isNano: true },
    { isBigEndian, isModified: true, linkType: 113 },
  ])
  test.each(kinds)('%j: from a path, from a stream, gzipped', async (kind) => {
    const file = toPcap(SAMPLE, kind)
    const expected = asRead(kind.linkType ?? 1)
    for (const input of [
      written(file),
      pieces(file, [1000]),
      written(gzipSync(file)),
      pieces(gzipSync(file), [1]),
    ]) {
      const { frames, outcome } = await collect(input)
      expect(frames).toEqual(expected)
      expect(outcome).toMatchObject({
        format: 'pcap',
        fault: null,
        frames: 20,
        sections: 1,
        interfaces: 1,
        timeReversals: 0,
      })
      expect(outcome.linkTypes).toEqual([kind.linkType ?? 1])
    }
  })

  test('nanoseconds are rounded down to microseconds', async () => {
    const { frames } = await whole(toPcap([{ at: 1.999, bytes: new Uint8Array(4) }], { isNano: true }))
    expect(frames[0]?.at).toBe(1)
  })

  test('times behind 2038 stay positive', async () => {
    const at = 4_000_000_000_000_000
    expect((await whole(toPcap([{ at, bytes: new Uint8Array(4) }]))).frames[0]?.at).toBe(at)
  })

  test('the FCS bits of the link type are not part of it', async () => {
    const file = toPcap(SAMPLE)
    file[23] = 0x24
    expect((await whole(file)).outcome.linkTypes).toEqual([1])
  })

  test('a snapshot length cuts, and the wire length survives', async () => {
    const { frames, outcome } = await whole(toPcap(SAMPLE, { snapLength: 100 }))
    expect(frames.map((frame) => frame.wireLength)).toEqual(SAMPLE.map(({ bytes }) => bytes.length))
    expect(Math.max(...frames.map((read) => read.bytes.length / 2))).toBe(100)
    expect(outcome.truncatedFrames).toBe(SAMPLE.filter(({ bytes }) => bytes.length > 100).length)
  })

  test('a frame longer than the snapshot length is delivered and counted', async () => {
    const file = toPcap(SAMPLE)
    file.writeUInt32LE(100, 16)
    const { outcome } = await whole(file)
    expect([outcome.frames, outcome.beyondSnapLength]).toEqual([
      20,
      SAMPLE.filter(({ bytes }) => bytes.length > 100).length,
    ])
  })

  test.each([
    [0, 50, 50],
    [0x8000_0000, 262_144, 50],
  ])('a wire length of %i becomes %i', async (original, wireLength, captured) => {
    const { frames, outcome } = await whole(
      toPcap([{ at: T0, bytes: new Uint8Array(captured), wireLength: original }]),
    )
    expect(frames[0]?.wireLength).toBe(wireLength)
    expect(outcome.badWireLength).toBe(1)
  })

  test('time going back is counted and passed on', async () => {
    const { frames, outcome } = await whole(toPcap([...SAMPLE, SAMPLE[0]!, SAMPLE[1]!, SAMPLE[0]!]))
    expect(outcome.timeReversals).toBe(2)
    expect(frames.at(-1)?.at).toBe(T0)
  })

  test.each([262_145, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])(
    'a record of %i bytes ends the reading at its offset',
    async (length) => {
      const file = new PcapWriter().add(SAMPLE[3]!).toBuffer()
      const bad = Buffer.concat([file, file.subarray(24)])
      bad.writeUInt32LE(length, file.length + 8)
      const { outcome } = await whole(bad)
      expect(outcome).toMatchObject({
        frames: 1,
        fault: { reason: 'bad-record-length', offset: file.length },
      })
    },
  )

  test('the longest frame passes through the buffer whatever the chunks', async () => {
    const bytes = new Uint8Array(262_144).fill(7)
    const file = toPcap(Array.from({ length: 9 }, (_, index) => ({ at: T0 + index, bytes })))
    for (const input of [written(file), pieces(file, [700_000]), pieces(file, [2 ** 22])]) {
      expect((await collect(input)).outcome).toMatchObject({ frames: 9, fault: null })
    }
  })

  test('cut at every byte: the frames before are all there, the fault names the record', async () => {
    const file = toPcap(SAMPLE.slice(0, 4))
    const starts = [24]
    for (const { bytes } of SAMPLE.slice(0, 4)) starts.push(starts.at(-1)! + 16 + bytes.length)
    for (let cut = 0; cut <= file.length; cut++) {
      const { outcome } = await collect(pieces(file.subarray(0, cut), [97]))
      const done = starts.filter((start) => start <= cut).length - 1
      const expected =
        cut === 0
          ? { reason: 'empty', offset: 0 }
          : cut < 4
            ? { reason: 'unknown-format', offset: 0 }
            : starts.includes(cut)
              ? null
              : { reason: 'truncated', offset: cut < 24 ? 0 : starts[done] }
      expect([cut, outcome.frames, outcome.fault]).toEqual([cut, Math.max(0, done), expected])
    }
  })

  test('another major version is refused', async () => {
    const file = toPcap(SAMPLE)
    file[4] = 3
    expect((await whole(file)).outcome).toMatchObject({
      frames: 0,
      fault: { reason: 'unsupported-version', offset: 0 },
    })
  })
})

describe('pcapng', () => {
  const frame = SAMPLE[5]!.bytes

  test.each([false, true])(
    'big-endian %p: interfaces, resolutions, offsets, all packet blocks, drop counters',
    async (isBigEndian) => {
      const file = new PcapngWriter()
        .section(isBigEndian, [[2, ascii('hardware')]])
        .interface({ snapLength: 90 })
        .interface({ linkType: 113, resolution: 9 })
        .interface({ linkType: 101, resolution: 0x80 | 20, offset: 1_600_000_000n })
        .interface({ resolution: 3, offset: -5n })
        .packet(0, BigInt(T0), frame)
        .packet(1, BigInt(T0) * 1000n + 1999n, frame, 1500, [[1, [65, 66, 67]]])
        .block(0x0bad, new Uint8Array(77))
        .packet(2, (3n << 20n) + (1n << 19n), frame)
        .packet(3, 7_001n, frame)
        .obsoletePacket(0, BigInt(T0 + 5), frame, 3)
        .simplePacket(frame.subarray(0, 90), 400)
        .statistics(0, 1n, 10n)
        .statistics(0, 2n, 12n)
        .statistics(1, 5n, (1n << 64n) - 1n)
        .toBuffer()
      const { frames, outcome } = await whole(file)
      expect(frames.map(({ at, linkType, wireLength }) => [at, linkType, wireLength])).toEqual([
        [T0, 1, frame.length],
        [T0 + 1, 113, 1500],
        [1_600_000_003_500_000, 101, frame.length],
        [2_001_000, 1, frame.length],
        [T0 + 5, 1, frame.length],
        [T0 + 5, 1, 400],
      ])
      const hex = Buffer.from(frame).toString('hex')
      expect(frames.map((read) => read.bytes)).toEqual([hex, hex, hex, hex, hex, hex.slice(0, 180)])
      expect(outcome).toMatchObject({
        format: 'pcapng',
        fault: null,
        sections: 1,
        interfaces: 4,
        linkTypes: [1, 113, 101],
      })
      // Of each interface the last total counts; the obsolete packet's own count is added.
      expect([outcome.interfaceDrops, outcome.systemDrops]).toEqual([7, 15])
      expect([outcome.untimedFrames, outcome.truncatedFrames, outcome.beyondSnapLength]).toEqual([1, 2, 2])
    },
  )

  test('each section has its own byte order and interfaces', async () => {
    const writer = new PcapngWriter()
    for (const isBigEndian of [false, true, false]) {
      writer
        .section(isBigEndian)
        .interface({ linkType: isBigEndian ? 113 : 1 })
        .packet(0, BigInt(T0), frame)
    }
    writer.section(true).packet(0, BigInt(T0), frame)
    const { frames, outcome } = await whole(writer.toBuffer())
    expect(frames.map((read) => read.linkType)).toEqual([1, 113, 1])
    expect(outcome).toMatchObject({
      sections: 4,
      interfaces: 3,
      strayFrames: 1,
      fault: null,
      systemDrops: null,
    })
  })

  test('every resolution from seconds to 2^-127 gives a whole, bounded time', async () => {
    const writer = new PcapngWriter().section()
    for (let resolution = 0; resolution < 256; resolution++) writer.interface({ resolution })
    for (let id = 0; id < 256; id++)
      writer.packet(id, (1n << 64n) - 1n, frame).packet(id, 12_345_678_901_234_567n, frame)
    const { frames } = await whole(writer.toBuffer())
    expect(frames.length).toBe(512)
    expect(frames[2 * 9 + 1]!.at).toBe(12_345_678_901_234)
    expect(frames[2 * 12 + 1]!.at).toBe(12_345_678_901)
    expect(frames[2 * 0 + 1]!.at).toBe(Number.MAX_SAFE_INTEGER)
    expect(frames[2 * (0x80 + 32) + 1]!.at).toBe(Number((12_345_678_901_234_567n * 1_000_000n) >> 32n))
    expect(frames[2 * (0x80 + 40) + 1]!.at).toBe(Number((12_345_678_901_234_567n * 1_000_000n) >> 40n))
  })

  test('10,001 interfaces: the last one is not kept and its frames are counted', async () => {
    const writer = new PcapngWriter().section()
    for (let id = 0; id < 10_001; id++) writer.interface()
    const { outcome } = await whole(writer.packet(9_999, 1n, frame).packet(10_000, 1n, frame).toBuffer())
    expect(outcome).toMatchObject({ frames: 1, strayFrames: 1, interfaces: 10_000, fault: null })
  })

  test('blocks of megabytes are stepped over in small chunks, and a frame that is too long left out', async () => {
    const file = new PcapngWriter()
      .section()
      .interface()
      .block(0x1234, new Uint8Array(3_000_000))
      .packet(0, 1n, frame)
      .packet(0, 2n, new Uint8Array(600_000))
      .packet(0, 3n, new Uint8Array(300_000))
      .packet(0, 4n, frame)
      .toBuffer()
    for (const sizes of [[], [1000], [65_536, 3]]) {
      const { frames, outcome } = await collect(pieces(file, sizes))
      expect(frames.map((read) => read.at)).toEqual([1, 4])
      expect(outcome).toMatchObject({ oversizedFrames: 2, fault: null })
    }
  })

  const damaged: [string, (file: Buffer, block: number) => void, string][] = [
    ['length 8', (file, block) => file.writeUInt32LE(8, block + 4), 'bad-block-length'],
    [
      'odd length',
      (file, block) => file.writeUInt32LE(file.readUInt32LE(block + 4) + 1, block + 4),
      'bad-block-length',
    ],
    [
      'length behind differs',
      (file, block) => file.writeUInt32LE(0, block + file.readUInt32LE(block + 4) - 4),
      'bad-block-length',
    ],
    [
      'captured length beyond the block',
      (file, block) => file.writeUInt32LE(5000, block + 20),
      'bad-record-length',
    ],
    ['length 2^31', (file, block) => file.writeUInt32LE(0x8000_0000, block + 4), 'truncated'],
    ['longer than the file', (file, block) => file.writeUInt32LE(100_000, block + 4), 'truncated'],
  ]
  test.each(damaged)('%s: what was before is delivered, the offset named', async (_name, damage, reason) => {
    const head = new PcapngWriter().section().interface().packet(0, 1n, frame).toBuffer()
    const file = new PcapngWriter()
      .section()
      .interface()
      .packet(0, 1n, frame)
      .packet(0, 2n, frame)
      .packet(0, 3n, frame)
      .toBuffer()
    damage(file, head.length)
    const { outcome } = await whole(file)
    expect(outcome).toMatchObject({ frames: 1, fault: { reason, offset: head.length } })
  })

  test('a wrong length behind a block that was stepped over is found', async () => {
    const file = new PcapngWriter()
      .section()
      .interface()
      .block(99, new Uint8Array(600_000))
      .packet(0, 1n, frame)
      .toBuffer()
    const at = file.lastIndexOf(Buffer.from(u32(600_012).reverse())) // little-endian copy behind the block
    file[at] = 1
    expect((await collect(pieces(file, [4096]))).outcome).toMatchObject({
      frames: 0,
      fault: { reason: 'bad-block-length', offset: 48 },
    })
  })

  test('a version 2 section is refused', async () => {
    const file = new PcapngWriter().section().interface().packet(0, 1n, frame).toBuffer()
    file[12] = 2
    expect((await whole(file)).outcome).toMatchObject({
      frames: 0,
      fault: { reason: 'unsupported-version', offset: 0 },
    })
  })

  test('cut at every byte: nothing is thrown, and only a cut between blocks is no fault', async () => {
    const parts = [new PcapngWriter().section(), new PcapngWriter().section().interface()]
    parts.push(new PcapngWriter().section().interface().packet(0, 1n, frame))
    parts.push(new PcapngWriter().section().interface().packet(0, 1n, frame).packet(0, 2n, frame))
    const ends = parts.map((part) => part.toBuffer().length)
    const file = parts[3]!.toBuffer()
    for (let cut = 4; cut <= file.length; cut++) {
      const { outcome } = await collect(pieces(file.subarray(0, cut), [13]))
      const done = ends.filter((end) => end <= cut).length
      expect(outcome.frames).toBe(Math.max(0, done - 2))
      expect(outcome.fault).toEqual(
        ends.includes(cut) ? null : { reason: 'truncated', offset: done === 0 ? 0 : ends[done - 1] },
      )
    }
  })
})

describe('input', () => {
  const file = toPcap(SAMPLE)

  test('- is standard input', async () => {
    const original = Object.getOwnPropertyDescriptor(process, 'stdin')!
    Object.defineProperty(process, 'stdin', {
      value: Readable.from([file.subarray(0, 1), file.subarray(1)]),
      configurable: true,
    })
    try {
      expect((await collect('-')).outcome.frames).toBe(20)
    } finally {
      Object.defineProperty(process, 'stdin', original)
    }
  })

  test('something else, and nothing, are named', async () => {
    expect((await collect(written(Buffer.from('GIF89a')))).outcome.fault).toEqual({
      reason: 'unknown-format',
      offset: 0,
    })
    expect((await collect(written(Buffer.alloc(0)))).outcome.fault).toEqual({ reason: 'empty', offset: 0 })
    expect((await collect(pieces(new Uint8Array(0), []))).outcome).toMatchObject({
      format: null,
      fault: { reason: 'empty' },
    })
  })

  test('a path that is not there rejects, a directory is a fault', async () => {
    await expect(collect(join(directory, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' })
    expect((await collect(directory)).outcome.fault).toMatchObject({ reason: 'read-failed' })
  })

  test('an input that fails half-way delivers what it brought', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(file.subarray(0, 200))
      throw new Error('the pipe broke')
    }
    const { outcome } = await collect(failing())
    expect(outcome.frames).toBeGreaterThan(0)
    expect(outcome.fault).toMatchObject({ reason: 'read-failed' })
  })

  test('what the sink throws is not swallowed', async () => {
    const sink = {
      onFrame: () => {
        throw new Error('sink')
      },
    }
    for (const bytes of [file, gzipSync(file)]) {
      await expect(readCapture(written(bytes), sink)).rejects.toThrow('sink')
      await expect(readCapture(pieces(bytes, [50]), sink)).rejects.toThrow('sink')
    }
  })

  test('progress counts the bytes of the input and knows the length of a file', async () => {
    for (const bytes of [file, gzipSync(file)]) {
      const seen: [number, number | null][] = []
      const { outcome } = await collect(written(bytes), {
        onProgress: (read, total) => seen.push([read, total]),
      })
      expect(seen.at(-1)).toEqual([bytes.length, bytes.length])
      expect(outcome.bytesRead).toBe(bytes.length)
    }
    const piped: (number | null)[] = []
    await collect(pieces(file, [100]), { onProgress: (_read, total) => piped.push(total) })
    expect(new Set(piped)).toEqual(new Set([null]))
  })

  test('it can be called off', async () => {
    const controller = new AbortController()
    const big = toPcap(
      Array.from({ length: 20_000 }, (_, index) => ({ at: T0 + index, bytes: SAMPLE[10]!.bytes })),
    )
    const { outcome } = await collect(written(big), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    })
    expect(outcome.fault).toMatchObject({ reason: 'aborted' })
    expect(outcome.frames).toBeLessThan(20_000)
  })

  test('gzip that breaks off or is damaged delivers what can be read', async () => {
    const many = toPcap(
      Array.from({ length: 3000 }, (_, index) => ({
        at: T0 + index * 977,
        bytes: SAMPLE[index % 20]!.bytes,
      })),
    )
    const packed = gzipSync(many)
    const cut = await collect(written(packed.subarray(0, packed.length >> 1)))
    expect(cut.outcome.frames).toBeGreaterThan(500)
    expect(cut.outcome.fault).toMatchObject({ reason: 'gzip-damaged' })
    const flipped = Buffer.from(packed)
    for (let at = packed.length >> 1; at < (packed.length >> 1) + 40; at++) flipped[at]! ^= 0xff
    const { outcome } = await collect(pieces(flipped, [777]))
    expect(outcome.fault).not.toBeNull()
    expect(outcome.frames).toBeGreaterThan(0)
  })

  test('memory does not grow with the file', async () => {
    const one = new PcapWriter().add(SAMPLE[19]!).toBuffer()
    const record = one.subarray(24)
    const block = Buffer.concat(Array.from({ length: 1000 }, () => record))
    const stream = async function* (): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(one.subarray(0, 24))
      for (let turn = 0; turn < 150; turn++) yield block
    }
    const before = heldBytes().buffers
    let frames = 0
    await readCapture(stream(), { onFrame: () => frames++ })
    expect(frames).toBe(150_000)
    expect(heldBytes().buffers - before).toBeLessThan(16e6)
  })
})

describe('MemorySource', () => {
  test('delivers what it has until it is stopped', async () => {
    const frames = SAMPLE.map(({ at, bytes }) => ({ at: at as Micros, bytes }))
    const source = new MemorySource(frames)
    const seen: number[] = []
    await source.start({
      onFrame: (at, _bytes, _start, _end, wireLength, linkType) => {
        seen.push(at, wireLength, linkType)
        if (seen.length === 9) source.stop()
      },
    })
    expect(seen).toEqual(frames.slice(0, 3).flatMap(({ at, bytes }) => [at, bytes.length, 1]))
    const { received, ...unknown } = source.statistics()
    expect(received).toBe(3)
    expect(Object.values(unknown)).toEqual([null, null, null, null, null])
  })
})

describe('whatever the chunks and whatever the damage', () => {
  const captures = [
    toPcap(SAMPLE),
    toPcap(SAMPLE, { isBigEndian: true, isModified: true }),
    new PcapngWriter()
      .section(true)
      .interface({ resolution: 9 })
      .packet(0, 5n, SAMPLE[7]!.bytes)
      .block(77, new Uint8Array(300))
      .statistics(0, 1n, 2n)
      .section()
      .interface({ linkType: 113 })
      .simplePacket(SAMPLE[3]!.bytes)
      .obsoletePacket(0, 9n, SAMPLE[9]!.bytes)
      .toBuffer(),
  ]
  const mutation = fc.array(fc.tuple(fc.nat(2000), fc.integer({ min: 0, max: 255 })), { maxLength: 8 })

  test('the same bytes give the same frames and the same outcome', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...captures),
        mutation,
        fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 8 }),
        async (capture, changes, sizes) => {
          const bytes = Uint8Array.from(capture)
          for (const [at, value] of changes) bytes[at % bytes.length] = value
          const one = await whole(bytes)
          const many = await collect(pieces(bytes, sizes))
          expect(many.frames).toEqual(one.frames)
          expect(many.outcome.fault).toEqual(one.outcome.fault)
        },
      ),
      { seed: 20_240_604, numRuns: 300 },
    )
  })

  test('random bytes behind each magic number', async () => {
    const heads = captures.map((capture) => capture.subarray(0, 24))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 400 }), async (head, tail) => {
        const { outcome } = await whole(concat(head, tail))
        expect(outcome.format).not.toBeNull()
      }),
      { seed: 20_240_605, numRuns: 300 },
    )
  })
})

describeIfShared('pcapng suite', (shared) => {
  const counted = (text: string, type: string): number => {
    const line = text.split('\n').find((candidate) => candidate.trim().startsWith(`${type}:`))
    return line === undefined ? 0 : Number(line.split(':')[1])
  }
  for (const order of ['output_le', 'output_be']) {
    for (const category of ['basic', 'advanced', 'difficult']) {
      const folder = join(shared, 'torture', 'pcapng-suite', order, category)
      for (const name of readdirSync(folder).filter((file) => file.endsWith('.txt'))) {
        test(`${order}/${category}/${name}`, async () => {
          const text = readFileSync(join(folder, name), 'utf8')
          const { outcome } = await collect(join(folder, name.replace('.txt', '.pcapng')))
          expect(outcome.fault).toBeNull()
          expect(outcome.strayFrames + outcome.oversizedFrames).toBe(0)
          expect(outcome.frames).toBe(counted(text, 'EPB') + counted(text, 'SPB') + counted(text, 'PB'))
          expect([outcome.sections, outcome.interfaces]).toEqual([counted(text, 'SHB'), counted(text, 'IDB')])
        })
      }
    }
  }
})

describeIfShared('real captures', (shared) => {
  interface Label {
    readonly file: string
    readonly packets: number
    readonly snaplenTruncatedPackets: number
  }
  test('as many frames as their labels say', async () => {
    const folder = join(shared, 'captures', 'public')
    const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')) as Label[]
    expect(labels.length).toBeGreaterThan(50)
    for (const label of labels) {
      const { outcome } = await collect(join(folder, label.file))
      expect([label.file, outcome.frames]).toEqual([label.file, label.packets])
    }
  })
})
