/** The report of a call: its shape, its times, and that the parties are masked in it. */
import { describe, expect, test } from '@jest/globals'
import { toCallReport, toMediaReport, toPhoneReport } from '../../src/core/call-report.ts'
import type { CallFacts } from '../../src/core/call/index.ts'
import type { CallReport } from '../../src/core/engine-event.ts'
import { exposureOf, type PartiesMode } from '../../src/core/exposure/index.ts'
import { judge } from '../../src/core/verdict/index.ts'
import {
  after,
  call,
  certificateFacts,
  legFacts,
  sectionFacts,
  START,
  streamFacts,
} from '../tools/facts-builder.ts'

const report = (facts: CallFacts, mode: PartiesMode = 'masked'): CallReport =>
  toCallReport(facts, judge(facts), exposureOf(facts), mode)

const savp = { proto: 'RTP/SAVP', cryptoLines: 1 }
const exposed = call()
  .plain({
    sections: [
      sectionFacts(savp, savp),
      sectionFacts({}, null, { index: 1 }),
      sectionFacts({}, {}, { offerFrame: 40 }),
    ],
  })
  .talk({
    keyExposure: 'proven',
    keying: 'sdes',
    keyFrames: [3, 9],
    profile: 'AES_CM_128_HMAC_SHA1_80',
    claim: 'RTP/SAVP',
  })
  .rtcp({ protection: 'encrypted' })
  .build()

describe('toCallReport', () => {
  test('a call with readable keys', () => {
    expect(report(exposed)).toMatchObject({
      type: 'call',
      id: 'c-1',
      callIds: ['a84b4c76e66710@192.0.2.10'],
      grade: 'exposed',
      reasons: ['sdes-key-exposed'],
      incomplete: [],
      startedAt: '2026-11-22T10:00:00.000000Z',
      endedAt: '2026-11-22T10:00:11.200000Z',
      durationSeconds: 11.2,
      state: 'ended',
      from: '••01',
      to: '••••••••123',
      signalling: {
        protection: 'plain',
        transport: 'udp',
        tls: null,
        legs: [
          { client: '192.0.2.10:5060', server: '192.0.2.20:5060', transport: 'udp', state: 'confirmed' },
        ],
      },
      claims: [
        { offered: ['RTP/SAVP', 'RTP/AVP'], answered: ['RTP/SAVP'] },
        { offered: ['RTP/AVP'], answered: ['RTP/AVP'] },
      ],
      rtcp: [{ source: '192.0.2.10:16817', ssrc: '0x2c9adc06', protection: 'encrypted', packets: 3 }],
    })
  })

  test('its media', () => {
    expect(report(exposed).media[0]).toEqual({
      source: '192.0.2.10:16816',
      destination: '192.0.2.20:16738',
      ssrc: '0x2c9adc06',
      media: 'audio',
      payloadType: 0,
      codec: 'PCMU',
      claim: 'RTP/SAVP',
      protection: 'encrypted',
      keying: 'sdes',
      profile: 'AES_CM_128_HMAC_SHA1_80',
      keyExposure: 'proven',
      packets: 500,
      lost: 0,
      slices: [{ fromSeconds: 1, toSeconds: 11, packets: 500, protection: 'encrypted' }],
      evidence: [],
    })
  })

  test.each<PartiesMode>(['masked', 'none'])('%s: the parties are nowhere in it', (mode) => {
    const text = JSON.stringify(report(exposed, mode))
    for (const party of ['"1001"', '07700900123', 'Alice']) expect(text).not.toContain(party)
    expect(text).toContain('a84b4c76e66710@192.0.2.10')
  })

  test('full and none', () => {
    expect(report(exposed, 'full')).toMatchObject({ from: '1001', to: '07700900123' })
    expect(report(exposed, 'none')).toMatchObject({ from: null, to: null, exposure: { parties: [] } })
  })

  test('the worst TLS connection is shown', () => {
    const facts = call()
      .tls()
      .tls({ version: 'TLS 1.0', suite: 'TLS_RSA_WITH_AES_128_CBC_SHA', forwardSecrecy: false })
      .talk()
      .build()
    expect(report(facts).signalling.tls).toEqual({
      version: 'TLS 1.0',
      suite: 'TLS_RSA_WITH_AES_128_CBC_SHA',
      alpn: null,
      sni: 'sip.example.com',
      forwardSecrecy: false,
      handshake: 'completed',
      certificate: {
        subject: 'sip.example.com',
        issuer: 'Example CA',
        notAfter: '2027-09-18T10:00:00.000000Z',
        key: 'rsa 2048',
        signatureHash: 'sha256',
        selfSigned: false,
      },
    })
    expect(report(facts)).toMatchObject({ from: null, to: null, callIds: [] })
  })

  test('a bad certificate makes TLS weak, another name on it does not', () => {
    const facts = call()
      .tls({ certificate: certificateFacts({ selfSigned: true }) })
      .talk()
      .build()
    expect(report(facts)).toMatchObject({ grade: 'weak', signalling: { protection: 'tls-weak' } })
    const other = call().tls({ sni: 'pbx.example.org' }).talk().build()
    expect(report(other)).toMatchObject({ grade: 'weak', signalling: { protection: 'tls' } })
  })

  test('states', () => {
    const up = call().tls().talk().set({ ended: false })
    expect(report(up.build()).state).toBe('up')
    const young = call().tls().talk({ protection: 'undecided' }).set({ ended: false, pending: true })
    expect(report(young.build()).state).toBe('pending')
  })

  test('a forked call lists each Call-ID once', () => {
    const forked = call().plain().plain().plain({ callId: 'b2' }).set({ mediaUnseen: true }).build()
    expect(report(forked).callIds).toEqual(['a84b4c76e66710@192.0.2.10', 'b2'])
    expect(legFacts().callId).toBe('a84b4c76e66710@192.0.2.10')
  })
})

describe('its neighbours', () => {
  test('media without SSRC, IPv6, before the call', () => {
    const stream = streamFacts({ ssrc: null, source: { address: '2001:db8::1', port: 5004 } })
    const media = toMediaReport(stream, after(2))
    expect(media).toMatchObject({ ssrc: null, source: '[2001:db8::1]:5004' })
    expect(media.slices[0]).toMatchObject({ fromSeconds: 0, toSeconds: 9 })
    expect(toMediaReport(streamFacts({ ssrc: 0 }), START).ssrc).toBe('0x00000000')
  })

  test('a phone', () => {
    const nothing = { frames: [], count: 0 }
    const facts = {
      address: '192.0.2.10',
      user: '1001',
      userAgents: ['Example Phone'],
      transports: ['udp' as const],
      registrations: [],
      authentications: [],
      transportFallback: nothing,
      turnCredential: nothing,
      provisioning: nothing,
    }
    expect(toPhoneReport(facts, [], 'masked')).toEqual({
      type: 'phone',
      address: '192.0.2.10',
      user: '••01',
      userAgent: 'Example Phone',
      transports: ['udp'],
      findings: [],
    })
    expect(toPhoneReport(facts, [], 'none').user).toBeNull()
  })
})
