/** What becomes of dialogs: holds, transfers, forks, failures, challenges, hops; each as a capture through the whole engine. */
import { describe, expect, test } from '@jest/globals'
import { judgeFrames } from '../../tools/judge-frames.ts'
import { bothWays, request, response, sdp, Talker, Wire } from '../../tools/wire.ts'
import {
  ALICE,
  ALICE_MEDIA,
  BOB,
  BOB_MEDIA,
  establish,
  hangUp,
  idsOf,
  mediaOf,
  onlyCall,
  reinvite,
} from './phones.ts'

const CAROL = { address: '203.0.113.30', port: 5060 }
const CAROL_MEDIA = { address: '203.0.113.30', port: 30_000 }

describe('one dialog', () => {
  test('a plain call: exposed, complete, both directions', () => {
    const wire = new Wire()
    establish(wire).talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 100)
    const call = onlyCall(hangUp(wire))
    expect(call).toMatchObject({
      grade: 'exposed',
      incomplete: [],
      state: 'ended',
      callIds: ['call-1@example.com'],
    })
    expect(mediaOf(call).sort()).toEqual([
      '192.0.2.10:40000 > 198.51.100.20:50000 clear',
      '198.51.100.20:50000 > 192.0.2.10:40000 clear',
    ])
  })

  test('hold and resume: one call, no direction is missed while held', () => {
    const wire = new Wire()
    const both = bothWays(ALICE_MEDIA, BOB_MEDIA)
    establish(wire).talk(both, 100)
    const [alice] = both
    reinvite(
      wire,
      2,
      sdp(ALICE_MEDIA, { direction: 'sendonly' }),
      sdp(BOB_MEDIA, { direction: 'recvonly' }),
    ).talk([alice], 150)
    reinvite(wire, 3, sdp(ALICE_MEDIA), sdp(BOB_MEDIA)).talk(both, 100)
    const call = onlyCall(hangUp(wire))
    expect(call).toMatchObject({ grade: 'exposed', incomplete: [] })
    expect(call.media.map(({ packets }) => packets)).toEqual([350, 200])
    expect(call.claims).toHaveLength(3)
  })

  test('a session refresh with the same description is no new claim', () => {
    const wire = new Wire()
    const both = bothWays(ALICE_MEDIA, BOB_MEDIA)
    establish(wire).talk(both, 50)
    for (let i = 0; i < 5; i++) reinvite(wire, 2 + i, sdp(ALICE_MEDIA), sdp(BOB_MEDIA)).talk(both, 10)
    expect(onlyCall(hangUp(wire)).claims).toEqual([{ offered: ['RTP/AVP'], answered: ['RTP/AVP'] }])
  })

  test('a refresh whose answer changed is a claim of its own, with offer and answer in their places', () => {
    const wire = new Wire()
    establish(wire).talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 50)
    reinvite(wire, 2, sdp(ALICE_MEDIA), sdp(BOB_MEDIA, { proto: 'RTP/SAVP' }))
    expect(onlyCall(hangUp(wire)).claims).toEqual([
      { offered: ['RTP/AVP'], answered: ['RTP/AVP'] },
      { offered: ['RTP/AVP'], answered: ['RTP/SAVP'] },
    ])
  })

  test('cancelled: metadata only, ended, nothing missing', () => {
    const wire = new Wire()
    wire.udp(ALICE, BOB, request('INVITE', { body: sdp(ALICE_MEDIA) }))
    wire.udp(BOB, ALICE, response(180, { toTag: 't1' })).wait(2)
    wire.udp(ALICE, BOB, request('CANCEL'))
    wire.udp(BOB, ALICE, response(200, { method: 'CANCEL', toTag: 't1' }))
    wire.udp(BOB, ALICE, response(487, { toTag: 't1' }))
    wire.udp(ALICE, BOB, request('ACK', { toTag: 't1' }))
    const call = onlyCall(wire)
    expect(call).toMatchObject({ grade: 'metadata-exposed', incomplete: [], state: 'ended', media: [] })
    expect(call.signalling.legs.map(({ state }) => state)).toEqual(['cancelled'])
  })

  test('a CANCEL answered by the next hop with a tag of its own, after two forks rang: nothing is left open', () => {
    const wire = new Wire()
    wire.udp(ALICE, BOB, request('INVITE', { body: sdp(ALICE_MEDIA) }))
    wire.udp(BOB, ALICE, response(180, { toTag: 'desk' }))
    wire.udp(BOB, ALICE, response(180, { toTag: 'mobile' })).wait(2)
    wire.udp(ALICE, BOB, request('CANCEL'))
    wire.udp(BOB, ALICE, response(200, { method: 'CANCEL', toTag: 'hop' }))
    wire.udp(BOB, ALICE, response(487, { toTag: 'desk' }))
    wire.udp(ALICE, BOB, request('ACK', { toTag: 'desk' }))
    const call = onlyCall(wire)
    expect(call).toMatchObject({ grade: 'metadata-exposed', incomplete: [], state: 'ended' })
    expect(call.signalling.legs.map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
  })

  test('a re-INVITE that was refused changes nothing: the older exchange is in force again', () => {
    const wire = new Wire()
    const both = bothWays(ALICE_MEDIA, BOB_MEDIA)
    establish(wire).talk(both, 30)
    const refused = { toTag: 't1', sequence: 2 }
    wire.udp(ALICE, BOB, request('INVITE', { ...refused, body: sdp(ALICE_MEDIA, { proto: 'RTP/SAVP' }) }))
    wire.udp(BOB, ALICE, response(488, refused))
    wire.udp(ALICE, BOB, request('ACK', refused)).talk(both, 30)
    // Without it, this offer of the other side would be taken for the answer to the refused one.
    const own = { fromTag: 't1', toTag: 'f1', sequence: 8 }
    wire.udp(BOB, ALICE, request('INVITE', { ...own, body: sdp({ ...BOB_MEDIA, port: 50_002 }) }))
    wire.udp(ALICE, BOB, response(200, { ...own, body: sdp(ALICE_MEDIA) }))
    const call = onlyCall(hangUp(wire))
    expect(call.media.map(({ claim }) => claim)).toEqual(['RTP/AVP', 'RTP/AVP'])
    expect(call.claims).toEqual([
      { offered: ['RTP/AVP'], answered: ['RTP/AVP'] },
      { offered: ['RTP/SAVP'], answered: [] },
      { offered: ['RTP/AVP'], answered: ['RTP/AVP'] },
    ])
  })

  test('a CANCEL that crosses the answer ends nothing', () => {
    const wire = new Wire()
    wire.udp(ALICE, BOB, request('INVITE', { body: sdp(ALICE_MEDIA) }))
    wire.udp(BOB, ALICE, response(200, { toTag: 't1', body: sdp(BOB_MEDIA) }))
    wire.udp(ALICE, BOB, request('CANCEL'))
    wire.udp(ALICE, BOB, request('ACK', { toTag: 't1' })).talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 100)
    expect(onlyCall(hangUp(wire))).toMatchObject({ grade: 'exposed', incomplete: [] })
  })

  test.each([403, 404, 486, 488, 503, 603])('refused with %i: metadata only', (status) => {
    const wire = new Wire()
    wire.udp(ALICE, BOB, request('INVITE', { body: sdp(ALICE_MEDIA) }))
    wire.udp(BOB, ALICE, response(100))
    wire.udp(BOB, ALICE, response(status, { toTag: 't1' }))
    wire.udp(ALICE, BOB, request('ACK', { toTag: 't1' }))
    const call = onlyCall(wire)
    expect(call).toMatchObject({ grade: 'metadata-exposed', incomplete: [], state: 'ended' })
    expect(call.signalling.legs.map(({ state }) => state)).toEqual(['failed'])
  })

  test('never answered: metadata only, and it closes by itself', () => {
    const wire = new Wire()
    wire.udp(ALICE, BOB, request('INVITE', { body: sdp(ALICE_MEDIA) })).wait(65)
    wire.udp(ALICE, BOB, request('OPTIONS', { callId: 'other@example.com' }))
    expect(onlyCall(wire)).toMatchObject({ grade: 'metadata-exposed', media: [] })
  })

  test('answered and no media: undetermined', () => {
    const wire = establish(new Wire()).wait(3)
    expect(onlyCall(hangUp(wire))).toMatchObject({ grade: 'undetermined', reasons: ['media-unseen'] })
  })

  test('answered with every port refused: there was no media to see', () => {
    const refused = sdp(BOB_MEDIA, { media: 'audio 0 RTP/AVP 0' })
    const wire = establish(new Wire(), { answer: refused }).wait(3)
    expect(onlyCall(hangUp(wire))).toMatchObject({ grade: 'metadata-exposed' })
  })

  test('challenged with 407 and answered under another tag: one leg, complete', () => {
    const wire = new Wire()
    wire.udp(ALICE, BOB, request('INVITE', { body: sdp(ALICE_MEDIA) }))
    wire.udp(BOB, ALICE, response(407, { toTag: 'challenge' }))
    wire.udp(ALICE, BOB, request('ACK', { toTag: 'challenge' }))
    const second = { sequence: 2 }
    wire.udp(ALICE, BOB, request('INVITE', { ...second, body: sdp(ALICE_MEDIA) }))
    wire.udp(BOB, ALICE, response(200, { ...second, toTag: 't1', body: sdp(BOB_MEDIA) }))
    wire
      .udp(ALICE, BOB, request('ACK', { ...second, toTag: 't1' }))
      .talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 100)
    const call = onlyCall(hangUp(wire))
    expect(call).toMatchObject({ grade: 'exposed', incomplete: [], state: 'ended' })
    expect(call.signalling.legs.map(({ state }) => state)).toEqual(['ended'])
    expect(call.claims).toEqual([{ offered: ['RTP/AVP'], answered: ['RTP/AVP'] }])
  })

  test('only the BYE was seen: a call that began unseen, and not a green one', () => {
    const call = onlyCall(hangUp(new Wire()))
    expect(call).toMatchObject({ grade: 'metadata-exposed', state: 'ended' })
    expect(call.incomplete).toEqual(['late-start'])
  })

  test('200 OK without its INVITE: the media is still judged', () => {
    const wire = new Wire()
    wire.udp(BOB, ALICE, response(200, { toTag: 't1', body: sdp(BOB_MEDIA) }))
    wire.udp(ALICE, BOB, request('ACK', { toTag: 't1' })).talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 100)
    const call = onlyCall(hangUp(wire))
    expect(call).toMatchObject({ grade: 'exposed', incomplete: ['late-start'] })
    expect(call.signalling.legs).toMatchObject([{ client: '192.0.2.10:5060', server: '198.51.100.20:5060' }])
  })
})

