/** The SIP shapes that broke other analysers (HARDENING), each as a named message of our own; and the bounds. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { identityOf } from '../../../../src/core/base/hash.ts'
import { parseSipMessage, type SipMessage } from '../../../../src/core/protocol/sip/index.ts'
import { expectLinear } from '../../../tools/linear-time.ts'
import { bytesOf, invite, parse, SDP, SEED } from './sip-bytes.ts'

const identity = (text: string): string => identityOf(SEED, bytesOf(text), 0, text.length)
const SDP_LINES = ['Content-Type: application/sdp']

/** Every string of a message, wherever it stands. */
const stringsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(stringsOf)
}

describe('an ordinary INVITE', () => {
  const message = parse(
    invite(
      [
        'Contact: <sip:alice@192.0.2.10:5061;transport=tcp>;expires=90, "B, C" <sips:b@[2001:db8::1]>',
        'Record-Route: <sip:proxy.example.com;lr>, <sip:192.0.2.2;lr>',
        'User-Agent: Phone 1.0',
        'P-Asserted-Identity: "Alice" <sip:07700900456@example.com>, <tel:+447700900456;phone-context=x>',
        'Remote-Party-ID: <sip:07700900457@example.com>;party=calling',
        'Event: dialog;id=3',
        'Replaces: old-call@192.0.2.9 ;to-tag=1;from-tag=2',
        'Expires: 60',
        ...SDP_LINES,
      ],
      SDP,
    ),
  )

  test('has no anomalies and all its fields', () => {
    expect(message.weird).toEqual([])
    expect(message).toMatchObject({
      kind: 'request',
      method: 'INVITE',
      statusCode: 0,
      callId: 'call-1@192.0.2.10',
      sequence: 1,
      userAgent: 'Phone 1.0',
      event: 'dialog',
      expires: 90,
      unusable: false,
      toTagIdentity: '',
    })
    expect(message.requestUri).toMatchObject({
      scheme: 'sip',
      user: '07700900123',
      host: 'example.com',
      port: 0,
    })
    expect(message.from).toEqual({
      displayName: 'Alice',
      scheme: 'sip',
      user: 'alice',
      host: 'example.com',
      port: 0,
      tag: 'a1',
    })
    expect(message.callIdentity).toBe(identity('call-1@192.0.2.10'))
    expect(message.fromTagIdentity).toBe(identity('a1'))
    expect(message.branchIdentity).toBe(identity('z9hG4bKabc'))
    expect(message.replacesIdentity).toBe(identity('old-call@192.0.2.9'))
    expect(message.contacts.map((contact) => [contact.displayName, contact.host, contact.port])).toEqual([
      ['', '192.0.2.10', 5061],
      ['B, C', '2001:db8::1', 0],
    ])
    expect(message.recordRoutes.map((route) => route.host)).toEqual(['proxy.example.com', '192.0.2.2'])
    expect(message.assertedIdentities.map((id) => [id.scheme, id.user])).toEqual([
      ['sip', '07700900456'],
      ['tel', '+447700900456'],
      ['sip', '07700900457'],
    ])
    expect(message.body).toEqual([
      { contentType: 'application/sdp', text: SDP, length: SDP.length, encoded: false },
    ])
  })

  test('every compact name means its long name', () => {
    const compact = parse(
      [
        'REFER sip:bob@example.com SIP/2.0',
        'v: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1',
        'f: <sip:a@example.com>;tag=1',
        't: <sip:b@example.com>;tag=2',
        'i: x',
        'CSeq: 3 REFER',
        'm: <sip:a@192.0.2.1>',
        'o: refer',
        'r: <sip:c@example.com?Replaces=old%40192.0.2.1%3Bto-tag%3D1&Require=replaces>',
        'c: text/plain',
        'e: identity',
        'l: 2',
        '',
        'hi',
      ].join('\n'),
    )
    expect(compact.weird).toEqual([])
    expect(compact).toMatchObject({
      callId: 'x',
      event: 'refer',
      contacts: [{ user: 'a' }],
      referTo: { user: 'c' },
    })
    expect(compact.replacesIdentity).toBe(identity('old@192.0.2.1'))
    expect(compact.body[0]?.text).toBe('hi')
  })

  test('Contact: * is no address and no anomaly', () => {
    const star = parse(invite(['Contact: *', 'Expires: 0']))
    expect([star.contacts, star.weird, star.expires]).toEqual([[], [], 0])
  })

  test('a bracket in a Contact parameter does not become the URI', () => {
    const message = parse(invite(['Contact: sip:a@192.0.2.1;+sip.instance="<urn:uuid:1>"']))
    expect(message.contacts[0]).toMatchObject({ user: 'a', host: '192.0.2.1' })
  })

  test('a password in a URI is never kept', () => {
    const message = parse(invite(['Contact: <sip:alice:s3cret@192.0.2.1>']))
    expect(message.contacts[0]?.user).toBe('alice')
    expect(stringsOf(message).join('|')).not.toContain('s3cret')
  })
})

