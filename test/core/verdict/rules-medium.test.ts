/** Rules of severity medium over one call. */
import { micros, SECOND } from '../../../src/core/base/clock.ts'
import type { CryptoAttribute, Fingerprint } from '../../../src/core/protocol/sdp/index.ts'
import type { CertificateFacts } from '../../../src/core/protocol/tls/index.ts'
import { RULES } from '../../../src/core/verdict/index.ts'
import {
  after,
  authentication,
  call,
  certificateFacts,
  dtlsFacts,
  sectionFacts,
  sliceFacts,
  START,
  type FactsBuilder,
} from '../../tools/facts-builder.ts'
import { describeRules } from '../../tools/rule-examples.ts'

const green = call().tls().talk().build()
const crypto: CryptoAttribute = {
  tag: 1,
  suite: 'AES_CM_128_HMAC_SHA1_80',
  keyAndSalt: new Uint8Array(30),
  mki: new Uint8Array(0),
  unencryptedSrtp: false,
  unencryptedSrtcp: false,
  unauthenticatedSrtp: false,
}
const fingerprint: Fingerprint = { algorithm: 'sha-256', digest: new Uint8Array(32), usable: true }
const withKeys = { crypto: [crypto], cryptoLines: 1 }
const savp = { proto: 'RTP/SAVP', ...withKeys }
const sections = (...list: ReturnType<typeof sectionFacts>[]): FactsBuilder =>
  call().plain({ sections: list })
const certificate = (change: Partial<CertificateFacts>): FactsBuilder =>
  call()
    .tls({ certificate: certificateFacts(change) })
    .talk()
const early = (seconds: number): FactsBuilder =>
  call().talk({
    slices: [
      sliceFacts({ protection: 'clear', from: after(1), to: after(1 + seconds), firstFrame: 20, packets: 5 }),
      sliceFacts({ from: after(1 + seconds), firstFrame: 40 }),
    ],
    clearBeforeKeys: { micros: seconds * SECOND, packets: 5, frames: [20] },
  })
const DAY = 86_400
const now = START / SECOND

