/** The C library's functions that a packet socket needs, called through koffi; and the constants of Linux that go with them. */
import { loadKoffi, type KoffiPackage, type NativeFunction } from './koffi-package.ts'

/** <errno.h> of Linux on every processor that koffi has a binary for. */
export const ERRNO = {
  EPERM: 1,
  ENOMEM: 12,
  EACCES: 13,
  ENODEV: 19,
} as const

export interface SystemCalls {
  readonly koffi: KoffiPackage
  readonly socket: NativeFunction
  readonly bind: NativeFunction
  readonly close: NativeFunction
  readonly setsockopt: NativeFunction
  readonly getsockopt: NativeFunction
  readonly mmap: NativeFunction
  /** SO_ATTACH_FILTER: setsockopt with a sock_fprog of this many bytes. */
  readonly attachFilter: NativeFunction
  readonly filterProgramSize: number
}

let loaded: Promise<SystemCalls> | null = null

/** Loads them once for this program; rejects with SourceError if koffi cannot be had. */
export const loadSystemCalls = (): Promise<SystemCalls> => (loaded ??= bindAll())

const bindAll = async (): Promise<SystemCalls> => {
  const koffi = await loadKoffi()
  const libc = koffi.load(null)
  const program = koffi.struct({ len: 'uint16_t', filter: 'uint8_t *' })
  return {
    koffi,
    socket: libc.func('int socket(int, int, int)'),
    bind: libc.func('int bind(int, const uint8_t *, uint32_t)'),
    close: libc.func('int close(int)'),
    setsockopt: libc.func('int setsockopt(int, int, int, const uint8_t *, uint32_t)'),
    getsockopt: libc.func('int getsockopt(int, int, int, _Out_ uint8_t *, _Inout_ uint32_t *)'),
    mmap: libc.func('void *mmap(void *, size_t, int, int, int, long)'),
    attachFilter: libc.func('setsockopt', 'int', ['int', 'int', 'int', koffi.pointer(program), 'uint32_t']),
    filterProgramSize: koffi.sizeof(program),
  }
}
