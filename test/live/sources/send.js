// @ts-check
/**
 * node send.js: puts numbered frames on interfaces of its network namespace through a raw packet socket. One JSON request a line on standard
 * input, one JSON answer a line: {"interface", "from", "count", "sizes", "tags"} → {"sent"}. Frame N has sizes[N % …] bytes without its tags
 * and the tags of tags[N % …], each [protocol, control]. Its type is 0x88b5 (IEEE 802: local experiments), then N in 32 bits, then filling.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

// Optional, so the type check must do without it.
const koffi = createRequire(import.meta.url)('koffi')
const libc = koffi.load(null)
const socket = libc.func('int socket(int, int, int)')
const sendto = libc.func('int64_t sendto(int, const uint8_t *, size_t, int, const uint8_t *, uint32_t)')
const AF_PACKET = 17
const SOCK_RAW = 3
const ENODEV = 19
const ENOBUFS = 105
const ADDRESSES = Buffer.from('02005e00530102005e005302', 'hex')

const fd = socket(AF_PACKET, SOCK_RAW, 0)
if (fd < 0) throw new Error(`no packet socket: errno ${String(koffi.errno())}`)

/** @param {number} number @param {number} size @param {readonly [number, number][]} tags */
function frameOf(number, size, tags) {
  const frame = Buffer.alloc(size + 4 * tags.length)
  ADDRESSES.copy(frame)
  let at = ADDRESSES.length
  for (const word of [...tags.flat(), 0x88b5]) at = frame.writeUInt16BE(word, at)
  at = frame.writeUInt32BE(number, at)
  for (; at < frame.length; at++) frame[at] = (number + at) & 0xff
  return frame
}

/** @param {{ interface: string, from: number, count: number, sizes: number[], tags?: [number, number][][] }} request */
function send({ interface: name, from, count, sizes, tags = [[]] }) {
  const address = Buffer.alloc(20)
  address.writeUInt16LE(AF_PACKET, 0)
  try {
    address.writeInt32LE(Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'latin1')), 4)
  } catch {
    return { sent: 0, errno: ENODEV }
  }
  // The kernel copies them before it returns, so frames of one shape are one buffer with another number.
  const many = sizes.length === 1 && tags.length === 1 ? frameOf(0, sizes[0] ?? 0, tags[0] ?? []) : null
  let sent = 0
  for (let number = from; number < from + count; number++) {
    const frame = many ?? frameOf(number, sizes[number % sizes.length] ?? 0, tags[number % tags.length] ?? [])
    if (many !== null) many.writeUInt32BE(number, 14 + 4 * (tags[0]?.length ?? 0))
    while (sendto(fd, frame, frame.length, 0, address, address.length) < 0) {
      if (koffi.errno() !== ENOBUFS) return { sent, errno: koffi.errno() }
    }
    sent++
  }
  return { sent }
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(send(JSON.parse(line)))}\n`)