describe('early media and offers in other messages', () => {
  test('183 with a description: its media is judged though nobody answers', () => {
    const wire = new Wire()
    wire.udp(ALICE, BOB, request('INVITE', { body: sdp(ALICE_MEDIA) }))
    wire.udp(BOB, ALICE, response(183, { toTag: 't1', body: sdp(BOB_MEDIA) }))
    wire.talk([new Talker(BOB_MEDIA, ALICE_MEDIA)], 100)
    wire.udp(BOB, ALICE, response(486, { toTag: 't1' }))
    wire.udp(ALICE, BOB, request('ACK', { toTag: 't1' }))
    const call = onlyCall(wire)
    expect(call.grade).toBe('exposed')
    expect(mediaOf(call)).toEqual(['198.51.100.20:50000 > 192.0.2.10:40000 clear'])
  })

  test('media before its description: it is of this call all the same', () => {
    const wire = new Wire()
    const both = bothWays(ALICE_MEDIA, BOB_MEDIA)
    wire.talk(both, 20)
    establish(wire).talk(both, 80)
    const { calls, summary } = judgeFrames(hangUp(wire).frames)
    expect(calls.map(({ grade, media }) => [grade, media.length])).toEqual([['exposed', 2]])
    expect(calls[0]?.media.map(({ packets }) => packets)).toEqual([100, 100])
    expect(summary.otherMedia).toEqual([])
  })

  test('offer in the 200, answer in the ACK (RFC 3261 §13.2.1)', () => {
    const wire = new Wire()
    wire.udp(ALICE, BOB, request('INVITE'))
    wire.udp(BOB, ALICE, response(200, { toTag: 't1', body: sdp(BOB_MEDIA, { proto: 'RTP/SAVP' }) }))
    wire.udp(ALICE, BOB, request('ACK', { toTag: 't1', body: sdp(ALICE_MEDIA) }))
    wire.talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 100)
    const call = onlyCall(hangUp(wire))
    expect(call.claims).toEqual([{ offered: ['RTP/SAVP'], answered: ['RTP/AVP'] }])
    expect(call.grade).toBe('exposed')
  })

  test('PRACK offers, its 200 answers (RFC 3262 §5)', () => {
    const wire = new Wire()
    wire.udp(ALICE, BOB, request('INVITE', { body: sdp(ALICE_MEDIA, { proto: 'RTP/SAVP' }) }))
    wire.udp(BOB, ALICE, response(183, { toTag: 't1', body: sdp(BOB_MEDIA, { proto: 'RTP/SAVP' }) }))
    wire.udp(ALICE, BOB, request('PRACK', { toTag: 't1', sequence: 2, body: sdp(ALICE_MEDIA) }))
    wire.udp(BOB, ALICE, response(200, { method: 'PRACK', toTag: 't1', sequence: 2, body: sdp(BOB_MEDIA) }))
    wire.udp(BOB, ALICE, response(200, { toTag: 't1' }))
    wire.udp(ALICE, BOB, request('ACK', { toTag: 't1' })).talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 100)
    expect(onlyCall(hangUp(wire)).claims).toEqual([
      { offered: ['RTP/SAVP'], answered: ['RTP/SAVP'] },
      { offered: ['RTP/AVP'], answered: ['RTP/AVP'] },
    ])
  })

  test('UPDATE of the callee before the answer is an offer of the callee (RFC 3311 §5)', () => {
    const wire = new Wire()
    wire.udp(ALICE, BOB, request('INVITE', { body: sdp(ALICE_MEDIA) }))
    wire.udp(BOB, ALICE, response(183, { toTag: 't1', body: sdp(BOB_MEDIA) }))
    const update = { fromTag: 't1', toTag: 'f1', sequence: 7, method: 'UPDATE' }
    wire.udp(BOB, ALICE, request('UPDATE', { ...update, body: sdp(BOB_MEDIA, { proto: 'RTP/SAVP' }) }))
    wire.udp(ALICE, BOB, response(200, { ...update, body: sdp(ALICE_MEDIA, { proto: 'RTP/AVP' }) }))
    wire.udp(BOB, ALICE, response(200, { toTag: 't1' }))
    wire.udp(ALICE, BOB, request('ACK', { toTag: 't1' })).talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 100)
    const call = onlyCall(hangUp(wire))
    expect(call.claims).toEqual([
      { offered: ['RTP/AVP'], answered: ['RTP/AVP'] },
      { offered: ['RTP/SAVP'], answered: ['RTP/AVP'] },
    ])
    expect(call.signalling.legs).toHaveLength(1)
  })

  test('a final answer may differ from the provisional one: no further offer', () => {
    const wire = new Wire()
    wire.udp(ALICE, BOB, request('INVITE', { body: sdp(ALICE_MEDIA) }))
    wire.udp(BOB, ALICE, response(183, { toTag: 't1', body: sdp({ ...BOB_MEDIA, port: 50_010 }) }))
    wire.udp(BOB, ALICE, response(200, { toTag: 't1', body: sdp(BOB_MEDIA) }))
    wire.udp(ALICE, BOB, request('ACK', { toTag: 't1' })).talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 100)
    const call = onlyCall(hangUp(wire))
    expect(call.claims).toEqual([{ offered: ['RTP/AVP'], answered: ['RTP/AVP'] }])
    expect(call.media).toHaveLength(2)
  })
})

