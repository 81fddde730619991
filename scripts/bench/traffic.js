// Writes the bench's capture: 1,000 concurrent calls of SIP/UDP and PCMU, mixed with a share of other traffic, a million packets in all.
// Deterministic, and streamed to the file: the generator needs no more memory for a longer capture.
import { closeSync, openSync, writeSync } from 'node:fs'

const PACKET_SECONDS = 0.02
const CHUNK = 4 << 20

/** A small seeded generator: the bench must write the same bytes each time. */
const random = (seed) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 2 ** 32
}

/** One second and a bit of voice-like µ-law: a wandering pitch under a syllable envelope. */
const voice = () => {
  const next = random(7)
  const samples = Buffer.alloc(16000)
  let phase = 0
  for (let i = 0; i < samples.length; i++) {
    phase += 0.08 + 0.03 * Math.sin(i / 1900)
    const envelope = Math.abs(Math.sin(i / 1300)) ** 2
    const value = Math.round(
      6000 * envelope * (Math.sin(phase) + 0.4 * Math.sin(2.7 * phase)) + 60 * (next() - 0.5),
    )
    samples[i] = toMuLaw(value)
  }
  return samples
}

/** ITU-T G.711 µ-law. */
const toMuLaw = (value) => {
  const sign = value < 0 ? 0x80 : 0
  const magnitude = Math.min(32635, Math.abs(value)) + 132
  const exponent = Math.max(0, 31 - Math.clz32(magnitude) - 7)
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff
}

// RFC 2544 keeps 198.18.0.0/15 for benchmarks.
const phoneAddress = (call, side) => [198, 18 + side, call >> 8, call & 255]

const description = (call, side) =>
  `v=0\r\no=- ${call} 1 IN IP4 ${phoneAddress(call, side).join('.')}\r\ns=-\r\nc=IN IP4 ${phoneAddress(call, side).join('.')}\r\n` +
  `t=0 0\r\nm=audio ${16384 + side * 2} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n`

const sequenceOf = (first) =>
  first.startsWith('ACK') ? '1 ACK' : first.startsWith('BYE') ? '2 BYE' : '1 INVITE'

const message = (call, first, side, withBody) => {
  const [a, b] = [phoneAddress(call, 0).join('.'), phoneAddress(call, 1).join('.')]
  const body = withBody ? description(call, side) : ''
  return Buffer.from(
    `${first}\r\nVia: SIP/2.0/UDP ${a}:5060;branch=z9hG4bK${call}\r\nFrom: <sip:${1000 + call}@${b}>;tag=a${call}\r\n` +
      `To: <sip:${2000 + call}@${b}>${side ? `;tag=b${call}` : ''}\r\nCall-ID: bench-${call}@${a}\r\nCSeq: ${sequenceOf(first)}\r\n` +
      `Contact: <sip:${1000 + call}@${side ? b : a}>\r\n${body ? 'Content-Type: application/sdp\r\n' : ''}Content-Length: ${body.length}\r\n\r\n${body}`,
  )
}

