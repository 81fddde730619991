// @ts-check
/**
 * node player.js CAPTURE: puts traffic on the interfaces `phones` and `far` of its network namespace, a side of the box each. One JSON request a
 * line on standard input (see Request), one line `{"done": id}` when it is sent. The capture is a call of two hosts, 10.77.0.11 with the phones.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { clearInterval, setInterval } from 'node:timers'

/**
 * @typedef {{ id: number } & (
 *   { kind: 'call', number: number } |
 *   { kind: 'media', sides: string[], rate: number, seconds: number, bytes: number } |
 *   { kind: 'frames', side: string, frames: string[], every: number, times: number } |
 *   { kind: 'strangers', first?: boolean } | { kind: 'halt' })} Request
 * `call`: the capture at its own pace, between hosts of this number's own; `media`: a second's number of RTP packets, of 50 streams a side;
 * `frames`: each as hexadecimal digits, so many milliseconds apart, so many times;
 * `strangers`: frames of no interest both ways until `halt`, or until the `first` passed; the answer says how many were sent
 * and `passed`.
 */

// Optional, so the type check must do without it.
const koffi = createRequire(import.meta.url)('koffi')
const libc = koffi.load(null)
const sendto = libc.func('int64_t sendto(int, const uint8_t *, size_t, int, const uint8_t *, uint32_t)')
const recv = libc.func('int64_t recv(int, _Out_ uint8_t *, size_t, int)')
const socket = libc.func('int socket(int, int, int)')
const AF_PACKET = 17
const SOCK_RAW = 3
const TICK = 5
const STREAMS = 50
const PHONE_LAST_BYTE = 11
const MSG_DONTWAIT = 0x40
/** IEEE 802: for local experiments. */
const STRANGE_TYPE = 0x88b5
const STRANGE_EVERY = 50

const fd = socket(AF_PACKET, SOCK_RAW, 0)
if (fd < 0) throw new Error(`no packet socket: errno ${String(koffi.errno())}`)

/** @param {string} name */
const addressOf = (name) => {
  const address = Buffer.alloc(20)
  address.writeUInt16LE(AF_PACKET, 0)
  address.writeInt32LE(Number(readFileSync(`/sys/class/net/${name}/ifindex`, 'latin1')), 4)
  return address
}
const addresses = new Map(['phones', 'far'].map((name) => [name, addressOf(name)]))

/** A frame that finds the cable cut is lost like any other. @param {string} side @param {Buffer} frame */
const send = (side, frame) => {
  const address = addresses.get(side)
  if (address !== undefined) sendto(fd, frame, frame.length, 0, address, address.length)
}

/** Records of the capture: when, in milliseconds from its first, and what. @param {Buffer} file */
const recordsOf = (file) => {
  const perSecond = file.readUInt32LE(0) === 0xa1b23c4d ? 1e9 : 1e6
  const records = []
  for (let at = 24; at + 16 <= file.length;) {
    const length = file.readUInt32LE(at + 8)
    const time = (file.readUInt32LE(at) + file.readUInt32LE(at + 4) / perSecond) * 1000
    records.push({ time, frame: file.subarray(at + 16, at + 16 + length) })
    at += 16 + length
  }
  const first = records[0]?.time ?? 0
  return records.map(({ time, frame }) => ({ time: time - first, frame }))
}

/**
 * The second byte of one address more and of the other less by the same: so the checksums hold.
 * @param {Buffer} original @param {number} number
 */
const renumbered = (original, number) => {
  const frame = Buffer.from(original)
  if (frame.readUInt16BE(12) !== 0x0800) return { side: 'phones', frame }
  for (const at of [26, 30]) {
    const isPhone = frame[at + 3] === PHONE_LAST_BYTE
    frame[at + 1] = (frame[at + 1] ?? 0) + (isPhone ? number : -number)
  }
  return { side: frame[29] === PHONE_LAST_BYTE ? 'phones' : 'far', frame }
}

/** Calls `step` with the milliseconds since now until it says that it is done. @param {(elapsed: number) => boolean} step */
const pace = (step) => {
  const begun = performance.now()
  return /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      const timer = setInterval(() => {
        if (!step(performance.now() - begun)) return
        clearInterval(timer)
        resolve()
      }, TICK)
    })
  )
}

/** @param {number} number */
const playCall = (number) => {
  const waiting = recordsOf(readFileSync(String(process.argv[2])))
  return pace((elapsed) => {
    while (waiting[0] !== undefined && waiting[0].time <= elapsed) {
      const { side, frame } = renumbered(waiting[0].frame, number)
      send(side, frame)
      waiting.shift()
    }
    return waiting.length === 0
  })
}

