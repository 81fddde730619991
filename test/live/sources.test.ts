/** The live sources on a real wire: the same cases for the three, then what only the ring can do. Frames are numbered by live/send.js. */
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals'
import { buildCli } from '../tools/run-cli.ts'
import { describeLive, Wire, type Need, type Observer, type Report } from './sources/wire.ts'

jest.setTimeout(90_000)

const SPACE = `cs-a-${process.pid}`
const SNAP_LENGTH = 2048

/** Lengths without tags: the shortest, usual ones, the longest of Ethernet, and one that the snap length cuts. */
const SIZES = [60, 61, 214, 590, 1514, 3000]
const TAGS = [
  [],
  [[0x8100, 0x2064]],
  [
    [0x88a8, 10],
    [0x8100, 0x6fff],
  ],
  [[0x8100, 0]],
] as [number, number][][]

const sizeOf = (number: number): number => SIZES[number % SIZES.length]! + 4 * tagsOf(number).length
const tagsOf = (number: number): [number, number][] => TAGS[number % TAGS.length]!
const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number)

/** Classic BPF, `ret #length`, in the machine's byte order. */
const keep = (length: number): number[] => [6, 0, 0, 0, ...new Uint8Array(Uint32Array.of(length).buffer)]

let wire: Wire

const setUp = (): void => {
  beforeAll(() => {
    buildCli()
    wire = new Wire(SPACE)
    wire.up()
  }, 120_000)
  afterEach(() => wire.closeObservers())
  afterAll(() => wire.down())
}

/** How often the filter was swapped before all was sent. */
const swapUntil = async (sending: Promise<void>, observer: Observer): Promise<number> => {
  const sent = sending.then(() => true)
  let swaps = 0
  while (!(await Promise.race([sent, Promise.resolve(false)])))
    await observer.ask(swaps++ % 2 === 0 ? 'filter sampling' : 'filter full')
  return swaps
}

const expectSoundness = (report: Report, delivered: number): void => {
  const { delivered: seen, disorder, damaged } = report
  expect({ seen, disorder, damaged }).toEqual({ seen: delivered, disorder: 0, damaged: 0 })
}

const SOURCES: readonly { name: string; options: { class: string }; needs: Need[]; snapLength: number }[] = [
  { name: 'ring', options: { class: 'RingSource' }, needs: [], snapLength: Infinity },
  { name: 'libpcap', options: { class: 'LibpcapSource' }, needs: ['pcap'], snapLength: SNAP_LENGTH },
  { name: 'tcpdump', options: { class: 'TcpdumpSource' }, needs: ['tcpdump'], snapLength: SNAP_LENGTH },
]

