/** The grade: every combination against the page's own words, and that nothing taken away ever makes a call greener. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type {
  CallFacts,
  KeyExposure,
  MediaProtection,
  SignallingProtection,
  StreamFacts,
  UndeterminedReason,
} from '../../../src/core/call/index.ts'
import { GRADES, GRADE_TABLE, judge, type Grade } from '../../../src/core/verdict/index.ts'
import { gradeByPage, type DescribedCall, type DescribedStream } from '../../reference/grade-by-page.ts'
import {
  after,
  call,
  reverseOf,
  sectionFacts,
  sliceFacts,
  streamFacts,
  type FactsBuilder,
} from '../../tools/facts-builder.ts'

const SIGNALLINGS: readonly SignallingProtection[] = ['plain', 'tls', 'tls-weak', 'unseen', 'tunnel']
const PROTECTIONS: readonly MediaProtection[] = [
  'auth-only',
  'clear',
  'undecided',
  'contradictory',
  'encrypted',
  'probably-encrypted',
]
const KEY_EXPOSURES: readonly KeyExposure[] = ['none', 'offered', 'readable', 'proven']
const BOOLEANS = [false, true] as const
const rank = (grade: Grade): number => GRADES.indexOf(grade)

const STREAMS: readonly DescribedStream[] = PROTECTIONS.flatMap((protection) =>
  KEY_EXPOSURES.flatMap((keyExposure) =>
    BOOLEANS.map((keyingObserved) => ({ protection, keyExposure, keyingObserved })),
  ),
)

const withSignalling = (builder: FactsBuilder, protection: SignallingProtection): FactsBuilder => {
  if (protection === 'plain') return builder.plain({ answeredAt: null })
  if (protection === 'tls') return builder.tls()
  if (protection === 'tls-weak') return builder.tls({ version: 'TLS 1.0' })
  return builder.set({ signalling: { protection, transport: null, connections: [], reasons: [] } })
}

const toStream = ({ protection, keyExposure, keyingObserved }: DescribedStream): StreamFacts =>
  streamFacts({
    protection,
    keyExposure,
    keyFrames: keyExposure === 'none' ? [] : [9],
    keying: keyingObserved
      ? 'dtls'
      : keyExposure === 'readable' || keyExposure === 'proven'
        ? 'sdes'
        : 'unknown',
  })

const toFacts = (described: DescribedCall): CallFacts => {
  const builder = withSignalling(call(), described.signalling)
  if (described.media !== null) {
    const [there, back] = described.media
    builder.set({ streams: [toStream(there), reverseOf(toStream(back))] })
    if (there.keyingObserved || back.keyingObserved) builder.dtls()
  }
  if (described.findingOfMedium) builder.observe('dialog-leak')
  const incomplete = [
    ...(described.oneWay ? (['one-way'] as const) : []),
    ...(described.captureLoss ? (['capture-loss'] as const) : []),
  ]
  const reasons: UndeterminedReason[] = described.otherReason ? ['ambiguous-stream'] : []
  return builder.set({ answered: described.answered, incomplete, reasons }).build()
}

function* everyCall(): Generator<DescribedCall> {
  const medias: DescribedCall['media'][] = [null]
  STREAMS.forEach((there, i) => {
    for (const back of STREAMS.slice(i)) medias.push([there, back])
  })
  for (const signalling of SIGNALLINGS) {
    for (const media of medias) {
      for (const flags of media === null ? [0, 1, 2, 4, 8, 16, 31] : [0, 1, 2, 4, 8, 15]) {
        yield {
          signalling,
          media,
          answered: (flags & 16) !== 0 || media !== null,
          oneWay: (flags & 1) !== 0,
          captureLoss: (flags & 2) !== 0,
          otherReason: (flags & 4) !== 0,
          findingOfMedium: (flags & 8) !== 0,
        }
      }
    }
  }
}

describe('the grade table', () => {
  test('agrees with the page on every combination', () => {
    const counts = new Map<string, number>()
    for (const described of everyCall()) {
      const { grade, lamp, reasons, findings } = judge(toFacts(described))
      const expected = gradeByPage(described)
      if (grade !== expected) expect({ described, grade }).toEqual({ described, grade: expected })
      counts.set(grade, (counts.get(grade) ?? 0) + 1)
      if (lamp !== GRADE_TABLE[grade].lamp) expect({ described, lamp }).toBe(grade)
      // Whoever is not green says why; the words of red and weak are findings that are there.
      if ((reasons.length === 0) !== (grade === 'protected')) expect({ described, reasons }).toBe(grade)
      if (grade !== 'undetermined') {
        const ids = findings.map(({ id }) => id)
        if (reasons.some((reason) => !ids.includes(reason))) expect({ described, reasons }).toEqual(ids)
      }
    }
    expect([...counts.keys()].sort()).toEqual([...GRADES].sort())
    // Pairs of the 2 × 2 streams that are encrypted without a readable key; one signalling, one set of flags.
    expect(counts.get('protected')).toBe(10)
  })
})

const grade = (builder: FactsBuilder): Grade => judge(builder.build()).grade
const reasons = (builder: FactsBuilder): readonly string[] => judge(builder.build()).reasons

describe('green', () => {
  test('is TLS with both directions encrypted', () => {
    expect(judge(call().tls({ version: 'TLS 1.3', certificate: null }).talk().build())).toMatchObject({
      grade: 'protected',
      lamp: 'green',
      reasons: [],
      pending: false,
      findings: [],
    })
  })

  test.each<[string, FactsBuilder, string]>([
    ['no media', call().tls(), 'media-unseen'],
    ['one direction', call().tls().stream(), 'one-way'],
    [
      'no connection behind the word',
      call()
        .talk()
        .set({ signalling: { protection: 'tls', transport: 'tls', connections: [], reasons: [] } }),
      'signalling-unseen',
    ],
    ['a connection by guess', call().tls({}, { knownBy: 'guess' }).talk(), 'signalling-guessed'],
    ['a lost handshake', call().tls({ handshake: 'lost' }).talk(), 'handshake-lost'],
    ['a handshake that never ended', call().tls({ handshake: 'started' }).talk(), 'handshake-lost'],
    ['a failed handshake', call().tls({ handshake: 'failed' }).talk(), 'signalling-unseen'],
    [
      'an older connection that does not look random',
      call().tls({ handshake: 'unseen', looksRandom: null }).talk(),
      'signalling-unseen',
    ],
    [
      'application data one way only',
      call()
        .tls({ applicationBytes: [900, 0] })
        .talk(),
      'signalling-unseen',
    ],
    ['a second, doubtful connection', call().tls().tls({ handshake: 'lost' }).talk(), 'handshake-lost'],
    ['a hole', call().tls().talk({ holes: 1 }), 'capture-loss'],
    [
      'a duplicate that differs',
      call()
        .tls()
        .talk({ ambiguous: { frames: [7], count: 1 } }),
      'ambiguous-stream',
    ],
    ['TCP bytes that contradict', call().tls().talk().observe('tcp-overlap'), 'ambiguous-stream'],
    ['another fingerprint', call().tls().talk().dtls({}, true), 'contradictory'],
    [
      'an undecided stream of 40 packets',
      call().tls().talk({ protection: 'undecided', packets: 40 }),
      'too-short',
    ],
    [
      'an undecided stream of 4,000 packets',
      call()
        .tls()
        .talk({
          protection: 'undecided',
          packets: 4_000,
          slices: [sliceFacts({ protection: 'undecided', packets: 4_000 })],
        }),
      'statistics-only',
    ],
    ['statistics only', call().tls().talk({ protection: 'probably-encrypted' }), 'statistics-only'],
    [
      'a reason of the call layer',
      call()
        .tls()
        .talk()
        .set({ reasons: ['truncated'] }),
      'truncated',
    ],
    ['readable SIP beside TLS', call().plain().talk().tls(), 'keying-unseen'],
  ])('is refused for %s', (_, builder, reason) => {
    expect(grade(builder)).toBe('undetermined')
    expect(reasons(builder)).toContain(reason)
  })

  test('an older connection counts when its records are random, and says what it lacks', () => {
    const verdict = judge(
      call()
        .tls({ handshake: 'unseen', looksRandom: true, version: null, suite: null, certificate: null })
        .talk()
        .build(),
    )
    expect(verdict.grade).toBe('protected')
    expect(verdict.findings.map(({ id }) => id)).toEqual(['tls-parameters-unseen'])
  })

  test('one short undecided slice is enough against it', () => {
    const slices = [
      sliceFacts(),
      sliceFacts({ protection: 'undecided', packets: 8, from: after(11), to: after(12) }),
    ]
    expect(grade(call().tls().talk({ slices }))).toBe('undetermined')
  })

  test('sampled, truncated and late calls may be green', () => {
    expect(
      grade(
        call()
          .tls()
          .talk()
          .set({ incomplete: ['sampled', 'truncated', 'late-start'] }),
      ),
    ).toBe('protected')
  })

  test('one stream of many decides', () => {
    const clear = streamFacts({ protection: 'clear', media: 'video', ssrc: 7 })
    expect(grade(call().tls().talk().stream(clear))).toBe('audio-exposed')
    expect(reasons(call().tls().talk().stream(clear))).toEqual(['video-clear'])
  })
})

describe('calls without media', () => {
  test('never answered, readable: metadata-exposed', () => {
    const ringing = call().plain({ answeredAt: null, state: 'cancelled' })
    expect(judge(ringing.build())).toMatchObject({ grade: 'metadata-exposed', reasons: ['signalling-plain'] })
  })

  test('answered with a port, no media: undetermined (media-unseen)', () => {
    expect(reasons(call().plain().set({ mediaUnseen: true }))).toEqual(['media-unseen'])
    expect(reasons(call().plain({ sections: [sectionFacts({}, {})] }))).toEqual(['media-unseen'])
    expect(reasons(call().plain())).toEqual(['media-unseen'])
  })

  test('answered with every section refused: there is nothing to hear', () => {
    expect(grade(call().plain({ sections: [sectionFacts({}, { port: 0 })] }))).toBe('metadata-exposed')
  })
})

describe('clear media before the keys', () => {
  const early = (seconds: number, change: Partial<StreamFacts> = {}): FactsBuilder => {
    const slices = [
      sliceFacts({ protection: 'clear', from: after(1), to: after(1 + seconds), firstFrame: 20, packets: 9 }),
      sliceFacts({ from: after(1 + seconds), firstFrame: 60 }),
    ]
    const clearBeforeKeys = { micros: seconds * 1e6, packets: 9, frames: [20] }
    return call()
      .tls()
      .talk({ slices, clearBeforeKeys, keying: 'zrtp', ...change })
      .zrtp()
  }

  test('below a second: a finding, and the call is weak', () => {
    expect(judge(early(0.2).build())).toMatchObject({ grade: 'weak', reasons: ['clear-before-keys'] })
    expect(grade(early(0.999))).toBe('weak')
  })

  test('a second and more: red', () => {
    expect(judge(early(1).build())).toMatchObject({ grade: 'audio-exposed', reasons: ['media-clear'] })
    expect(grade(early(3))).toBe('audio-exposed')
  })

  test('a clear slice after encryption began is red, however short', () => {
    const later = sliceFacts({
      protection: 'clear',
      from: after(5),
      to: after(5.1),
      firstFrame: 200,
      packets: 5,
    })
    const first = sliceFacts({
      protection: 'clear',
      from: after(1),
      to: after(1.2),
      firstFrame: 20,
      packets: 9,
    })
    const slices = [first, sliceFacts({ from: after(1.2), to: after(5), firstFrame: 60 }), later]
    expect(grade(early(0.2, { slices }))).toBe('audio-exposed')
    // Even if it were counted among those before the keys.
    const clearBeforeKeys = { micros: 300_000, packets: 14, frames: [20, 200] }
    expect(grade(early(0.2, { slices, clearBeforeKeys }))).toBe('audio-exposed')
  })

  test('clear media that outlasts the key exchange is red: its time counts, not the time before the keys', () => {
    const slices = [
      sliceFacts({ protection: 'clear', from: after(1), to: after(6), firstFrame: 20 }),
      sliceFacts({ from: after(6), firstFrame: 300 }),
    ]
    const clearBeforeKeys = { micros: 200_000, packets: 9, frames: [20] }
    expect(grade(early(0.2, { slices, clearBeforeKeys }))).toBe('audio-exposed')
  })

  test('a stream that is never encrypted has no excuse', () => {
    const slices = [
      sliceFacts({ protection: 'clear', from: after(1), to: after(1.2), firstFrame: 20, packets: 9 }),
    ]
    expect(grade(early(0.2, { slices, protection: 'clear' }))).toBe('audio-exposed')
  })
})

describe('readable keys', () => {
  test('make the call red, under TLS too', () => {
    const proven = { keyExposure: 'proven', keying: 'sdes', keyFrames: [9] } as const
    expect(judge(call().tls().talk(proven).build())).toMatchObject({
      grade: 'exposed',
      reasons: ['sdes-key-exposed'],
    })
  })

  test('so does a MIKEY message without encryption', () => {
    const mikey = call().plain().talk({ keying: 'mikey' }).observe('mikey-null')
    expect(judge(mikey.build())).toMatchObject({ grade: 'exposed', reasons: ['mikey-null'] })
    expect(reasons(call().plain().talk({ keying: 'mikey' }))).toEqual(['keying-unseen'])
  })

  test('a key that was only offered does not', () => {
    const offered = call()
      .plain()
      .talk({ keyExposure: 'offered', keying: 'dtls', keyFrames: [3] })
      .dtls()
    expect(grade(offered)).toBe('metadata-exposed')
  })
})

describe('keying on the 5-tuple', () => {
  test('a DTLS word without its handshake is unseen keying', () => {
    expect(reasons(call().plain().talk({ keying: 'dtls' }))).toEqual(['keying-unseen'])
    expect(reasons(call().plain().talk({ keying: 'dtls' }).dtls({ handshake: 'started' }))).toEqual([
      'keying-unseen',
    ])
    const elsewhere = call()
      .plain()
      .talk({ keying: 'dtls', source: { address: '192.0.2.10', port: 20_000 } })
      .dtls()
    expect(reasons(elsewhere)).toEqual(['keying-unseen'])
  })

  test('ZRTP counts when it completed', () => {
    expect(grade(call().plain().talk({ keying: 'zrtp' }).zrtp())).toBe('metadata-exposed')
    expect(grade(call().plain().talk({ keying: 'zrtp' }).zrtp({ completedAt: null }))).toBe('undetermined')
  })
})

describe('pending', () => {
  test('a new call that cannot be judged yet has no lamp', () => {
    const young = call()
      .tls()
      .talk({ protection: 'undecided', packets: 9 })
      .set({ pending: true, ended: false })
    expect(judge(young.build())).toMatchObject({
      grade: 'undetermined',
      lamp: null,
      pending: true,
      settled: null,
    })
  })

  test('what is certain is said at once', () => {
    const young = call().plain().talk({ protection: 'clear' }).set({ pending: true, ended: false })
    expect(judge(young.build())).toMatchObject({ grade: 'exposed', lamp: 'red', pending: false })
  })
})

/** Any call, from the builder. */
const anyCall: fc.Arbitrary<DescribedCall> = fc.record({
  signalling: fc.constantFrom(...SIGNALLINGS),
  media: fc.option(fc.tuple(fc.constantFrom(...STREAMS), fc.constantFrom(...STREAMS))),
  answered: fc.boolean(),
  oneWay: fc.boolean(),
  captureLoss: fc.boolean(),
  otherReason: fc.boolean(),
  findingOfMedium: fc.boolean(),
})

