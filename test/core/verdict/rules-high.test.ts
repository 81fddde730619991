/** Rules of severity high over one call. */
import {
  after,
  authentication,
  call,
  OTHER,
  PHONE,
  reverseOf,
  sectionFacts,
  sliceFacts,
  streamFacts,
} from '../../tools/facts-builder.ts'
import { describeRules } from '../../tools/rule-examples.ts'
import { RULES } from '../../../src/core/verdict/index.ts'

const green = call().tls().talk().build()
const clearAudio = streamFacts({ protection: 'clear' })
const clearBack = reverseOf(clearAudio)
const text = streamFacts({ protection: 'clear', media: 'text' })
const fax = streamFacts({ protection: 'clear', media: 'image', codec: 'T38' })
const video = streamFacts({ protection: 'clear', media: 'video', codec: 'H264' })
const early = streamFacts({
  slices: [
    sliceFacts({ protection: 'clear', from: after(1), to: after(1.1), firstFrame: 20, packets: 5 }),
    sliceFacts({ from: after(1.1), firstFrame: 40 }),
  ],
  clearBeforeKeys: { micros: 100_000, packets: 5, frames: [20] },
})
const events = { frames: [50, 51], count: 2 }
const eventsOnly = streamFacts({
  slices: [sliceFacts({ protection: 'clear', payload: 'random' })],
  plainEvents: events,
})
const nullSuite = streamFacts({ protection: 'auth-only' })
const page = streamFacts({
  protection: 'clear',
  multicast: true,
  destination: { address: '239.255.0.1', port: 5004 },
})