describe('several dialogs', () => {
  test('forked to two phones: one call, two legs, over when the answered one ends', () => {
    const wire = new Wire()
    wire.udp(ALICE, BOB, request('INVITE', { body: sdp(ALICE_MEDIA) }))
    wire.udp(BOB, ALICE, response(183, { toTag: 'desk', body: sdp({ ...BOB_MEDIA, port: 50_010 }) }))
    wire.udp(BOB, ALICE, response(183, { toTag: 'mobile', body: sdp(BOB_MEDIA) })).wait(1)
    wire.udp(BOB, ALICE, response(200, { toTag: 'mobile', body: sdp(BOB_MEDIA) }))
    wire.udp(ALICE, BOB, request('ACK', { toTag: 'mobile' }))
    wire.talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 100)
    const call = onlyCall(hangUp(wire, { toTag: 'mobile' }))
    expect(call).toMatchObject({ grade: 'exposed', incomplete: [], state: 'ended' })
    expect(call.signalling.legs.map(({ state }) => state)).toEqual(['early', 'ended'])
    expect(call.claims).toEqual([
      { offered: ['RTP/AVP'], answered: ['RTP/AVP'] },
      { offered: ['RTP/AVP'], answered: ['RTP/AVP'] },
    ])
  })

  test('blind transfer: REFER is noted, the new call is a call of its own', () => {
    const wire = new Wire()
    establish(wire).talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 60)
    const refer = { toTag: 't1', sequence: 2, headers: ['Refer-To: <sip:07700900789@example.com>'] }
    wire.udp(ALICE, BOB, request('REFER', refer))
    wire.udp(BOB, ALICE, response(202, { ...refer, headers: [], method: 'REFER' }))
    const second = { callId: 'call-2@example.com', fromTag: 'x1', client: BOB, server: CAROL }
    establish(wire, { ...second, offer: sdp(BOB_MEDIA), answer: sdp(CAROL_MEDIA), toUser: '07700900789' })
    hangUp(wire).talk(bothWays(BOB_MEDIA, CAROL_MEDIA), 100)
    const { calls } = judgeFrames(hangUp(wire, second).frames)
    expect(calls.map(({ callIds, grade, media }) => [callIds, grade, media.length])).toEqual([
      [['call-1@example.com'], 'exposed', 2],
      [['call-2@example.com'], 'exposed', 2],
    ])
  })

  test('attended transfer: Replaces takes the media over, and both calls have their own', () => {
    const wire = new Wire()
    establish(wire).talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 60)
    const second = {
      callId: 'call-2@example.com',
      fromTag: 'x1',
      client: CAROL,
      server: BOB,
      headers: ['Replaces: call-1@example.com;to-tag=t1;from-tag=f1'],
    }
    const bobSecond = { ...BOB_MEDIA, port: 50_020 }
    establish(wire, { ...second, offer: sdp(CAROL_MEDIA), answer: sdp(bobSecond) })
    hangUp(wire).talk(bothWays(CAROL_MEDIA, bobSecond), 100)
    const { calls } = judgeFrames(hangUp(wire, { ...second, headers: [] }).frames)
    expect(calls.map(({ callIds, media }) => [callIds, media.length])).toEqual([
      [['call-1@example.com'], 2],
      [['call-2@example.com'], 2],
    ])
  })

  test('a back-to-back agent: two Call-IDs within three seconds are legs of one call', () => {
    const wire = new Wire()
    const inner = { callId: 'inner@example.com', fromTag: 'x1', client: BOB, server: CAROL, toTag: 't2' }
    wire.udp(ALICE, BOB, request('INVITE', { body: sdp(ALICE_MEDIA) }))
    const bobInner = { ...BOB_MEDIA, port: 50_020 }
    establish(wire, { ...inner, offer: sdp(bobInner), answer: sdp(CAROL_MEDIA) })
    wire.udp(BOB, ALICE, response(200, { toTag: 't1', body: sdp(BOB_MEDIA) }))
    wire.udp(ALICE, BOB, request('ACK', { toTag: 't1' }))
    wire.talk([...bothWays(ALICE_MEDIA, BOB_MEDIA), ...bothWays(bobInner, CAROL_MEDIA)], 100)
    hangUp(wire)
    const call = onlyCall(hangUp(wire, inner))
    expect(call.callIds).toEqual(['call-1@example.com', 'inner@example.com'])
    expect(call).toMatchObject({ grade: 'exposed', incomplete: [], state: 'ended' })
    expect(call.media).toHaveLength(4)
  })

  test('another number within three seconds from the same host is another call', () => {
    const wire = new Wire()
    wire.udp(ALICE, BOB, request('INVITE', { body: sdp(ALICE_MEDIA) }))
    const other = { callId: 'inner@example.com', toUser: '07700900999', client: BOB, server: CAROL }
    establish(wire, { ...other, offer: sdp(BOB_MEDIA), answer: sdp(CAROL_MEDIA) })
    expect(judgeFrames(wire.frames).calls).toHaveLength(2)
  })

  test('one Call-ID over a proxy on two hops: one call, a leg a hop, the worse hop counts', () => {
    const wire = new Wire()
    const proxy = { address: '192.0.2.5', port: 5060 }
    wire.udp(ALICE, proxy, request('INVITE', { body: sdp(ALICE_MEDIA) }))
    wire.udp(proxy, BOB, request('INVITE', { branch: 'second', body: sdp(ALICE_MEDIA) }))
    wire.udp(BOB, proxy, response(200, { toTag: 't1', body: sdp(BOB_MEDIA) }))
    wire.udp(proxy, ALICE, response(200, { toTag: 't1', body: sdp(BOB_MEDIA) }))
    wire.udp(ALICE, BOB, request('ACK', { toTag: 't1' })).talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 100)
    hangUp(wire, { server: proxy })
    const call = onlyCall(hangUp(wire, { client: proxy }))
    expect(call.signalling.legs.map(({ client, server }) => `${client} ${server}`)).toEqual([
      '192.0.2.10:5060 192.0.2.5:5060',
      '192.0.2.5:5060 198.51.100.20:5060',
      '192.0.2.10:5060 198.51.100.20:5060',
    ])
    expect(call).toMatchObject({ grade: 'exposed', state: 'ended', incomplete: [] })
    expect(call.media).toHaveLength(2)
  })

  test('the same ports and the same SSRCs in the next call: each call has its own packets', () => {
    const wire = new Wire()
    const options = { ssrc: 0x1234 }
    establish(wire).talk(bothWays(ALICE_MEDIA, BOB_MEDIA, options), 100)
    hangUp(wire).wait(0.2)
    const second = { callId: 'call-2@example.com', fromTag: 'x1' }
    establish(wire, second).talk(bothWays(ALICE_MEDIA, BOB_MEDIA, options), 80)
    const { calls } = judgeFrames(hangUp(wire, second).frames)
    expect(
      calls.map(({ callIds, grade, media }) => [callIds[0], grade, media.map(({ packets }) => packets)]),
    ).toEqual([
      ['call-1@example.com', 'exposed', [100, 100]],
      ['call-2@example.com', 'exposed', [80, 80]],
    ])
  })

  test('the same ports and SSRCs, long after', () => {
    const wire = new Wire()
    const options = { ssrc: 0x1234 }
    establish(wire).talk(bothWays(ALICE_MEDIA, BOB_MEDIA, options), 100)
    hangUp(wire).wait(60)
    const second = { callId: 'call-2@example.com', fromTag: 'x1' }
    establish(wire, second).talk(bothWays(ALICE_MEDIA, BOB_MEDIA, options), 80)
    const { calls } = judgeFrames(hangUp(wire, second).frames)
    expect(calls.map(({ media }) => media.map(({ packets }) => packets))).toEqual([
      [100, 100],
      [80, 80],
    ])
  })
})

test('DTMF by INFO is a finding of the call', () => {
  const wire = new Wire()
  establish(wire).talk(bothWays(ALICE_MEDIA, BOB_MEDIA), 60)
  const info = { toTag: 't1', sequence: 2, contentType: 'application/dtmf-relay' }
  wire.udp(ALICE, BOB, request('INFO', { ...info, body: 'Signal=5\r\nDuration=160\r\n' }))
  const call = onlyCall(hangUp(wire))
  expect(idsOf(call)).toContain('dtmf-readable')
  expect(JSON.stringify(call)).not.toContain('Signal=5')
})