/** Ways to take evidence away or to add something bad; none may make a call greener. */
const HARMS: readonly [string, (facts: CallFacts) => CallFacts][] = [
  ['every stream undecided', (facts) => mapStreams(facts, (stream) => worsened(stream, 'undecided'))],
  [
    'first stream undecided',
    (facts) => mapStreams(facts, (stream, i) => (i === 0 ? worsened(stream, 'undecided') : stream)),
  ],
  [
    'first stream clear',
    (facts) => mapStreams(facts, (stream, i) => (i === 0 ? worsened(stream, 'clear') : stream)),
  ],
  [
    'last stream contradictory',
    (facts) => mapStreams(facts, (stream, i) => (i === 1 ? worsened(stream, 'contradictory') : stream)),
  ],
  [
    'a key becomes readable',
    (facts) => mapStreams(facts, (stream) => ({ ...stream, keyExposure: 'readable', keyFrames: [9] })),
  ],
  [
    'signalling unseen',
    (facts) => ({
      ...facts,
      legs: [],
      signalling: { protection: 'unseen', transport: null, connections: [], reasons: [] },
    }),
  ],
  [
    'signalling tls without its connection',
    (facts) => ({ ...facts, signalling: { ...facts.signalling, connections: [] } }),
  ],
  [
    'handshake lost',
    (facts) => ({
      ...facts,
      signalling: {
        ...facts.signalling,
        connections: facts.signalling.connections.map((one) => ({
          ...one,
          facts: { ...one.facts, handshake: 'lost' as const },
        })),
      },
    }),
  ],
  [
    'signalling reason',
    (facts) => ({ ...facts, signalling: { ...facts.signalling, reasons: ['signalling-guessed'] } }),
  ],
  ['capture loss', (facts) => ({ ...facts, incomplete: ['capture-loss'] })],
  ['one way', (facts) => ({ ...facts, incomplete: [...facts.incomplete, 'one-way'] })],
  ['a reason', (facts) => ({ ...facts, reasons: [...facts.reasons, 'handshake-lost'] })],
  [
    'a finding',
    (facts) => ({
      ...facts,
      observations: [{ name: 'transport-fallback', seen: { frames: [1], count: 1 }, detail: '' }],
    }),
  ],
  ['key exchange unseen', (facts) => ({ ...facts, dtls: [], zrtp: [] })],
  ['half of the media unseen', (facts) => ({ ...facts, streams: facts.streams.slice(0, 1) })],
]