describe('authentication shows its facts and hides its secrets', () => {
  const digest =
    'Authorization: Digest username="alice", realm="example.com", nonce="n0nce,with;marks", uri="sip:example.com", ' +
    'response="0123456789abcdef0123456789abcdef", algorithm=SHA-256, qop=auth, nc=00000002, cnonce="c0"'

  test('digest credentials', () => {
    const message = parse(invite([digest]))
    expect(message.authentications).toEqual([
      {
        header: 'authorization',
        scheme: 'digest',
        realm: 'example.com',
        username: 'alice',
        algorithm: 'SHA-256',
        qop: true,
        nonceIdentity: identity('n0nce,with;marks'),
        nonceCount: '00000002',
      },
    ])
    const kept = stringsOf(message).join('|')
    for (const secret of ['0123456789abcdef0123456789abcdef', 'n0nce', 'c0"'])
      expect(kept).not.toContain(secret)
  })

  test('an old challenge: MD5 and no qop are told apart from what is absent', () => {
    const message = parse(
      invite(['WWW-Authenticate: Digest realm="a \\"b\\"", nonce=""', 'Proxy-Authenticate: DIGEST realm=x']),
    )
    expect(message.authentications).toMatchObject([
      { header: 'www-authenticate', realm: 'a "b"', algorithm: 'MD5', qop: false, nonceIdentity: '' },
      { header: 'proxy-authenticate', scheme: 'digest', realm: 'x' },
    ])
  })

  test('Basic: the password is not kept', () => {
    const message = parse(invite(['Proxy-Authorization: Basic YWxpY2U6c2VjcmV0']))
    expect(message.authentications).toMatchObject([
      { header: 'proxy-authorization', scheme: 'basic', username: '', algorithm: '' },
    ])
    expect(stringsOf(message).join('|')).not.toContain('YWxpY2U6')
  })
})

