/** Rules of severity low and info over one call. */
import { RULES } from '../../../src/core/verdict/index.ts'
import { call, certificateFacts, sectionFacts, type FactsBuilder } from '../../tools/facts-builder.ts'
import { describeRules } from '../../tools/rule-examples.ts'

const green = call().tls().talk().build()
const print = (...algorithms: string[]): FactsBuilder => {
  const fingerprints = algorithms.map((algorithm) => ({
    algorithm,
    digest: new Uint8Array(20),
    usable: true,
  }))
  return call().plain({ sections: [sectionFacts({ fingerprints }, { fingerprints })] })
}

describeRules(
  'low and info',
  RULES.filter(({ severity }) => severity === 'low' || severity === 'info'),
  {
    'short-auth-tag': {
      fires: [
        ['by its packets', call().talk({ tagBytes: 4 }).build(), '2 streams'],
        ['by its profile', call().talk({ tagBytes: null, profile: 'AES_CM_128_HMAC_SHA1_32' }).build()],
      ],
      silent: [
        ['10 bytes', green],
        [
          '10 bytes whatever the profile says',
          call().talk({ tagBytes: 10, profile: 'AES_CM_128_HMAC_SHA1_32' }).build(),
        ],
        ['16', call().talk({ tagBytes: 16 }).build()],
      ],
    },
    'rtcp-clear': {
      fires: [
        ['beside SRTP', call().talk().rtcp().build(), '3 readable RTCP packets', '192.0.2.10:16817'],
        ['SRTCP with E = 0', call().talk().rtcp({ protection: 'auth-only' }).build()],
      ],
      silent: [
        ['beside RTP', call().talk({ protection: 'clear' }).rtcp().build()],
        ['SRTCP', call().talk().rtcp({ protection: 'encrypted' }).build()],
        ['none', green],
      ],
    },
    'audio-level-readable': {
      fires: [
        [
          'RFC 6464',
          call()
            .talk({ audioLevel: { frames: [22], count: 400 } })
            .build(),
          '2 encrypted streams',
        ],
      ],
      silent: [
        [
          'beside RTP',
          call()
            .talk({ protection: 'clear', audioLevel: { frames: [22], count: 400 } })
            .build(),
        ],
        ['none', green],
      ],
    },
    'dtmf-timing': {
      fires: [['encrypted events', call().stream({ eventCount: 4 }).build(), '4 encrypted telephone events']],
      silent: [
        [
          'readable events are worse',
          call()
            .stream({ eventCount: 4, plainEvents: { frames: [3], count: 12 } })
            .build(),
        ],
        ['plain RTP', call().stream({ protection: 'clear', eventCount: 4 }).build()],
        ['none', green],
      ],
    },
    'weak-fingerprint-hash': {
      fires: [
        ['sha-1 only', print('sha-1').build(), 'sha-1'],
        ['md5 only', print('md5').build()],
      ],
      silent: [
        ['sha-256', print('sha-256').build()],
        ['both', print('sha-1', 'sha-256').build()],
        [
          'none',
          call()
            .plain({ sections: [sectionFacts({}, {})] })
            .build(),
        ],
      ],
    },
    'tls-parameters-unseen': {
      fires: [
        [
          'older than the capture',
          call().tls({ handshake: 'unseen', version: null, suite: null, certificate: null }).talk().build(),
          'older than this capture',
        ],
        ['resumed', call().tls({ resumed: true, certificate: null }).talk().build(), 'resumed'],
        ['suite not seen', call().tls({ suite: null }).talk().build()],
        ['issuer not known', green, 'issuer'],
        ['DTLS not seen as a whole', call().tls().talk().dtls({ handshake: 'lost' }).build(), 'DTLS'],
      ],
      silent: [
        [
          'self-signed: checked with its own key',
          call()
            .tls({ certificate: certificateFacts({ selfSigned: true }) })
            .talk()
            .build(),
        ],
        [
          'remembered',
          call()
            .tls({ handshake: 'unseen', resumed: true, certificate: null }, { remembered: true })
            .talk()
            .build(),
        ],
        [
          'TLS 1.3 hides its certificate',
          call().tls({ version: 'TLS 1.3', certificate: null }).talk().build(),
        ],
        ['DTLS completed', call().tls({ version: 'TLS 1.3', certificate: null }).talk().dtls().build()],
      ],
    },
    'start-unseen': {
      fires: [
        [
          'late',
          call()
            .talk()
            .set({ incomplete: ['late-start'] })
            .build(),
        ],
      ],
      silent: [
        [
          'from the beginning',
          call()
            .talk()
            .set({ incomplete: ['truncated'] })
            .build(),
        ],
      ],
    },
    'key-offered': {
      fires: [
        [
          'beside DTLS',
          call()
            .plain()
            .talk({ keyExposure: 'offered', keying: 'dtls', keyFrames: [3] })
            .build(),
          'DTLS',
        ],
      ],
      silent: [
        [
          'taken is worse',
          call()
            .plain()
            .talk({ keyExposure: 'readable', keyFrames: [3] })
            .build(),
        ],
        ['none', green],
      ],
    },
    tunnel: {
      fires: [
        [
          'only a tunnel',
          call()
            .talk()
            .set({ signalling: { protection: 'tunnel', transport: null, connections: [], reasons: [] } })
            .build(),
        ],
        [
          'as a reason',
          call()
            .talk()
            .set({ reasons: ['tunnel'] })
            .build(),
        ],
      ],
      silent: [
        ['TLS', green],
        ['unseen', call().talk().build()],
      ],
    },
    'signalling-unseen': {
      fires: [
        ['unseen', call().talk().build(), 'No signalling'],
        [
          'guessed',
          call()
            .talk()
            .set({
              signalling: {
                protection: 'unseen',
                transport: null,
                connections: [],
                reasons: ['signalling-guessed'],
              },
            })
            .build(),
          'fits in time',
        ],
      ],
      silent: [
        ['TLS', green],
        ['readable', call().plain().talk().build()],
      ],
    },
    'vbr-size-leak': {
      fires: [['Opus', call().talk({ codec: 'opus', tagBytes: 10 }).build(), 'opus']],
      silent: [
        ['constant rate', green],
        ['clear is worse', call().talk({ codec: 'OPUS', protection: 'clear' }).build()],
        ['unknown', call().talk({ codec: null }).build()],
      ],
    },
    'zrtp-sas-unseen': {
      fires: [['completed', call().talk().zrtp().build(), '1 completed ZRTP exchange']],
      silent: [
        ['begun', call().talk().zrtp({ completedAt: null }).build()],
        ['DTLS', call().talk().dtls().build()],
      ],
    },
    'network-loss': {
      fires: [['5 of 505', call().stream({ lost: 5 }).build(), '5 of 505 packets missing (1 %)']],
      silent: [['none', green]],
    },
  },
)
