import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { micros } from '../../../../src/core/base/clock.ts'
import type { Direction } from '../../../../src/core/base/endpoint.ts'
import { probeZrtp, ZrtpSession } from '../../../../src/core/protocol/zrtp/index.ts'
import { crc32c } from '../../../../src/core/protocol/zrtp/crc32c.ts'
import { ascii, concat } from '../../../tools/packet-builder.ts'
import { seededRandom } from '../../../tools/mutations.ts'
import { describeIfShared } from '../../../tools/shared.ts'
import { loadPayloads } from '../../../tools/transport-payloads.ts'
import { commit, confirm, crc32cSlowly, dhPart, hello, sealed, zrtp } from './zrtp-bytes.ts'

const SEED = 20261123
const A: Direction = 0
const B: Direction = 1

type Step = readonly [Direction, Uint8Array]

/** Frames are numbered from 1, a second apart. */
const play = (steps: readonly Step[], names: string[] = []): ZrtpSession => {
  const session = new ZrtpSession((name) => names.push(name))
  steps.forEach(([direction, bytes], index) => {
    const framed = concat([0, 0], bytes, [0])
    session.onDatagram(direction, micros((index + 1) * 1e6), index + 1, framed, 2, 2 + bytes.length)
    framed.fill(0xee)
  })
  return session
}

const ACK = zrtp('HelloACK')
const CONF2ACK = zrtp('Conf2ACK')
const HELLOS: readonly Step[] = [
  [A, hello('Phone A')],
  [B, hello('Phone B')],
  [A, ACK],
  [B, ACK],
]
/** A sends Commit: A initiates, B responds. */
const EXCHANGE: readonly Step[] = [
  ...HELLOS,
  [A, commit()],
  [B, dhPart(1)],
  [A, dhPart(2)],
  [B, confirm(1)],
  [A, confirm(2)],
  [B, CONF2ACK],
]

describe('CRC-32C', () => {
  test.each([
    ['123456789', ascii('123456789'), 0xe3069283],
    ['32 zeros (RFC 3720 B.4)', new Uint8Array(32), 0x8a9136aa],
    ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['rising', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
    ['falling', Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
    ['nothing', new Uint8Array(0), 0],
  ])('%s', (_name, bytes, expected) => {
    expect(crc32c(bytes, 0, bytes.length)).toBe(expected)
  })

  test('agrees with its bit by bit twin, at any offset', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(5), (bytes, before) => {
        const framed = concat(new Uint8Array(before), bytes, [1])
        expect(crc32c(framed, before, before + bytes.length)).toBe(crc32cSlowly(bytes))
      }),
      { seed: SEED, numRuns: 500 },
    )
  })
})

describe('probeZrtp', () => {
  const good = hello()
  const changed = (at: number, value: number): Uint8Array => {
    const copy = good.slice()
    copy[at] = value
    return copy
  }
  test.each([
    ['a Hello', good, 'certain'],
    ['an acknowledgement', ACK, 'certain'],
    ['a wrong checksum', changed(good.length - 1, (good.at(-1) ?? 0) ^ 1), 'unsure'],
    ['a flipped bit inside', changed(60, 1), 'unsure'],
    ['a wrong length field', sealed(changed(15, 1).subarray(0, good.length - 4)), 'unsure'],
    ['a wrong preamble', sealed(changed(12, 0x51).subarray(0, good.length - 4)), 'unsure'],
    ['a fragment', changed(0, 0x11), 'unsure'],
    ['another first octet', changed(0, 0x12), 'not-for-us'],
    ['another cookie', changed(4, 0x5b), 'not-for-us'],
    ['bytes behind it', concat(good, [0]), 'unsure'],
    ['too short', good.subarray(0, 11), 'not-for-us'],
    ['cut in the message', good.subarray(0, 20), 'unsure'],
  ])('%s', (_name, bytes, expected) => {
    expect(probeZrtp(bytes, 0, bytes.length)).toBe(expected)
  })
})

