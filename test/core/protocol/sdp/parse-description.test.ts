/** Session descriptions: what protection needs of them, and the shapes that broke others. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  CRYPTO_SUITES,
  findCryptoSuite,
  type MediaDescription,
  parseDescription,
  type SessionDescription,
} from '../../../../src/core/protocol/sdp/index.ts'
import { expectLinear } from '../../../tools/linear-time.ts'

const HEAD = ['v=0', 'o=- 1 2 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0']
const lines = (...rest: readonly string[]): SessionDescription =>
  parseDescription([...HEAD, ...rest, ''].join('\r\n'))

/** The only section of a description with these attribute lines in an audio section. */
const audio = (
  ...attributes: readonly string[]
): MediaDescription & { readonly anomalies: readonly string[] } => {
  const description = lines('m=audio 5004 RTP/SAVP 0 8 101', ...attributes)
  const [media] = description.media
  if (media === undefined) throw new Error('no section')
  return { ...media, anomalies: description.weird }
}

const base64 = (length: number): string =>
  Buffer.from(Uint8Array.from({ length }, (_, i) => i + 1)).toString('base64')
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i + 1)
const KEY30 = base64(30)

describe('an ordinary description', () => {
  test('RTP/AVP', () => {
    const description = lines(
      'm=audio 49170 rtp/avp 0 8 101',
      'a=rtpmap:0 pcmu/8000',
      'a=fmtp:101 0-15',
      'a=rtpmap:101 telephone-event/8000/1',
      'a=rtpmap:97 opus/48000/2',
      'a=ptime:20',
      'a=sendonly',
      'a=label:1',
      'a=mid:audio',
      'a=ssrc:4294967295 cname:x',
      'a=ssrc:4294967295 msid:y',
      'a=ssrc:5 cname:x',
      'a=extmap:1/sendonly urn:ietf:params:rtp-hdrext:ssrc-audio-level vad=on',
    )
    expect(description).toMatchObject({ origin: '- 1 2 IN IP4 192.0.2.1', address: '192.0.2.1', weird: [] })
    expect(description.media).toEqual([
      {
        media: 'audio',
        port: 49170,
        proto: 'RTP/AVP',
        formats: ['0', '8', '101'],
        address: '192.0.2.1',
        rtcp: { address: '192.0.2.1', port: 49171 },
        rtcpMux: false,
        direction: 'sendonly',
        payloadFormats: [
          { payloadType: 0, encoding: 'PCMU', clockRate: 8000, channels: 1, parameters: '' },
          { payloadType: 101, encoding: 'TELEPHONE-EVENT', clockRate: 8000, channels: 1, parameters: '0-15' },
          { payloadType: 97, encoding: 'OPUS', clockRate: 48000, channels: 2, parameters: '' },
        ],
        crypto: [],
        cryptoLines: 0,
        fingerprints: [],
        setup: '',
        zrtpHash: false,
        mikey: null,
        kLine: false,
        candidates: [],
        iceUfrag: false,
        mid: 'audio',
        bundled: false,
        headerExtensions: [{ id: 1, uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level' }],
        packetTimeMillis: 20,
        ssrcs: [-1, 5],
        label: '1',
      },
    ])
  })

  test('WebRTC: DTLS fingerprint, ICE, mux, bundle', () => {
    const digest = Array.from({ length: 32 }, (_, i) =>
      (i + 1).toString(16).padStart(2, '0').toUpperCase(),
    ).join(':')
    const description = lines(
      'a=group:BUNDLE 0 1',
      `a=fingerprint:SHA-256 ${digest}`,
      'a=setup:actpass',
      'a=ice-ufrag:abcd',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'c=IN IP4 0.0.0.0',
      'a=rtcp:9 IN IP4 0.0.0.0',
      'a=rtcp-mux',
      'a=mid:0',
      'a=candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host generation 0',
      'a=candidate:2 1 UDP 1 2001:DB8::7 50001 typ srflx raddr 192.0.2.7 rport 50000',
      'a=candidate:3 1 udp 1 8b4f0e1a.local 50002 typ host',
      'm=video 9 UDP/TLS/RTP/SAVPF 96',
      'a=mid:2',
      'a=setup:active',
      'a=zrtp-hash:1.10 abc',
    )
    const [first, second] = description.media
    expect(description.weird).toEqual([])
    expect(first).toMatchObject({
      address: '0.0.0.0',
      rtcp: { address: '0.0.0.0', port: 9 },
      rtcpMux: true,
      bundled: true,
      iceUfrag: true,
      setup: 'actpass',
      fingerprints: [{ algorithm: 'sha-256', digest: bytes(32), usable: true }],
      candidates: [
        { address: '192.0.2.7', port: 50000 },
        { address: '2001:db8::7', port: 50001 },
        { address: '', port: 50002 },
      ],
    })
    expect(second).toMatchObject({
      address: '192.0.2.1',
      bundled: false,
      setup: 'active',
      zrtpHash: true,
      candidates: [],
    })
    expect(second?.fingerprints).toHaveLength(1)
  })

  test('T.38, MSRP and a rejected section keep their places', () => {
    const description = lines(
      'm=image 4000 udptl t38',
      'm=message 7654 TCP/TLS/MSRP *',
      'm=audio 0 RTP/AVP 0',
    )
    expect(description.media.map((media) => [media.media, media.port, media.proto, media.rtcp.port])).toEqual(
      [
        ['image', 4000, 'UDPTL', 4001],
        ['message', 7654, 'TCP/TLS/MSRP', 7655],
        ['audio', 0, 'RTP/AVP', 0],
      ],
    )
  })

  test.each([
    [[], 'sendrecv'],
    [['a=inactive'], 'inactive'],
  ] as const)('RFC 3264: direction of the session %j', (session, expected) => {
    const description = lines(...session, 'm=audio 1 RTP/AVP 0', 'm=video 2 RTP/AVP 31', 'a=recvonly')
    expect(description.media.map((media) => media.direction)).toEqual([expected, 'recvonly'])
  })

  test('addresses: section over session, IPv6, IPv4-mapped, TTL, host name', () => {
    const description = lines(
      'm=audio 1 RTP/AVP 0',
      'm=audio 2 RTP/AVP 0',
      'c=IN IP6 2001:DB8:0:0:0:0:0:1',
      'a=rtcp:53020 IN IP6 2001:db8::2',
      'm=audio 3 RTP/AVP 0',
      'c=IN IP6 ::ffff:192.0.2.9',
      'm=audio 4 RTP/AVP 0',
      'c=IN IP4 233.252.0.1/127/3',
      'c=IN IP4 233.252.0.9/127',
      'm=audio 5 RTP/AVP 0',
      'c=IN IP4 phone.example.com',
      'm=audio 6 RTP/AVP 0',
      'c=IN IP4 300.1.1.1',
    )
    expect(description.media.map((media) => media.address)).toEqual([
      '192.0.2.1',
      '2001:db8::1',
      '192.0.2.9',
      '233.252.0.1',
      '',
      '',
    ])
    expect(description.media[1]?.rtcp).toEqual({ address: '2001:db8::2', port: 53020 })
    expect(description.weird).toEqual(['sdp_host_name', 'sdp_bad_address'])
  })

  test('k= and MIKEY, at session level too', () => {
    expect(audio('k=clear:secret').kLine).toBe(true)
    expect(lines('k=base64:x', 'm=audio 1 RTP/AVP 0').media[0]?.kLine).toBe(true)
    expect(audio('a=key-mgmt:mikey AQAFgM0=').mikey).toEqual(Uint8Array.from([1, 0, 5, 0x80, 0xcd]))
    expect(audio('a=key-mgmt:other AQAFgM0=').mikey).toBeNull()
    expect(audio('a=key-mgmt:mikey !!!')).toMatchObject({
      mikey: new Uint8Array(0),
      anomalies: ['sdp_bad_mikey'],
    })
    expect(lines('a=key-mgmt:mikey AQAF', 'm=audio 1 RTP/AVP 0').media[0]?.mikey).toHaveLength(3)
  })

  test.each(['\n', '\r', '\r\n', '\n\n'])('line end %j', (end) => {
    const description = parseDescription([...HEAD, 'm=audio 7 RTP/AVP 0', 'a=sendonly'].join(end))
    expect(description.media).toMatchObject([{ port: 7, direction: 'sendonly', address: '192.0.2.1' }])
  })
})

describe('a=crypto', () => {
  test.each(CRYPTO_SUITES.map((suite) => [suite.name, suite] as const))('%s', (name, suite) => {
    const length = suite.keyBytes + suite.saltBytes
    const good = audio(`a=crypto:1 ${name} inline:${base64(length)}`)
    expect(good.crypto).toEqual([
      {
        tag: 1,
        suite: name,
        keyAndSalt: bytes(length),
        mki: new Uint8Array(0),
        unencryptedSrtp: false,
        unencryptedSrtcp: false,
        unauthenticatedSrtp: false,
      },
    ])
    expect(good.anomalies).toEqual([])
    const short = audio(`a=crypto:1 ${name} inline:${base64(length - 1)}`)
    expect(short.crypto[0]?.keyAndSalt).toHaveLength(0)
    expect(short.anomalies).toEqual(['sdp_bad_crypto'])
  })

  test('the table: _32 shortens the RTP tag only, AEAD has 16 bytes', () => {
    expect(findCryptoSuite('aes_cm_128_hmac_sha1_32')).toMatchObject({
      rtpTagBytes: 4,
      rtcpTagBytes: 10,
      cipher: 'aes-cm',
    })
    expect(findCryptoSuite('AEAD_AES_256_GCM')).toMatchObject({
      keyBytes: 32,
      saltBytes: 12,
      rtpTagBytes: 16,
      authentication: 'aead',
    })
    expect(findCryptoSuite('__proto__')).toBeUndefined()
  })

  test('lifetime and MKI', () => {
    const { crypto, anomalies } = audio(
      `a=crypto:4294967 AES_CM_128_HMAC_SHA1_80 inline:${KEY30}|2^20|1066:4`,
    )
    expect(crypto[0]).toMatchObject({
      tag: 4294967,
      keyAndSalt: bytes(30),
      mki: Uint8Array.from([0, 0, 4, 42]),
    })
    expect(anomalies).toEqual([])
    expect(audio(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY30}|1:4`).crypto[0]?.mki).toHaveLength(4)
    expect(audio(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY30}|1048576`).anomalies).toEqual([])
    expect(
      audio(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY30}|340282366920938463463374607431768211455:16`)
        .crypto[0]?.mki,
    ).toEqual(new Uint8Array(16).fill(255))
  })

  test.each(['2^999', '2^49', '0', '', '2^', '99999999999999999999', '2^x'])(
    'lifetime %j is counted, the key stays',
    (lifetime) => {
      const { crypto, anomalies } = audio(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY30}|${lifetime}`)
      expect([crypto[0]?.keyAndSalt.length, anomalies]).toEqual([30, ['sdp_bad_lifetime']])
    },
  )

  test.each(['1:0', '1:129', '256:1', ':4', '1:', 'x:4', `${'9'.repeat(400)}:128`])(
    'MKI %s is counted, the key stays',
    (mki) => {
      const { crypto, anomalies } = audio(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY30}|${mki}`)
      expect([crypto[0]?.keyAndSalt.length, crypto[0]?.mki.length, anomalies]).toEqual([
        30,
        0,
        ['sdp_bad_mki'],
      ])
    },
  )

  test.each([
    `inline:${KEY30}|2^20|1:4;inline:${KEY30}|2^20|2:4`,
    `inline:${KEY30}|2^20|1:4; inline:${KEY30}|2^20|2:4`,
  ])('several keys on a line: %s', (keys) => {
    const { crypto, cryptoLines, anomalies } = audio(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 ${keys}`)
    expect(crypto.map((each) => [each.tag, each.keyAndSalt.length, each.mki[3]])).toEqual([
      [1, 30, 1],
      [1, 30, 2],
    ])
    expect([cryptoLines, anomalies]).toEqual([1, []])
  })

  test('session parameters', () => {
    const line = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY30}`
    expect(audio(`${line} UNENCRYPTED_SRTP`).crypto[0]).toMatchObject({
      unencryptedSrtp: true,
      unencryptedSrtcp: false,
      unauthenticatedSrtp: false,
    })
    expect(audio(`${line} UNENCRYPTED_SRTCP`).crypto[0]).toMatchObject({
      unencryptedSrtp: false,
      unencryptedSrtcp: true,
    })
    expect(audio(`${line} KDR=0 unauthenticated_srtp FEC_ORDER=FEC_SRTP WSH=60`)).toMatchObject({
      crypto: [{ unauthenticatedSrtp: true }],
      anomalies: [],
    })
    expect(audio(`${line} KDR=23`).anomalies).toEqual(['sdp_key_derivation_rate'])
    expect(audio(`${line} FEC_KEY=inline:${KEY30}`).crypto).toHaveLength(2)
  })

  test.each([
    ['unknown suite', `a=crypto:1 NOBODY_KNOWS inline:${KEY30}`, ['sdp_unknown_suite']],
    ['bad base64', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:****', ['sdp_bad_crypto']],
    ['no key', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80', ['sdp_bad_crypto']],
    ['empty key', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:', ['sdp_bad_crypto']],
    ['another key method', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 uri:https://example.com', ['sdp_bad_crypto']],
  ])('%s: the line counts, the key is empty', (_name, line, weird) => {
    const { crypto, cryptoLines, anomalies } = audio(line)
    expect([crypto.length, crypto[0]?.keyAndSalt.length, cryptoLines, anomalies]).toEqual([1, 0, 1, weird])
  })

  test.each([
    'a=crypto:',
    'a=crypto:x AES_CM_128_HMAC_SHA1_80 inline:x',
    'a=crypto:-1 A inline:x',
    'a=crypto:1',
  ])('%s is no attribute, but counted', (line) => {
    expect(audio(line)).toMatchObject({ crypto: [], cryptoLines: 1, anomalies: ['sdp_bad_crypto'] })
  })

  test('letters without case, a blank after the colon, no padding', () => {
    const { crypto, anomalies } = audio(`a=CRYPTO: 1  aes_cm_128_hmac_sha1_80  INLINE:${KEY30}`)
    expect([crypto[0]?.suite, crypto[0]?.keyAndSalt.length, anomalies]).toEqual([
      'aes_cm_128_hmac_sha1_80',
      30,
      [],
    ])
    const unpadded = base64(28).split('=').join('')
    expect(audio(`a=crypto:1 AEAD_AES_128_GCM inline:${unpadded}`).crypto[0]?.keyAndSalt).toHaveLength(28)
  })

  test('above the sections and inside a capability (RFC 5939) a key is a key', () => {
    const above = lines(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY30}`, 'm=audio 1 RTP/AVP 0')
    expect(above.media[0]).toMatchObject({ cryptoLines: 1, crypto: [{ tag: 1 }] })
    expect(above.weird).toEqual(['sdp_session_crypto'])
    expect(audio(`a=acap:1 crypto:7 AES_CM_128_HMAC_SHA1_80 inline:${KEY30}`).crypto).toMatchObject([
      { tag: 7 },
    ])
  })

  test('1,000 lines: 16 are kept, all are counted', () => {
    const many = audio(
      ...Array.from({ length: 1_000 }, (_, i) => `a=crypto:${i} AES_CM_128_HMAC_SHA1_80 inline:${KEY30}`),
    )
    expect([many.crypto.length, many.cryptoLines, many.anomalies]).toEqual([
      16,
      1_000,
      ['sdp_too_many_crypto'],
    ])
    const one = audio(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 ${`inline:${KEY30};`.repeat(100)}`)
    expect([one.crypto.length, one.anomalies]).toEqual([16, ['sdp_too_many_crypto']])
  })
})

describe('fingerprints', () => {
  const octets = (length: number): string => Array.from({ length }, () => 'ab').join(':')

  test.each([
    ['md5', 16],
    ['SHA-1', 20],
    ['sha-224', 28],
    ['sha-256', 32],
    ['sha-384', 48],
    ['sha-512', 64],
  ])('%s has %d bytes', (algorithm, length) => {
    expect(audio(`a=fingerprint:${algorithm} ${octets(length)}`)).toMatchObject({
      fingerprints: [
        { algorithm: algorithm.toLowerCase(), usable: true, digest: new Uint8Array(length).fill(0xab) },
      ],
      anomalies: [],
    })
    expect(audio(`a=fingerprint:${algorithm} ${octets(length - 1)}`)).toMatchObject({
      fingerprints: [{ usable: false }],
      anomalies: ['sdp_bad_fingerprint'],
    })
  })

  test.each([
    '',
    'sha-256',
    'sha-256 xx:yy',
    `sha-256 ${octets(10_000)}`,
    `sha-9 ${octets(32)}`,
    'sha-256 ab-cd',
  ])('%.40s is not usable', (value) => {
    expect(audio(`a=fingerprint:${value}`).fingerprints).toMatchObject([{ usable: false }])
  })

  test('of the section over that of the session (RFC 8122 §5)', () => {
    const description = lines(
      `a=fingerprint:sha-1 ${octets(20)}`,
      'm=audio 1 RTP/AVP 0',
      `a=fingerprint:sha-256 ${octets(32)}`,
    )
    expect(description.media[0]?.fingerprints.map((each) => each.algorithm)).toEqual(['sha-256'])
  })
})

describe('shapes that broke others', () => {
  test.each(['', 'v=0', 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n', '\0\0\0', '='])('no m= line: %j', (text) => {
    expect(parseDescription(text)).toMatchObject({ media: [] })
    expect(parseDescription(text).weird).toContain('sdp_no_media')
  })

  test.each([
    ['a=rtpmap:', ['sdp_bad_rtpmap'], 0],
    ['a=rtpmap:31', ['sdp_bad_rtpmap'], 0],
    ['a=rtpmap:31 LPC', ['sdp_bad_rtpmap'], 1],
    ['a=rtpmap:31 LPC/', ['sdp_bad_rtpmap'], 1],
    ['a=rtpmap:31 /8000', ['sdp_bad_rtpmap'], 0],
    ['a=rtpmap:999 LPC/8000', ['sdp_bad_rtpmap'], 0],
    ['a=rtpmap:31 LPC/99999999999', ['sdp_bad_rtpmap'], 1],
    ['a=rtpmap:31 LPC/8000/0', [], 1],
  ] as const)('rtpmap %j', (line, weird, count) => {
    const media = audio(line)
    expect([media.anomalies, media.payloadFormats.length]).toEqual([weird, count])
    if (weird.length > 0) expect(media.payloadFormats[0]?.clockRate ?? 0).toBe(0)
  })

  test('m= of 200 A takes its place', () => {
    const description = lines(`m=${'A'.repeat(200)}`, 'm=audio 5 RTP/AVP 0')
    expect(description.media.map((media) => media.port)).toEqual([0, 5])
    expect(description.media[0]?.media).toHaveLength(128)
    expect(description.weird).toEqual(['sdp_bad_port', 'sdp_bad_media_line'])
  })

  test('1,000 m-lines: 16 are kept, attributes of the others go nowhere', () => {
    const description = lines(
      ...Array.from({ length: 1_000 }, (_, i) => `m=audio ${i + 1} RTP/AVP 0`),
      'a=inactive',
    )
    expect([description.media.length, description.weird]).toEqual([16, ['sdp_too_many_media']])
    expect(description.media[15]).toMatchObject({ port: 16, direction: 'sendrecv' })
  })

  test.each([
    ['0', 0, []],
    ['65535', 65535, []],
    ['65536', 0, ['sdp_bad_port']],
    ['-1', 0, ['sdp_bad_port']],
    ['0x10', 0, ['sdp_bad_port']],
    ['5004/2', 5004, ['sdp_port_range']],
    ['99999999999999999999', 0, ['sdp_bad_port']],
    ['abc', 0, ['sdp_bad_port']],
  ] as const)('port %s', (port, expected, weird) => {
    const description = lines(`m=audio ${port} RTP/AVP 0`)
    expect([description.media[0]?.port, description.weird]).toEqual([expected, weird])
  })

  test.each(['999999999999', '0', '-20', 'x', '', '1001', '1e1'])('ptime %j is absurd', (value) => {
    expect(audio(`a=ptime:${value}`)).toMatchObject({ packetTimeMillis: 0, anomalies: ['sdp_absurd_ptime'] })
  })

  test('too many of everything', () => {
    const repeat = (count: number, line: (i: number) => string): string[] =>
      Array.from({ length: count }, (_, i) => line(i))
    const description = lines(
      `m=audio 1 RTP/AVP ${repeat(1_000, String).join(' ')}`,
      ...repeat(200, (i) => `a=candidate:1 1 udp 1 192.0.2.1 ${i + 1} typ host`),
      ...repeat(200, (i) => `a=ssrc:${i} cname:x`),
      ...repeat(200, (i) => `a=extmap:${i} urn:x`),
      ...repeat(200, () => 'a=fingerprint:sha-1 ab'),
      ...repeat(200, (i) => `a=rtpmap:${i % 128} x/8000`),
    )
    const [media] = description.media
    expect([
      media?.formats.length,
      media?.candidates.length,
      media?.ssrcs.length,
      media?.headerExtensions.length,
      media?.fingerprints.length,
    ]).toEqual([128, 64, 16, 16, 8])
    expect(description.weird).toEqual([
      'sdp_too_many_formats',
      'sdp_too_many_candidates',
      'sdp_bad_fingerprint',
    ])
  })

  test.each([
    'a=candidate:',
    'a=candidate:1 1 udp',
    'a=candidate:1 1 udp 1 192.0.2.1',
    'a=candidate:1 1 udp 1 192.0.2.1 70000 typ host',
  ])('%s', (line) => {
    expect(audio(line)).toMatchObject({ candidates: [], anomalies: ['sdp_bad_candidate'] })
  })

  test('strings are bounded', () => {
    const long = 'x'.repeat(5_000)
    const media = audio(
      `a=mid:${long}`,
      `a=label:${long}`,
      `a=setup:${long}`,
      `a=extmap:1 ${long}`,
      `a=fmtp:0 ${long}`,
      `a=crypto:1 ${long} inline:x`,
    )
    for (const text of [
      media.mid,
      media.label,
      media.setup,
      media.headerExtensions[0]?.uri,
      media.payloadFormats[0]?.parameters,
      media.crypto[0]?.suite,
    ]) {
      expect(text).toHaveLength(128)
    }
    expect(parseDescription(`o=${long}`).origin).toHaveLength(128)
  })

  test('a line of 60,000 characters is cut and counted', () => {
    const description = lines(`m=audio 5 RTP/AVP ${'0 '.repeat(30_000)}`, 'a=sendonly')
    expect(description.weird).toEqual(['sdp_line_too_long', 'sdp_too_many_formats'])
    expect(description.media[0]?.direction).toBe('sendonly')
  })

  test('attribute names are no object keys', () => {
    expect(audio('a=__proto__:x', 'a=constructor', 'a=toString:1').anomalies).toEqual([])
  })
})

describe('properties', () => {
  test('random text never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(parseDescription(text).media.length).toBeLessThanOrEqual(16)
      }),
      { seed: 8866, numRuns: 1_000 },
    )
  })

  test('pieces of descriptions in any order never throw and stay bounded', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'm=audio ',
        'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:',
        KEY30,
        '|2^31',
        '|1:4',
        ';',
        'a=rtpmap:',
        'a=candidate:',
        'a=fingerprint:sha-256 ',
      ),
      fc.constantFrom(
        'a=rtcp:',
        'c=IN IP6 ',
        '::1',
        '/127',
        '\r\n',
        '\n',
        ' ',
        ':',
        'AB:',
        'a=group:BUNDLE ',
        'a=key-mgmt:mikey ',
        'a=extmap:',
        '99999999999',
        '-1',
      ),
      fc.string({ unit: 'binary-ascii', maxLength: 8 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const description = parseDescription(pieces.join(''))
        for (const media of description.media) {
          expect(
            media.port >= 0 && media.port <= 65_535 && media.rtcp.port >= 0 && media.rtcp.port <= 65_535,
          ).toBe(true)
          expect(media.crypto.length).toBeLessThanOrEqual(16)
        }
      }),
      { seed: 4568, numRuns: 1_500 },
    )
  })

  test.each([
    ['m-lines', 'm=a 1 b c\n'],
    ['crypto lines', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\n'],
    ['MKIs', `a=crypto:1 x inline:y${`|${'9'.repeat(300)}:128`.repeat(26)}\n`],
    ['candidates', 'a=candidate:1 1 udp 1 192.0.2.1 5 typ host\n'],
    ['line feeds', '\n'],
    ['blanks', ' '],
    ['colons', 'a=:'],
    ['bundle', `a=group:BUNDLE ${'x '.repeat(4_000)}\n`],
    ['fingerprints', `a=fingerprint:sha-1 ${'ab:'.repeat(2_000)}\n`],
  ])('64 KiB of %s take less than 50 ms', (_name, unit) => {
    const head = 'v=0\nm=audio 1 RTP/AVP 0\n'
    expectLinear(65_000, (size) => head + unit.repeat(Math.ceil(size / unit.length)), parseDescription)
  })
})
