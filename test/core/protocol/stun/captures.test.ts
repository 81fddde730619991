import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { classifyDatagram, DATAGRAM_CLASS } from '../../../../src/core/flow/index.ts'
import {
  channelPayload,
  isChannelData,
  parseStun,
  probeStun,
  probeStunStream,
  StunStream,
} from '../../../../src/core/protocol/stun/index.ts'
import { describeIfShared } from '../../../tools/shared.ts'
import { loadPayloads, toStreams, type TransportPayload } from '../../../tools/transport-payloads.ts'

const isUdp = ({ transport }: TransportPayload): boolean => transport === 'udp'
const kindOf = (bytes: Uint8Array): number => classifyDatagram(bytes, 0, bytes.length)
const isRtp = (kind: number): boolean => kind === DATAGRAM_CLASS.rtp || kind === DATAGRAM_CLASS.rtcp

describeIfShared('STUN and TURN in captures', (shared) => {
  const load = (file: string): Promise<TransportPayload[]> =>
    loadPayloads(join(shared, 'captures/public', file))

  test('ICE connectivity checks: every datagram parses, none is strange', async () => {
    const payloads = await load('arkime-stun-ice-testcall.pcap')
    const messages = payloads.map(({ bytes }) => parseStun(bytes, 0, bytes.length))
    expect(messages.length).toBe(108)
    expect(messages.filter((message) => message === null || message.weird !== null)).toEqual([])
    expect(messages.some((message) => message?.hasIce === true)).toBe(true)
    expect(messages.some((message) => message?.mapped != null)).toBe(true)
  })

  test('RFC 3489: two messages, and the G.729 beside them is none', async () => {
    const payloads = await load('ndpi-stun_classic.pcap')
    const probes = payloads.map(({ bytes }) => probeStun(bytes, 0, bytes.length))
    expect(probes.filter((probe) => probe === 'unsure').length).toBe(2)
    expect(probes.filter((probe) => probe === 'not-for-us').length).toBe(20)
    expect(parseStun(payloads[1]!.bytes, 0, payloads[1]!.bytes.length)?.mapped).toEqual({
      address: '172.16.63.224',
      port: 55050,
    })
  })

  test('TURN over UDP: media in channels and indications', async () => {
    const payloads = (await load('veon-WebRTC_OPUS_Turn_SDES_Call_1.pcap')).filter(isUdp)
    const inner: Uint8Array[] = []
    let credentials = 0
    for (const { bytes } of payloads) {
      const message = parseStun(bytes, 0, bytes.length)
      if (message !== null && message.dataEnd > message.dataStart)
        inner.push(bytes.slice(message.dataStart, message.dataEnd))
      if (message?.hasCredential === true) credentials++
      if (!isChannelData(bytes, 0, bytes.length)) continue
      const { start, end } = channelPayload(bytes, 0, bytes.length)
      inner.push(bytes.slice(start, end))
    }
    expect(inner.filter((bytes) => isRtp(kindOf(bytes))).length).toBeGreaterThan(900)
    expect(credentials).toBeGreaterThan(0)
  })

  test('TURN over TCP: framing is never lost, media inside', async () => {
    let media = 0
    let streams = 0
    for (const { pieces } of toStreams(await load('veon-wifi-tcp_to_3g.pcap'))) {
      if (pieces[0] === undefined || probeStunStream(pieces[0], 0, pieces[0].length) !== 'certain') continue
      streams++
      const names: string[] = []
      const stream = new StunStream((name) => names.push(name))
      pieces.forEach((piece, index) => {
        if (index > 0) stream.onGap()
        stream.onBytes(piece, 0, piece.length, (bytes, start, end) => {
          const message = parseStun(bytes, start, end)
          if (message !== null && isRtp(classifyDatagram(bytes, message.dataStart, message.dataEnd))) media++
          if (!isChannelData(bytes, start, end)) return
          const inner = channelPayload(bytes, start, end)
          if (isRtp(classifyDatagram(bytes, inner.start, inner.end))) media++
        })
      })
      expect(names).toEqual([])
    }
    expect(streams).toBeGreaterThanOrEqual(2)
    expect(media).toBeGreaterThan(900)
  })

  test.each(['ndpi-stun_dtls_rtp.pcapng', 'ndpi-stun_dtls_rtp_unidir.pcapng'])(
    '%s: DTLS inside TURN',
    async (file) => {
      const payloads = await load(file)
      const kinds: number[] = []
      const look = (bytes: Uint8Array, start: number, end: number): void => {
        const message = parseStun(bytes, start, end)
        if (message !== null && message.dataEnd > message.dataStart)
          kinds.push(classifyDatagram(bytes, message.dataStart, message.dataEnd))
        else if (isChannelData(bytes, start, end)) {
          const inner = channelPayload(bytes, start, end)
          kinds.push(classifyDatagram(bytes, inner.start, inner.end))
        }
      }
      for (const { bytes } of payloads.filter(isUdp)) look(bytes, 0, bytes.length)
      for (const { pieces } of toStreams(payloads)) {
        const stream = new StunStream()
        for (const piece of pieces) stream.onBytes(piece, 0, piece.length, look)
      }
      expect(kinds).toContain(DATAGRAM_CLASS.dtls)
      expect(kinds.some(isRtp)).toBe(true)
    },
  )

  test.each([
    'ndpi-bittorrent_utp.pcap',
    'ndpi-dns.pcap',
    'ndpi-raknet.pcap',
    'ndpi-genshin-impact.pcap',
    'ndpi-teamspeak3.pcap',
    'ndpi-quic-29.pcap',
    'ndpi-gquic.pcap',
    'ndpi-wireguard.pcap',
    'ndpi-tailscale.pcap',
    'ndpi-syslog.pcap',
    'ndpi-iax.pcap',
    'ndpi-tftp.pcap',
    'ndpi-starcraft_battle.pcap',
  ])('nothing in %s', async (file) => {
    const payloads = (await load(file)).filter(isUdp)
    expect(payloads.length).toBeGreaterThan(0)
    for (const { bytes } of payloads) {
      expect(probeStun(bytes, 0, bytes.length)).toBe('not-for-us')
      expect(isChannelData(bytes, 0, bytes.length)).toBe(false)
    }
  })
})