describe('ZrtpSession', () => {
  test('a whole exchange', () => {
    const names: string[] = []
    const { facts } = play(EXCHANGE, names)
    expect(facts).toEqual({
      clients: ['Phone A', 'Phone B'],
      hash: 'S256',
      cipher: 'AES1',
      authTag: 'HS80',
      keyAgreement: 'DH3k',
      sas: 'B32 ',
      completedAt: micros(10e6),
      completedFrame: 10,
      confirmed: true,
      goClearAt: null,
      goClearFrame: 0,
      firstFrame: 1,
    })
    expect(names).toEqual([])
  })

  test('the other end may begin, and everything may come twice', () => {
    const twice = EXCHANGE.flatMap(([direction, bytes]): Step[] => {
      const turned: Direction = direction === 0 ? 1 : 0
      return [
        [turned, bytes],
        [turned, bytes],
      ]
    })
    const names: string[] = []
    expect(play(twice, names).facts.completedFrame).toBe(19)
    expect(names).toEqual([])
  })

  test('both commit: the one that is answered counts, whichever came first', () => {
    const mine = commit('S256AES1HS80DH3kB32 ')
    const theirs = commit('S384AES3HS32EC38B256')
    const rest = (initiator: Direction): Step[] => {
      const responder: Direction = initiator === 0 ? 1 : 0
      return [
        [responder, dhPart(1)],
        [initiator, dhPart(2)],
        [responder, confirm(1)],
        [initiator, confirm(2)],
        [responder, CONF2ACK],
      ]
    }
    expect(play([...HELLOS, [A, mine], [B, theirs], ...rest(A)]).facts).toMatchObject({
      cipher: 'AES1',
      completedFrame: 11,
    })
    expect(play([...HELLOS, [A, mine], [B, theirs], ...rest(B)]).facts).toMatchObject({
      cipher: 'AES3',
      completedFrame: 11,
    })
  })

  test('multistream mode has no DHPart', () => {
    const steps: Step[] = [
      [A, commit('S256AES1HS80MultB32 ')],
      [B, confirm(1)],
      [A, confirm(2)],
      [B, CONF2ACK],
    ]
    expect(play(steps).facts).toMatchObject({ keyAgreement: 'Mult', completedFrame: 4 })
  })

  test.each<[string, readonly Step[]]>([
    ['no Commit', EXCHANGE.filter((_, index) => index !== 4)],
    ['no Confirm1', EXCHANGE.filter((_, index) => index !== 7)],
    ['no Confirm2', EXCHANGE.filter((_, index) => index !== 8)],
    ['no Conf2ACK', EXCHANGE.slice(0, 9)],
    [
      'Confirm1 from the initiator',
      [...EXCHANGE.slice(0, 7), [A, confirm(1)], [A, confirm(2)], [B, CONF2ACK]],
    ],
    ['Confirm2 from the responder', [...EXCHANGE.slice(0, 8), [B, confirm(2)], [B, CONF2ACK]]],
    ['Conf2ACK from the initiator', [...EXCHANGE.slice(0, 9), [A, CONF2ACK]]],
    ['everything from one end', EXCHANGE.map(([, bytes]): Step => [A, bytes])],
    ['Confirm2 before Confirm1', [...EXCHANGE.slice(0, 7), [A, confirm(2)], [B, confirm(1)], [B, CONF2ACK]]],
    [
      'an Error between',
      [...EXCHANGE.slice(0, 8), [B, zrtp('Error', new Uint8Array(4))], ...EXCHANGE.slice(8)],
    ],
  ])('%s: not completed', (_name, steps) => {
    expect(play(steps).facts.completedAt).toBeNull()
  })

  test('what is out of order is named', () => {
    const names: string[] = []
    play(
      [
        [A, confirm(2)],
        [B, CONF2ACK],
      ],
      names,
    )
    expect(names).toEqual(['zrtp_out_of_order', 'zrtp_out_of_order'])
  })

  test('a wrong checksum, a wrong length, a fragment, an unknown or short message: named and ignored', () => {
    const broken = confirm(1).map((byte, index) => (index === 40 ? 1 : byte))
    const names: string[] = []
    const steps: Step[] = [
      ...EXCHANGE.slice(0, 7),
      [B, broken],
      [B, confirm(1).subarray(0, 60)],
      [B, confirm(1).map((byte, index) => (index === 0 ? 0x11 : byte))],
      [B, zrtp('Nonsense')],
      [B, zrtp('Confirm1', new Uint8Array(4))],
      [B, concat([0x10], new Uint8Array(30))],
      [A, confirm(2)],
      [B, CONF2ACK],
    ]
    expect(play(steps, names).facts.completedAt).toBeNull()
    expect(names).toEqual([
      'zrtp_bad_checksum',
      'zrtp_bad_length',
      'zrtp_fragment',
      'zrtp_unknown_message',
      'zrtp_short_message',
      'zrtp_out_of_order',
      'zrtp_out_of_order',
    ])
  })

  test('media behind Confirm2 completes, before it does not', () => {
    const early = play(EXCHANGE.slice(0, 8))
    early.onMediaAfterConfirm2(micros(20e6), 20)
    expect(early.facts).toMatchObject({ completedAt: null, confirmed: false })
    const late = play(EXCHANGE.slice(0, 9))
    expect(late.facts).toMatchObject({ completedAt: null, confirmed: true })
    late.onMediaAfterConfirm2(micros(21e6), 21, A)
    expect(late.facts.completedAt).toBeNull()
    late.onMediaAfterConfirm2(micros(22e6), 22, B)
    late.onMediaAfterConfirm2(micros(23e6), 23)
    expect(late.facts).toMatchObject({ completedAt: micros(22e6), completedFrame: 22 })
  })

  test('GoClear ends it; media and repetitions bring nothing back; a new Commit opens new facts', () => {
    const cleared = play([
      ...EXCHANGE,
      [B, zrtp('GoClear', new Uint8Array(8))],
      [A, zrtp('ClearACK')],
      [A, confirm(2)],
      [B, CONF2ACK],
    ])
    expect(cleared.facts).toMatchObject({ completedFrame: 10, goClearAt: micros(11e6), goClearFrame: 11 })
    cleared.onMediaAfterConfirm2(micros(30e6), 30)
    expect(cleared.facts.completedFrame).toBe(10)
    const before = cleared.facts
    const bytes = commit()
    cleared.onDatagram(A, micros(31e6), 31, bytes, 0, bytes.length)
    expect(cleared.facts).not.toBe(before)
    expect(cleared.facts).toMatchObject({
      completedAt: null,
      goClearAt: null,
      confirmed: false,
      firstFrame: 31,
      clients: ['Phone A', 'Phone B'],
    })
    expect(before.goClearFrame).toBe(11)
  })

  test('an Error behind Confirm2 ends it, an earlier one lets it begin again', () => {
    const error = zrtp('Error', new Uint8Array(4))
    expect(play([...EXCHANGE, [A, error]]).facts.goClearFrame).toBe(11)
    expect(play([...EXCHANGE.slice(0, 6), [A, error], ...EXCHANGE.slice(4)]).facts).toMatchObject({
      goClearAt: null,
      completedFrame: 13,
    })
  })

  test('a Commit behind completion changes nothing', () => {
    expect(play([...EXCHANGE, [B, commit('S384AES3HS32EC38B256')]]).facts).toMatchObject({
      cipher: 'AES1',
      completedFrame: 10,
    })
  })

  test('client names end at NUL or blanks and are bounded', () => {
    expect(play([[A, hello('Zfone  \0rest')]]).facts.clients).toEqual(['Zfone', null])
    expect(play([[A, hello('0123456789abcdef')]]).facts.clients[0]).toBe('0123456789abcdef')
  })

  test('any order of messages from any ends: completed only in the right one', () => {
    const messages = [
      hello(),
      commit(),
      dhPart(1),
      dhPart(2),
      confirm(1),
      confirm(2),
      CONF2ACK,
      zrtp('GoClear', new Uint8Array(8)),
      zrtp('Error', new Uint8Array(4)),
    ]
    type Numbered = [Direction, number]
    const stray = fc.tuple(fc.constantFrom<Direction>(0, 1), fc.nat(messages.length - 1))
    const strays = fc.oneof(
      { weight: 6, arbitrary: fc.constant<Numbered[]>([]) },
      { weight: 1, arbitrary: fc.array(stray, { maxLength: 3 }) },
    )
    // Mostly the right order: A commits, each step once, sometimes not or twice, with strays between.
    const inOrder: Numbered[] = [
      [0, 1],
      [1, 2],
      [0, 3],
      [1, 4],
      [0, 5],
      [1, 6],
    ]
    const times = fc.oneof({ weight: 8, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.nat(2) })
    const history = fc
      .tuple(
        ...inOrder.map((step) =>
          fc
            .tuple(strays, times)
            .map(([before, count]): Numbered[] => [...before, ...new Array<Numbered>(count).fill(step)]),
        ),
        strays,
      )
      .map((parts) => parts.flat())
    let completed = 0
    fc.assert(
      fc.property(fc.oneof(history, fc.array(stray, { maxLength: 24 })), (steps) => {
        const { facts } = play(steps.map(([direction, index]) => [direction, messages[index] as Uint8Array]))
        if (facts.completedAt !== null) completed++
        expect(facts.completedAt !== null && facts.goClearAt === null).toBe(isCompleted(steps))
      }),
      { seed: SEED, numRuns: 20_000 },
    )
    process.stdout.write(`zrtp: ${completed} of 20000 random orders completed\n`)
    expect(completed).toBeGreaterThan(0)
  })

  test('random and damaged datagrams: never throws; how many pass, printed', () => {
    const random = seededRandom(SEED)
    const original = confirm(1)
    let passed = 0
    for (let run = 0; run < 50_000; run++) {
      const bytes = confirm(1)
      for (let i = 0; i < 3; i++) {
        const at = 12 + Math.floor(random() * (bytes.length - 12))
        bytes[at] =
          (bytes[at] as number) ^ (i === 0 ? 1 + Math.floor(random() * 255) : Math.floor(random() * 256))
      }
      const isSame = bytes.every((byte, at) => byte === original[at])
      if (!isSame && probeZrtp(bytes, 0, bytes.length) === 'certain') passed++
      new ZrtpSession().onDatagram(0, micros(1), 1, bytes, 0, Math.floor(random() * bytes.length))
    }
    process.stdout.write(`zrtp: ${passed} of 50000 damaged packets pass\n`)
    expect(passed).toBe(0)
  })
})

