/** Which source is taken, and what is said of the others; on made-up sources, because a machine has its own. */
import { describe, expect, test } from '@jest/globals'
import {
  SourceError,
  TcpdumpSource,
  type LiveSourceName,
  type SourceErrorReason,
} from '../../src/capture/index.ts'
import { openSource, type SourceChoice } from '../../src/capture/open-source.ts'
import { loadError } from '../../src/capture/source-error.ts'
import { parseDrops } from '../../src/capture/tcpdump/tcpdump-source.ts'

/** A source that can, or that cannot for this reason; `stopped` collects who was told to stop. */
const choice = (
  name: LiveSourceName,
  refusal: readonly [SourceErrorReason, string] | Error | null,
  stopped: string[] = [],
): SourceChoice => ({
  name,
  means: `by ${name}`,
  make: () => ({
    name,
    prepare: () =>
      refusal === null
        ? Promise.resolve()
        : Promise.reject(refusal instanceof Error ? refusal : new SourceError(...refusal)),
    start: () => Promise.resolve(),
    stop: () => void stopped.push(name),
    useFilter: () => false,
    listenAnew: () => undefined,
    statistics: () => ({
      received: 0,
      dropped: null,
      interfaceDropped: null,
      freezes: null,
      fill: null,
      filter: null,
    }),
  }),
})

const NO_KOFFI = [
  'unavailable',
  'koffi could not be loaded (the npm package is not installed): npm install koffi',
] as const
const NO_PCAP = ['unavailable', 'pcap could not be loaded (libpcap.so.0.8: no such file)'] as const
const NO_RIGHT = ['no-permission', 'listening on eth0 needs CAP_NET_RAW'] as const
const OPTIONS = { interface: 'eth0', filters: null }

describe('openSource', () => {
  test('takes the first that can and says why not those before', async () => {
    const stopped: string[] = []
    const opened = await openSource(OPTIONS, [
      choice('ring', NO_KOFFI, stopped),
      choice('libpcap', NO_PCAP, stopped),
      choice('tcpdump', null, stopped),
    ])
    expect(opened.source.name).toBe('tcpdump')
    expect(opened.reason).toBe(
      'tcpdump: by tcpdump; not ring: koffi could not be loaded (the npm package is not installed): npm install koffi; ' +
        'not libpcap: pcap could not be loaded (libpcap.so.0.8: no such file)',
    )
    // What a refused source had acquired is given back; the one that was taken runs on.
    expect(stopped).toEqual(['ring', 'libpcap'])
  })

  test('takes the best where all can', async () => {
    const { reason } = await openSource(OPTIONS, [choice('ring', null), choice('libpcap', null)])
    expect(reason).toBe('ring: by ring')
  })

  test('tries only the one that was asked for', async () => {
    const choices = [choice('ring', null), choice('libpcap', NO_PCAP), choice('tcpdump', null)]
    expect((await openSource({ ...OPTIONS, source: 'tcpdump' }, choices)).reason).toBe('tcpdump: by tcpdump')
    await expect(openSource({ ...OPTIONS, source: 'libpcap' }, choices)).rejects.toMatchObject({
      reason: 'unavailable',
      message: 'nothing can listen on eth0. libpcap: pcap could not be loaded (libpcap.so.0.8: no such file)',
    })
    await expect(openSource({ ...OPTIONS, source: 'memory' }, choices)).rejects.toThrow(
      'memory is not a source of live frames',
    )
  })

  test('where none can, each says why, and a missing right is what the error is about', async () => {
    const opening = openSource(OPTIONS, [choice('ring', NO_KOFFI), choice('libpcap', NO_RIGHT)])
    await expect(opening).rejects.toMatchObject({
      reason: 'no-permission',
      message:
        'nothing can listen on eth0. ring: koffi could not be loaded (the npm package is not installed): npm install koffi; ' +
        'libpcap: listening on eth0 needs CAP_NET_RAW',
    })
  })

  test('a missing interface is said once', async () => {
    const missing = ['no-interface', 'there is no network interface eth0'] as const
    const opening = openSource(OPTIONS, [choice('ring', missing), choice('libpcap', missing)])
    await expect(opening).rejects.toMatchObject({
      reason: 'no-interface',
      message: 'there is no network interface eth0',
    })
  })

  test('a fault of the program is not taken for a missing source', async () => {
    const fault = new TypeError('undefined is not a function')
    await expect(openSource(OPTIONS, [choice('ring', fault), choice('libpcap', null)])).rejects.toBe(fault)
  })

  test.each(['', '.', '..', '../../etc', 'a/b', 'sixteen-letters-', 'no such one', 'nul\0'])(
    'no interface has the name %j',
    async (name) => {
      await expect(openSource({ ...OPTIONS, interface: name })).rejects.toMatchObject({
        reason: 'no-interface',
      })
    },
  )
})

describe('what cannot be loaded', () => {
  test('is named, with a reason of one line', () => {
    const notFound = Object.assign(new Error('a path\nand more'), { code: 'ERR_MODULE_NOT_FOUND' })
    expect(loadError('koffi', notFound).message).toBe(NO_KOFFI[1])
    const broken = Object.assign(new Error(`libpcap.so.0.8: ${'x'.repeat(500)}\nstack`), {
      code: 'ERR_DLOPEN_FAILED',
    })
    expect(loadError('pcap', broken).message).toMatch(
      /^pcap could not be loaded \(libpcap[.]so[.]0[.]8: x{100,160}\): apt install libpcap-dev g[+][+] make, then npm install pcap$/,
    )
  })
})

describe('tcpdump', () => {
  test('that is not there is said to be missing', async () => {
    const source = new TcpdumpSource({ interface: 'lo', program: 'no-such-tcpdump' })
    await expect(source.prepare()).rejects.toMatchObject({
      reason: 'unavailable',
      message: 'tcpdump is not installed',
    })
  })

  test('its drops stand in its last words', () => {
    const words = (drops: string): string =>
      `tcpdump: listening on eth0\n12 packets captured\n14 packets received by filter\n${drops}\n3 packets dropped by interface\n`
    expect(parseDrops(words('0 packets dropped by kernel'))).toBe(0)
    expect(parseDrops(words('1 packet dropped by kernel'))).toBe(1)
    expect(parseDrops(words('200317 packets dropped by kernel'))).toBe(200_317)
    expect(parseDrops(words('-1 packets dropped by kernel'))).toBeNull()
    expect(parseDrops("tcpdump: eth0: You don't have permission to capture on that device")).toBeNull()
    expect(parseDrops('')).toBeNull()
  })
})