describe('shapes that broke others', () => {
  const long = (length: number): string => 'a'.repeat(length)

  test.each(['', ' ', 'abc', '"', '399 - "x"'])('Warning header %j is only skipped', (value) => {
    expect(parse(invite([`Warning: ${value}`])).weird).toEqual([])
  })

  test.each([4_096, 8_000])(
    'a Call-ID of %d characters: identity of the whole, display bounded',
    (length) => {
      const one = parse(invite().replace('call-1@192.0.2.10', `${long(length)}1`))
      const two = parse(invite().replace('call-1@192.0.2.10', `${long(length)}2`))
      expect(one.callId).toHaveLength(128)
      expect(one.callId).toBe(two.callId)
      expect(one.callIdentity).not.toBe(two.callIdentity)
      expect(one.callIdentity).toBe(identity(`${long(length)}1`))
    },
  )

  test('a Call-ID of 60,000 characters is cut at the line limit, counted, and the message still read', () => {
    const message = parse(invite().replace('call-1@192.0.2.10', long(60_000)))
    expect(message.weird).toEqual(['sip_line_too_long'])
    expect(message).toMatchObject({ method: 'INVITE', sequence: 1 })
    expect(message.callIdentity).toHaveLength(16)
  })

  test.each(['', 'Call-ID:', 'Call-ID:   '])('no Call-ID (%j) gives no identity', (line) => {
    const message = parse(invite().replace('Call-ID: call-1@192.0.2.10', line === '' ? 'X: y' : line))
    expect([message.callId, message.callIdentity]).toEqual(['', ''])
    expect(message.weird).toContain('sip_missing_call_id')
  })

  test('duplicate Call-ID: the first counts', () => {
    const message = parse(invite(['i: other']))
    expect([message.callId, message.weird]).toEqual(['call-1@192.0.2.10', ['sip_duplicate_header']])
  })

  test.each([
    ['-1', ['sip_bad_content_length']],
    ['0x10', ['sip_bad_content_length']],
    ['1e9', ['sip_bad_content_length']],
    ['', ['sip_bad_content_length']],
    ['16 ', []],
    ['1000000000', ['sip_truncated_body']],
    ['99999999999999999999999999999', ['sip_truncated_body']],
    ['+5', ['sip_bad_content_length']],
  ] as const)('Content-Length %j', (value, weird) => {
    const message = parse(
      invite([`Content-Length: ${value}`, 'Content-Type: text/plain'], '0123456789abcdef'),
    )
    expect(message.weird).toEqual(weird)
    expect(message.body[0]?.text).toBe('0123456789abcdef')
  })

  test('two different Content-Lengths: counted, the body is all the rest', () => {
    const message = parse(invite(['Content-Length: 3', 'l: 5', 'Content-Type: text/plain'], '0123456789'))
    expect(message.weird).toEqual(['sip_contradicting_content_length'])
    expect(message.body[0]?.text).toBe('0123456789')
  })

  test('two equal Content-Lengths are one', () => {
    expect(parse(invite(['Content-Length: 0', 'l: 0'])).weird).toEqual([])
  })

  test('a second message behind Content-Length in one datagram is not of this message', () => {
    const first = invite(SDP_LINES, SDP)
    const message = parse(first + invite().replace('call-1', 'call-2'))
    expect(message.bytesUsed).toBe(first.length)
    expect(message.weird).toEqual(['sip_trailing_bytes'])
    expect(stringsOf(message).join('|')).not.toContain('call-2')
  })

  test('CRLF keep-alives before and after', () => {
    const text = `\r\n\r\n${invite()}\r\n\r\n`
    const message = parse(text)
    expect(message.weird).toEqual([])
    expect(message.bytesUsed).toBe(text.length - 4)
  })

  test.each(['', '\r\n\r\n'])('keep-alive %j alone is no message and no anomaly', (text) => {
    const message = parse(text)
    expect([message.unusable, message.weird, message.bytesUsed]).toEqual([true, [], text.length])
  })

  test.each(['\0\0\0\0', 'jaK'])('keep-alive %j alone is no message', (text) => {
    expect(parse(text).unusable).toBe(true)
  })

  test('LF-only lines', () => {
    const message = parse(invite(SDP_LINES, SDP).split('\r\n').join('\n'))
    expect(message.weird).toEqual(['sip_truncated_body'])
    expect(message).toMatchObject({ method: 'INVITE', callId: 'call-1@192.0.2.10' })
    expect(message.body[0]?.text).toBe(SDP.split('\r\n').join('\n'))
  })

  test('10,000 folds', () => {
    const message = parse(invite([`X-Folded: a${'\r\n b'.repeat(10_000)}`]))
    expect(message.weird).toEqual(['sip_line_too_long'])
    expect(message.callId).toBe('call-1@192.0.2.10')
  })

  test('10,000 headers: the framing ones behind the limit are still read', () => {
    const many = Array.from({ length: 10_000 }, () => 'X:')
    const message = parse(invite([...many, 'User-Agent: late', ...SDP_LINES], SDP))
    expect(message.weird).toEqual(['sip_too_many_headers'])
    expect([message.userAgent, message.body[0]?.text]).toEqual(['', SDP])
  })

  test('256 headers are no anomaly', () => {
    const lines = Array.from({ length: 250 }, () => 'X: y')
    expect(parse(invite(lines)).weird).toEqual([])
    expect(parse(invite([...lines, 'X: y'])).weird).toEqual(['sip_too_many_headers'])
  })

  test.each(['one line', 'own lines'])('500 Via in %s: 64 are kept', (shape) => {
    const value = 'SIP/2.0/UDP 192.0.2.9;branch=z9'
    const lines =
      shape === 'one line'
        ? [0, 1, 2].map(() => `Via: ${Array.from({ length: 167 }, () => value).join(',')}`)
        : Array.from({ length: 500 }, () => `Via: ${value}`)
    const message = parse(invite(lines))
    expect(message.via).toHaveLength(64)
    expect(message.weird).toContain('sip_too_many_values')
  })

  test.each(['4294967301', '0200', '99', '700', '-200', '2xx', '', '1e2', '20'])(
    'status %j is no status',
    (code) => {
      const message = parse(
        invite().replace('INVITE sip:07700900123@example.com SIP/2.0', `SIP/2.0 ${code} OK`),
      )
      expect([message.kind, message.statusCode, message.unusable]).toEqual(['response', 0, true])
      expect(message.weird).toEqual(['sip_bad_status'])
    },
  )

  test.each(['36893488147419103232', '2147483648'])('CSeq %s is none', (value) => {
    const message = parse(invite().replace('CSeq: 1', `CSeq: ${value}`))
    expect([message.sequence, message.weird]).toEqual([-1, ['sip_number_too_large']])
  })

  test('CSeq 2^31 - 1 is the largest', () => {
    expect(parse(invite().replace('CSeq: 1', 'CSeq: 2147483647')).sequence).toBe(2147483647)
  })

  test('a response without request is read on its own', () => {
    const message = parse(
      invite().replace('INVITE sip:07700900123@example.com SIP/2.0', 'SIP/2.0 180 Ringing'),
    )
    expect(message).toMatchObject({
      kind: 'response',
      method: 'INVITE',
      statusCode: 180,
      reasonPhrase: 'Ringing',
      requestUri: null,
    })
  })

  test('garbage on 5060', () => {
    for (const text of [
      'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
      'INVITE',
      'INVITE ',
      'INVITE sip:x',
      'SIP/',
      ':::::',
      '\xff\xfe\x00',
    ]) {
      expect(parse(text).unusable).toBe(true)
    }
  })

  test('SIGCOMP (RFC 3320) is no message', () => {
    const message = parse(Uint8Array.from([0xf8, 0x12, 0x34, 0x56, 0x0a, 0x0a]))
    expect(message.unusable).toBe(true)
  })

  test('gzip body: flagged, no text', () => {
    const message = parse(invite([...SDP_LINES, 'Content-Encoding: gzip'], '\x1f\x8b\x08a=crypto:1 AES'))
    expect(message.body).toEqual([{ contentType: 'application/sdp', text: '', length: 17, encoded: true }])
    expect(message.weird).toEqual(['sip_encoded_body'])
  })

  test('header names from the wire are no object keys', () => {
    const message = parse(
      invite(['__proto__: polluted', 'constructor: x', 'toString: y', 'hasOwnProperty: z']),
    )
    expect(message.weird).toEqual([])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype)
  })

  test('a cut datagram keeps what came', () => {
    const whole = invite(SDP_LINES, SDP)
    const message = parse(whole.slice(0, whole.indexOf('CSeq')))
    expect(message.weird).toEqual(['sip_truncated_header', 'sip_missing_header'])
    expect(message.callId).toBe('call-1@192.0.2.10')
  })

  test('more than 64 KiB is cut and counted', () => {
    const message = parse(invite(['Content-Type: text/plain'], long(70_000)))
    expect(message.weird).toEqual(['sip_message_too_long', 'sip_truncated_body'])
    expect(message.bytesUsed).toBe(65_536)
  })

  test('a header name of 70 characters, a line without colon, a colon without name', () => {
    const message = parse(invite([`${long(70)}: x`, 'no colon here', ': nothing']))
    expect(message.weird).toEqual(['sip_bad_header'])
  })
})