describeRules(
  'high',
  RULES.filter(({ severity }) => severity === 'high'),
  {
    'media-clear': {
      fires: [
        [
          'plain RTP both ways',
          call().tls().talk({ protection: 'clear' }).build(),
          '20 s of sound in 2 streams',
          'from 1.0 s to 11.0 s',
          '192.0.2.10:16816 → 192.0.2.20:16738 (PCMU)',
        ],
        [
          'one clear slice',
          call()
            .talk({
              slices: [sliceFacts(), sliceFacts({ protection: 'clear', from: after(5), to: after(6) })],
            })
            .build(),
          'from 5.0 s to 6.0 s',
        ],
        ['an unknown kind of media', call().stream({ protection: 'clear', media: 'application' }).build()],
      ],
      silent: [
        ['encrypted', green],
        ['other kinds of media', call().stream(video).stream(fax).stream(text).build()],
        ['authenticated only', call().stream(nullSuite).build()],
        ['clear before the keys', call().stream(early).build()],
        ['readable digits only', call().stream(eventsOnly).build()],
      ],
    },
    'video-clear': {
      fires: [['video', call().stream(video).build(), 'picture', 'H264']],
      silent: [
        ['audio', call().stream(clearAudio).build()],
        ['encrypted video', call().stream({ media: 'video' }).build()],
      ],
    },
    'fax-clear': {
      fires: [['T.38', call().stream(fax).build(), 'fax', 'T38']],
      silent: [
        ['audio', call().stream(clearAudio).build()],
        ['fax over DTLS', call().stream({ media: 'image' }).build()],
      ],
    },
    'sdes-key-exposed': {
      fires: [
        [
          'readable',
          call()
            .plain()
            .talk({ keyExposure: 'readable', keyFrames: [9], profile: 'AES_CM_128_HMAC_SHA1_80' })
            .build(),
          '2 streams',
          'AES_CM_128_HMAC_SHA1_80',
        ],
        [
          'proven',
          call()
            .plain()
            .talk({ keyExposure: 'proven', keyFrames: [9] })
            .build(),
          'decrypts',
        ],
      ],
      silent: [
        [
          'offered only',
          call()
            .plain()
            .talk({ keyExposure: 'offered', keyFrames: [3] })
            .build(),
        ],
        ['no key', green],
      ],
    },
    'srtp-promised-rtp-sent': {
      fires: [
        ['SAVP and clear', call().stream({ protection: 'clear', claim: 'RTP/SAVP' }).build(), 'RTP/SAVP'],
      ],
      silent: [
        ['AVP and clear', call().stream({ protection: 'clear', claim: 'RTP/AVP' }).build()],
        ['SAVP and encrypted', call().stream({ claim: 'UDP/TLS/RTP/SAVPF' }).build()],
        ['no SDP', call().stream(clearAudio).build()],
      ],
    },
    'one-direction-clear': {
      fires: [
        ['back is clear', call().stream().stream(clearBack).build(), '192.0.2.20:16738 → 192.0.2.10:16816'],
      ],
      silent: [
        ['both clear', call().talk({ protection: 'clear' }).build()],
        ['both encrypted', green],
        [
          'the clear one came after the encrypted ones',
          call()
            .talk()
            .stream({ ...clearBack, firstAt: after(12), lastAt: after(20) })
            .build(),
        ],
        ['the other is undecided', call().stream({ protection: 'undecided' }).stream(clearBack).build()],
        [
          'video back',
          call()
            .stream()
            .stream({ ...clearBack, media: 'video' })
            .build(),
        ],
      ],
    },
    'null-cipher': {
      fires: [
        ['a tag and a readable payload', call().stream(nullSuite).build(), 'tag'],
        [
          'a NULL profile in DTLS',
          call().talk({ protection: 'contradictory' }).dtls({ srtpProfile: 5 }).build(),
          'NULL',
        ],
      ],
      silent: [
        ['plain RTP', call().stream(clearAudio).build()],
        ['AES', call().talk().dtls({ srtpProfile: 7 }).build()],
        ['profile hidden', call().talk().dtls({ srtpProfile: null }).build()],
      ],
    },
    'two-time-pad': {
      fires: [
        [
          'the same key stream twice',
          call()
            .talk({ twoTimePad: { frames: [20, 21], count: 2 } })
            .build(),
        ],
      ],
      silent: [['fresh keys', green]],
    },
    'fingerprint-mismatch': {
      fires: [['another certificate', call().talk().dtls({}, true).build(), '192.0.2.10:16816']],
      silent: [
        ['the same', call().talk().dtls({}, false).build()],
        ['not comparable', call().talk().dtls({}, null).build()],
      ],
    },
    'dtmf-readable': {
      fires: [
        ['telephone-event', call().stream(eventsOnly).build(), '2 readable telephone-event packets'],
        ['INFO', call().plain().observe('dtmf-info', 3).build(), '3 readable INFO messages'],
      ],
      silent: [
        ['encrypted events', call().talk({ eventCount: 4 }).build()],
        ['no digits', green],
      ],
    },
    'message-readable': {
      fires: [
        ['SIP MESSAGE', call().plain().observe('message-readable', 2).build(), '2 readable SIP messages'],
        ['real-time text', call().stream(text).build(), 'text sessions'],
      ],
      silent: [
        ['audio', call().stream(clearAudio).build()],
        ['encrypted text', call().stream({ media: 'text' }).build()],
      ],
    },
    'keys-outside-sip': {
      fires: [
        ['INFO, HEP', call().plain().observe('keys-outside-sip').build()],
        ['a key of the ring', call().key({ where: 'outside-sip', frame: 77 }).build(), '1 readable key'],
      ],
      silent: [['a key in SDP', call().key({ where: 'answer' }).build()]],
    },
    'mikey-null': {
      fires: [['NULL', call().plain().observe('mikey-null').build()]],
      silent: [['MIKEY with a key of its own', call().plain().talk({ keying: 'mikey' }).build()]],
    },
    'sdp-k-line': {
      fires: [
        ['noticed', call().plain().observe('sdp-k-line').build()],
        [
          'in a section',
          call()
            .plain({ sections: [sectionFacts({ kLine: true }, {})] })
            .build(),
          '1 message',
        ],
      ],
      silent: [
        [
          'without',
          call()
            .plain({ sections: [sectionFacts({}, {})] })
            .build(),
        ],
      ],
    },
    'recording-clear': {
      fires: [
        ['clear copy', call().plain().observe('siprec').talk({ protection: 'clear' }).build()],
        ['readable key', call().plain().observe('siprec').talk({ keyExposure: 'readable' }).build()],
      ],
      silent: [
        ['encrypted copy', call().plain().observe('siprec').talk().build()],
        ['no recording', call().stream(clearAudio).build()],
      ],
    },
    'multicast-paging-clear': {
      fires: [['to a group', call().stream(page).build(), '239.255.0.1']],
      silent: [
        ['to one host', call().stream(clearAudio).build()],
        ['encrypted paging', call().stream({ multicast: true }).build()],
      ],
    },
    'sip-basic-auth': {
      fires: [
        [
          'Basic',
          call()
            .plain({ authentications: [authentication({ scheme: 'basic' })] })
            .build(),
          '1 readable request',
        ],
      ],
      silent: [
        [
          'digest',
          call()
            .plain({ authentications: [authentication()] })
            .build(),
        ],
        [
          'a challenge',
          call()
            .plain({ authentications: [authentication({ scheme: 'basic', header: 'www-authenticate' })] })
            .build(),
        ],
      ],
    },
  },
)

// The addresses that the tables name are those of the builder.
if (PHONE.address !== '192.0.2.10' || OTHER.address !== '192.0.2.20')
  throw new Error('examples need the documentation addresses')
