/**
 * Nothing worth stealing is kept or told: a golden run with every kind of secret on the wire, and each thing that leaves the box searched for them.
 * What must not be found is written down here, beside what must be found, so that an empty output proves nothing.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import { toPanelCall } from '../../src/output/panel/index.ts'
import { BoxSite } from '../tools/box-site.ts'
import { describeWithBroker, freePort, Listener, TestBroker } from '../tools/broker.ts'
import { toPcap } from '../tools/capture-writer.ts'
import { ascii, ethernet, rtp, udpPacket } from '../tools/packet-builder.ts'
import { until } from '../tools/processes.ts'
import { buildCli, runCli } from '../tools/run-cli.ts'
import { sipCall, type CallFrame } from '../tools/sip-call.ts'

jest.setTimeout(120_000)
beforeAll(() => buildCli())

const PHONE = { address: '192.0.2.10', port: 5060 }
const SWITCH = { address: '198.51.100.20', port: 5060 }
const START = 1_700_000_000_000_000
const NONCE = 'dcd98b7102dd2f0e8b11d0f600bfb0c0'
const RESPONSE = '6629fae49393a05397450978507c4ef1'
const BODY = 'the safe opens with the blue key'
const DIGITS = [8, 2, 9, 1, 7]

const message = (lines: readonly string[], body = ''): string =>
  [...lines, `Content-Length: ${body.length}`, '', body].join('\r\n')

const head = (first: string, method: string, sequence: number, callId: string): string[] => [
  first,
  `Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-${callId}-${sequence}`,
  'From: "Mallory Example" <sip:07700900123@example.com>;tag=1',
  'To: <sip:07700900456@example.com>',
  `Call-ID: ${callId}`,
  `CSeq: ${sequence} ${method}`,
  'Contact: <sip:07700900123@192.0.2.10:5060>',
]

/** A registration with a digest and a text message, both readable. */
const talkOfPhones = (): CallFrame[] => {
  const texts: [string, boolean][] = [
    [message(head('REGISTER sip:example.com SIP/2.0', 'REGISTER', 1, 'reg')), true],
    [
      message([
        ...head('SIP/2.0 401 Unauthorized', 'REGISTER', 1, 'reg'),
        `WWW-Authenticate: Digest realm="example.com", nonce="${NONCE}", algorithm=MD5`,
      ]),
      false,
    ],
    [
      message([
        ...head('REGISTER sip:example.com SIP/2.0', 'REGISTER', 2, 'reg'),
        `Authorization: Digest username="07700900123", realm="example.com", nonce="${NONCE}", uri="sip:example.com", response="${RESPONSE}"`,
      ]),
      true,
    ],
    [message(head('SIP/2.0 200 OK', 'REGISTER', 2, 'reg')), false],
    [
      message(
        [
          ...head('MESSAGE sip:07700900456@example.com SIP/2.0', 'MESSAGE', 1, 'msg'),
          'Content-Type: text/plain',
        ],
        BODY,
      ),
      true,
    ],
    [message(head('SIP/2.0 200 OK', 'MESSAGE', 1, 'msg')), false],
  ]
  return texts.map(([text, isFromPhone], at) =>
    frameOf(
      START + at * 50_000,
      udpPacket(ascii(text), isFromPhone ? PHONE : SWITCH, isFromPhone ? SWITCH : PHONE),
    ),
  )
}

const frameOf = (at: number, packet: Uint8Array): CallFrame => {
  const bytes = ethernet(packet)
  return { at: at as CallFrame['at'], bytes, wireLength: bytes.length, linkType: 1 }
}

/** Digits that somebody types in a call (RFC 4733 §2.3): each a few packets of its own, marked at the end. */
const typedDigits = (from: number): CallFrame[] =>
  DIGITS.flatMap((digit, key) =>
    [0, 1, 2].map((packet) => {
      const event = Uint8Array.of(digit, (packet === 2 ? 0x80 : 0) | 10, 0, 160 * (packet + 1))
      const fields = {
        payloadType: 101,
        sequence: 60_000 + key * 3 + packet,
        timestamp: 8000 * (key + 1),
        ssrc: 7,
      }
      const media = {
        from: { address: PHONE.address, port: 40_000 },
        to: { address: SWITCH.address, port: 50_000 },
      }
      return frameOf(
        from + key * 200_000 + packet * 20_000,
        udpPacket(rtp(event, { ...fields, marker: packet === 0 }), media.from, media.to),
      )
    }),
  )

const lines = ['a=rtpmap:101 telephone-event/8000']
const clearCall = sipCall({
  startAt: START + 1_000_000,
  callId: 'clear@example.com',
  offerLines: lines,
  answerLines: lines,
})
const keyCall = sipCall({
  startAt: START + 6_000_000,
  callId: 'keys@example.com',
  profile: 'RTP/SAVP',
  media: 'srtp',
  callerMediaPort: 41_000,
  calleeMediaPort: 51_000,
})
const golden = [...talkOfPhones(), ...clearCall, ...typedDigits(START + 2_500_000), ...keyCall].sort(
  (a, b) => a.at - b.at,
)

