// @ts-check
/**
 * node deafen.js PID: takes the packet socket of another program (pidfd_getfd(2)) and gives it a filter that drops everything, until standard
 * input closes; then without any filter. To that program it looks as if its socket went deaf: no error, and the interface counts on.
 */
import { readdirSync, readlinkSync } from 'node:fs'
import { createRequire } from 'node:module'

// Optional, so the type check must do without it.
const koffi = createRequire(import.meta.url)('koffi')
const libc = koffi.load(null)
const call = libc.func('long syscall(long, int, int, int)')
const setsockopt = libc.func('int setsockopt(int, int, int, const void *, uint32_t)')
const getsockopt = libc.func('int getsockopt(int, int, int, _Out_ uint8_t *, _Inout_ uint32_t *)')
koffi.struct('program', { len: 'uint16_t', filter: 'uint8_t *' })
const attach = libc.func('int setsockopt(int, int, int, const program *, uint32_t)')

const PIDFD_OPEN = 434
const PIDFD_GETFD = 438
const SOL_SOCKET = 1
const SO_ATTACH_FILTER = 26
const SO_DETACH_FILTER = 27
const SO_DOMAIN = 39
const AF_PACKET = 17
/** BPF_RET | BPF_K, 0: nothing of any frame. */
const DROP_ALL = Uint8Array.of(0x06, 0, 0, 0, 0, 0, 0, 0)

const pid = Number(process.argv[2])
const pidfd = call(PIDFD_OPEN, pid, 0, 0)

/** @param {number} fd */
const domainOf = (fd) => {
  const domain = new Uint8Array(4)
  getsockopt(fd, SOL_SOCKET, SO_DOMAIN, domain, [4])
  return domain[0]
}

const sockets = readdirSync(`/proc/${pid}/fd`)
  .filter((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:'))
  .map((fd) => Number(call(PIDFD_GETFD, pidfd, Number(fd), 0)))
  .filter((fd) => fd >= 0 && domainOf(fd) === AF_PACKET)
if (sockets.length === 0) throw new Error(`no packet socket of ${pid} could be taken`)
for (const fd of sockets)
  if (attach(fd, SOL_SOCKET, SO_ATTACH_FILTER, { len: 1, filter: DROP_ALL }, 16) !== 0)
    throw new Error(`no filter for the socket: errno ${String(koffi.errno())}`)
process.stdout.write('deaf\n')
process.stdin.resume().on('end', () => {
  for (const fd of sockets) setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, new Uint8Array(4), 4)
  process.exit(0)
})