describeRules(
  'medium',
  RULES.filter(({ severity }) => severity === 'medium'),
  {
    'signalling-plain': {
      fires: [
        ['a readable leg', call().plain().build(), '7 readable SIP messages', '192.0.2.10:5060', 'udp'],
      ],
      silent: [
        ['TLS', green],
        ['unseen', call().talk().build()],
      ],
    },
    'downgraded-answer': {
      fires: [
        [
          'SAVP answered by AVP',
          sections(sectionFacts(savp, {})).build(),
          'offered RTP/SAVP (frame 3)',
          '192.0.2.20:5060 answered RTP/AVP',
        ],
        [
          'the phone refused a re-offer of the server',
          sections(sectionFacts(savp, {}, { offerer: { address: '192.0.2.20', port: 5060 } })).build(),
          '192.0.2.10:5060 answered',
        ],
        [
          'nobody knows who offered',
          sections(sectionFacts(savp, {}, { offerer: null })).build(),
          'the answering side',
        ],
        ['fingerprint refused', sections(sectionFacts({ fingerprints: [fingerprint] }, {})).build()],
        ['ZRTP refused', sections(sectionFacts({ zrtpHash: true }, {})).build()],
      ],
      silent: [
        ['SAVP accepted', sections(sectionFacts(savp, savp)).build()],
        [
          'DTLS accepted',
          sections(sectionFacts({ fingerprints: [fingerprint] }, { fingerprints: [fingerprint] })).build(),
        ],
        [
          'ZRTP without a hash in the answer, but completed',
          sections(sectionFacts({ zrtpHash: true }, {}))
            .zrtp()
            .build(),
        ],
        ['the section was refused', sections(sectionFacts(savp, { port: 0 })).build()],
        ['not answered', sections(sectionFacts(savp, null)).build()],
        ['optional', sections(sectionFacts(withKeys, {})).build()],
        ['nothing offered', sections(sectionFacts({}, {})).build()],
      ],
    },
    'clear-before-keys': {
      fires: [['0.06 s', early(0.06).build(), '10 packets', '0.06 s']],
      silent: [
        ['1.2 s is red instead', early(1.2).build()],
        ['none', green],
      ],
    },
    'weak-tls-version': {
      fires: [
        ['1.0', call().tls({ version: 'TLS 1.0' }).build(), 'TLS 1.0 to 192.0.2.20:5061'],
        ['1.1', call().tls({ version: 'TLS 1.1' }).build()],
        ['SSL', call().tls({ version: 'SSL 3.0' }).build()],
      ],
      silent: [
        ['1.2', green],
        ['1.3', call().tls({ version: 'TLS 1.3' }).build()],
        ['unknown', call().tls({ version: null }).build()],
      ],
    },
    'weak-cipher-suite': {
      fires: [
        ['RC4', call().tls({ suite: 'TLS_RSA_WITH_RC4_128_SHA', suiteStrength: 'weak' }).build(), 'RC4'],
        ['NULL', call().tls({ suiteStrength: 'plain' }).build()],
      ],
      silent: [
        ['strong', green],
        ['unknown', call().tls({ suite: null, suiteStrength: null }).build()],
      ],
    },
    'no-forward-secrecy': {
      fires: [
        [
          'RSA key exchange',
          call().tls({ suite: 'TLS_RSA_WITH_AES_128_GCM_SHA256', forwardSecrecy: false }).build(),
          'TLS_RSA',
        ],
      ],
      silent: [
        ['ECDHE', green],
        ['unknown', call().tls({ forwardSecrecy: null }).build()],
      ],
    },
    'dtls-weak': {
      fires: [
        ['DTLS 1.0', call().talk().dtls({ version: 'DTLS 1.0' }).build(), 'DTLS 1.0'],
        [
          'weak suite',
          call().talk().dtls({ suite: 'TLS_RSA_WITH_3DES_EDE_CBC_SHA', suiteStrength: 'weak' }).build(),
          '3DES',
        ],
        ['no forward secrecy', call().talk().dtls({ forwardSecrecy: false }).build(), 'no forward secrecy'],
        [
          'short key',
          call()
            .talk()
            .dtls({ clientCertificate: certificateFacts({ keyBits: 1024 }) })
            .build(),
          'short certificate key',
        ],
      ],
      silent: [
        ['good', call().talk().dtls().build()],
        [
          'self-signed with SHA-1',
          call()
            .talk()
            .dtls({ certificate: certificateFacts({ selfSigned: true, signatureHash: 'sha1' }) })
            .build(),
        ],
        ['never completed', call().talk().dtls({ version: 'DTLS 1.0', handshake: 'started' }).build()],
      ],
    },
    'certificate-expired': {
      fires: [
        ['over', certificate({ notAfter: now - DAY }).build(), 'ended 2026-11-21'],
        ['not begun', certificate({ notBefore: now + DAY }).build(), 'begins 2026-11-23'],
      ],
      silent: [
        ['valid', green],
        [
          'a clock that is not trusted',
          certificate({ notAfter: now - DAY })
            .set({ clockTrusted: false })
            .build(),
        ],
        ['ends this second', certificate({ notAfter: now }).build()],
        [
          'DTLS',
          call()
            .tls()
            .talk()
            .dtls({ certificate: certificateFacts({ notAfter: now - DAY }) })
            .build(),
        ],
        [
          'valid at the start of the call',
          certificate({ notAfter: now + 5 })
            .set({ endedAt: micros(START + 60 * SECOND) })
            .build(),
        ],
      ],
    },
    'certificate-self-signed': {
      fires: [
        [
          'signalling',
          certificate({ selfSigned: true, issuer: 'sip.example.com' }).build(),
          'sip.example.com',
        ],
      ],
      silent: [
        ['an authority', green],
        ['a private authority', certificate({ issuer: 'Our own CA' }).build()],
        ['DTLS media', call().tls().talk().dtls({ certificate: dtlsFacts().certificate }).build()],
      ],
    },
    'certificate-name-mismatch': {
      fires: [
        [
          'another name',
          certificate({ names: ['pbx.example.org'] }).build(),
          'asked for sip.example.com',
          'pbx.example.org',
        ],
        ['a wildcard two labels up', certificate({ names: ['*.com'] }).build()],
        [
          'a wildcard for a deeper label',
          call()
            .tls({ sni: 'a.sip.example.com', certificate: certificateFacts({ names: ['*.example.com'] }) })
            .build(),
        ],
        [
          'a wildcard of the parent for the bare domain',
          call()
            .tls({ sni: 'example.com', certificate: certificateFacts({ names: ['*.example.com'] }) })
            .build(),
        ],
        ['a partial wildcard', certificate({ names: ['s*.example.com'] }).build()],
        [
          'the subject does not count beside DNS names',
          certificate({ names: ['pbx.example.org'], subject: 'sip.example.com' }).build(),
        ],
        ['the subject alone', certificate({ names: [], subject: 'pbx.example.org' }).build()],
      ],
      silent: [
        ['the same', green],
        ['letters', certificate({ names: ['SIP.Example.COM'] }).build()],
        ['a final dot', certificate({ names: ['sip.example.com.'] }).build()],
        ['a wildcard', certificate({ names: ['*.example.com'] }).build()],
        ['the second of two names', certificate({ names: ['pbx.example.org', 'sip.example.com'] }).build()],
        [
          'the subject where there is no DNS name',
          certificate({ names: ['192.0.2.20'], subject: 'sip.example.com' }).build(),
        ],
        [
          'no SNI',
          call()
            .tls({ sni: null, certificate: certificateFacts({ names: ['pbx.example.org'] }) })
            .build(),
        ],
        [
          'an address as SNI',
          call()
            .tls({ sni: '192.0.2.20', certificate: certificateFacts({ names: ['pbx.example.org'] }) })
            .build(),
        ],
        ['no certificate', call().tls({ certificate: null }).build()],
      ],
    },
    'certificate-weak': {
      fires: [
        ['RSA 1024', certificate({ keyBits: 1024 }).build(), 'rsa 1024 bits'],
        ['EC 192', certificate({ keyType: 'ec', keyBits: 192 }).build()],
        ['SHA-1', certificate({ signatureHash: 'sha1' }).build(), 'sha1'],
        ['MD5', certificate({ signatureHash: 'md5' }).build()],
      ],
      silent: [
        ['RSA 2048', green],
        ['EC 224', certificate({ keyType: 'ec', keyBits: 224 }).build()],
        ['Ed25519', certificate({ keyType: 'ed25519', keyBits: 256, signatureHash: '' }).build()],
        ['unknown size', certificate({ keyBits: 0 }).build()],
      ],
    },
    'unauthenticated-srtp': {
      fires: [
        [
          'agreed',
          sections(
            sectionFacts(savp, { ...savp, crypto: [{ ...crypto, unauthenticatedSrtp: true }] }),
          ).build(),
          'UNAUTHENTICATED_SRTP',
        ],
      ],
      silent: [
        [
          'offered only',
          sections(
            sectionFacts({ ...savp, crypto: [{ ...crypto, unauthenticatedSrtp: true }] }, savp),
          ).build(),
        ],
      ],
    },
    'sdes-key-reused': {
      fires: [['again', call().key({ reused: true }).key({ reused: true }).build(), '1 key']],
      silent: [['fresh', call().key().build()]],
    },
    'digest-auth-readable': {
      fires: [
        [
          'SHA-256',
          call()
            .plain({ authentications: [authentication()] })
            .build(),
          '1 readable request',
        ],
        [
          'MD5 without qop',
          call()
            .plain({ authentications: [authentication({ algorithm: 'MD5', qop: false })] })
            .build(),
          '(MD5, no qop)',
        ],
        [
          'nonce used again',
          call()
            .plain({ authentications: [authentication(), authentication({ method: 'BYE', frame: 90 })] })
            .build(),
          'nonce used again',
        ],
      ],
      silent: [
        [
          'a challenge',
          call()
            .plain({ authentications: [authentication({ header: 'www-authenticate' })] })
            .build(),
        ],
        ['none', call().plain().build()],
      ],
    },
    'transport-fallback': {
      fires: [['noticed', call().plain().observe('transport-fallback', 4).build(), '4 readable messages']],
      silent: [['not', call().plain().build()]],
    },
    'optional-srtp-refused': {
      fires: [
        ['AVP with a=crypto', sections(sectionFacts(withKeys, {})).build(), '192.0.2.20:5060 answered'],
      ],
      silent: [
        ['accepted', sections(sectionFacts(withKeys, withKeys)).build()],
        ['mandatory', sections(sectionFacts(savp, {})).build()],
        ['DTLS taken instead', sections(sectionFacts(withKeys, { fingerprints: [fingerprint] })).build()],
        ['refused as a whole', sections(sectionFacts(withKeys, { port: 0 })).build()],
      ],
    },
    'osrtp-not-used': {
      fires: [
        [
          'agreed and clear',
          sections(sectionFacts(withKeys, withKeys)).talk({ protection: 'clear', claim: 'RTP/AVP' }).build(),
          'RTP/AVP',
        ],
      ],
      silent: [
        ['agreed and used', sections(sectionFacts(withKeys, withKeys)).talk({ claim: 'RTP/AVP' }).build()],
        [
          'not agreed',
          sections(sectionFacts(withKeys, {})).talk({ protection: 'clear', claim: 'RTP/AVP' }).build(),
        ],
        [
          'SAVP is another rule',
          sections(sectionFacts(savp, savp)).talk({ protection: 'clear', claim: 'RTP/SAVP' }).build(),
        ],
      ],
    },
    'sips-not-kept': {
      fires: [['sips: over UDP', call().plain({ sipsReadable: true }).build(), 'udp']],
      silent: [['sip:', call().plain().build()]],
    },
    'dialog-leak': {
      fires: [['NOTIFY', call().plain().observe('dialog-leak').build(), '1 readable message']],
      silent: [['none', call().plain().build()]],
    },
    'turn-credential-readable': {
      fires: [['TURN', call().tls().observe('turn-credential-readable').build()]],
      silent: [['none', green]],
    },
    'ambiguous-stream': {
      fires: [
        [
          'other payload',
          call()
            .talk({ ambiguous: { frames: [44], count: 2 } })
            .build(),
          '4 packets',
        ],
        ['TCP overlap', call().plain().observe('tcp-overlap').build(), '1 TCP segment'],
        [
          'another flow',
          call()
            .talk()
            .observe('tcp-overlap')
            .set({ reasons: ['ambiguous-stream'] })
            .build(),
        ],
      ],
      silent: [['one payload', green]],
    },
  },
)