const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** Keys as they stood in SDP, and eight bytes from the middle of each tenth packet of voice, in every dress that bytes may wear. */
const secretsOfFrames = (): Map<string, string> => {
  const secrets = new Map<string, string>()
  for (const { bytes } of golden) {
    for (const [, key = ''] of latin(bytes).matchAll(/inline:([A-Za-z0-9+/=]+)/gu)) {
      secrets.set('a media key', key)
      secrets.set('a media key in hexadecimal', Buffer.from(key, 'base64').toString('hex').slice(0, 32))
    }
  }
  const voice = clearCall
    .filter(({ bytes }) => bytes.length === 14 + 20 + 8 + 12 + 160)
    .filter((_, at) => at % 10 === 5)
  for (const [at, { bytes }] of voice.entries()) {
    const piece = Buffer.from(bytes.slice(130, 138))
    secrets.set(`voice ${at}`, piece.toString('latin1'))
    secrets.set(`voice ${at} in hexadecimal`, piece.toString('hex'))
    secrets.set(`voice ${at} in base64`, Buffer.from(bytes.slice(129, 141)).toString('base64'))
  }
  return secrets
}

const SECRETS = new Map([
  ...secretsOfFrames(),
  ["the caller's number", '07700900123'],
  ["the callee's number", '07700900456'],
  ['most of a number', '7700900'],
  ["the caller's name", 'Mallory'],
  ['a nonce', NONCE],
  ['a digest', RESPONSE],
  ['a message', 'blue key'],
  ['typed digits', DIGITS.join('')],
  ['typed digits, listed', DIGITS.join(',')],
])

const filesBelow = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    const status = statSync(path)
    return status.isDirectory() ? filesBelow(path) : status.isFile() ? [path] : []
  })

test('the search finds what is there: every secret stands on the wire', () => {
  const wire = golden.map(({ bytes }) => latin(bytes)).join('\n')
  const derived = /hexadecimal|base64|typed/u
  for (const [name, secret] of SECRETS)
    if (!derived.test(name)) expect([name, wire.includes(secret)]).toEqual([name, true])
})

describeWithBroker('a golden run with every secret on the wire', () => {
  let site: BoxSite
  let broker: TestBroker
  let listener: Listener
  beforeEach(async () => {
    site = new BoxSite()
    broker = new TestBroker(site.folder, await freePort())
    await broker.start()
    listener = await Listener.start(broker.port, ['#'])
  })
  afterEach(async () => {
    await listener.close()
    await broker.kill()
    await site.close()
  })

  test('tells none of them: journal, reports, broker, metrics, log, answers, screen', async () => {
    const capture = join(site.folder, 'golden.pcap')
    writeFileSync(capture, toPcap(golden))
    const port = await freePort()
    const yaml = `mqtt:\n  url: mqtt://127.0.0.1:${broker.port}\n  phones: true\n  display: true\nmetrics:\n  address: 127.0.0.1\n  port: ${port}\n`
    const box = site.startBox(yaml)
    await box.says('connected to the broker')
    const engine = site.programs.start('replay-engine.js', capture, '--socket', site.socket, '--speed', '10')
    const outputs = new Map<string, string>()
    await until(
      () => `the keys' call at the broker; ${box.stderr} ${engine.stderr}`,
      () => listener.heard.some(({ payload }) => latin(payload).includes('sdes-key-exposed')),
    )
    outputs.set('health', (await site.ask('health', '--json')).stdout)
    outputs.set('metrics', await (await fetch(`http://127.0.0.1:${port}/metrics`)).text())
    engine.child.kill('SIGTERM')
    await engine.ends()
    await box.says('there is no engine')
    box.child.kill('SIGTERM')
    expect(await box.ends()).toBe(0)
    for (const form of [[], ['--json'], ['--csv']]) {
      outputs.set(
        `report ${form.join('')}`,
        (await runCli(['report', '--journal', site.journal, ...form])).stdout,
      )
    }
    outputs.set('log of the box', box.stdout + box.stderr)
    outputs.set('log of the engine', engine.stdout + engine.stderr)
    for (const file of filesBelow(join(site.folder, 'state'))) outputs.set(file, readFileSync(file, 'latin1'))
    outputs.set('broker', listener.heard.map(({ topic, payload }) => `${topic} ${latin(payload)}`).join('\n'))
    const calls = (await site.reported()).filter(({ type }) => type === 'call')
    outputs.set('screen', JSON.stringify(calls.map((call) => toPanelCall({ ...call, type: 'call' }, 0))))

    // What there is to tell was told.
    expect(calls.map(({ grade }) => grade).sort()).toEqual(['exposed', 'exposed'])
    const told = [...outputs.values()].join('\n')
    for (const id of ['sdes-key-exposed', 'dtmf-readable', 'digest-auth-readable'])
      expect([id, told.includes(id)]).toEqual([id, true])
    expect(outputs.get('screen')).toContain('•••')
    const found = [...outputs].flatMap(([output, text]) =>
      [...SECRETS].filter(([, secret]) => text.includes(secret)).map(([name]) => `${name} in ${output}`),
    )
    expect(found).toEqual([])
  })
})