for (const { name, options, needs, snapLength } of SOURCES) {
  describeLive(`live source ${name}`, ['root', 'namespaces', 'koffi', ...needs], () => {
    setUp()
    const observe = (more: Record<string, unknown> = {}): Observer =>
      wire.observe({ ...options, options: { interface: 'near' }, ...more })

    test('every frame arrives once, in order, whole or cut as promised, with its tags, wire length and time', async () => {
      const observer = observe()
      await observer.listens()
      const before = Date.now() * 1000
      await wire.send({ from: 0, count: 600, sizes: SIZES, tags: TAGS })
      const after = (Date.now() + 1) * 1000
      const report = await observer.reportWhen('600 frames', ({ delivered }) => delivered >= 600)
      expectSoundness(report, 600)
      expect(report.frames.map(({ number }) => number)).toEqual(numbers(600))
      for (const frame of report.frames) {
        expect(frame).toMatchObject({
          captured: Math.min(sizeOf(frame.number), snapLength),
          wire: sizeOf(frame.number),
          linkType: 1,
          tags: tagsOf(frame.number),
        })
      }
      const times = report.frames.map(({ at }) => at)
      expect(times).toEqual([...times].sort((a, b) => a - b))
      expect(times[0]).toBeGreaterThanOrEqual(before)
      expect(times.at(-1)).toBeLessThanOrEqual(after)
      const { received, interfaceDropped, rebinds } = report.statistics
      expect({ received, interfaceDropped, rebinds }).toEqual({
        received: report.delivered + report.beacons,
        interfaceDropped: 0,
        rebinds: 0,
      })
    })

    test('frames that leave through the interface are seen as well', async () => {
      const observer = observe()
      await observer.listens()
      await wire.send({ interface: 'near', from: 0, count: 40, sizes: SIZES, tags: TAGS })
      const report = await observer.reportWhen('40 frames', ({ delivered }) => delivered >= 40)
      expectSoundness(report, 40)
      expect(report.frames.map(({ tags }) => tags)).toEqual(numbers(40).map(tagsOf))
    })

    test('stop() ends start() soon, on a silent wire too, and the program with it', async () => {
      const observer = observe()
      await observer.listens()
      const begin = performance.now()
      const { end, statistics } = await observer.stop()
      expect(end).toBe('resolved')
      expect(performance.now() - begin).toBeLessThan(5000)
      expect(statistics!.dropped).toBe(0)
      expect(await observer.close()).toBe(0)
    })

    test('what the sink throws rejects start()', async () => {
      const observer = observe()
      await observer.listens()
      await observer.ask('throw')
      await wire.send({ from: 0, count: 3, sizes: [100] })
      expect(await observer.end()).toMatchObject({ end: 'rejected', message: 'the sink has had enough' })
      expect(await observer.close()).toBe(0)
    })

    test('an interface that is down is waited for', async () => {
      wire.link('set', 'near', 'down')
      const observer = observe()
      // It has begun when it answers.
      await observer.report()
      wire.link('set', 'near', 'up')
      await observer.listens(10)
    })

    test('an interface that goes down and up again is heard again', async () => {
      const observer = observe()
      await observer.listens()
      wire.link('set', 'near', 'down')
      wire.link('set', 'near', 'up')
      await observer.listens(10)
    })

    test('told that it is deaf, it begins anew and hears', async () => {
      const observer = observe()
      await observer.listens()
      await observer.ask('anew')
      await observer.reportWhen('another beginning', ({ statistics }) => (statistics.rebinds ?? 0) > 0)
      await observer.listens(10)
    })

    test('an interface that is deleted and made anew is heard again within 10 s', async () => {
      const observer = observe()
      await observer.listens()
      wire.unplug()
      wire.plugIn()
      await observer.listens(10)
      await wire.send({ from: 0, count: 50, sizes: SIZES, tags: TAGS })
      const report = await observer.reportWhen('50 frames', ({ delivered }) => delivered >= 50)
      expectSoundness(report, 50)
      expect(report.statistics.rebinds).toBe(1)
      expect((await observer.stop()).end).toBe('resolved')
      expect(await observer.close()).toBe(0)
    })

    test('a missing interface rejects with a clear sentence', async () => {
      const observer = wire.observe({ ...options, options: { interface: 'nowhere0' } })
      expect(await observer.end()).toEqual({
        end: 'rejected',
        message: 'there is no network interface nowhere0',
        reason: 'no-interface',
      })
    })

    test('without the right to listen it says what is needed', async () => {
      const observer = wire.observe({ ...options, options: { interface: 'near' } }, { withRights: false })
      expect(await observer.end()).toEqual({
        end: 'rejected',
        message: 'listening on near needs CAP_NET_RAW: run as root or grant that capability',
        reason: 'no-permission',
      })
    })
  })
}

