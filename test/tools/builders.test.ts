import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readCapture } from '../../src/capture/index.ts'
import { DECODE_STATUS, PacketLayers, decodeFrame } from '../../src/core/decode/index.ts'
import { toPcap } from './capture-writer.ts'
import { seededRandom } from './mutations.ts'
import { checksum, concat, ethernet, ipv4, linuxSll2, rtcp, tcp, udp, vlan } from './packet-builder.ts'
import { describeIfShared } from './shared.ts'
import { sipCall, type CallFrame, type CallOptions } from './sip-call.ts'
import { randomBytes, talker, toMuLaw } from './speech.ts'
import { SrtpProtector, aesCounter, deriveKey } from './srtp.ts'

const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase()

describe('SRTP', () => {
  test('key stream of RFC 3711 B.2', () => {
    const counter = fromHex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000')
    const stream = aesCounter(fromHex('2B7E151628AED2A6ABF7158809CF4F3C'), counter, 48)
    expect(toHex(stream)).toBe(
      'E03EAD0935C95E80E166B16DD92B4EB4' +
        'D23513162B02D0F72A43A2FE4A5F97AB' +
        '41E95B3BB0A2E8DD477901E4FCA894C0',
    )
  })

  test('key derivation of RFC 3711 B.3', () => {
    const key = fromHex('E1F97A0D3E018BE0D64FA32C06DE4139')
    const salt = fromHex('0EC675AD498AFEEBB6960B3AABE6')
    expect(toHex(deriveKey(key, salt, 0, 16))).toBe('C61E7A93744F39EE10734AFE3FF7A087')
    expect(toHex(deriveKey(key, salt, 2, 14))).toBe('30CBBC08863D8C85D49DB34A9AE1')
    expect(toHex(deriveKey(key, salt, 1, 20))).toBe('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4')
  })

  test('tags of 10 and 4 bytes, SRTCP with E bit and rising index', () => {
    const key = randomBytes(seededRandom(1), 30)
    const packet = concat([0x80, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4], new Uint8Array(160))
    expect(new SrtpProtector(key).protect(packet).length).toBe(172 + 10)
    expect(new SrtpProtector(key, 'AES_CM_128_HMAC_SHA1_32').protect(packet).length).toBe(172 + 4)
    const protector = new SrtpProtector(key)
    const report = rtcp(0x01020304)
    for (const index of [1, 2]) {
      const out = protector.protectControl(report)
      expect(out.length).toBe(report.length + 14)
      expect([...out.subarray(-14, -10)]).toEqual([0x80, 0, 0, index])
      expect([...out.subarray(0, 8)]).toEqual([...report.subarray(0, 8)])
    }
  })
})

describeIfShared('SRTP of a real phone', (shared) => {
  test('protecting what unprotecting gives is the packet on the wire', async () => {
    const layers = new PacketLayers()
    const keys: Uint8Array[] = []
    const packets: Uint8Array[] = []
    await readCapture(join(shared, 'captures', 'lab', 's06_udp_srtp80_keys_in_clear.pcap'), {
      onFrame: (_at, bytes, start, end, wireLength, linkType) => {
        if (decodeFrame(linkType, bytes, start, end, wireLength, layers) !== DECODE_STATUS.transport) return
        const payload = Buffer.from(bytes.subarray(layers.payloadStart, layers.payloadEnd))
        const found = /AES_CM_128_HMAC_SHA1_80 inline:([A-Za-z0-9+/]{40})/.exec(payload.toString('latin1'))
        if (found !== null) keys.push(new Uint8Array(Buffer.from(found[1]!, 'base64')))
        // 20 ms of G.711 with a tag of 10.
        if (payload.length === 182 && payload[0]! === 0x80) packets.push(new Uint8Array(payload))
      },
    })
    expect(keys.length).toBeGreaterThan(0)
    expect(packets.length).toBeGreaterThan(100)
    const proven = packets.filter((packet) =>
      keys.some((key) => {
        const plain = new SrtpProtector(key).protect(packet.subarray(0, -10)).subarray(0, -10)
        return toHex(new SrtpProtector(key).protect(plain)) === toHex(packet)
      }),
    )
    expect(proven.length).toBe(packets.length)
  })
})

describe('speech', () => {
  test('µ-law of known samples', () => {
    // Zero, full scale, and the first values of two segments (ITU-T G.711 table 2a, scaled to 16 bits).
    expect([0, -1, 32_767, -32_768, 4063, 8159].map(toMuLaw)).toEqual([0xff, 0x7f, 0x80, 0x00, 0xaf, 0x9f])
  })

  test('the same seed talks the same, another one differently', () => {
    const say = (seed: number) => toHex(talker(seededRandom(seed))(800))
    expect(say(1)).toBe(say(1))
    expect(say(1)).not.toBe(say(2))
  })

  test('a voice is uneven, cipher bytes are not', () => {
    const chiSquare = (bytes: Uint8Array): number => {
      const counts = new Array<number>(256).fill(0)
      for (const byte of bytes) counts[byte]!++
      return counts.reduce((sum, count) => sum + (count - bytes.length / 256) ** 2 / (bytes.length / 256), 0)
    }
    expect(chiSquare(talker(seededRandom(3))(4000))).toBeGreaterThan(1000)
    expect(chiSquare(randomBytes(seededRandom(3), 4000))).toBeLessThan(400)
  })
})

