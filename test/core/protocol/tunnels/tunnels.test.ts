import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { probeTunnel } from '../../../../src/core/protocol/tunnels/index.ts'
import { fillRandom, seededRandom } from '../../../tools/mutations.ts'
import { concat, u16, u32 } from '../../../tools/packet-builder.ts'
import { describeIfShared } from '../../../tools/shared.ts'
import { loadPayloads } from '../../../tools/transport-payloads.ts'

const SEED = 20261123
const FREE = 40_000
const sized = (length: number, ...first: number[]): Uint8Array =>
  concat(first, new Uint8Array(length - first.length))
const ike = (length: number): Uint8Array =>
  concat(u32(0), new Uint8Array(16), [0, 0x20, 34, 8], u32(0), u32(length), new Uint8Array(length - 28))

describe('probeTunnel', () => {
  test.each<[string, Uint8Array, number, string | null]>([
    ['WireGuard initiation', sized(148, 1), FREE, 'wireguard'],
    ['WireGuard response', sized(92, 2), FREE, 'wireguard'],
    ['WireGuard cookie', sized(64, 3), FREE, 'wireguard'],
    ['WireGuard keep-alive', sized(32, 4), FREE, 'wireguard'],
    ['WireGuard data', sized(128, 4), FREE, 'wireguard'],
    ['an initiation of another length', sized(149, 1), FREE, null],
    ['data of no multiple of 16', sized(130, 4), FREE, null],
    ['data of a full MTU', sized(1452, 4), FREE, 'wireguard'],
    ['reserved bits', sized(148, 1, 0, 1), FREE, null],
    ['type 5', sized(128, 5), FREE, null],
    ['OpenVPN reset', sized(14, 0x38), 1194, 'openvpn'],
    ['OpenVPN data', sized(100, 0x30), 1194, 'openvpn'],
    ['OpenVPN data version 2', sized(100, 0x48), 1194, 'openvpn'],
    ['OpenVPN on another port', sized(100, 0x30), 1195, null],
    ['an opcode that does not exist', sized(100, 0x60), 1194, null],
    ['OpenVPN too short', sized(13, 0x38), 1194, null],
    ['ESP in UDP', concat(u32(0xc0ffee00), sized(60)), 4500, 'ipsec'],
    ['IKE behind its marker', ike(80), 4500, 'ipsec'],
    ['a keep-alive', Uint8Array.of(0xff), 4500, 'ipsec'],
    ['ESP of an odd length', concat(u32(0xc0ffee00), sized(61)), 4500, null],
    ['a reserved SPI', concat(u32(200), sized(60)), 4500, null],
    ['IKE of another length', concat(ike(80), [0]), 4500, null],
    ['ESP on another port', concat(u32(0xc0ffee00), sized(60)), 4501, null],
    ['L2TP control', concat([0xc8, 2], u16(12), new Uint8Array(8)), 1701, 'l2tp'],
    ['L2TP data', concat([0x00, 2], new Uint8Array(20)), 1701, 'l2tp'],
    ['L2TP control of another length', concat([0xc8, 2], u16(13), new Uint8Array(8)), 1701, null],
    ['L2TP control without a sequence', concat([0xc0, 2], u16(12), new Uint8Array(8)), 1701, null],
    ['L2TP version 3', concat([0xc8, 3], u16(12), new Uint8Array(8)), 1701, null],
    ['nothing', new Uint8Array(0), 4500, null],
  ])('%s', (_name, bytes, port, expected) => {
    const framed = concat([9], bytes, [9])
    expect(probeTunnel(framed, 1, 1 + bytes.length, port, FREE)).toBe(expected)
    expect(probeTunnel(framed, 1, 1 + bytes.length, FREE, port)).toBe(expected)
  })

  test('anything may be asked; random datagrams on free ports are never a tunnel', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom(1194, 1701, 4500), (bytes, port) => {
        probeTunnel(bytes, 0, bytes.length, port, FREE)
      }),
      { seed: SEED, numRuns: 5_000 },
    )
    const random = seededRandom(SEED)
    let count = 0
    const bytes = new Uint8Array(32)
    for (let run = 0; run < 200_000; run++) {
      fillRandom(bytes, random)
      bytes[0] = run % 6
      if (probeTunnel(bytes, 0, 32, FREE, FREE) !== null) count++
    }
    process.stdout.write(`tunnels: ${count} of 200000 random datagrams pass as WireGuard\n`)
    expect(count).toBe(0)
  })
})

describeIfShared('tunnels in captures', (shared) => {
  const folder = join(shared, 'captures/public')
  const namesOf = async (file: string): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {}
    for (const { transport, bytes, sourcePort, destinationPort } of await loadPayloads(join(folder, file))) {
      if (transport !== 'udp') continue
      const name = probeTunnel(bytes, 0, bytes.length, sourcePort, destinationPort)
      if (name !== null) counts[name] = (counts[name] ?? 0) + 1
    }
    return counts
  }

  test('WireGuard, every packet', async () => {
    expect(await namesOf('ndpi-wireguard.pcap')).toEqual({ wireguard: 52 })
    expect(await namesOf('pcpp-WireGuard.pcap')).toEqual({ wireguard: 4 })
  })

  test('L2TP of an access line', async () => {
    expect(await namesOf('rp-nb6-telephone.pcap')).toEqual({ l2tp: 6 })
  })

  test('nothing is named in what is no tunnel', async () => {
    const tunnels = [
      'ndpi-wireguard.pcap',
      'pcpp-WireGuard.pcap',
      'ndpi-tailscale.pcap',
      'ndpi-openvpn.pcap',
      'rp-nb6-telephone.pcap',
    ]
    const named: string[] = []
    for (const file of readdirSync(folder).filter(
      (name) => !name.endsWith('.json') && !tunnels.includes(name),
    )) {
      for (const [name, count] of Object.entries(await namesOf(file))) named.push(`${file}: ${name} ${count}`)
    }
    expect(named).toEqual([])
  }, 60_000)
})