describe('bodies', () => {
  const part = (type: string, text: string): string => `--b\r\nContent-Type: ${type}\r\n\r\n${text}\r\n`

  test('multipart with SDP and metadata (SIPREC)', () => {
    const body = `preamble\r\n${part('application/sdp', SDP)}${part('application/rs-metadata+xml', '<x/>')}--b--\r\nepilogue`
    const message = parse(invite(['Content-Type: Multipart/Mixed ;\r\n boundary="b"'], body))
    expect(message.weird).toEqual([])
    expect(message.body.map((each) => [each.contentType, each.text])).toEqual([
      ['application/sdp', SDP],
      ['application/rs-metadata+xml', '<x/>'],
    ])
  })

  test('nested boundaries where one is the beginning of the other', () => {
    const inner = `--bb\r\n\r\ninner\r\n--bb--\r\n`
    const body = `--b\r\nContent-Type: multipart/alternative;boundary=bb\r\n\r\n${inner}--b\r\n\r\nouter\r\n--b--`
    const message = parse(invite(['Content-Type: multipart/mixed;boundary=b'], body))
    expect(message.body.map((each) => [each.contentType, each.text])).toEqual([
      ['text/plain', 'inner'],
      ['text/plain', 'outer'],
    ])
  })

  test('the last part of a cut multipart is still read', () => {
    const message = parse(invite(['Content-Type: multipart/mixed;boundary=b'], part('application/sdp', SDP)))
    expect(message.weird).toEqual(['sip_bad_multipart'])
    expect(message.body[0]?.text.startsWith('v=0')).toBe(true)
  })

  test.each(['multipart/mixed', 'multipart/mixed;boundary=zz'])(
    '%s whose boundary cannot be found is one part',
    (type) => {
      const message = parse(invite([`Content-Type: ${type}`], part('application/sdp', SDP)))
      expect(message.body).toHaveLength(1)
      expect(message.weird).toEqual(['sip_bad_multipart'])
    },
  )

  test('multipart 100 deep stops at four', () => {
    let body = 'deep'
    for (let depth = 99; depth >= 0; depth--) {
      const type = depth === 99 ? 'text/plain' : `multipart/mixed;boundary=b${depth + 1}x`
      body = `--b${depth}x\r\nContent-Type: ${type}\r\n\r\n${body}\r\n--b${depth}x--\r\n`
    }
    const message = parse(invite(['Content-Type: multipart/mixed;boundary=b0x'], body))
    expect(message.weird).toEqual(['sip_multipart_too_deep'])
    expect(message.body.map((each) => each.contentType)).toEqual(['multipart/mixed'])
  })

  test('1,000 parts: 16 are kept', () => {
    const message = parse(
      invite(['Content-Type: multipart/mixed;boundary=b'], part('text/plain', 'x').repeat(1_000) + '--b--'),
    )
    expect(message.body).toHaveLength(16)
    expect(message.weird).toEqual(['sip_too_many_parts'])
  })

  test('a base64 part is flagged as encoded', () => {
    const body =
      '--b\r\nContent-Type: application/sdp\r\nContent-Transfer-Encoding: BASE64\r\n\r\ndj0w\r\n--b--'
    expect(parse(invite(['Content-Type: multipart/mixed;boundary=b'], body)).body).toEqual([
      { contentType: 'application/sdp', text: '', length: 4, encoded: true },
    ])
  })

  test('a body without Content-Type that begins as a description is one', () => {
    const message = parse(invite([], SDP))
    expect(message.weird).toEqual(['sip_missing_content_type'])
    expect(message.body[0]).toMatchObject({ contentType: 'application/sdp', text: SDP })
  })

  test('a key line in an unregistered type is not hidden by the type', () => {
    const text = 'x\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc'
    expect(parse(invite(['Content-Type: application/vendor-x'], text)).body[0]?.text).toBe(text)
    expect(parse(invite(['Content-Type: application/vendor-x'], 'v=0')).body[0]?.text).toBe('')
  })
})