/** Of 20 octets of an IPv4 header whose checksum is still 0 (RFC 1071). */
const headerChecksum = (bytes, start) => {
  let sum = 0
  for (let at = start; at < start + 20; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** Writes pcap records into one reused buffer and flushes it when it is full. */
class Writer {
  constructor(path) {
    this.file = openSync(path, 'w')
    this.buffer = Buffer.alloc(CHUNK)
    this.at = 0
    this.packets = 0
    const header = Buffer.alloc(24)
    header.writeUInt32LE(0xa1b2c3d4, 0)
    header.writeUInt16LE(2, 4)
    header.writeUInt16LE(4, 6)
    header.writeUInt32LE(65535, 16)
    header.writeUInt32LE(1, 20)
    writeSync(this.file, header)
  }

  /** Begins an Ethernet + IPv4 + UDP or TCP packet and gives the offset where its payload goes. */
  begin(seconds, source, sourcePort, target, targetPort, payloadLength, tcp = false) {
    const transport = tcp ? 20 : 8
    const length = 14 + 20 + transport + payloadLength
    if (this.at + 16 + length > CHUNK) this.flush()
    const b = this.buffer
    let at = this.at
    b.writeUInt32LE(1700000000 + Math.floor(seconds), at)
    b.writeUInt32LE(Math.floor((seconds % 1) * 1e6), at + 4)
    b.writeUInt32LE(length, at + 8)
    b.writeUInt32LE(length, at + 12)
    at += 16
    b.set([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0], at)
    b.writeUInt16BE(length - 14, at + 16)
    b.writeUInt32BE(0x4000, at + 18)
    b.set([64, tcp ? 6 : 17, 0, 0, ...source, ...target], at + 22)
    // A bridge whose frames pass the firewall drops headers that are wrong.
    b.writeUInt16BE(headerChecksum(b, at + 14), at + 24)
    at += 34
    b.writeUInt16BE(sourcePort, at)
    b.writeUInt16BE(targetPort, at + 2)
    if (tcp) b.fill(0, at + 4, at + 20)
    else {
      b.writeUInt16BE(8 + payloadLength, at + 4)
      b.writeUInt16BE(0, at + 6)
    }
    this.at = at + transport + payloadLength
    this.packets++
    return at + transport
  }

  flush() {
    writeSync(this.file, this.buffer, 0, this.at)
    this.at = 0
  }

  close() {
    this.flush()
    closeSync(this.file)
  }
}

const writeCallStart = (writer, call, seconds) => {
  const [a, b] = [phoneAddress(call, 0), phoneAddress(call, 1)]
  const steps = [
    [a, b, message(call, `INVITE sip:${2000 + call}@${b.join('.')} SIP/2.0`, 0, true)],
    [b, a, message(call, 'SIP/2.0 200 OK', 1, true)],
    [a, b, message(call, `ACK sip:${2000 + call}@${b.join('.')} SIP/2.0`, 0, false)],
  ]
  steps.forEach(([from, to, bytes], i) => {
    const at = writer.begin(seconds + i * 1e-4, from, 5060, to, 5060, bytes.length)
    bytes.copy(writer.buffer, at)
  })
}

const writeCallEnd = (writer, call, seconds) => {
  const [a, b] = [phoneAddress(call, 0), phoneAddress(call, 1)]
  const steps = [
    [a, b, message(call, `BYE sip:${2000 + call}@${b.join('.')} SIP/2.0`, 1, false)],
    [b, a, message(call, 'SIP/2.0 200 OK', 1, false)],
  ]
  steps.forEach(([from, to, bytes], i) => {
    const at = writer.begin(seconds + i * 1e-4, from, 5060, to, 5060, bytes.length)
    bytes.copy(writer.buffer, at)
  })
}

const writeRtp = (writer, samples, call, side, n, seconds) => {
  const at = writer.begin(
    seconds,
    phoneAddress(call, side),
    16384 + side * 2,
    phoneAddress(call, 1 - side),
    16384 + (1 - side) * 2,
    172,
  )
  const b = writer.buffer
  b.writeUInt16BE(n === 0 ? 0x8080 : 0x8000, at)
  b.writeUInt16BE((call * 7 + n) & 0xffff, at + 2)
  b.writeUInt32BE((call * 1000 + n * 160) >>> 0, at + 4)
  b.writeUInt32BE((0x51000000 + call * 2 + side) >>> 0, at + 8)
  const from = (call * 977 + side * 5000 + n * 160) % (samples.length - 160)
  samples.copy(b, at + 12, from, from + 160)
}

/** Other traffic: half TCP segments to web servers, a quarter QUIC-like datagrams, the rest DNS-like and other UDP. */
const writeOther = (writer, next, noise, seconds) => {
  const pick = next()
  const host = Math.floor(next() * 2000)
  const inside = [198, 18, 64 + (host >> 8), host & 255]
  const outside = [198, 51, 100, host & 255]
  const port = 20000 + (host % 4000)
  const length = pick < 0.5 ? 60 + Math.floor(next() * 400) : 40 + Math.floor(next() * 300)
  const away = next() < 0.4
  const [from, to] = away ? [inside, outside] : [outside, inside]
  const server = pick < 0.75 ? 443 : pick < 0.85 ? 53 : 3000 + (host & 1023)
  const at = writer.begin(seconds, from, away ? port : server, to, away ? server : port, length, pick < 0.5)
  const b = writer.buffer
  const offset = Math.floor(next() * (noise.length - length))
  noise.copy(b, at, offset, offset + length)
  if (pick < 0.5) {
    b.writeUInt32BE(Math.floor(next() * 2 ** 32), at - 16)
    b.set([0x50, 0x10, 0xff, 0xff], at - 8)
    b.set([23, 3, 3, 0x10, 0], at)
  } else if (pick < 0.75) b[at] = away ? 0x40 | (b[at] & 0x3f) : 0xc0 | (b[at] & 0x3f)
}

/** What all packets of one capture are made from. */
const open = (path, other) => {
  const next = random(42)
  const noise = Buffer.alloc(1 << 20)
  for (let i = 0; i < noise.length; i++) noise[i] = Math.floor(next() * 256)
  return { writer: new Writer(path), samples: voice(), next, noise, share: other / (1 - other), debt: 0 }
}

/** One packet of media, and what comes beside it. */
const writeBoth = (capture, call, side, n, seconds, isFull = () => false) => {
  const { writer, samples, next, noise } = capture
  writeRtp(writer, samples, call, side, n, seconds)
  capture.debt += capture.share
  for (; capture.debt >= 1 && !isFull(); capture.debt--) writeOther(writer, next, noise, seconds)
}

/**
 * Writes `path`: `calls` concurrent calls and other traffic in the share `other` (0 to 1) of `packets` packets. The calls last as long as
 * the packets reach.
 */
export const writeTraffic = (path, { calls = 1000, packets = 1_000_000, other = 0 } = {}) => {
  const capture = open(path, other)
  const { writer } = capture
  const isFull = () => writer.packets >= packets
  for (let call = 0; call < calls; call++) writeCallStart(writer, call, call * 1e-4)
  for (let n = 0; !isFull(); n++) {
    for (let i = 0; i < calls * 2 && !isFull(); i++) {
      const seconds = 0.5 + n * PACKET_SECONDS + (i / (calls * 2)) * PACKET_SECONDS
      writeBoth(capture, i >> 1, i & 1, n, seconds, isFull)
    }
  }
  writer.close()
  return writer.packets
}

/**
 * Writes `path`: what somebody sends who wants to fill tables: `packets` of one host, in turn an INVITE of a call of its own and RTP of a source of
 * its own.
 */
export const writeFlood = (path, { packets }) => {
  const { writer, samples } = open(path, 0)
  const from = [198, 18, 250, 1]
  const to = [198, 19, 250, 1]
  for (let i = 0; writer.packets < packets; i++) {
    const invite = message(20_000 + (i % 40_000), `INVITE sip:${i}@${to.join('.')} SIP/2.0`, 0, true)
    invite.copy(writer.buffer, writer.begin(i * 1e-4, from, 5060, to, 5060, invite.length))
    const at = writer.begin(i * 1e-4, from, 1024 + (i % 60_000), to, 1024 + ((i * 7) % 60_000), 172)
    writer.buffer.writeUInt16BE(0x8000, at)
    writer.buffer.writeUInt16BE(i & 0xffff, at + 2)
    writer.buffer.writeUInt32BE(Math.imul(i, 0x9e3779b1) >>> 0, at + 8)
    samples.copy(writer.buffer, at + 12, 0, 160)
  }
  writer.close()
  return writer.packets
}

/**
 * Writes `path`: as many calls at once as make `rate` packets a second together with other traffic in the share `other`, each of `callSeconds` from
 * INVITE to BYE, one following the other in each place so that as many begin and end in every second. In the first `warmUp` seconds they begin.
 * Gives the number of packets of the warm-up and of the `seconds` behind it.
 */
export const writeRollingCalls = (path, { rate, warmUp, seconds, callSeconds = 60, other = 0 }) => {
  const capture = open(path, other)
  const { writer } = capture
  const count = Math.round((rate * (1 - other) * PACKET_SECONDS) / 2)
  const places = Array.from({ length: count }, (_, i) => ({
    call: i,
    start: (i / count) * warmUp,
    end: warmUp + (i / count) * callSeconds,
    isUp: false,
  }))
  let calls = places.length
  let before = 0
  for (let tick = 0; tick * PACKET_SECONDS < warmUp + seconds; tick++) {
    const now = tick * PACKET_SECONDS
    if (before === 0 && now >= warmUp) before = writer.packets
    places.forEach((place, i) => {
      const at = now + (i / places.length) * PACKET_SECONDS
      if (place.isUp && now >= place.end) {
        writeCallEnd(writer, place.call, at)
        Object.assign(place, { call: calls++, start: now, end: place.end + callSeconds, isUp: false })
      }
      if (now < place.start) return
      if (!place.isUp) writeCallStart(writer, place.call, at)
      place.isUp = true
      for (const side of [0, 1])
        writeBoth(capture, place.call, side, Math.round((now - place.start) / PACKET_SECONDS), at)
    })
  }
  writer.close()
  return [before, writer.packets - before]
}
