/**
 * The kernel's own word on what a classic BPF program keeps of a frame: a datagram socket of the local domain runs an attached filter over
 * whatever it is sent, as a packet socket does. Needs neither network nor privileges.
 */
import { loadSystemCalls } from '../../src/capture/ring/system-calls.ts'

const AF_UNIX = 1
const SOCK_DGRAM = 2
const SOL_SOCKET = 1
const SO_ATTACH_FILTER = 26
const MSG_DONTWAIT = 0x40

export interface KernelOracle {
  /** Bytes that are kept of the frame, 0 for none. */
  kept(frame: Uint8Array): number
  close(): void
}

/** The oracle for one program. Rejects with SourceError without koffi; throws if the kernel refuses the program. */
export const openKernelOracle = async (program: Uint8Array): Promise<KernelOracle> => {
  const { koffi, attachFilter, filterProgramSize, close } = await loadSystemCalls()
  const libc = koffi.load(null)
  const socketPair = libc.func('int socketpair(int, int, int, _Out_ int *)')
  const send = libc.func('long send(int, const uint8_t *, size_t, int)')
  const receive = libc.func('long recv(int, _Out_ uint8_t *, size_t, int)')
  const ends = [0, 0]
  if ((socketPair(AF_UNIX, SOCK_DGRAM, 0, ends) as number) !== 0) throw new Error('no socket pair')
  const [from = -1, to = -1] = ends
  const filter = { len: program.length / 8, filter: program }
  const isTaken = attachFilter(to, SOL_SOCKET, SO_ATTACH_FILTER, filter, filterProgramSize) === 0
  if (!isTaken) throw new Error(`the kernel refuses the filter: errno ${koffi.errno()}`)
  const room = new Uint8Array(65_536)
  return {
    kept: (frame) => {
      if (Number(send(from, frame, frame.length, 0)) !== frame.length) throw new Error('not sent')
      return Math.max(0, Number(receive(to, room, room.length, MSG_DONTWAIT)))
    },
    close: () => {
      close(from)
      close(to)
    },
  }
}
