/** The table of troubles: each code once, each sentence whole; and what a code means in its place. */
import { describe, expect, test } from '@jest/globals'
import { parseBrokerUrl } from '../../../src/output/mqtt/index.ts'
import { TROUBLE_TABLE } from '../../../src/output/mqtt/broker-trouble-table.ts'
import { OwnTrouble, troubleOf, type TroublePlace } from '../../../src/output/mqtt/broker-trouble.ts'

const PLACE: TroublePlace = {
  host: 'broker.example.com',
  port: 8883,
  isSecure: false,
  wasUp: false,
  user: 'box',
  wall: Date.UTC(2026, 10, 23),
}
const coded = (code: string | number, message = 'words'): Error => Object.assign(new Error(message), { code })

describe('troubles', () => {
  test('each name and each code stands once', () => {
    const names = TROUBLE_TABLE.map(({ name }) => name)
    const codes = TROUBLE_TABLE.flatMap((row) => row.codes)
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(codes).size).toBe(codes.length)
  })

  test.each(TROUBLE_TABLE.flatMap(({ name, codes }) => codes.map((code) => [name, code] as const)))(
    '%s by %s is a whole sentence',
    (name, code) => {
      const error = code.startsWith('mqtt:') ? coded(Number(code.slice(5))) : coded(code)
      const { name: found, sentence } = troubleOf(error, PLACE)
      expect(found).toBe(name)
      expect(sentence).not.toMatch(/[{}]|undefined|null/)
      // Where and what to do: never a bare complaint.
      expect(sentence.length).toBeGreaterThan(40)
      expect(sentence).toMatch(/:|,|;|\./)
    },
  )

  test.each([
    [{ wall: 0 }, 'CERT_NOT_YET_VALID', 'clock-unset', 'clock says 1970. Let the box reach a time server'],
    [{}, 'CERT_NOT_YET_VALID', 'certificate-not-yet-valid', 'clock says 2026-11-23'],
    [{ isSecure: true }, 'ECONNRESET', 'closed-in-tls', '8883'],
    [{}, 'ECONNRESET', 'closed-at-once', 'mqtts://'],
    [{ isSecure: true, wasUp: true }, 'ECONNRESET', 'closed', 'tries again'],
    [{ wasUp: true }, 'own:disconnect-139', 'closed', 'may have been restarted'],
    [{ user: null }, 'ECONNREFUSED', 'refused', 'nothing listens at broker.example.com:8883'],
    [{ host: '2001:db8::1' }, 'EHOSTUNREACH', 'no-route', '[2001:db8::1]:8883'],
  ] as const)('%j %s is %s', (place, code, name, words) => {
    const trouble = troubleOf(coded(code), { ...PLACE, ...place })
    expect(trouble.name).toBe(name)
    expect(trouble.sentence).toContain(words)
  })

  test('an error without a row is told with its own words, harmless', () => {
    expect(troubleOf(coded('ENEW', 'odd\u001b[2J'), PLACE)).toEqual({
      name: 'other',
      sentence: 'the broker broker.example.com:8883 cannot be used (ENEW: odd␛[2J): its journal may say more',
    })
    expect(troubleOf(new OwnTrouble('stalled'), PLACE).name).toBe('stalled')
    expect(troubleOf(new Error('connack timeout'), PLACE).name).toBe('timeout')
  })

  test.each([
    ['mqtt://broker.example.com', { protocol: 'mqtt', host: 'broker.example.com', port: 1883, path: '/' }],
    ['mqtts://[2001:db8::1]:9999', { protocol: 'mqtts', host: '2001:db8::1', port: 9999, path: '/' }],
    [
      'wss://broker.example.com/mqtt',
      { protocol: 'wss', host: 'broker.example.com', port: 443, path: '/mqtt' },
    ],
  ])('%s', (url, address) => {
    expect(parseBrokerUrl(url)).toEqual(address)
  })

  test('no address', () => {
    expect(() => parseBrokerUrl('http://broker.example.com')).toThrow(/no address/)
    expect(() => parseBrokerUrl('broker')).toThrow()
  })
})