/** A packet of RTP, payload type 96, version 2, in UDP without a checksum. @param {boolean} isNear @param {number} stream @param {number} bytes */
const mediaFrame = (isNear, stream, bytes) => {
  const frame = Buffer.alloc(54 + bytes, 0x5a)
  const ends = isNear ? ['020000000001', '020000000002'] : ['020000000002', '020000000001']
  const hosts = isNear ? ['c0000201', 'c6336401'] : ['c6336401', 'c0000201']
  frame.write(`${ends.reverse().join('')}08004500`, 0, 'hex')
  frame.writeUInt16BE(40 + bytes, 16)
  frame.write(`0000400040110000${hosts.join('')}`, 18, 'hex')
  // Some bridges look at the header's checksum (br_netfilter).
  let sum = 0
  for (let at = 14; at < 34; at += 2) sum += frame.readUInt16BE(at)
  frame.writeUInt16BE(~((sum & 0xffff) + (sum >> 16)) & 0xffff, 24)
  for (const at of [34, 36]) frame.writeUInt16BE(20_000 + 2 * stream, at)
  frame.writeUInt16BE(20 + bytes, 38)
  frame.write('00008060', 40, 'hex')
  frame.writeUInt32BE(0x1000 + stream, 50)
  return frame
}

/** @param {{ sides: string[], rate: number, seconds: number, bytes: number }} request */
const playMedia = ({ sides, rate, seconds, bytes }) => {
  const streams = sides.flatMap((side) =>
    Array.from({ length: STREAMS }, (_, index) => ({
      side,
      frame: mediaFrame(side === 'phones', index, bytes),
    })),
  )
  let sent = 0
  return pace((elapsed) => {
    const due = Math.min(elapsed / 1000, seconds) * rate
    for (; sent < due; sent++) {
      const { side, frame } = /** @type {{ side: string, frame: Buffer }} */ (streams[sent % streams.length])
      const packet = Math.floor(sent / streams.length)
      frame.writeUInt16BE(packet & 0xffff, 44)
      frame.writeUInt32BE((packet * 160) >>> 0, 46)
      send(side, frame)
    }
    return elapsed >= seconds * 1000
  })
}

/** @param {{ side: string, frames: string[], every: number, times: number }} request */
const playFrames = ({ side, frames, every, times }) => {
  const bytes = frames.map((frame) => Buffer.from(frame, 'hex'))
  let sent = 0
  return pace((elapsed) => {
    for (; sent < times * bytes.length && sent * every <= elapsed; sent++)
      send(side, /** @type {Buffer} */ (bytes[sent % bytes.length]))
    return sent >= times * bytes.length
  })
}

let isHalted = false

/** A frame of nobody's, between the two sides. @param {string} side */
const strangerFrom = (side) => {
  const frame = Buffer.alloc(60)
  frame.write(side === 'phones' ? '020000000004020000000003' : '020000000003020000000004', 0, 'hex')
  frame.writeUInt16BE(STRANGE_TYPE, 12)
  return frame
}

/** @param {{ first?: boolean }} request */
const playStrangers = async ({ first = false }) => {
  const listener = socket(AF_PACKET, SOCK_RAW, ((STRANGE_TYPE & 0xff) << 8) | (STRANGE_TYPE >> 8))
  const frames = ['phones', 'far'].map((side) => ({ side, frame: strangerFrom(side) }))
  const answer = Buffer.alloc(60)
  const count = { sent: 0, passed: 0 }
  let rounds = 0
  isHalted = false
  await pace((elapsed) => {
    for (; !isHalted && rounds * STRANGE_EVERY <= elapsed; rounds++)
      for (const { side, frame } of frames) {
        send(side, frame)
        count.sent++
      }
    while (recv(listener, answer, answer.length, MSG_DONTWAIT) > 0) count.passed++
    if (first && count.passed > 0) return true
    // One may be on its way.
    return isHalted && (count.passed === count.sent || elapsed > (rounds + 2) * STRANGE_EVERY)
  })
  libc.func('int close(int)')(listener)
  return count
}

/** @param {Request} request @returns {Promise<object | void>} */
const play = (request) => {
  if (request.kind === 'call') return playCall(request.number)
  if (request.kind === 'strangers') return playStrangers(request)
  if (request.kind === 'halt') {
    isHalted = true
    return Promise.resolve()
  }
  return request.kind === 'media' ? playMedia(request) : playFrames(request)
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line)
  void play(request).then((more) =>
    process.stdout.write(`${JSON.stringify({ done: request.id, ...more })}\n`),
  )
}
