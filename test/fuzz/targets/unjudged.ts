/** Fuzz target: everything that is only named: unjudged telephony, provisioning, UDPTL, tunnels, and the first look at a datagram. */
import { classifyDatagram, DATAGRAM_CLASS } from '../../../src/core/flow/index.ts'
import { probeTunnel } from '../../../src/core/protocol/tunnels/index.ts'
import {
  looksLikeUdptl,
  probeProvisioning,
  probeUnjudgedDatagram,
  probeUnjudgedStream,
} from '../../../src/core/protocol/unjudged/index.ts'
import { classifyReadably } from '../../reference/classify.ts'

const PORTS = [554, 1194, 1701, 1719, 1720, 2000, 2427, 4500, 4569, 40_000]
const CLASSES = Object.keys(DATAGRAM_CLASS)

/** The first byte chooses the port; the answers may not depend on what lies around the bytes. */
const answers = (bytes: Uint8Array, start: number, end: number, port: number): string =>
  [
    classifyDatagram(bytes, start, end),
    probeUnjudgedDatagram(bytes, start, end, port, 40_001),
    probeUnjudgedStream(bytes, start, end, 40_001, port),
    probeTunnel(bytes, start, end, port, 40_001),
    looksLikeUdptl(bytes, start, end),
    probeProvisioning(bytes, start, end),
  ].join()

/** Asks all probes, twice. */
export const target = (bytes: Uint8Array): void => {
  const port = PORTS[(bytes[0] ?? 0) % PORTS.length] ?? 0
  const end = bytes.length
  const alone = answers(bytes.slice(1), 0, Math.max(0, end - 1), port)
  const padded = new Uint8Array(end + 64).fill(0x41)
  padded.set(bytes)
  if (end > 0 && answers(padded, 1, end, port) !== alone) throw new Error('reads beyond its bytes')
  const kind = CLASSES[classifyDatagram(bytes, 1, end)]
  if (end > 0 && kind !== classifyReadably(bytes.slice(1))) throw new Error(`classified as ${String(kind)}`)
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))
const zeros = (length: number): string => '\0'.repeat(length)

export const seeds: Uint8Array[] = [
  `\x08\x80\x04\0\0\0\0\0\x01\0\0\x06\x01\x0b\x02\0\x02`,
  `\x08\0\x04\0\x38${'\xd5'.repeat(160)}`,
  `\x08\0\0\x01\0\0\0\0\x09\0\x04\0\x14${'\xd5'.repeat(20)}`,
  `\x05\x14\0\0\0\x14\0\0\0\x10\x01\0\0${zeros(16)}`,
  `\x04\x03\0\0\x3c\x08\x02\0\x01\x05${zeros(51)}`,
  `\x03\0\0\x02\x4e\x06\0\x08\x91\x4a\0\x04${zeros(8)}`,
  `\x06CRCX 1200 aaln/1@gw.example.com MGCP 1.0\r\nC: 1\r\n`,
  `\x06200 1200 OK\r\n`,
  `\x09MSRP a786hjs2 SEND\r\n`,
  `\0OPTIONS rtsp://example.com/a RTSP/1.0\r\n`,
  `\x01\x38${zeros(13)}`,
  `\x07\xc0\xff\xee\0${zeros(60)}`,
  `\x07${zeros(21)}\x20\x22\x08${zeros(7)}\x1c`,
  `\x02\xc8\x02\0\x0c${zeros(8)}`,
  `\x09\x04${zeros(31)}`,
  `\x09\0\x07\x06\xc0\x01\x80\0\0\xff\0\x01\x01\x06`,
  `\x09HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\naccount.1.password = x\n`,
  `\x09\0\x03\0\x01P35=1\nP34=2\n`,
  `\x09<reg reg.1.auth.password="x"/><authPassword>x</authPassword>`,
  `\x09user_pass1!: x\n<Password_1_ ua="na">x</Password_1_>`,
].map(latin1)

export const grammar: string[] = [
  'HTTP/1.1 200 OK\r\n',
  'content-type: text/html\r\n',
  '\r\n\r\n',
  'account.1.password',
  'P34',
  'P35',
  '<P34>',
  '<P35>x',
  'sip line1 password:',
  'user_pass',
  ' = ',
  '="',
  'x',
  '*',
  '\n',
  '<',
  '>',
  'MGCP 1.0',
  'MSRP ',
  '\0\x03',
  '\x06\0\x08\x91\x4a\0',
  '\x80\x01',
]

export const covers = ['src/core/protocol/unjudged/', 'src/core/protocol/tunnels/', 'src/core/flow/classify.']