const mapStreams = (
  facts: CallFacts,
  change: (stream: StreamFacts, i: number) => StreamFacts,
): CallFacts => ({
  ...facts,
  streams: facts.streams.map(change),
})

/** Evidence becomes worse: readable stays readable. */
const worsened = (stream: StreamFacts, protection: MediaProtection): StreamFacts => {
  const open = stream.protection === 'clear' || stream.protection === 'auth-only'
  if (open && protection !== 'clear') return stream
  return { ...stream, protection, slices: [sliceFacts({ protection })] }
}

describe('never greener', () => {
  test.each(HARMS)('%s', (_, harm) => {
    fc.assert(
      fc.property(anyCall, (described) => {
        const facts = toFacts(described)
        const before = judge(facts).grade
        const afterwards = judge(harm(facts)).grade
        // Losing a clear or readable stream may turn red into less; it never turns anything into green.
        if (afterwards === 'protected') expect(before).toBe('protected')
        const lossOnly =
          facts.streams.length === harm(facts).streams.length && facts.legs.length === harm(facts).legs.length
        if (lossOnly) expect(rank(afterwards)).toBeLessThanOrEqual(rank(before))
      }),
      { seed: 20_261_122, numRuns: 400 },
    )
  })

  test('a slice of worse protection added to any stream', () => {
    fc.assert(
      fc.property(anyCall, fc.constantFrom(...PROTECTIONS), (described, protection) => {
        const facts = toFacts(described)
        const worse = mapStreams(facts, (stream) => ({
          ...stream,
          slices: [...stream.slices, sliceFacts({ protection, firstFrame: 900, packets: 1 })],
        }))
        expect(rank(judge(worse).grade)).toBeLessThanOrEqual(rank(judge(facts).grade))
      }),
      { seed: 20_261_123, numRuns: 1_000 },
    )
  })
})
