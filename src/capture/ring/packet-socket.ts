/** An AF_PACKET socket with its TPACKET_V3 ring (packet(7)): opened deaf, bound to an interface, filtered, counted, released. */
import { permissionError, SourceError } from '../source-error.ts'
import { TAG_LENGTH } from './block-walker.ts'
import { ERRNO, type SystemCalls } from './system-calls.ts'

const AF_PACKET = 17
const SOCK_RAW_CLOEXEC = 3 | 0o2000000
const ETH_P_ALL = 3

const SOL_SOCKET = 1
const SO_ERROR = 4
const SO_ATTACH_FILTER = 26

const SOL_PACKET = 263
const PACKET_ADD_MEMBERSHIP = 1
const PACKET_DROP_MEMBERSHIP = 2
const PACKET_RX_RING = 5
const PACKET_STATISTICS = 6
const PACKET_VERSION = 10
const PACKET_RESERVE = 12
const TPACKET_V3 = 2
const PACKET_MR_PROMISC = 1
/** The kernel wants it to divide a block; in version 3 frames are packed however long they are. */
const FRAME_SIZE = 2048

const PROT_READ_WRITE = 3
const MAP_SHARED = 1
const MAP_PRIVATE_FIXED_ANONYMOUS = 0x02 | 0x10 | 0x20

/** The size of one BPF instruction. */
const INSTRUCTION = 8

/** How large the ring is, and after how many milliseconds a block that is not full is handed over. */
export interface RingSize {
  readonly blockSize: number
  readonly blockCount: number
  readonly retireMilliseconds: number
}

/** What PACKET_STATISTICS told since it was last asked. */
export interface PacketCounts {
  readonly received: number
  readonly dropped: number
  readonly freezes: number
}

/** Native bytes of integers, as the kernel wants its structures. */
const words = (...values: number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer)

/** struct packet_mreq: interface, kind, no address. */
const membership = (index: number): Uint8Array => {
  const request = words(index, 0, 0, 0)
  request.set(new Uint8Array(Uint16Array.of(PACKET_MR_PROMISC).buffer), 4)
  return request
}

export class PacketSocket {
  readonly #calls: SystemCalls
  readonly #fd: number
  readonly #address: bigint
  readonly #length: number
  /** The ring as the program sees it. */
  readonly memory: ArrayBuffer

  private constructor(calls: SystemCalls, fd: number, address: bigint, length: number) {
    this.#calls = calls
    this.#fd = fd
    this.#address = address
    this.#length = length
    this.memory = calls.koffi.view(address, length)
  }

  /** A socket that hears nothing yet. Throws SourceError; `interfaceName` is for its sentence only. */
  static open(calls: SystemCalls, size: RingSize, interfaceName: string): PacketSocket {
    // Protocol 0: no frame, of whatever interface, comes in before bind().
    const fd = calls.socket(AF_PACKET, SOCK_RAW_CLOEXEC, 0) as number
    if (fd < 0) throw refusal(calls, 'socket', interfaceName)
    try {
      const { blockSize, blockCount, retireMilliseconds } = size
      const frames = (blockSize / FRAME_SIZE) * blockCount
      const ring = words(blockSize, blockCount, FRAME_SIZE, frames, retireMilliseconds, 0, 0)
      for (const [option, value, name] of [
        [PACKET_VERSION, words(TPACKET_V3), 'PACKET_VERSION'],
        [PACKET_RESERVE, words(TAG_LENGTH), 'PACKET_RESERVE'],
        [PACKET_RX_RING, ring, 'PACKET_RX_RING'],
      ] as const) {
        if ((calls.setsockopt(fd, SOL_PACKET, option, value, value.length) as number) < 0)
          throw refusal(calls, name, interfaceName)
      }
      const length = blockSize * blockCount
      const address = calls.mmap(null, length, PROT_READ_WRITE, MAP_SHARED, fd, 0) as bigint
      if (isMapFailed(address)) throw refusal(calls, 'mmap', interfaceName)
      return new PacketSocket(calls, fd, address, length)
    } catch (error) {
      calls.close(fd)
      throw error
    }
  }

  /** Hears every frame of this interface from now on, promiscuously, and no other's; 0 or the errno. */
  bind(index: number, previous: number | null): number {
    const { setsockopt, koffi } = this.#calls
    if (previous !== null) {
      const left = membership(previous)
      // Of an interface that is gone the kernel has already forgotten it.
      setsockopt(this.#fd, SOL_PACKET, PACKET_DROP_MEMBERSHIP, left, left.length)
    }
    // struct sockaddr_ll: family, protocol in network order, index; the rest is for sending.
    const address = words(0, index, 0, 0, 0)
    address.set(new Uint8Array(Uint16Array.of(AF_PACKET).buffer), 0)
    address[3] = ETH_P_ALL
    if ((this.#calls.bind(this.#fd, address, address.length) as number) < 0) return koffi.errno()
    const joined = membership(index)
    const result = setsockopt(this.#fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, joined, joined.length) as number
    return result < 0 ? koffi.errno() : 0
  }

  /** Puts a classic BPF program in force between two frames; false if the kernel refuses it. */
  attachFilter(program: Uint8Array): boolean {
    const { attachFilter, filterProgramSize } = this.#calls
    const filter = { len: program.length / INSTRUCTION, filter: program }
    return (attachFilter(this.#fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, filterProgramSize) as number) === 0
  }

  /** What happened since the last call: the kernel begins anew each time it is asked. */
  takeCounts(): PacketCounts {
    const counts = new Uint32Array(3)
    const bytes = new Uint8Array(counts.buffer)
    this.#calls.getsockopt(this.#fd, SOL_PACKET, PACKET_STATISTICS, bytes, [bytes.length])
    const [packets = 0, dropped = 0, freezes = 0] = counts
    // tp_packets counts those that were dropped too.
    return { received: packets - dropped, dropped, freezes }
  }

  /** The errno that the socket reports since it was last asked (it went deaf), else 0. */
  takeError(): number {
    const value = new Uint32Array(1)
    this.#calls.getsockopt(this.#fd, SOL_SOCKET, SO_ERROR, new Uint8Array(value.buffer), [4])
    return value[0] as number
  }

  /**
   * Closes the socket and gives the ring back. The memory is never unmapped, because `memory` may still be looked at: empty pages take the
   * ring's place at the same address, and the kernel, which kept the socket for the mapping's sake, lets it go.
   */
  release(): void {
    const { mmap, close } = this.#calls
    mmap(this.#address, this.#length, PROT_READ_WRITE, MAP_PRIVATE_FIXED_ANONYMOUS, -1, 0)
    close(this.#fd)
  }
}

/** (void *)-1 in either width. */
const isMapFailed = (address: bigint): boolean => address === 2n ** 64n - 1n || address === 2n ** 32n - 1n

const refusal = ({ koffi }: SystemCalls, call: string, interfaceName: string): SourceError => {
  const errno = koffi.errno()
  if (errno === ERRNO.EPERM || errno === ERRNO.EACCES) return permissionError(interfaceName)
  if (errno === ERRNO.ENOMEM)
    return new SourceError('failed', `there is no memory for the packet ring (${call})`)
  return new SourceError('unavailable', `the kernel refused the packet ring (${call}, errno ${errno})`)
}