describe('properties', () => {
  const bounded = (message: SipMessage, size: number): void => {
    expect(message.bytesUsed).toBeGreaterThanOrEqual(0)
    expect(message.bytesUsed).toBeLessThanOrEqual(size)
    expect(message.body.length).toBeLessThanOrEqual(16)
    const lengths = stringsOf({ ...message, body: [] }).map((text) => text.length)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(128)
  }

  test('random bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 512 }), (bytes) => bounded(parse(bytes), bytes.length)),
      { seed: 3261, numRuns: 1_000 },
    )
  })

  test('mutated messages never throw and stay bounded', () => {
    const inner = '--b\r\nContent-Type: application/sdp\r\n\r\n' + SDP + '\r\n--b--'
    const base = bytesOf(
      invite(
        [
          'Contact: "A" <sip:a:b@[2001:db8::1]:5060;x=y?h=v>;expires=3;+sip.instance="<urn>"',
          'Authorization: Digest username="a", realm="b", nonce="c", qop=auth',
          'Refer-To: <sip:x@example.com?Replaces=a%40b%3Bto-tag%3D1>',
          'Content-Type: multipart/mixed;boundary="b"',
        ],
        inner,
      ),
    )
    const edit = fc.record({
      at: fc.nat(base.length - 1),
      byte: fc.oneof(fc.constantFrom(...bytesOf('"<>;:,=@?%[]()\\\r\n\t -\0')), fc.nat(255)),
      cut: fc.nat(3),
    })
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 12 }), (edits) => {
        const bytes = Array.from(base)
        for (const { at, byte, cut } of edits) bytes.splice(Math.min(at, bytes.length), cut, byte)
        bounded(parse(Uint8Array.from(bytes)), bytes.length)
      }),
      { seed: 4475, numRuns: 1_500 },
    )
  })

  test('every prefix of a message is read without throwing', () => {
    const bytes = bytesOf(invite(SDP_LINES, SDP))
    for (let end = 0; end <= bytes.length; end++) bounded(parseSipMessage(bytes, 0, end, SEED), end)
  })

  const worst: readonly (readonly [string, string])[] = [
    ['quotes', `Contact: ${'"'.repeat(8_000)}\r\n`],
    ['brackets', `Contact: ${'<'.repeat(8_000)}\r\n`],
    ['commas', `Contact: ${',<'.repeat(4_000)}\r\n`],
    ['semicolons', `Via: SIP/2.0/UDP h${';'.repeat(8_000)}\r\n`],
    ['parameters', `From: <sip:a@b>${';t="'.repeat(2_000)}\r\n`],
    ['folds', `X: ${'\r\n '.repeat(2_000)}\r\n`],
    ['blanks', `Call-ID:${' '.repeat(8_000)}x\r\n`],
    ['colons', `Contact: <sip:${':'.repeat(8_000)}>\r\n`],
    ['empty headers', ':\r\n'.repeat(2_000)],
    ['at signs', `Contact: <sip:${'a@'.repeat(4_000)}>\r\n`],
    ['backslashes', `Contact: "${'\\'.repeat(8_000)}\r\n`],
    ['digest', `Authorization: Digest ${'realm="x",'.repeat(800)}\r\n`],
    ['route uris', `Refer-To: <sip:a?${'Replaces=%3B&'.repeat(600)}>\r\n`],
  ]
  test.each(worst)('64 KiB of %s take less than 50 ms', (_name, unit) => {
    const start = 'INVITE sip:a@example.com SIP/2.0\r\n'
    expectLinear(
      65_400,
      (size) => bytesOf(start + unit.repeat(Math.ceil(size / unit.length)).slice(0, size)),
      parse,
    )
  })

  test.each([
    ['boundary lines', 'multipart/mixed;boundary=b', '--b\r\n'],
    ['almost boundaries', `multipart/mixed;boundary=${'a'.repeat(70)}b`, `--${'a'.repeat(70)}\r\n`],
    ['line feeds', 'multipart/mixed;boundary=b', '\n'],
    ['almost keys', 'application/x', 'a=crypto'],
  ])('a body of 64 KiB of %s takes less than 50 ms', (_name, type, unit) => {
    const body = (size: number): string => unit.repeat(Math.floor(size / unit.length))
    expectLinear(64_000, (size) => bytesOf(invite([`Content-Type: ${type}`], body(size))), parse)
  })
})
