/** RFC 4475 and RFC 5118: what each torture message demands of a passive listener, one row a message. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { identityOf } from '../../../../src/core/base/hash.ts'
import { parseDescription, type SessionDescription } from '../../../../src/core/protocol/sdp/index.ts'
import { parseSipMessage, probeSip, type SipMessage } from '../../../../src/core/protocol/sip/index.ts'
import { describeIfShared } from '../../../tools/shared.ts'
import { bytesOf, SEED } from './sip-bytes.ts'

interface Entry {
  readonly file: string
  readonly kind: string
  readonly bytes: number
  readonly content_length: string | null
  readonly body_bytes: number
}

type Check = (message: SipMessage, bytes: Uint8Array) => void

const sdp = (message: SipMessage): SessionDescription => {
  expect(message.body).toHaveLength(1)
  expect(message.body[0]?.contentType).toBe('application/sdp')
  return parseDescription(message.body[0]?.text ?? '')
}

const identity = (text: string): string => identityOf(SEED, bytesOf(text), 0, text.length)
const clean: Check = (message) => expect(message.weird).toEqual([])
const twoSections: Check = (message) => {
  expect(sdp(message).media.map((media) => [media.media, media.port])).toEqual([
    ['audio', 49217],
    ['video', 3227],
  ])
}
const uri = (message: SipMessage): unknown => message.requestUri

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  [
    'rfc4475/wsinv.dat',
    (message) => {
      clean(message, bytesOf(''))
      twoSections(message, bytesOf(''))
      expect(message.body[0]?.length).toBe(150)
      expect(message.to).toMatchObject({ user: 'vivekg', host: 'chair-dnrc.example.com', tag: '1918181833n' })
      expect(message.from).toMatchObject({ displayName: 'J Rosenberg \\"', user: 'jdrosen', tag: '98asjd8' })
      expect(message.sequence).toBe(9)
      expect(message.via.map((via) => [via.transport, via.host, via.branch])).toEqual([
        ['UDP', '192.0.2.2', '390skdjuw'],
        ['TCP', 'spindle.example.com', 'z9hG4bK9ikj8'],
        ['UDP', '192.168.255.111', 'z9hG4bK30239'],
      ])
      expect(message.contacts).toHaveLength(1)
      expect(message.contacts[0]).toMatchObject({ displayName: 'Quoted string ""', user: 'jdrosen' })
      expect(message.branchIdentity).toBe(identity('390skdjuw'))
    },
  ],
  [
    'rfc4475/intmeth.dat',
    (message) => {
      clean(message, bytesOf(''))
      expect(message.method).toBe("!interesting-Method0123456789_*+`.%indeed'~")
      expect(message.requestUri).toMatchObject({
        scheme: 'sip',
        user: "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
        host: 'example.com',
      })
      expect(message.to?.displayName).toBe('BEL:\x07 NUL:\x00 DEL:\x7f')
      expect(message.from).toMatchObject({ displayName: "token1~` token2'+_ token3*%!.-", user: 'mundane' })
      expect(message.callId).toBe('intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{')
    },
  ],
  [
    'rfc4475/esc01.dat',
    (message) => {
      expect(uri(message)).toMatchObject({
        scheme: 'sip',
        user: 'sips%3Auser%40example.com',
        host: 'example.net',
      })
      expect(message.contacts[0]).toMatchObject({ user: 'cal%6Cer', host: 'host5.example.net' })
      twoSections(message, bytesOf(''))
    },
  ],
  [
    'rfc4475/escnull.dat',
    (message) => {
      expect(message.to?.user).toBe('null-%00-null')
      expect(message.contacts.map((contact) => contact.user)).toEqual(['%00', '%00%00'])
    },
  ],
  [
    'rfc4475/esc02.dat',
    (message) => {
      expect(message.method).toBe('RE%47IST%45R')
      expect(message.contacts.map((contact) => contact.user)).toEqual(['alias1', 'alias3'])
      expect(message.weird).toEqual([])
    },
  ],
  [
    'rfc4475/lwsdisp.dat',
    (message) => {
      clean(message, bytesOf(''))
      expect(message.from).toMatchObject({
        displayName: 'caller',
        user: 'caller',
        host: 'example.com',
        tag: '323',
      })
    },
  ],
  [
    'rfc4475/longreq.dat',
    (message) => {
      expect(message.via).toHaveLength(34)
      expect(message.via[33]?.received).toBe('192.0.2.5')
      expect(message.callId.length).toBeLessThanOrEqual(128)
      expect(message.callId.endsWith('…')).toBe(true)
      for (const text of [
        message.from?.user,
        message.from?.tag,
        message.to?.displayName,
        message.via[33]?.branch,
      ]) {
        expect((text ?? '').length).toBeLessThanOrEqual(128)
      }
      expect(message.weird).toEqual(['sip_missing_branch'])
      twoSections(message, bytesOf(''))
    },
  ],
  [
    'rfc4475/dblreq.dat',
    (message, bytes) => {
      expect(message.method).toBe('REGISTER')
      expect(message.body).toEqual([])
      expect(message.bytesUsed).toBeLessThan(bytes.length)
      expect(message.weird).toEqual(['sip_trailing_bytes'])
    },
  ],
  [
    'rfc4475/semiuri.dat',
    (message) => {
      clean(message, bytesOf(''))
      expect(uri(message)).toMatchObject({ user: 'user;par=u%40example.net', host: 'example.com' })
    },
  ],
  [
    'rfc4475/transports.dat',
    (message) => {
      clean(message, bytesOf(''))
      expect(message.via.map((via) => via.transport)).toEqual(['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'])
    },
  ],
  [
    'rfc4475/mpart01.dat',
    (message) => {
      expect(message.body.map((part) => [part.contentType, part.text])).toEqual([
        ['text/plain', 'Hello'],
        ['application/octet-stream', ''],
      ])
      expect(message.body[1]?.length).toBeGreaterThan(200)
      expect(message.weird).toEqual([])
    },
  ],
  [
    'rfc4475/unreason.dat',
    (message) => {
      expect(message.statusCode).toBe(200)
      expect(message.reasonPhrase.startsWith('= 2**3 * 5**2 \xd0\xbd')).toBe(true)
      twoSections(message, bytesOf(''))
    },
  ],
  [
    'rfc4475/noreason.dat',
    (message) => {
      clean(message, bytesOf(''))
      expect([message.statusCode, message.reasonPhrase, message.method]).toEqual([100, '', 'INVITE'])
    },
  ],
  [
    'rfc4475/badinv01.dat',
    (message) => {
      expect(message.weird).toContain('sip_bad_via')
      expect(message.contacts[0]).toMatchObject({ displayName: 'Joe', user: 'joe' })
      twoSections(message, bytesOf(''))
    },
  ],
  [
    'rfc4475/clerr.dat',
    (message, bytes) => {
      expect(message.weird).toEqual(['sip_truncated_body'])
      expect(message.bytesUsed).toBe(bytes.length)
      twoSections(message, bytesOf(''))
    },
  ],
  [
    'rfc4475/ncl.dat',
    (message, bytes) => {
      expect(message.weird).toEqual(['sip_bad_content_length'])
      expect(message.bytesUsed).toBe(bytes.length)
      twoSections(message, bytesOf(''))
    },
  ],
  [
    'rfc4475/scalar02.dat',
    (message) => {
      expect(message.sequence).toBe(-1)
      expect(message.expires).toBe(0xffffffff)
      expect(message.weird).toEqual(['sip_number_too_large'])
      expect(message.callIdentity).toBe(identity('scalar02.23o0pd9vanlq3wnrlnewofjas9ui32'))
    },
  ],
  [
    'rfc4475/scalarlg.dat',
    (message) => {
      expect([message.statusCode, message.sequence, message.method]).toEqual([503, -1, 'OPTIONS'])
      expect(message.weird).toEqual(['sip_number_too_large'])
    },
  ],
  [
    'rfc4475/quotbal.dat',
    (message) => {
      expect(message.weird).toContain('sip_unbalanced_quote')
      expect(message.to).toMatchObject({ user: 'j.user', host: 'example.com' })
      twoSections(message, bytesOf(''))
    },
  ],
  [
    'rfc4475/ltgtruri.dat',
    (message) => {
      expect(message.weird).toContain('sip_bad_request_uri')
      expect(uri(message)).toMatchObject({ scheme: 'sip', user: 'user', host: 'example.com' })
      expect([message.unusable, message.callId]).toEqual([false, 'ltgtruri.1@192.0.2.5'])
    },
  ],
  [
    'rfc4475/lwsruri.dat',
    (message) => {
      expect(message.weird).toContain('sip_bad_start_line')
      expect(uri(message)).toMatchObject({ user: 'user', host: 'example.com' })
      expect(message.sequence).toBe(2130706432)
    },
  ],
  [
    'rfc4475/lwsstart.dat',
    (message) => {
      expect(message.weird).toEqual(['sip_bad_start_line'])
      expect([message.unusable, message.method]).toEqual([false, 'INVITE'])
      twoSections(message, bytesOf(''))
    },
  ],
  [
    'rfc4475/trws.dat',
    (message) => {
      expect(message.weird).toEqual(['sip_bad_start_line'])
      expect([message.unusable, message.method]).toEqual([false, 'OPTIONS'])
    },
  ],
  [
    'rfc4475/escruri.dat',
    (message) => {
      expect(uri(message)).toMatchObject({ user: 'user', host: 'example.com' })
      expect(message.recordRoutes).toEqual([])
      twoSections(message, bytesOf(''))
    },
  ],
  [
    'rfc4475/baddate.dat',
    (message) => {
      clean(message, bytesOf(''))
      twoSections(message, bytesOf(''))
    },
  ],
  [
    'rfc4475/regbadct.dat',
    (message) => {
      expect(message.contacts).toHaveLength(1)
      expect(message.contacts[0]).toMatchObject({ user: 'user', host: 'example.com' })
    },
  ],
  [
    'rfc4475/badaspec.dat',
    (message) => {
      expect(message.to).toMatchObject({
        displayName: 'Watson, Thomas',
        user: 't.watson',
        host: 'example.org',
      })
      expect(message.weird).toContain('sip_bad_uri')
    },
  ],
  [
    'rfc4475/baddn.dat',
    (message) => {
      expect(message.from).toMatchObject({ displayName: 'Bell, Alexander', user: 'a.g.bell', tag: '43' })
    },
  ],
  [
    'rfc4475/badvers.dat',
    (message) => {
      expect(message.unusable).toBe(true)
      expect(message.weird).toContain('sip_bad_version')
    },
  ],
  ['rfc4475/mismatch01.dat', (message) => expect(message.weird).toEqual(['sip_cseq_mismatch'])],
  [
    'rfc4475/mismatch02.dat',
    (message) => {
      expect(message.weird).toEqual(['sip_cseq_mismatch'])
      expect(message.method).toBe('NEWMETHOD')
    },
  ],
  [
    'rfc4475/bigcode.dat',
    (message) => {
      expect([message.kind, message.statusCode, message.unusable]).toEqual(['response', 0, true])
      expect(message.weird).toEqual(['sip_bad_status'])
    },
  ],
  [
    'rfc4475/badbranch.dat',
    (message) => {
      expect([message.branchIdentity, message.via[0]?.branch]).toEqual(['', 'z9hG4bK'])
      expect(message.weird).toEqual(['sip_missing_branch'])
    },
  ],
  [
    'rfc4475/insuf.dat',
    (message) => {
      expect([message.callId, message.callIdentity, message.from, message.to]).toEqual(['', '', null, null])
      expect(message.weird).toEqual(['sip_missing_call_id', 'sip_missing_header'])
    },
  ],
  [
    'rfc4475/unkscm.dat',
    (message) =>
      expect(uri(message)).toMatchObject({
        scheme: 'nobodyknowsthisscheme',
        user: 'totallyopaquecontent',
        host: '',
      }),
  ],
  ['rfc4475/novelsc.dat', (message) => expect(uri(message)).toMatchObject({ scheme: 'soap.beep', host: '' })],
  [
    'rfc4475/unksm2.dat',
    (message) => {
      expect(message.to).toMatchObject({ scheme: 'isbn', user: '2983792873' })
      expect(message.from).toMatchObject({ scheme: 'http', tag: '3234233' })
      expect(message.contacts[0]?.scheme).toBe('name')
    },
  ],
  ['rfc4475/bext01.dat', clean],
  [
    'rfc4475/invut.dat',
    (message) => {
      expect(message.body).toEqual([
        { contentType: 'application/unknownformat', text: '', length: 40, encoded: false },
      ])
    },
  ],
  [
    'rfc4475/regaut01.dat',
    (message) => {
      expect(message.authentications).toEqual([
        {
          header: 'authorization',
          scheme: 'nooneknowsthisscheme',
          realm: '',
          username: '',
          algorithm: '',
          qop: false,
          nonceIdentity: '',
          nonceCount: '',
        },
      ])
    },
  ],
  [
    'rfc4475/multi01.dat',
    (message) => {
      expect(message.weird).toEqual(['sip_duplicate_header'])
      expect([message.callId, message.sequence, message.to?.user]).toEqual([
        'multi01.98asdh@192.0.2.1',
        5,
        'user',
      ])
      expect([message.from?.tag, message.contacts.length]).toEqual(['3413415', 2])
    },
  ],
  [
    'rfc4475/mcl01.dat',
    (message, bytes) => {
      expect(message.weird).toEqual(['sip_contradicting_content_length'])
      expect(message.bytesUsed).toBe(bytes.length)
    },
  ],
  [
    'rfc4475/bcast.dat',
    (message) => {
      clean(message, bytesOf(''))
      expect(message.via[1]?.host).toBe('255.255.255.255')
      twoSections(message, bytesOf(''))
    },
  ],
  ['rfc4475/zeromf.dat', clean],
  [
    'rfc4475/cparam01.dat',
    (message) => {
      clean(message, bytesOf(''))
      expect(message.contacts[0]).toMatchObject({ user: '+19725552222', host: 'gw1.example.net' })
    },
  ],
  [
    'rfc4475/cparam02.dat',
    (message) => {
      clean(message, bytesOf(''))
      expect(message.contacts[0]).toMatchObject({ user: '+19725552222', host: 'gw1.example.net' })
    },
  ],
  [
    'rfc4475/regescrt.dat',
    (message) => {
      expect(message.contacts[0]).toMatchObject({ user: 'user', host: 'example.com' })
      expect(message.recordRoutes).toEqual([])
    },
  ],
  [
    'rfc4475/sdp01.dat',
    (message) => {
      clean(message, bytesOf(''))
      twoSections(message, bytesOf(''))
    },
  ],
  [
    'rfc4475/inv2543.dat',
    (message) => {
      expect(message.from).toMatchObject({ user: '+13035551111', tag: '' })
      expect([message.fromTagIdentity, message.branchIdentity]).toEqual(['', ''])
      expect(message.weird).toEqual(['sip_missing_branch'])
      expect(sdp(message).media.map((media) => media.port)).toEqual([49217])
    },
  ],
  [
    'rfc5118/ipv6-good.dat',
    (message) => {
      clean(message, bytesOf(''))
      expect(uri(message)).toMatchObject({ host: '2001:db8::10', port: 0 })
      expect(message.via[0]?.host).toBe('2001:db8::9:1')
    },
  ],
  [
    'rfc5118/ipv6-bad.dat',
    (message) => {
      expect(message.weird).toEqual(['sip_bad_request_uri'])
      expect([message.unusable, message.callId]).toEqual([false, 'SSG9559905523997077@hlau_4100'])
    },
  ],
  [
    'rfc5118/port-ambiguous.dat',
    (message) => {
      clean(message, bytesOf(''))
      expect(uri(message)).toMatchObject({ host: '2001:db8::10:5070', port: 0 })
    },
  ],
  [
    'rfc5118/port-unambiguous.dat',
    (message) => {
      clean(message, bytesOf(''))
      expect(uri(message)).toMatchObject({ host: '2001:db8::10', port: 5070 })
    },
  ],
  [
    'rfc5118/via-received-param-with-delim.dat',
    (message) => {
      clean(message, bytesOf(''))
      expect(message.via[0]?.received).toBe('2001:db8::9:255')
    },
  ],
  [
    'rfc5118/via-received-param-no-delim.dat',
    (message) => {
      clean(message, bytesOf(''))
      expect(message.via[0]?.received).toBe('2001:db8::9:255')
    },
  ],
  [
    'rfc5118/ipv6-in-sdp.dat',
    (message) => {
      expect(message.weird).toEqual(['sip_truncated_body'])
      expect(sdp(message).media.map((media) => [media.address, media.port])).toEqual([
        ['2001:db8::20', 6000],
        ['2001:db8::20', 6024],
      ])
    },
  ],
  [
    'rfc5118/mult-ip-in-header.dat',
    (message) => {
      clean(message, bytesOf(''))
      expect(message.via.map((via) => [via.host, via.port, via.received])).toEqual([
        ['2001:db8::9:1', 6050, ''],
        ['192.0.2.1', 0, ''],
        ['2001:db8::9:255', 0, '192.0.2.200'],
      ])
    },
  ],
  [
    'rfc5118/mult-ip-in-sdp.dat',
    (message) => {
      expect(sdp(message).media.map((media) => [media.address, media.port])).toEqual([
        ['192.0.2.1', 22334],
        ['2001:db8::1', 6024],
      ])
    },
  ],
  [
    'rfc5118/ipv4-mapped-ipv6.dat',
    (message) => {
      expect(message.via.map((via) => via.host)).toEqual(['192.0.2.10', '192.0.2.2'])
      expect(message.contacts[0]?.host).toBe('192.0.2.2')
      expect(sdp(message).media.map((media) => media.address)).toEqual(['192.0.2.2', '192.0.2.2'])
    },
  ],
  [
    'rfc5118/ipv6-bug-abnf-3-colons.dat',
    (message) => {
      expect(message.weird).toEqual(['sip_bad_request_uri', 'sip_bad_uri'])
      expect([message.unusable, message.requestUri?.user]).toEqual([false, 'user'])
    },
  ],
  [
    'rfc5118/ipv6-correct-abnf-2-colons.dat',
    (message) => {
      clean(message, bytesOf(''))
      expect(uri(message)).toMatchObject({ user: 'user', host: '2001:db8::c000:201' })
    },
  ],
])

describeIfShared('SIP torture messages', (shared) => {
  const entries: readonly Entry[] =
    shared === ''
      ? []
      : (JSON.parse(readFileSync(join(shared, 'torture', 'manifest.json'), 'utf8')) as Entry[])

  test('every message of the manifest has its row', () => {
    expect(entries.map((entry) => entry.file).sort()).toEqual([...CHECKS.keys()].sort())
  })

  test.each(entries.map((entry) => [entry.file, entry] as const))('%s', (file, entry) => {
    const bytes = new Uint8Array(readFileSync(join(shared, 'torture', file)))
    expect(bytes.length).toBe(entry.bytes)
    // Surrounded by other bytes: the parser must stay inside its range.
    const padded = new Uint8Array(bytes.length + 64).fill(0x41)
    padded.set(bytes, 32)
    const message = parseSipMessage(padded, 32, 32 + bytes.length, SEED)
    expect(probeSip(padded, 32, 32 + bytes.length)).toBe(file.includes('badvers') ? 'unsure' : 'certain')
    CHECKS.get(file)?.(message, bytes)
  })
})
