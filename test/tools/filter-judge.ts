/** Compares the kernel filter with its readable twin, the kernel being the judge, over frames and damaged and wrapped copies of them. */
import { assembleFilters, loadKoffi, type FilterMode, type FilterPorts } from '../../src/capture/index.ts'
import { keptBytes } from '../reference/kernel-filter-twin.ts'
import { loadFrames } from './judge-frames.ts'
import { openKernelOracle, type KernelOracle } from './kernel-oracle.ts'
import { seededRandom } from './mutations.ts'
import { concat } from './packet-builder.ts'

const MODES: readonly FilterMode[] = ['full', 'sampling']
const ETHERNET = 1

/** The kernel can be asked; where it cannot, a skip was printed. */
export const CAN_ASK_KERNEL = await loadKoffi().then(
  () => true,
  () => {
    process.stderr.write('skip: kernel filter against the kernel (koffi cannot be loaded)\n')
    return false
  },
)

const tagged = (frame: Uint8Array, ...types: readonly number[]): Uint8Array =>
  concat(frame.subarray(0, 12), ...types.map((type) => [type >> 8, type & 0xff, 0, 7]), frame.subarray(12))

/** In a PPPoE session, if it is IP. */
const inSession = (frame: Uint8Array): Uint8Array => {
  const protocol = frame[12] === 0x08 ? 0x21 : 0x57
  const length = frame.length - 12
  const header = [0x88, 0x64, 0x11, 0, 0, 1, length >> 8, length & 0xff, 0, protocol]
  return concat(frame.subarray(0, 12), header, frame.subarray(14))
}

const damaged = (frame: Uint8Array, random: () => number): Uint8Array => {
  const copy = frame.slice(0, random() < 0.3 ? 1 + Math.floor(random() * frame.length) : frame.length)
  // Headers are where it matters.
  for (let i = 0; i < 3; i++) copy[Math.floor(random() * Math.min(80, copy.length))] = random() * 256
  return copy
}

/** As it is (the tag stripped by the kernel), with tags in the bytes, in a session, and each of these damaged. */
const variantsOf = (frame: Uint8Array, random: () => number): Uint8Array[] => {
  const wrapped = [
    frame,
    tagged(frame, 0x8100),
    tagged(frame, 0x88a8, 0x8100),
    tagged(frame, 0x9100, 0x8100, 0x8100),
    inSession(frame),
    tagged(inSession(frame), 0x8100),
  ]
  return [...wrapped, ...wrapped.map((whole) => damaged(whole, random))]
}

/** The kernel with the filters of both modes attached. */
export class FilterJudge {
  readonly #ports: FilterPorts
  readonly #oracles: ReadonlyMap<FilterMode, KernelOracle>

  private constructor(ports: FilterPorts, oracles: ReadonlyMap<FilterMode, KernelOracle>) {
    this.#ports = ports
    this.#oracles = oracles
  }

  static async open(ports: FilterPorts): Promise<FilterJudge> {
    const filters = assembleFilters(ports)
    const oracles = new Map<FilterMode, KernelOracle>()
    for (const mode of MODES) oracles.set(mode, await openKernelOracle(filters[mode]))
    return new FilterJudge(ports, oracles)
  }

  /** What the kernel keeps of a frame. */
  kept(frame: Uint8Array, mode: FilterMode): number {
    return this.#oracles.get(mode)?.kept(frame) ?? 0
  }

  /** Throws for the first frame of the capture on which kernel and twin differ; gives how many were compared. */
  async compare(path: string, mostFrames: number): Promise<number> {
    const random = seededRandom(path.length)
    let count = 0
    const frames = (await loadFrames(path)).filter(({ linkType }) => linkType === ETHERNET)
    for (const { bytes } of frames.slice(0, mostFrames)) {
      for (const frame of variantsOf(bytes, random)) {
        for (const mode of MODES) {
          const kept = this.kept(frame, mode)
          const wanted = keptBytes(frame, mode, this.#ports)
          count++
          if (kept !== wanted)
            throw new Error(`${mode}: the kernel keeps ${kept}, the twin ${wanted} of ${hexOf(frame)}`)
        }
      }
    }
    return count
  }

  close(): void {
    for (const oracle of this.#oracles.values()) oracle.close()
  }
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 120)).toString('hex')