describeLive('the ring', ['root', 'namespaces', 'koffi'], () => {
  setUp()
  const BURST = 200_000

  test('a burst of 200,000: what was delivered and what was dropped is what was sent', async () => {
    const observer = wire.observe({ class: 'RingSource', options: { interface: 'near' } })
    await observer.listens()
    const { beacons } = await observer.reportWhen(
      'every beacon',
      (now) => now.statistics.received === now.beacons,
    )
    await wire.send({ from: 0, count: BURST, sizes: [214] })
    const report = await observer.reportWhen(
      'all to be accounted for',
      (now) => now.delivered + now.statistics.dropped! === BURST && now.statistics.fill === 0,
    )
    expectSoundness(report, BURST - report.statistics.dropped!)
    expect(report.statistics.received).toBe(report.delivered + beacons)
  })

  test('with a reader that stands still the ring fills, drops are counted, and it goes on', async () => {
    const ring = { blockSize: 64 * 1024, blockCount: 16 }
    const observer = wire.observe({ class: 'RingSource', options: { interface: 'near', ...ring } })
    await observer.listens()
    const { beacons } = await observer.reportWhen(
      'every beacon',
      (now) => now.statistics.received === now.beacons,
    )
    await observer.ask('stall 3000')
    await wire.send({ from: 0, count: BURST, sizes: [214] })
    const report = await observer.reportWhen(
      'all to be accounted for',
      (now) => now.delivered + now.statistics.dropped! === BURST && now.statistics.fill === 0,
    )
    expectSoundness(report, BURST - report.statistics.dropped!)
    expect(report.statistics.received).toBe(report.delivered + beacons)
    expect(report.statistics.dropped).toBeGreaterThan(0)
    expect(report.statistics.freezes).toBeGreaterThan(0)
    await observer.listens()
  })

  test('filters are in force from the first frame and swapped between two', async () => {
    const observer = wire.observe({
      class: 'RingSource',
      options: { interface: 'near' },
      filters: { full: keep(512), sampling: keep(96) },
    })
    await observer.listens()
    const each = 200
    await wire.send({ from: 0, count: each, sizes: [60, 1000] })
    // No frame is under way: the answer to send() comes when the kernel has put it into the ring.
    expect(await observer.ask('filter sampling')).toEqual({ isSwapped: true })
    await wire.send({ from: each, count: each, sizes: [60, 1000] })
    expect(await observer.ask('filter full')).toEqual({ isSwapped: true })
    await wire.send({ from: 2 * each, count: each, sizes: [60, 1000] })
    const report = await observer.reportWhen('600 frames', ({ delivered }) => delivered >= 3 * each)
    expectSoundness(report, 3 * each)
    expect(report.statistics.filter).toBe('full')
    for (const { number, captured, wire: length } of report.frames) {
      const limit = number >= each && number < 2 * each ? 96 : 512
      expect({ length, captured }).toEqual({
        length: number % 2 === 0 ? 60 : 1000,
        captured: Math.min(number % 2 === 0 ? 60 : 1000, limit),
      })
    }
  })

  test('filters swapped under traffic lose no frame', async () => {
    const observer = wire.observe({
      class: 'RingSource',
      options: { interface: 'near' },
      filters: { full: keep(512), sampling: keep(96) },
    })
    await observer.listens()
    const sending = wire.send({ from: 0, count: 50_000, sizes: [214] })
    const swaps = await swapUntil(sending, observer)
    expect(swaps).toBeGreaterThan(2)
    const report = await observer.reportWhen(
      '50,000 frames',
      (now) => now.delivered + now.statistics.dropped! >= 50_000,
    )
    expectSoundness(report, 50_000)
  })

  test('a filter that the kernel refuses, and a missing one', async () => {
    const broken = wire.observe({
      class: 'RingSource',
      options: { interface: 'near' },
      filters: { full: keep(0).fill(255, 0, 2), sampling: keep(96) },
    })
    expect(await broken.end()).toMatchObject({
      end: 'rejected',
      message: 'the kernel refused the packet filter',
    })
    const without = wire.observe({ class: 'RingSource', options: { interface: 'near' } })
    await without.listens()
    expect(await without.ask('filter sampling')).toEqual({ isSwapped: false })
    expect((await without.report()).statistics.filter).toBeNull()
  })

  test('an interface that is renamed away, and another that takes its name', async () => {
    const observer = wire.observe({ class: 'RingSource', options: { interface: 'near' } })
    await observer.listens()
    wire.link('set', 'near', 'down')
    wire.link('set', 'near', 'name', 'other')
    wire.link('set', 'far', 'name', 'near')
    wire.link('set', 'other', 'name', 'far')
    wire.link('set', 'far', 'up')
    await observer.reportWhen(
      'the other interface to be bound',
      ({ statistics }) => statistics.rebinds! > 0,
      10,
    )
    await observer.listens(10)
    await wire.send({ from: 0, count: 20, sizes: [60] })
    const report = await observer.reportWhen('20 frames', ({ delivered }) => delivered >= 20)
    expectSoundness(report, 20)
  })
})

describeLive('openSource', ['root', 'namespaces', 'koffi'], () => {
  setUp()

  test('takes the ring and says so', async () => {
    const observer = wire.observe({ open: 'auto', options: { interface: 'near' } })
    expect(await observer.end()).toEqual({ reason: "ring: the kernel's packet ring (TPACKET_V3)" })
    await observer.listens()
  })

  test('a missing interface is one sentence', async () => {
    const observer = wire.observe({ open: 'auto', options: { interface: '../lo' } })
    expect(await observer.end()).toMatchObject({ message: 'there is no network interface ../lo' })
  })
})
