/** Chooses how to listen: the kernel's ring, else libpcap, else tcpdump, and says in a sentence which it became and why. */
import type { FrameSource, KernelFilters, SourceName } from './frame-source.ts'
import { LibpcapSource } from './libpcap/libpcap-source.ts'
import type { LiveSource, LiveSourceName } from './live-source.ts'
import type { RingSize } from './ring/packet-socket.ts'
import { RingSource } from './ring/ring-source.ts'
import { SourceError } from './source-error.ts'
import { TcpdumpSource } from './tcpdump/tcpdump-source.ts'

export interface OpenOptions {
  readonly interface: string
  /** Only this one; `auto` (the default): the first that can. */
  readonly source?: SourceName | 'auto'
  /** In force where the source can have them: on the ring. Null: every frame comes through. */
  readonly filters: KernelFilters | null
  /** What of the ring's size is not as usual. */
  readonly ring?: Partial<RingSize>
}

/** A source that has what it needs and waits for start(). */
export interface OpenedSource {
  readonly source: FrameSource
  /** Which was taken and why not another: for people. */
  readonly reason: string
}

/** One way to listen. */
export interface SourceChoice {
  readonly name: LiveSourceName
  readonly means: string
  make(options: OpenOptions): LiveSource
}

/** From the best to the costliest. */
const CHOICES: readonly SourceChoice[] = [
  {
    name: 'ring',
    means: "the kernel's packet ring (TPACKET_V3)",
    make: ({ interface: name, filters, ring }) => new RingSource({ ...ring, interface: name, filters }),
  },
  {
    name: 'libpcap',
    means: 'libpcap, without a kernel filter',
    make: (options) => new LibpcapSource({ interface: options.interface }),
  },
  {
    name: 'tcpdump',
    means: 'a tcpdump beside this program, without a kernel filter',
    make: (options) => new TcpdumpSource({ interface: options.interface }),
  },
]

/**
 * A source for the interface, ready to start. Rejects with SourceError: there is no such interface, or none of the sources that were asked for
 * can listen, each with its reason. `choices` is for tests.
 */
export const openSource = async (
  options: OpenOptions,
  choices: readonly SourceChoice[] = CHOICES,
): Promise<OpenedSource> => {
  const { source: wanted = 'auto' } = options
  const refusals: { readonly sentence: string; readonly error: SourceError }[] = []
  for (const choice of choices) {
    if (wanted !== 'auto' && wanted !== choice.name) continue
    const source = choice.make(options)
    try {
      await source.prepare()
      return { source, reason: reasonOf(choice, refusals) }
    } catch (error) {
      source.stop()
      // Anything else is a fault of the program.
      if (!(error instanceof SourceError)) throw error
      // The others would only repeat it.
      if (error.reason === 'no-interface') throw error
      refusals.push({ sentence: `${choice.name}: ${error.message}`, error })
    }
  }
  const first = refusals[0]
  if (first === undefined) throw new SourceError('unavailable', `${wanted} is not a source of live frames`)
  const sentences = refusals.map(({ sentence }) => sentence).join('; ')
  throw new SourceError(
    refusals.find(({ error }) => error.reason === 'no-permission')?.error.reason ?? first.error.reason,
    `nothing can listen on ${options.interface}. ${sentences}`,
  )
}

const reasonOf = (choice: SourceChoice, refusals: readonly { readonly sentence: string }[]): string =>
  [`${choice.name}: ${choice.means}`, ...refusals.map(({ sentence }) => `not ${sentence}`)].join('; ')
