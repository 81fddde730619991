/** The control socket with clients that know what they want, and with such that do not. */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { askBox, ControlSocket } from '../../../src/app/box-process/control-socket.ts'
import type { RequestName, RequestServant } from '../../../src/output/mqtt/index.ts'

let folder: string
let control: ControlSocket | null
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callseal-control-'))
  control = null
})
afterEach(() => {
  control?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const path = (): string => join(folder, 'c.sock')
const echo: RequestServant = ({ parameters }) => Promise.resolve({ ...parameters })
const servants: Record<RequestName, RequestServant> = {
  survey: echo,
  identify: () => Promise.reject(new Error('there are no lamps')),
  page: echo,
  report: echo,
  restart: echo,
}

const start = async (): Promise<void> => {
  control = new ControlSocket({ path: path(), servants, state: () => ({ isFine: true }) })
  expect(await control.start()).toBeNull()
}

/** What the box says to these very bytes; null: it hung up without a word. */
const say = (bytes: string): Promise<string | null> =>
  new Promise((resolve) => {
    let text = ''
    const socket = connect(path(), () => socket.write(bytes))
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(text === '' ? null : text))
  })

describe('ControlSocket', () => {
  test('does what it is asked, and says why not', async () => {
    await start()
    expect(await askBox(path(), { request: 'state' })).toEqual({
      status: 'ok',
      data: { isFine: true },
      error: null,
    })
    expect(await askBox(path(), { request: 'survey', action: 'start', name: 'x', other: 1 })).toMatchObject({
      status: 'ok',
      data: { action: 'start', name: 'x' },
    })
    expect(await askBox(path(), { request: 'survey', action: 'begin' })).toMatchObject({
      status: 'error',
      error: '"action" must be start or stop',
    })
    expect(await askBox(path(), { request: 'identify' })).toMatchObject({ error: 'there are no lamps' })
    for (const request of ['nothing', '__proto__', 'constructor', 7, null])
      expect(await askBox(path(), { request })).toMatchObject({
        status: 'error',
        error: /there is no request/u,
      })
  })

  test('answers nonsense with an error, hangs up on what has no end, and goes on', async () => {
    await start()
    for (const bytes of ['\n', 'x\n', '[]\n', 'null\n', '{"request":\n'])
      expect(await say(bytes)).toMatch(/"status":"error"/u)
    expect(await say('x'.repeat(10_000))).toBeNull()
    expect(await askBox(path(), { request: 'state' })).toMatchObject({ status: 'ok' })
  })

  test('a socket that a dead box left behind is no obstacle; a folder that is not there is said', async () => {
    await start()
    const second = new ControlSocket({ path: path(), servants, state: () => null })
    expect(await second.start()).toBeNull()
    second.stop()
    const nowhere = new ControlSocket({ path: join(folder, 'no/c.sock'), servants, state: () => null })
    expect(await nowhere.start()).toMatch(/requests of this machine are not heard at .*no\/c\.sock/u)
  })

  test('without a box the answer says where it was looked for', async () => {
    expect(await askBox(path(), { request: 'state' })).toMatchObject({
      status: 'error',
      error: /no box can be asked at .*ENOENT/u,
    })
  })
})