/** The rules of the session, said once more over whole histories: the last stretch since an end or a restart decides. */
const isCompleted = (steps: readonly (readonly [Direction, number])[]): boolean => {
  const COMMIT = 1
  const DH1 = 2
  const CONFIRM1 = 4
  const CONFIRM2 = 5
  const CONF2 = 6
  const GOCLEAR = 7
  const ERROR = 8
  let commits: [boolean, boolean] = [false, false]
  let responder: Direction | null = null
  let progress = 0
  let ended = false
  for (const [from, message] of steps) {
    const peerCommitted = commits[from === 0 ? 1 : 0]
    const isResponder = responder === null ? peerCommitted : responder === from
    if (ended && message !== COMMIT) continue
    if (message === GOCLEAR || (message === ERROR && progress >= 2)) ended = true
    else if (message === ERROR) {
      commits = [false, false]
      responder = null
      progress = 0
    } else if (message === COMMIT && (ended || responder === null)) {
      if (ended) {
        commits = [false, false]
        progress = 0
      }
      ended = false
      responder = null
      commits[from] = true
    } else if (message === DH1 && progress === 0 && isResponder) responder = from
    else if (message === CONFIRM1 && progress <= 1 && isResponder) {
      responder = from
      progress = 1
    } else if (message === CONFIRM2 && progress === 1 && from !== responder) progress = 2
    else if (message === CONF2 && progress === 2 && from === responder) progress = 3
  }
  return progress === 3 && !ended
}