describe('checksums', () => {
  test('IPv4, UDP and TCP verify', () => {
    const from = { address: '192.0.2.1', port: 5060 }
    const to = { address: '198.51.100.1', port: 5061 }
    const payload = Uint8Array.from([1, 2, 3])
    expect(checksum(ipv4(payload, from.address, to.address, 17).subarray(0, 20))).toBe(0)
    const pseudo = (protocol: number, length: number) => [
      192,
      0,
      2,
      1,
      198,
      51,
      100,
      1,
      0,
      protocol,
      0,
      length,
    ]
    const datagram = udp(payload, from, to)
    expect(checksum(concat(pseudo(17, datagram.length), datagram))).toBe(0)
    const segment = tcp(payload, from, to, { sequence: 7 })
    expect(checksum(concat(pseudo(6, segment.length), segment))).toBe(0)
  })
})

describe('sipCall', () => {
  const payloads = (frames: readonly CallFrame[]): string[] => {
    const layers = new PacketLayers()
    return frames.map(({ bytes, wireLength, linkType }) => {
      expect(decodeFrame(linkType, bytes, 0, bytes.length, wireLength, layers)).toBe(DECODE_STATUS.transport)
      return Buffer.from(bytes.subarray(layers.payloadStart, layers.payloadEnd)).toString('latin1')
    })
  }
  const startLines = (texts: readonly string[]): string[] =>
    texts
      .filter((text) => text.includes('SIP/2.0'))
      .map((text) => text.split('\r\n')[0]!.replace(/ sip:.*/, ''))
  const CALL = ['INVITE', 'SIP/2.0 180 Ringing', 'SIP/2.0 200 OK', 'ACK', 'BYE', 'SIP/2.0 200 OK']

  const variants: CallOptions[] = [
    {},
    { transport: 'tcp' },
    { media: 'srtp', profile: 'RTP/SAVP' },
    { media: 'random', suite: 'AES_CM_128_HMAC_SHA1_32' },
    { caller: { address: '2001:db8::1', port: 5060 }, callee: { address: '2001:db8::2', port: 5060 } },
    { link: (packet) => ethernet(vlan(packet, 100), 0x8100) },
    { link: (packet) => linuxSll2(packet), linkType: 276 },
  ]
  test.each(variants)('%j is a whole call', (options) => {
    const frames = sipCall({ ...options, packets: 10 })
    const texts = payloads(frames)
    expect(startLines(texts)).toEqual(CALL)
    for (const text of texts.filter((candidate) => candidate.includes('SIP/2.0'))) {
      const [head, body] = text.split('\r\n\r\n')
      expect(head).toContain(`Content-Length: ${body!.length}`)
    }
    const media = texts.filter((text) => text.charCodeAt(0) === 0x80)
    expect(media.length).toBe(20)
    const tag = options.media === undefined ? 0 : options.suite?.endsWith('_32') === true ? 4 : 10
    expect(new Set(media.map((text) => text.length))).toEqual(new Set([172 + tag]))
    expect(frames.every((frame, index) => index === 0 || frame.at > frames[index - 1]!.at)).toBe(true)
  })

  test('its SRTP is verified by the keys of its SDP', () => {
    const texts = payloads(sipCall({ media: 'srtp', profile: 'RTP/SAVP', packets: 5 }))
    const keys = texts.flatMap((text) => /inline:(\S+)/.exec(text)?.[1] ?? [])
    expect(keys.length).toBe(2)
    const media = texts
      .filter((text) => text.charCodeAt(0) === 0x80)
      .map((text) => Uint8Array.from(Buffer.from(text, 'latin1')))
    const key = new Uint8Array(Buffer.from(keys[0]!, 'base64'))
    const plain = new SrtpProtector(key).protect(media[0]!.subarray(0, -10)).subarray(0, -10)
    expect(toHex(new SrtpProtector(key).protect(plain))).toBe(toHex(media[0]!))
  })

  test('TCP segments of any size carry the same text', () => {
    const join = (segmentSize: number) =>
      payloads(sipCall({ transport: 'tcp', segmentSize, media: 'none' }))
        .join('')
        .replace(/\0/g, '')
    expect(join(7)).toContain('INVITE sip:')
    expect(join(7).length).toBe(join(1460).length)
  })

  test('the same options give the same bytes', () => {
    const bytes = (seed: number) =>
      toPcap(sipCall({ seed, packets: 3, media: 'srtp', profile: 'RTP/SAVP' })).toString('hex')
    expect(bytes(1)).toBe(bytes(1))
    expect(bytes(1)).not.toBe(bytes(2))
  })
})
