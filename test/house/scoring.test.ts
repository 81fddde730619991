/** The scorer itself: it must be able to say wrong. */
import { describe, expect, test } from '@jest/globals'
import {
  callMismatch,
  emptyScore,
  falseCalls,
  gradeMismatch,
  missingCallIds,
  scoreStreams,
  type Call,
  type CallLabel,
  type Judgement,
  type Media,
  type StreamLabel,
} from '../../scripts/lib/scoring.js'

const FILE = 'a.pcap'

function media(protection: string, keyExposure = 'none'): Media {
  const ends = { source: '192.0.2.1:4000', destination: '192.0.2.2:4000' }
  return { ...ends, ssrc: '0x0000abcd', protection, keyExposure, packets: 10 }
}

function stream(encryption: string): StreamLabel {
  return { src: '192.0.2.1:4000', dst: '192.0.2.2:4000', ssrc: '0x0000ABCD', packets: 10, encryption }
}

function call(changes: Partial<Call> = {}): Call {
  return {
    callIds: ['one'],
    grade: 'exposed',
    reasons: [],
    signalling: { transport: 'udp' },
    claims: [{ offered: ['RTP/AVP'], answered: ['RTP/AVP'] }],
    media: [],
    exposure: { mediaKeys: 0 },
    ...changes,
  }
}

const said = (calls: readonly Call[], otherMedia: readonly Media[] = []): Judgement => ({
  calls,
  summary: { otherMedia },
})

describe('grades', () => {
  const label = { file: FILE, acceptedGrades: [['protected', 'exposed'], ['weak']], streams: [] }
  test.each([[['exposed', 'protected']], [['weak']]])('%j is accepted', (grades) => {
    expect(gradeMismatch(label, said(grades.map((grade) => call({ grade }))))).toBeNull()
  })
  test.each([[['exposed']], [['weak', 'weak']], [[]], [['protected', 'protected']]])(
    '%j is not',
    (grades) => {
      expect(gradeMismatch(label, said(grades.map((grade) => call({ grade }))))).toContain(FILE)
    },
  )
  test('no call may be the accepted answer', () => {
    expect(gradeMismatch({ file: FILE, acceptedGrades: [[]], streams: [] }, said([]))).toBeNull()
  })
})

describe('streams', () => {
  test.each([
    ['none', ['clear'], 'right'],
    ['none', ['auth-only'], 'right'],
    ['none', ['encrypted'], 'wrong'],
    ['none', ['probably-encrypted'], 'wrong'],
    ['none', ['clear', 'encrypted'], 'wrong'],
    ['none', ['contradictory'], 'undecided'],
    ['none', [], 'missing'],
    ['SRTP', ['encrypted'], 'right'],
    ['dtls-srtp', ['probably-encrypted'], 'right'],
    ['srtp-sdes', ['clear'], 'wrong'],
    ['SRTP', ['undecided'], 'undecided'],
    ['SRTP NULL cipher (payload clear)', ['auth-only'], 'right'],
    ['SRTP NULL cipher (payload clear)', ['encrypted'], 'wrong'],
  ] as const)('%s, said %j: %s', (encryption, protections, outcome) => {
    const score = emptyScore()
    const judgement = said(
      [],
      protections.map((one) => media(one)),
    )
    const lines = scoreStreams(FILE, [stream(encryption)], judgement, score)
    expect(score).toEqual({ ...emptyScore(), [outcome]: 1 })
    expect(lines).toHaveLength(outcome === 'right' ? 0 : 1)
  })
  test('IPv6, which labels write without brackets', () => {
    const score = emptyScore()
    const ours = { ...media('clear'), source: '[2001:db8::1]:4000', destination: '[2001:db8::2]:4000' }
    const label = { ...stream('none'), src: '2001:db8::1:4000', dst: '[2001:db8::2]:4000' }
    expect(scoreStreams(FILE, [label], said([], [ours]), score)).toEqual([])
    expect(score.right).toBe(1)
  })
  test('what nobody knows is not scored', () => {
    const score = emptyScore()
    expect(scoreStreams(FILE, [stream('unknown')], said([]), score)).toEqual([])
    expect(score).toEqual(emptyScore())
  })
})

describe('calls', () => {
  const label: CallLabel = {
    callId: 'one',
    transport: 'UDP',
    sdpProfile: ['audio RTP/AVP'],
    sdesKeysVisible: false,
    media: [],
  }
  test('found as labelled', () => {
    expect(callMismatch(FILE, label, said([call()]))).toBeNull()
  })
  test.each([
    ['no such call', call({ callIds: ['two'] }), 'no call names'],
    ['another transport', call({ signalling: { transport: 'tcp' } }), 'transport'],
    ['the profile is not claimed', call({ claims: [] }), 'claims'],
    ['a key that is not there', call({ exposure: { mediaKeys: 1 } }), 'keys visible'],
    ['a key at a stream', call({ media: [media('encrypted', 'readable')] }), 'keys visible'],
  ])('%s', (_, ours, expected) => {
    expect(callMismatch(FILE, label, said([ours]))).toContain(expected)
  })
  test('a capture of something else that makes a call', () => {
    const negative = { file: FILE, calls: [], streamsWithoutSignalling: [], negatives: 'DNS' }
    expect(falseCalls(negative, said([]))).toBeNull()
    expect(falseCalls(negative, said([call()]))).toContain('1 calls')
    expect(falseCalls({ ...negative, negatives: '' }, said([call()]))).toBeNull()
  })
  test('a labelled Call-ID that nobody names', () => {
    const labels = { file: FILE, acceptedGrades: [], streams: [], callIds: ['one', 'two'] }
    expect(missingCallIds(labels, said([call()]))).toHaveLength(1)
  })
})