describeIfShared('ZRTP in lab captures', (shared) => {
  test.each(['s10_zrtp_udp_pcmu.pcap', 's10_zrtp_tls_opus.pcap', 's10_zrtp_answerer_default.pcap'])(
    '%s completes',
    async (file) => {
      const session = new ZrtpSession((name) => {
        throw new Error(name)
      })
      const payloads = (await loadPayloads(join(shared, 'captures/lab', file))).filter(
        ({ bytes }) => bytes[0] === 0x10,
      )
      const packets = payloads.filter(({ bytes }) => probeZrtp(bytes, 0, bytes.length) !== 'not-for-us')
      expect(packets.length).toBe(13)
      for (const { at, frame, source, bytes } of packets) {
        expect(probeZrtp(bytes, 0, bytes.length)).toBe('certain')
        session.onDatagram(source === packets[0]?.source ? 0 : 1, at, frame, bytes, 0, bytes.length)
      }
      expect(session.facts).toMatchObject({
        clients: ['BZRTPv1.1', 'BZRTPv1.1'],
        cipher: 'AES1',
        authTag: 'HS80',
        keyAgreement: 'DH3k',
        confirmed: true,
      })
      expect(session.facts.completedFrame).toBe(packets.at(-1)?.frame)
    },
  )
})
