/** What a listener learned, and the mask it is shown through. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { exposureOf, maskExposure, maskParty, type PartiesMode } from '../../../src/core/exposure/index.ts'
import {
  after,
  authentication,
  call,
  nameAddress,
  readableKey,
  sectionFacts,
  sliceFacts,
} from '../../tools/facts-builder.ts'

const rich = call()
  .plain({
    from: nameAddress('1001', { displayName: 'Alice Example' }),
    to: nameAddress('+447700900123'),
    requestUri: nameAddress('%2B44-7700-900123;phone-context=example.com'),
    assertedIdentities: [nameAddress('1001'), nameAddress('02079460001')],
    contacts: [nameAddress('alice', { host: '10.0.0.7' })],
    vias: [
      { host: '10.0.0.7', port: 5060, transport: 'UDP' },
      { host: '192.0.2.10', port: 5060, transport: 'UDP' },
    ],
    recordRoutes: [nameAddress('', { host: 'edge.example.com' })],
    userAgents: ['Example Phone 1.2.3', 'gw-02079460001'],
    authentications: [
      authentication({ username: '1001' }),
      authentication({ username: '1001', frame: 90, method: 'BYE' }),
      authentication({ header: 'www-authenticate', username: '' }),
    ],
    sections: [
      sectionFacts(
        {
          candidates: [
            { address: '10.0.0.7', port: 9 },
            { address: '198.51.100.4', port: 9 },
          ],
        },
        {},
      ),
    ],
  })
  .talk({ protection: 'clear', lost: 5, eventCount: 4, plainEvents: { frames: [3], count: 12 } })
  .observe('dtmf-info', 2)
  .observe('message-readable', 3)
  .set({ keys: [readableKey(), readableKey({ frame: 12 }), readableKey({ identity: 'k2' })] })
  .build()

describe('exposureOf', () => {
  const exposure = exposureOf(rich)

  test('parties by role, each once, without escapes and parameters', () => {
    expect(exposure.parties).toEqual([
      { role: 'caller', value: '1001' },
      { role: 'caller-name', value: 'Alice Example' },
      { role: 'callee', value: '+447700900123' },
      { role: 'dialled', value: '+44-7700-900123' },
      { role: 'asserted', value: '1001' },
      { role: 'asserted', value: '02079460001' },
      { role: 'contact', value: 'alice' },
      { role: 'username', value: '1001' },
    ])
  })

  test('counts', () => {
    expect(exposure).toMatchObject({
      extensionNumbers: 1,
      externalNumbers: 2,
      dialledNumber: true,
      callerId: true,
      usernames: 1,
      authentications: [{ realm: 'example.com', algorithm: 'SHA-256', qop: true, count: 2 }],
      addresses: ['192.0.2.10', '192.0.2.20'],
      networkLayout: ['10.0.0.7', 'edge.example.com', '198.51.100.4'],
      userAgents: ['Example Phone 1.2.3', 'gw-02079460001'],
      times: true,
      codecs: ['PCMU'],
      mediaPorts: [16_738, 16_816],
      dtmfDigits: 10,
      textMessages: 3,
      videoSeconds: 0,
      faxSeconds: 0,
      mediaKeys: 2,
    })
    expect(exposure.audio).toHaveLength(2)
    expect(exposure.audio[0]).toEqual({
      source: '192.0.2.10:16816',
      destination: '192.0.2.20:16738',
      codec: 'PCMU',
      seconds: 10,
      decodable: true,
      lostPercent: 1,
    })
  })

  test('a protected call shows hosts, ports and times only', () => {
    expect(exposureOf(call().tls().talk().build())).toMatchObject({
      parties: [],
      extensionNumbers: 0,
      externalNumbers: 0,
      dialledNumber: false,
      callerId: false,
      addresses: ['192.0.2.10', '192.0.2.20'],
      networkLayout: [],
      times: true,
      codecs: ['PCMU'],
      audio: [],
      dtmfDigits: 0,
      mediaKeys: 0,
    })
  })

  test('audio: clear slices only, or all of it when the key was readable', () => {
    const slices = [
      sliceFacts({ from: after(1), to: after(9) }),
      sliceFacts({ protection: 'clear', from: after(9), to: after(10.5) }),
    ]
    expect(exposureOf(call().stream({ slices }).build()).audio.map(({ seconds }) => seconds)).toEqual([1.5])
    expect(
      exposureOf(call().stream({ keyExposure: 'proven' }).build()).audio.map(({ seconds }) => seconds),
    ).toEqual([10])
    expect(exposureOf(call().stream({ keyExposure: 'offered' }).build()).audio).toEqual([])
    expect(exposureOf(call().stream({ protection: 'undecided' }).build()).audio).toEqual([])
  })

  test('video and fax are counted apart from sound', () => {
    const exposure = exposureOf(
      call()
        .stream({ media: 'video', protection: 'clear' })
        .stream({ media: 'image', protection: 'clear' })
        .build(),
    )
    expect(exposure).toMatchObject({ audio: [], videoSeconds: 10, faxSeconds: 10 })
  })

  test('an anonymous caller has no caller ID', () => {
    const anonymous = call()
      .plain({ from: nameAddress('anonymous', { displayName: 'Anonymous' }) })
      .build()
    expect(exposureOf(anonymous).callerId).toBe(false)
  })
})

describe('maskParty', () => {
  test.each([
    ['07700900123', '••••••••123'],
    ['+44 7700 900123', '+•• •••• •••123'],
    ['1234567', '••••567'],
    ['123456', '••••56'],
    ['1001', '••01'],
    ['201', '•01'],
    ['10', '•0'],
    ['7', '•'],
    ['*98', '*•8'],
    ['Alice Example', 'A•••'],
    ['alice', 'a•••'],
    ['x', '•••'],
    ['4alice', '•••'],
    ['1001@pbx.example.com', '••01@pbx.example.com'],
    ['alice@pbx.example.com', 'a•••@pbx.example.com'],
    ['alice@192.0.2.20', 'a•••@192.0.2.20'],
    ['alice@07700900123', 'a•••@•••'],
    ['', ''],
  ])('%s → %s', (value, masked) => {
    expect(maskParty(value, 'masked')).toBe(masked)
    expect(maskParty(value, 'full')).toBe(value)
    expect(maskParty(value, 'none')).toBe('')
  })

  test('never the whole, and at most three digits of a number', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(...Array.from('0123456789+-. abZ@é')),
          minLength: 1,
          maxLength: 24,
        }),
        (value) => {
          const masked = maskParty(value, 'masked')
          const letters = /[0-9a-zA-Z]/.test(value.split('@')[0] ?? '')
          if (letters) expect(masked).not.toBe(value)
          if (!value.includes('@')) expect((masked.match(/[0-9]/g) ?? []).length).toBeLessThanOrEqual(3)
        },
      ),
      { seed: 20_261_122, numRuns: 2_000 },
    )
  })
})

describe('maskExposure', () => {
  const NUMBERS = ['1001"', '447700900123', '02079460001', '7700-900123', 'Alice', '"alice']

  test.each<PartiesMode>(['masked', 'none'])('%s: no number and no name is left', (mode) => {
    const text = JSON.stringify(maskExposure(exposureOf(rich), mode))
    for (const number of NUMBERS) expect(text).not.toContain(number)
    expect(text).toContain('"externalNumbers":2')
    if (mode === 'none') expect(text).toContain('"parties":[]')
    else expect(text).toContain('gw-••••••••001')
  })

  test('full: as it was', () => {
    const exposure = exposureOf(rich)
    expect(maskExposure(exposure, 'full')).toBe(exposure)
  })
})
