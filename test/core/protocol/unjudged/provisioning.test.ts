import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { probeProvisioning } from '../../../../src/core/protocol/unjudged/index.ts'
import { ascii, concat } from '../../../tools/packet-builder.ts'
import { describeIfShared } from '../../../tools/shared.ts'
import { loadPayloads } from '../../../tools/transport-payloads.ts'

const SEED = 20261123
const probe = (bytes: Uint8Array): boolean => probeProvisioning(concat([1], bytes, [10]), 1, 1 + bytes.length)
const http = (body: string, type = 'text/plain', status = '200 OK'): Uint8Array =>
  ascii(
    `HTTP/1.1 ${status}\r\nServer: x\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
const tftp = (body: string): Uint8Array => concat([0, 3, 0, 1], ascii(body))

const FILES: [string, string][] = [
  ['Yealink', '#!version:1.0.0.1\naccount.1.enable = 1\naccount.1.password = s3cret\n'],
  ['Yealink, account 16', 'account.16.password=s3cret\r\n'],
  [
    'Polycom',
    '<?xml version="1.0"?>\n<reg reg.1.address="100" reg.1.auth.userId="100" reg.1.auth.password="s3cret" />\n',
  ],
  ['Polycom, a line each', '<reg\n reg.1.address="100"\n\treg.2.auth.password="s3cret"\n/>'],
  ['Snom text', 'user_name1!: 100\nuser_pass1!: s3cret\n'],
  ['Snom XML', '<phone-settings><user_pass idx="1" perm="RW">s3cret</user_pass></phone-settings>'],
  ['Cisco', '<line button="1"><authName>100</authName><authPassword>s3cret</authPassword></line>'],
  ['Cisco SPA', '<flat-profile><Password_1_ ua="na">s3cret</Password_1_></flat-profile>'],
  ['Cisco SIP text', 'line1_name: 100\nline1_password: "s3cret"\n'],
  ['Grandstream text', 'P35=100\nP36=100\nP34=s3cret\n'],
  ['Grandstream XML', '<gs_provision><config><P35>100</P35><P34>s3cret</P34></config></gs_provision>'],
  ['Aastra', 'sip line1 user name: 100\nsip line1 password: s3cret\n'],
  ['Panasonic', 'SIP_AUTH_ID_1="100"\nSIP_AUTH_PASS_1="s3cret"\n'],
  ['Fanvil', '--SIP Line List--  :\nSIP1 Register Pswd   :s3cret\n'],
  ['upper case', 'ACCOUNT.1.PASSWORD = s3cret\n'],
  ['blanks before', '  account.1.password = s3cret\n'],
]

describe('probeProvisioning', () => {
  test.each(FILES)('%s: in HTTP, in TFTP, in a later piece', (_name, body) => {
    expect(probe(http(body))).toBe(true)
    expect(probe(tftp(body))).toBe(true)
    expect(probe(ascii(body))).toBe(true)
  })

  test.each<[string, Uint8Array]>([
    ['an empty password', http('account.1.password =\naccount.1.enable = 1\n')],
    ['a blank one', http('account.1.password =  \r\n')],
    ['stars', http('account.1.password = ********\n')],
    ['empty quotes', http('<reg reg.1.auth.password="" />')],
    ['an empty element', http('<authPassword></authPassword>')],
    ['an element that closes itself', http('<authPassword/>')],
    ['a name without a number', http('account.x.password = s3cret\n')],
    ['a name in the middle of a line', http('see account.1.password = s3cret for more\n')],
    ['a longer name', http('account.1.password_hint = s3cret\n')],
    ['P34 alone', http('P34=1\n')],
    ['P34 of a query', http('a=1&P34=s3cret&P35=100')],
    ['a page for people', http('account.1.password = s3cret\n', 'text/html')],
    ['not found', http('account.1.password = s3cret\n', 'text/plain', '404 Not Found')],
    ['headers without a body', ascii('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n')],
    ['an HTTP request', ascii('GET /account.1.password=s3cret HTTP/1.1\r\n\r\n')],
    ['a TFTP request', concat([0, 1], ascii('account.1.password'), [0], ascii('octet'), [0])],
    ['an encrypted file', http('\x01\x02account.1.password = s3cret\n')],
    ['nothing', new Uint8Array(0)],
  ])('not %s', (_name, bytes) => {
    expect(probe(bytes)).toBe(false)
  })

  test('the value may not be cut off: what is beyond the end is not read', () => {
    const bytes = ascii('account.1.password = s')
    expect(probeProvisioning(bytes, 0, bytes.length)).toBe(true)
    expect(probeProvisioning(bytes, 0, bytes.length - 1)).toBe(false)
  })

  test('64 KiB of the worst text takes little time', () => {
    const worst = [
      ascii(' '.repeat(65_536)),
      ascii('a'.repeat(65_536)),
      ascii('\n<P34>'.repeat(10_000)),
      ascii('P34=1\n'.repeat(10_900)),
      ascii('<user_pass '.repeat(6_000)),
    ]
    for (const bytes of worst) {
      const times = [0, 1, 2].map(() => {
        const start = performance.now()
        probeProvisioning(bytes, 0, bytes.length)
        return performance.now() - start
      })
      expect(Math.min(...times)).toBeLessThan(50)
    }
  })

  test('any bytes, never throws, no false alarm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(probeProvisioning(bytes, 0, bytes.length)).toBe(false)
        expect(probe(concat(ascii('HTTP/1.1 200 OK\r\n\r\n'), bytes))).toBe(false)
      }),
      { seed: SEED, numRuns: 3_000 },
    )
  })
})

describeIfShared('provisioning in captures', (shared) => {
  test('none of the public captures has any', async () => {
    const folder = join(shared, 'captures/public')
    const found: string[] = []
    for (const file of readdirSync(folder).filter((name) => !name.endsWith('.json'))) {
      for (const { frame, bytes } of await loadPayloads(join(folder, file))) {
        if (probeProvisioning(bytes, 0, bytes.length)) found.push(`${file} ${frame}`)
      }
    }
    expect(found).toEqual([])
  }, 60_000)
})
